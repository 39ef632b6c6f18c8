//! `POST /v1/batch`: a place for every row.

use std::sync::Arc;

use csv::StringRecord;

use super::cells::{decimal, degrees as degrees_of, find, nothing, status_of, unmatched_words};
use super::fault::{Fault, column};
use super::parameters::{Parameters, degrees};
use super::pipeline::{Answers, Cells, STATUS, Status};
use crate::answers::{PlaceKind, ward_code};
use crate::geocode::Focus;
use crate::geometry::WorldBox;
use crate::http::geocoding::{layers, match_type};
use crate::table::{Header, number};
use crate::town::Town;

/// Columns that may be given by what they hold, in the order of a written address.
const PARTS: [&str; 4] = ["address", "ward", "district", "province"];

const COLUMNS: [&str; 18] = [
    "latitude",
    "longitude",
    "result_label",
    "result_label_old",
    "result_score",
    "result_score_next",
    "result_type",
    "result_id",
    "result_housenumber",
    "result_street",
    "result_ward",
    "result_ward_code",
    "result_province",
    "result_match",
    "result_ambiguous",
    "result_unmatched",
    "result_truncated",
    STATUS,
];

/// Which columns of a table hold the text.
#[derive(Debug)]
pub(super) struct TextColumns {
    columns: Vec<usize>,
    between: &'static str,
}

impl TextColumns {
    /// `columns` in the order given, or the parts of an address by name, or all.
    pub fn chosen(parameters: &Parameters, header: &Header, between: &'static str) -> Result<Self, Fault> {
        let mut columns: Vec<usize> =
            parameters.all("columns").map(|name| column(header, name)).collect::<Result<_, _>>()?;
        if columns.is_empty() {
            let parts = PARTS.iter().filter_map(|part| parameters.get(part));
            columns = parts.map(|name| column(header, name)).collect::<Result<_, _>>()?;
        }
        if columns.is_empty() {
            columns = (0..header.len()).collect();
        }
        Ok(Self { columns, between })
    }

    /// The text of a row, its line breaks made spaces; empty cells are left out. Nothing where no letter or digit is.
    pub fn text(&self, row: &StringRecord) -> Option<String> {
        self.text_with(|column| row.get(column))
    }

    /// The text of a row in which one column holds something else; behind all others where it is none of the text's.
    fn text_in_place(&self, row: &StringRecord, place: usize, text: &str) -> Option<String> {
        let own = self.text_with(|column| if column == place { Some(text) } else { row.get(column) })?;
        let is_in = self.columns.contains(&place);
        Some(if is_in { own } else { [own.as_str(), text].join(self.between) })
    }

    fn text_with<'a>(&self, cell: impl Fn(usize) -> Option<&'a str>) -> Option<String> {
        let cells = self.columns.iter().filter_map(|&column| cell(column)).map(str::trim);
        let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
        let text = cells.join(self.between).replace(['\r', '\n'], " ");
        text.chars().any(char::is_alphanumeric).then_some(text)
    }
}

/// Which column of a table may hold codes of wards: the one that is named as `ward`.
#[derive(Debug)]
pub(super) struct WardCodes(Option<usize>);

/// The ward that a code names.
struct CodedWard {
    /// What it is called, to be read in the place of the code.
    name: String,
    /// Codes of the wards of today on its ground.
    today: Vec<String>,
}

impl WardCodes {
    /// Reads the parameter against the header.
    pub fn chosen(parameters: &Parameters, header: &Header) -> Result<Self, Fault> {
        Ok(Self(parameters.get("ward").map(|name| column(header, name)).transpose()?))
    }

    /// The code in a row's cell: five digits, zeros at the start that a spreadsheet took away put back.
    pub fn code(&self, row: &StringRecord) -> Option<String> {
        ward_code(row.get(self.0?)?)
    }
}

impl CodedWard {
    /// The ward of a code of today or of before; `None` where nobody knows it.
    fn known(town: &Town, code: &str) -> Option<Self> {
        let units = town.index().units_by_code(code);
        let name = units.first()?.name.clone();
        let today = units.into_iter().flat_map(|unit| match unit.successors.is_empty() {
            true => unit.ward_code.into_iter().collect::<Vec<_>>(),
            false => unit.successors.into_iter().map(|successor| successor.code).collect(),
        });
        Some(Self { name, today: today.collect() })
    }
}

/// Which columns of a table hold a place to look near.
#[derive(Debug)]
pub(super) struct FocusColumns(Option<(usize, usize)>);

impl FocusColumns {
    /// `lat` and `lon` name columns, as with addok.
    pub fn chosen(parameters: &Parameters, header: &Header) -> Result<Self, Fault> {
        match (parameters.get("lat"), parameters.get("lon")) {
            (Some(lat), Some(lon)) => Ok(Self(Some((column(header, lat)?, column(header, lon)?)))),
            (None, None) => Ok(Self(None)),
            _ => Err(Fault::Parameter(
                "give both lat and lon, the names of two columns, or neither".to_owned(),
            )),
        }
    }

    /// The place of a row; a row without one is searched without.
    pub fn focus(&self, row: &StringRecord) -> Option<Focus> {
        let (lat, lon) = self.0?;
        let at = degrees(number(row.get(lat)?)?, number(row.get(lon)?)?)?;
        Some(at.into())
    }
}

/// Searches row by row.
pub(super) struct Search {
    town: Arc<Town>,
    text: TextColumns,
    wards: WardCodes,
    focus: FocusColumns,
    within: Option<WorldBox>,
    kinds: Option<Vec<PlaceKind>>,
    min_score: f64,
}

impl Search {
    /// Reads the parameters against the header.
    pub fn prepare(town: Arc<Town>, parameters: &Parameters, header: &Header) -> Result<Self, Fault> {
        Ok(Self {
            town,
            text: TextColumns::chosen(parameters, header, ", ")?,
            wards: WardCodes::chosen(parameters, header)?,
            focus: FocusColumns::chosen(parameters, header)?,
            within: parameters.bbox()?,
            kinds: kinds(parameters)?,
            min_score: parameters.share("min_score", 0.0)?,
        })
    }
}

/// `layers=address,street`: what a place may be.
fn kinds(parameters: &Parameters) -> Result<Option<Vec<PlaceKind>>, Fault> {
    let mut kinds: Option<Vec<PlaceKind>> = None;
    for name in parameters.all("layers").flat_map(|names| names.split(',')).map(str::trim) {
        let named = layers::named(name)
            .ok_or_else(|| Fault::Parameter(format!("layers must be some of {}", layers::NAMES)))?;
        kinds.get_or_insert_default().extend(named);
    }
    Ok(kinds)
}

impl Answers for Search {
    fn columns(&self) -> &[&'static str] {
        &COLUMNS
    }

    fn answer(&self, row: &StringRecord) -> Cells {
        let Some(text) = self.text.text(row) else { return (Status::Skipped, Vec::new()) };
        let (text, ward) = match (self.wards.0, self.wards.code(row)) {
            (Some(column), Some(code)) => {
                let Some(ward) = CodedWard::known(&self.town, &code) else {
                    return (Status::NotFound, Vec::new());
                };
                (self.text.text_in_place(row, column, &ward.name).unwrap_or(text), Some(ward))
            }
            _ => (text, None),
        };
        let found = find(&self.town, &text, |wanted| {
            if let Some(CodedWard { today, .. }) = ward {
                // what lies elsewhere is not what the row means, however well it fits
                wanted.place_filter = Some(Box::new(move |place| {
                    place.ward_code.as_ref().is_some_and(|code| today.contains(code))
                }));
            }
            wanted.focus = self.focus.focus(row);
            wanted.within = self.within;
            wanted.kinds = self.kinds.clone();
        });
        let Some(found) = found else { return (Status::Error, Vec::new()) };
        let mut places = found.places.into_iter();
        let Some(best) = places.next().filter(|best| best.confidence >= self.min_score) else {
            return (Status::NotFound, nothing(COLUMNS.len(), found.is_cut));
        };
        let (status, unmatched) = (status_of(&best), unmatched_words(&best));
        let next = places.next().map(|next| decimal(next.confidence));
        let (latitude, longitude) = degrees_of(&best);
        let cells = vec![
            latitude,
            longitude,
            best.label,
            best.label_old.unwrap_or_default(),
            decimal(best.confidence),
            next.unwrap_or_default(),
            layers::of(best.kind).to_owned(),
            best.id,
            best.housenumber.unwrap_or_default(),
            best.street.unwrap_or_default(),
            best.ward.unwrap_or_default(),
            best.ward_code.unwrap_or_default(),
            best.province.unwrap_or_default(),
            match_type(best.match_type).to_owned(),
            found.is_ambiguous.to_string(),
            unmatched,
            found.is_cut.to_string(),
        ];
        (status, cells)
    }
}

//! `POST /v1/batch`: a place for every row.

use std::sync::Arc;

use csv::StringRecord;

use super::fault::Fault;
use super::header::Header;
use super::parameters::{Parameters, degrees};
use super::pipeline::{Answers, Cells, STATUS, Status};
use super::place::{self, LAYERS, shown};
use crate::geocode::{HitKind, Query};
use crate::geometry::{World, WorldBox};
use crate::town::Town;

/// Columns that may be given by what they hold, in the order of a written address.
const PARTS: [&str; 4] = ["address", "ward", "district", "province"];

const COLUMNS: [&str; 16] = [
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
            parameters.all("columns").map(|name| header.column(name)).collect::<Result<_, _>>()?;
        if columns.is_empty() {
            let parts = PARTS.iter().filter_map(|part| parameters.get(part));
            columns = parts.map(|name| header.column(name)).collect::<Result<_, _>>()?;
        }
        if columns.is_empty() {
            columns = (0..header.len()).collect();
        }
        Ok(Self { columns, between })
    }

    /// The text of a row, its line breaks made spaces; empty cells are left out.
    pub fn text(&self, row: &StringRecord) -> String {
        let cells = self.columns.iter().filter_map(|&column| row.get(column)).map(str::trim);
        let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
        cells.join(self.between).replace(['\r', '\n'], " ")
    }
}

/// Which columns of a table hold a place to look near.
#[derive(Debug)]
pub(super) struct FocusColumns(Option<(usize, usize)>);

impl FocusColumns {
    /// `lat` and `lon` name columns, as with addok.
    pub fn chosen(parameters: &Parameters, header: &Header) -> Result<Self, Fault> {
        match (parameters.get("lat"), parameters.get("lon")) {
            (Some(lat), Some(lon)) => Ok(Self(Some((header.column(lat)?, header.column(lon)?)))),
            (None, None) => Ok(Self(None)),
            _ => Err(Fault::Parameter(
                "give both lat and lon, the names of two columns, or neither".to_owned(),
            )),
        }
    }

    /// The place of a row; a row without one is searched without.
    pub fn focus(&self, row: &StringRecord) -> Option<World> {
        let (lat, lon) = self.0?;
        degrees(row.get(lat)?.trim().parse().ok()?, row.get(lon)?.trim().parse().ok()?)
    }
}

/// Searches row by row.
pub(super) struct Search {
    town: Arc<Town>,
    text: TextColumns,
    focus: FocusColumns,
    within: Option<WorldBox>,
    kinds: Vec<HitKind>,
    min_score: f64,
}

impl Search {
    /// Reads the parameters against the header.
    pub fn prepare(town: Arc<Town>, parameters: &Parameters, header: &Header) -> Result<Self, Fault> {
        Ok(Self {
            town,
            text: TextColumns::chosen(parameters, header, ", ")?,
            focus: FocusColumns::chosen(parameters, header)?,
            within: parameters.bbox()?,
            kinds: kinds(parameters)?,
            min_score: parameters.share("min_score", 0.0)?,
        })
    }
}

/// `layers=address,street`: what a place may be.
fn kinds(parameters: &Parameters) -> Result<Vec<HitKind>, Fault> {
    let mut kinds = Vec::new();
    for name in parameters.all("layers").flat_map(|names| names.split(',')).map(str::trim) {
        let named = LAYERS.iter().filter(|(_, known)| *known == name).map(|(kind, _)| *kind);
        let before = kinds.len();
        kinds.extend(named);
        if kinds.len() == before {
            let mut known: Vec<&str> = LAYERS.map(|(_, name)| name).to_vec();
            known.dedup();
            return Err(Fault::Parameter(format!("layers must be some of {}", known.join(", "))));
        }
    }
    Ok(kinds)
}

impl Answers for Search {
    fn columns(&self) -> &[&'static str] {
        &COLUMNS
    }

    fn answer(&self, row: &StringRecord) -> Cells {
        let text = self.text.text(row);
        if !text.chars().any(char::is_alphanumeric) {
            return (Status::Skipped, Vec::new());
        }
        let query = Query {
            limit: 2,
            focus: self.focus.focus(row),
            within: self.within,
            kinds: &self.kinds,
            ..Query::new(&text)
        };
        let Some(found) = place::search(&self.town, &query) else { return (Status::Error, Vec::new()) };
        let mut places = found.places.into_iter();
        let Some(best) = places.next().filter(|best| best.score >= self.min_score) else {
            return (Status::NotFound, Vec::new());
        };
        let next = places.next().map(|next| shown(next.score));
        let (latitude, longitude) = best.degrees();
        let cells = vec![
            latitude,
            longitude,
            best.label,
            best.label_old.unwrap_or_default(),
            shown(best.score),
            next.unwrap_or_default(),
            best.layer.to_owned(),
            best.id,
            best.housenumber.unwrap_or_default(),
            best.street.unwrap_or_default(),
            best.ward.unwrap_or_default(),
            best.ward_code.unwrap_or_default(),
            best.province.unwrap_or_default(),
            best.how.to_owned(),
            found.is_ambiguous.to_string(),
        ];
        (Status::Ok, cells)
    }
}

//! `/ban/search/csv` and `/ban/reverse/csv`: the tables of addok, as its clients send and read them.
//!
//! Repaired against addok: the delimiter is detected in all of the first rows, a row that fails says so in
//! `result_status`, nothing is held whole in memory. The answer is always UTF-8.

use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use csv::StringRecord;
use serde_json::json;

use super::cells::{degrees as degrees_of, find, unmatched_words};
use super::fault::{Fault, column};
use super::parameters::{Parameters, degrees};
use super::pipeline::{Answers, Cells, STATUS, Status};
use super::search::{FocusColumns, TextColumns};
use super::upload_buffer::End;
use crate::answers::{HEAVY_ROWS, Place, Question, Reverse as Around};
use crate::cost::RowBudget;
use crate::http::geocoding::{BAN_FILTERS, BanFilters, ban_kind};
use crate::privacy::hide_numbers;
use crate::table::{Header, number};
use crate::town::Town;

const SEARCH: [&str; 8] = [
    "latitude",
    "longitude",
    "result_label",
    "result_score",
    "result_score_next",
    "result_type",
    "result_id",
    "result_housenumber",
];

const REVERSE: [&str; 7] = [
    "result_latitude",
    "result_longitude",
    "result_label",
    "result_distance",
    "result_type",
    "result_id",
    "result_housenumber",
];

/// One for every field BAN declares, then what became of the row.
const FIELDS: [&str; 10] = [
    "result_name",
    "result_street",
    "result_postcode",
    "result_city",
    "result_context",
    "result_citycode",
    "result_oldcitycode",
    "result_oldcity",
    "result_district",
    STATUS,
];

/// Columns that addok does not have: added where `result_columns` names them.
const ON_REQUEST: [&str; 2] = ["result_unmatched", TRUNCATED];

/// Says that more was to be looked at than a row may cost.
const TRUNCATED: &str = "result_truncated";

/// Refused, in addok's shape.
pub(super) fn refusal(fault: Fault) -> Response {
    if let Fault::Server(problem) = fault {
        return problem.into_response();
    }
    let text = hide_numbers(&fault.to_string()).into_owned();
    let body = json!({ "title": text, "description": text }).to_string();
    let status = match fault {
        Fault::Upload(End::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        Fault::Upload(End::TooSlow) => StatusCode::REQUEST_TIMEOUT,
        Fault::Upload(End::NoRoom | End::NoDisk) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// The columns that are added: all, or those of `result_columns`.
struct Columns {
    names: Vec<&'static str>,
    /// Which of all they are.
    places: Vec<usize>,
}

impl Columns {
    fn chosen(all: &[&'static str], parameters: &Parameters) -> Self {
        let wanted: Vec<&str> = parameters.all("result_columns").collect();
        let is_wanted = |name: &str| {
            let bare = name.strip_prefix("result_").unwrap_or(name);
            let is_usual = wanted.is_empty() && !ON_REQUEST.contains(&name);
            is_usual || wanted.contains(&name) || wanted.contains(&bare)
        };
        let every = all.iter().chain(&FIELDS).chain(&ON_REQUEST);
        let chosen = every.enumerate().filter(|(_, name)| is_wanted(name));
        let (places, names) = chosen.map(|(place, name)| (place, *name)).unzip();
        Self { names, places }
    }

    fn cells(&self, all: Vec<String>) -> Vec<String> {
        self.places.iter().map(|&place| all.get(place).cloned().unwrap_or_default()).collect()
    }

    /// The cells where nothing was found, but for whether the search was cut.
    fn nothing(&self, is_cut: bool) -> Vec<String> {
        let cell = |name: &&str| if *name == TRUNCATED { is_cut.to_string() } else { String::new() };
        self.names.iter().map(cell).collect()
    }
}

/// Filters name columns; a row's empty cell filters nothing.
struct Filters(Vec<(&'static str, usize)>);

impl Filters {
    fn chosen(parameters: &Parameters, header: &Header) -> Self {
        // addok takes a column that is not there for an empty one
        let column = |name: &'static str| Some((name, header.find(parameters.get(name)?)?));
        Self(BAN_FILTERS.into_iter().filter_map(column).collect())
    }

    /// What the row's cells ask for; several values with spaces between, or `+` as in an address.
    fn of(&self, row: &StringRecord) -> BanFilters {
        let mut filters = BanFilters::default();
        for &(name, column) in &self.0 {
            let values = row.get(column).unwrap_or_default().split([' ', '+']);
            filters.add(name, values.filter(|value| !value.is_empty()).map(str::to_owned).collect());
        }
        filters
    }
}

fn fields(place: &Place, is_cut: bool) -> impl Iterator<Item = String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let former = place.former.clone();
    let context: Vec<&str> =
        [&place.province_code, &place.province].into_iter().filter_map(Option::as_deref).collect();
    [
        place.name.clone(),
        text(&place.street),
        text(&place.postal_code),
        text(&place.ward),
        context.join(", "),
        text(&place.ward_code),
        text(&place.former_code),
        former.as_ref().and_then(|former| former.ward.clone()).unwrap_or_default(),
        former.and_then(|former| former.district).unwrap_or_default(),
        // the status is filled in
        String::new(),
        unmatched_words(place),
        is_cut.to_string(),
    ]
    .into_iter()
}

/// Two decimals, as addok rounds.
fn score(score: f64) -> String {
    ((score * 100.0).round() / 100.0).to_string()
}

/// `POST /ban/search/csv`.
pub(super) struct Search {
    town: Arc<Town>,
    text: TextColumns,
    focus: FocusColumns,
    filters: Filters,
    min_score: f64,
    columns: Columns,
}

impl Search {
    /// Reads the parameters against the header.
    pub fn prepare(town: Arc<Town>, parameters: &Parameters, header: &Header) -> Result<Self, Fault> {
        Ok(Self {
            town,
            text: TextColumns::chosen(parameters, header, " ")?,
            focus: FocusColumns::chosen(parameters, header)?,
            filters: Filters::chosen(parameters, header),
            min_score: parameters.share("min_score", 0.5)?,
            columns: Columns::chosen(&SEARCH, parameters),
        })
    }
}

impl Answers for Search {
    fn columns(&self) -> &[&'static str] {
        &self.columns.names
    }

    fn is_byte_exact(&self) -> bool {
        true
    }

    fn answer(&self, row: &StringRecord) -> Cells {
        let Some(text) = self.text.text(row) else { return (Status::Skipped, Vec::new()) };
        let found = find(&self.town, &text, |wanted| {
            wanted.focus = self.focus.focus(row);
            wanted.place_filter = Some(self.filters.of(row).place_filter());
        });
        let Some(found) = found else { return (Status::Error, Vec::new()) };
        let mut places = found.places.into_iter();
        let Some(best) = places.next().filter(|best| best.confidence >= self.min_score) else {
            return (Status::NotFound, self.columns.nothing(found.is_cut));
        };
        let (latitude, longitude) = degrees_of(&best);
        let own = [
            latitude,
            longitude,
            best.label.clone(),
            score(best.confidence),
            places.next().map(|next| score(next.confidence)).unwrap_or_default(),
            ban_kind(&best).to_owned(),
            best.id.clone(),
            best.housenumber.clone().unwrap_or_default(),
        ];
        (Status::Ok, self.columns.cells(own.into_iter().chain(fields(&best, found.is_cut)).collect()))
    }
}

/// `POST /ban/reverse/csv`.
pub(super) struct Reverse {
    town: Arc<Town>,
    lat: usize,
    lon: usize,
    filters: Filters,
    columns: Columns,
}

impl Reverse {
    /// Reads the parameters against the header.
    pub fn prepare(town: Arc<Town>, parameters: &Parameters, header: &Header) -> Result<Self, Fault> {
        let chosen = |parameter: &str, names: &[&str]| match parameters.get(parameter) {
            Some(name) => column(header, name),
            None => match names.iter().find_map(|name| header.find(name)) {
                Some(column) => Ok(column),
                None => column(header, names.first().copied().unwrap_or_default()),
            },
        };
        Ok(Self {
            lat: chosen("lat", &["latitude", "lat"])?,
            lon: chosen("lon", &["longitude", "lon", "lng", "long"])?,
            filters: Filters::chosen(parameters, header),
            columns: Columns::chosen(&REVERSE, parameters),
            town,
        })
    }

    /// The nearest place and whether a nearer one may be missing; nothing where no place is asked for.
    fn nearest(&self, row: &StringRecord, lat: &str, lon: &str) -> Option<(Option<Place>, bool)> {
        let at = degrees(number(lat)?, number(lon)?)?;
        let place_filter = self.filters.of(row).place_filter();
        let near = Around::at(at).answer(&self.town, &RowBudget::new(HEAVY_ROWS));
        let is_cut = near.is_cut;
        Some((near.places().find(|place| place_filter(place)), is_cut))
    }
}

impl Answers for Reverse {
    fn columns(&self) -> &[&'static str] {
        &self.columns.names
    }

    fn is_byte_exact(&self) -> bool {
        true
    }

    fn answer(&self, row: &StringRecord) -> Cells {
        let cell = |column: usize| row.get(column).unwrap_or_default().trim();
        let (lat, lon) = (cell(self.lat), cell(self.lon));
        if lat.is_empty() && lon.is_empty() {
            return (Status::Skipped, Vec::new());
        }
        let Some((nearest, is_cut)) = self.nearest(row, lat, lon) else {
            return (Status::Error, Vec::new());
        };
        let Some(place) = nearest else { return (Status::NotFound, self.columns.nothing(is_cut)) };
        let (latitude, longitude) = degrees_of(&place);
        let own = [
            latitude,
            longitude,
            place.label.clone(),
            place.distance_m.map(|metres| (metres as i64).to_string()).unwrap_or_default(),
            ban_kind(&place).to_owned(),
            place.id.clone(),
            place.housenumber.clone().unwrap_or_default(),
        ];
        (Status::Ok, self.columns.cells(own.into_iter().chain(fields(&place, is_cut)).collect()))
    }
}

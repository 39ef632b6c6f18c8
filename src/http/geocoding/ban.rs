//! The dialect of addok and the Base Adresse Nationale: `/ban/search`, `/ban/reverse`, `/ban/health`.
//!
//! The ward is the `city`, its code the `citycode`; before the reform they were `oldcity`, `oldcitycode` and
//! `district`. Unlike addok a centre at latitude or longitude 0 counts. Leaves out `x`, `y` (VN-2000 has many
//! meridians), `importance`, and files of CSV.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::json::{Object, point, respond};
use super::parameters::{Asked, Parameters, Unusable};
use super::refusal::Refusal;
use super::text::{joined, may_be_repeated, readable, unmatched};
use crate::answers::{Place, PlaceFilter, PlaceKind, RADIUS_M, Reverse, Search};
use crate::geocode::HitKind;
use crate::geometry::{LngLat, World};
use crate::http::App;
use crate::http::openapi::parameters::ban::{BanReverse, BanSearch};
use crate::http::openapi::responses::BanRefused;
use crate::http::openapi::schemas::ban::{BanAnswer, BanHealth, BanRefusal};
use crate::http::problem::Problem;
use crate::http::truncated::marked;
use crate::privacy::holds_number;

const LIMIT: i64 = 5;
const MAX_LIMIT: i64 = 100;

/// Doors of one reverse search; addok knows no limit.
const MAX_REVERSE: i64 = 500;

/// What an answer can be chosen by, and how many values one filter may have.
pub(in crate::http) const FILTERS: [&str; 3] = ["type", "postcode", "citycode"];
const MAX_VALUES: usize = 10;

/// What is wrong, in falcon's words.
enum Fault {
    Missing(&'static str),
    Invalid(&'static str, &'static str),
    /// A sentence alone.
    Other(Refusal),
}

impl From<Refusal> for Fault {
    fn from(refused: Refusal) -> Self {
        Self::Other(refused)
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Other(problem.into())
    }
}

/// Places by a text, while it is typed.
#[utoipa::path(
    method(get, post), path = "/search", tag = "ban",
    params(BanSearch),
    responses((status = 200, description = "What was found; may be empty.", body = BanAnswer), BanRefused)
)]
pub(super) async fn search(State(app): State<App>, Asked(asked): Asked) -> Response {
    answer(find(app, asked).await)
}

/// What is at a point.
#[utoipa::path(
    method(get, post), path = "/reverse", tag = "ban",
    params(BanReverse),
    responses((status = 200, description = "What is there; may be empty.", body = BanAnswer), BanRefused)
)]
pub(super) async fn reverse(State(app): State<App>, Asked(asked): Asked) -> Response {
    answer(look_around(app, asked).await)
}

/// Whether the dialect answers.
#[utoipa::path(
    get, path = "/health", tag = "ban",
    responses(
        (status = 200, description = "It does.", body = BanHealth),
        (status = 503, description = "Not yet.", body = BanRefusal),
    )
)]
pub(super) async fn health(State(app): State<App>) -> Response {
    answer(app.town().map_err(Fault::from).map(|_| {
        let mut health = Object::new();
        health.put("status", "HEALTHY");
        (health, false)
    }))
}

/// Words an answer, and whether it is cut, or a fault.
fn answer(answer: Result<(Object, bool), Fault>) -> Response {
    let (refused, title, description) = match answer {
        Ok((body, is_cut)) => return marked(respond(StatusCode::OK, body.into_bytes()), is_cut),
        Err(Fault::Missing(name)) => {
            let description = format!("The \"{name}\" parameter is required.");
            (Refusal::bad_request(""), "Missing parameter".to_owned(), Some(description))
        }
        Err(Fault::Invalid(name, why)) => {
            let description = format!("The \"{name}\" parameter is invalid. {why}");
            (Refusal::bad_request(""), "Invalid parameter".to_owned(), Some(description))
        }
        Err(Fault::Other(refused)) => {
            let title = refused.reason.clone();
            (refused, title, None)
        }
    };
    let mut body = Object::new();
    body.put("title", title).set("description", description);
    refused.respond(body)
}

async fn find(app: App, asked: Result<Parameters, Refusal>) -> Result<(Object, bool), Fault> {
    let asked = asked?;
    let text = asked.get("q").ok_or(Fault::Missing("q"))?;
    let text = readable(text)?;
    let limit = match limit(&asked)? {
        None | Some(0) => LIMIT,
        Some(limit) if (1..=MAX_LIMIT).contains(&limit) => limit,
        Some(_) => return Err(Fault::Invalid("limit", "out of range (1..100)")),
    };
    let (lon, lat) = lon_lat(&asked)?;
    let center = lon.zip(lat);
    let filters = Filters::read(&asked)?;
    let search = Search {
        focus: center.map(|(lng, lat)| World::from_lnglat(LngLat { lng, lat }).into()),
        is_prefix: asked.flag("autocomplete").unwrap_or(true),
        place_filter: Some(filters.place_filter()),
        ..Search::new(text.clone(), limit as usize)
    };
    let found = app.ask(&app.town()?, search).await?;
    let mut body = collection(&app, &found.places);
    body.set("query", Some(text).filter(|text| !text.is_empty() && may_be_repeated(text, &found.places)));
    filters.repeat(&mut body);
    body.set("center", center).put("limit", limit);
    Ok((body, found.is_cut))
}

async fn look_around(app: App, asked: Result<Parameters, Refusal>) -> Result<(Object, bool), Fault> {
    let asked = asked?;
    let (lon, lat) = lon_lat(&asked)?;
    let lon = lon.ok_or(Fault::Missing("lon"))?;
    let lat = lat.ok_or(Fault::Missing("lat"))?;
    let limit = match limit(&asked)? {
        None | Some(..=0) => 1,
        Some(limit) => limit.min(MAX_REVERSE),
    };
    let filters = Filters::read(&asked)?;
    let reverse = Reverse {
        doors: limit as usize,
        radius_m: RADIUS_M,
        ..Reverse::at(World::from_lnglat(LngLat { lng: lon, lat }))
    };
    let near = app.ask(&app.town()?, reverse).await?;
    let (is_cut, place_filter) = (near.is_cut, filters.place_filter());
    let places: Vec<Place> = near.places().filter(|place| place_filter(place)).take(limit as usize).collect();
    let mut body = collection(&app, &places);
    filters.repeat(&mut body);
    body.put("limit", limit);
    Ok((body, is_cut))
}

fn limit(asked: &Parameters) -> Result<Option<i64>, Fault> {
    asked.whole("limit").map_err(|_| Fault::Invalid("limit", "The value must be an integer."))
}

fn lon_lat(asked: &Parameters) -> Result<(Option<f64>, Option<f64>), Fault> {
    let read = |names: &[&'static str], limit: f64, name: &'static str| {
        let given = names.iter().find(|name| asked.get(name).is_some()).copied().unwrap_or(name);
        asked.degrees(given, limit).map_err(|unusable| match unusable {
            Unusable::NotANumber => Fault::Invalid(given, "invalid value"),
            Unusable::OutOfRange => Fault::Invalid(name, "out of range"),
        })
    };
    let lat = read(&["lat", "latitude"], 90.0, "lat")?;
    let lon = read(&["lon", "lng", "long", "longitude"], 180.0, "lon")?;
    Ok((lon, lat))
}

/// Values a place must have, each filter with alternatives.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct Filters(Vec<(&'static str, Vec<String>)>);

impl Filters {
    /// A filter may be repeated, or hold several values with spaces between.
    fn read(asked: &Parameters) -> Result<Self, Fault> {
        let mut filters = Self::default();
        for name in FILTERS {
            let values: Vec<String> =
                asked.all(name).flat_map(str::split_whitespace).map(str::to_owned).collect();
            if values.len() > MAX_VALUES {
                return Err(Fault::Invalid(name, "too many values (at most 10)"));
            }
            filters.add(name, values);
        }
        Ok(filters)
    }

    /// Adds a filter with its alternatives; none filter nothing.
    pub fn add(&mut self, name: &'static str, values: Vec<String>) {
        if !values.is_empty() {
            self.0.push((name, values));
        }
    }

    /// Whether a place has them all, and a position.
    pub fn place_filter(&self) -> PlaceFilter {
        let filters = self.0.clone();
        Box::new(move |place| {
            place.point.is_some()
                && filters.iter().all(|(name, values)| {
                    let own = match *name {
                        "type" => Some(kind(place)),
                        "postcode" => place.postal_code.as_deref(),
                        _ => place.ward_code.as_deref(),
                    };
                    own.is_some_and(|own| values.iter().any(|value| value == own))
                })
        })
    }

    fn repeat(&self, body: &mut Object) {
        if self.0.is_empty() {
            return;
        }
        let mut filters = Object::new();
        for (name, values) in &self.0 {
            // a number in groups came as several values
            let repeated = values.join(" ");
            filters.set(name, (!holds_number(&repeated)).then_some(repeated));
        }
        body.nest("filters", filters);
    }
}

fn collection(app: &App, places: &[Place]) -> Object {
    let config = app.config();
    let attribution = config.title.as_deref().unwrap_or("bandoso");
    let mut collection = Object::new();
    collection
        .put("type", "FeatureCollection")
        .put("version", "draft")
        .nest_all("features", places.iter().filter_map(feature))
        .put("attribution", attribution)
        .put("licence", "see /catalog");
    collection
}

fn feature(place: &Place) -> Option<Object> {
    let is_unit = matches!(kind(place), "municipality" | "province");
    let former = place.former.as_ref();
    let former_ward = former.and_then(|former| former.ward.as_deref());
    let context = joined([place.province_code.as_deref(), place.province.as_deref()], ", ");
    let mut properties = Object::new();
    properties
        .put("label", &place.label)
        .put("score", (place.confidence * 1e4).round() / 1e4)
        .set("housenumber", place.housenumber.as_deref())
        .put("id", &place.id)
        .put("type", kind(place))
        .put("name", &place.name)
        .set("postcode", place.postal_code.as_deref())
        .set("citycode", place.ward_code.as_deref())
        .set("oldcitycode", place.former_code.as_deref().filter(|_| former_ward.is_some()))
        .set("city", place.ward.as_deref())
        .set("oldcity", former_ward)
        .set("context", (!context.is_empty()).then_some(context))
        .set("district", former.and_then(|former| former.district.as_deref()))
        .set("locality", place.hamlet.as_deref().filter(|_| !is_unit))
        .set("street", place.street.as_deref().filter(|_| place.is_address()))
        .set("distance", place.distance_m.map(|metres| metres.round() as i64))
        .set("direction", place.direction)
        .set("interpolated", place.is_interpolated().then_some(true))
        .set("across_border", place.is_across_border.then_some(true))
        .set("unmatched", unmatched(place))
        .set("border_wards", Some(&place.border_wards).filter(|wards| !wards.is_empty()));
    let mut feature = Object::new();
    feature.put("type", "Feature").nest("geometry", point(place.lon_lat()?)).nest("properties", properties);
    Some(feature)
}

/// BAN's word, and where it has none, ours.
pub(in crate::http) fn kind(place: &Place) -> &'static str {
    match place.kind {
        PlaceKind::Known(HitKind::Address) => "housenumber",
        PlaceKind::Known(HitKind::Street | HitKind::Alley) => "street",
        PlaceKind::Known(HitKind::Hamlet) => "locality",
        PlaceKind::Known(HitKind::Landmark) => "poi",
        PlaceKind::Known(HitKind::Ward | HitKind::FormerWard) => "municipality",
        PlaceKind::Known(HitKind::FormerDistrict) => "district",
        PlaceKind::Known(HitKind::Province | HitKind::FormerProvince) => "province",
        PlaceKind::Parcel => "parcel",
        PlaceKind::Zone => "zone",
        PlaceKind::Coordinates | PlaceKind::Code => "point",
    }
}

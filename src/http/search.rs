//! `/v1/search`, `/v1/autocomplete`, `/v1/reverse`, `/v1/place`: the native API in Pelias's envelope.
//!
//! Ten- and twelve-digit texts may be a person's number, so the query is not echoed; searches work by
//! POST too, so that no address need stand in a URL.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Query as UrlQuery, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::planning::parse_point;
use super::problem::Problem;
use super::{App, words};
use crate::geocode::codes::{Code, ParcelQuery, Place};
use crate::geocode::{Answer, Hit, Query, Reading, ReverseQuery};
use crate::geometry::{World, distance_m};
use crate::planning::{Parcel, SheetsOf};
use crate::store::{Feature, Layer};
use crate::town::Town;

/// Parameters by name; the last of a repeated one counts, unknown ones are ignored.
type Parameters = HashMap<String, String>;

/// Answers a client may ask for.
const MAX_SIZE: usize = 40;

/// Metres within which `/v1/reverse` names a door.
const REVERSE_RADIUS_M: f64 = 500.0;

/// `GET` or `POST /v1/search`.
pub(super) async fn search(
    state: State<App>,
    url: UrlQuery<Parameters>,
    body: Body,
) -> Result<Response, Problem> {
    find(state.0, body.over(url.0), false).await
}

/// `GET` or `POST /v1/autocomplete`: the last word may be unfinished.
pub(super) async fn autocomplete(
    state: State<App>,
    url: UrlQuery<Parameters>,
    body: Body,
) -> Result<Response, Problem> {
    find(state.0, body.over(url.0), true).await
}

async fn find(app: App, parameters: Parameters, is_prefix: bool) -> Result<Response, Problem> {
    let town = app.town()?;
    let text = first(&parameters, &["text", "q"])
        .ok_or_else(|| Problem::bad_request("give the words to look for as text (or q)"))?
        .to_owned();
    let limit = size(&parameters, 10)?;
    let focus = match (
        first(&parameters, &["focus.point.lat", "lat"]),
        first(&parameters, &["focus.point.lon", "lon"]),
    ) {
        (Some(lat), Some(lon)) => Some(World::from_lnglat(parse_point(lat, lon)?)),
        _ => None,
    };
    let features = app
        .work(move || {
            let query = Query { limit, focus, is_prefix, ..Query::new(&text) };
            let answer = town.index().search(&query);
            if let Some(problem) = answer.problem {
                return Err(match problem {
                    crate::geocode::Problem::TooLong => Problem::too_long(problem),
                    crate::geocode::Problem::Empty => Problem::bad_request(problem),
                });
            }
            Ok((features(&town, &answer, limit), answer.ambiguous))
        })
        .await?;
    let (features, is_ambiguous) = features?;
    Ok(Json(words::envelope(features, is_ambiguous)).into_response())
}

/// The hits of an answer, with parcels looked up and places turned into features.
fn features(town: &Town, answer: &Answer, limit: usize) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    match &answer.reading {
        Reading::Parcel(query) | Reading::TextOrParcel(query) => found.extend(parcels(town, query)),
        Reading::Coordinates(places) => found.extend(places.iter().map(|place| coordinates(town, place))),
        Reading::Code(Code::Plus { code, at, .. } | Code::Geohash { code, at }) => {
            found.push(words::point(town, code, *at, "code"));
        }
        Reading::Code(_) | Reading::Text => {}
    }
    let hits = answer.hits.iter().map(words::hit);
    match &answer.reading {
        // a number with a slash is first of all a house
        Reading::TextOrParcel(_) => found = hits.chain(found).collect(),
        _ => found.extend(hits),
    }
    found.truncate(limit);
    found
}

fn parcels(town: &Town, query: &ParcelQuery) -> Vec<Value> {
    let (Some(layer), Some(index)) = (town.snapshot().layer("parcels"), town.parcels()) else {
        return Vec::new();
    };
    let units: Vec<Hit> = query.unit_ids.iter().filter_map(|&id| town.index().unit(id)).collect();
    let mut sheets: Vec<SheetsOf<'_>> = units
        .iter()
        .filter_map(|unit| match (&unit.former_code, &unit.ward_code) {
            (Some(code), _) => Some(SheetsOf::Surveyed(code)),
            (None, Some(code)) => Some(SheetsOf::Today(code)),
            (None, None) => None,
        })
        .collect();
    if query.unit_ids.is_empty() {
        sheets.push(SheetsOf::Any);
    }
    let mut pairs = vec![(query.sheet.as_deref(), query.number.as_str())];
    if let Some(sheet) = query.sheet.as_deref().filter(|_| query.may_be_swapped) {
        pairs.push((Some(query.number.as_str()), sheet));
    }
    let mut found: Vec<Parcel<'_>> = Vec::new();
    for (sheet, number) in pairs {
        for &sheets_of in &sheets {
            for parcel in index.find(layer, sheet, number, sheets_of) {
                if !found.iter().any(|known| known.feature().id() == parcel.feature().id()) {
                    found.push(parcel);
                }
            }
        }
    }
    found.iter().map(|parcel| words::parcel(town, parcel)).collect()
}

fn coordinates(town: &Town, place: &Place) -> Value {
    let degrees = place.at.to_lnglat();
    let label = match place.system {
        Some(system) => format!("{:.6}, {:.6} ({system})", degrees.lat, degrees.lng),
        None => format!("{:.6}, {:.6}", degrees.lat, degrees.lng),
    };
    words::point(town, &label, place.at, "coordinates")
}

/// `GET` or `POST /v1/reverse`: the nearest door, its street, the parcel and, always where a ward
/// covers the place, the ward. With `prefer=parcel` the doors of the parcel under the place come
/// first: in a narrow lot the neighbour's door is often nearer.
pub(super) async fn reverse(
    state: State<App>,
    url: UrlQuery<Parameters>,
    body: Body,
) -> Result<Response, Problem> {
    let (app, parameters) = (state.0, body.over(url.0));
    let (lat, lon) =
        match (first(&parameters, &["point.lat", "lat"]), first(&parameters, &["point.lon", "lon"])) {
            (Some(lat), Some(lon)) => (lat.to_owned(), lon.to_owned()),
            _ => return Err(Problem::bad_request("give point.lat and point.lon (or lat and lon)")),
        };
    let at = World::from_lnglat(parse_point(&lat, &lon)?);
    let limit = size(&parameters, 1)?;
    let town = app.town()?;
    let prefers_parcel = first(&parameters, &["prefer"]) == Some("parcel");
    let features = app.work(move || around(&town, at, limit, prefers_parcel)).await?;
    Ok(Json(words::envelope(features, false)).into_response())
}

fn around(town: &Town, at: World, limit: usize, prefers_parcel: bool) -> Vec<Value> {
    let covering = |id: &str| town.snapshot().layer(id).and_then(|layer| covering(layer, at));
    let ward = covering("units").and_then(|(layer, feature)| feature.value(layer.field("code")?).as_text());
    let street_id = town.snapshot().layer("streets").and_then(|layer| {
        layer.nearest(at, 1, REVERSE_RADIUS_M, |_| true).first().map(|(street, _)| street.id())
    });
    let near = town.index().reverse(&ReverseQuery {
        limit,
        max_distance_m: REVERSE_RADIUS_M,
        ward_code: ward,
        street_id: street_id.and_then(|id| i64::try_from(id).ok()),
        ..ReverseQuery::at(at)
    });
    let parcel = covering("parcels").map(|(layer, feature)| Parcel::new(layer, feature));
    let mut doors = near.addresses;
    if let Some(parcel) = parcel.filter(|_| prefers_parcel) {
        let own = doors_on(town, &parcel, at);
        doors.retain(|door| own.iter().all(|known| known.id != door.id));
        doors.splice(0..0, own);
        doors.truncate(limit);
    }
    let mut features: Vec<Value> = doors.iter().map(words::hit).collect();
    if features.is_empty() {
        features.extend(near.street.iter().map(words::hit));
    }
    features.extend(near.ward.iter().map(words::hit));
    features.extend(parcel.map(|parcel| words::parcel(town, &parcel)));
    features
}

/// The doors that say they stand on the parcel, nearest first.
fn doors_on(town: &Town, parcel: &Parcel<'_>, at: World) -> Vec<Hit> {
    /// A door point may lie in the street before its parcel; in grid steps, some 30 m.
    const BEFORE_THE_PARCEL: i64 = 50_000;
    let row = parcel.feature();
    let Some(layer) = town.snapshot().layer("addresses") else { return Vec::new() };
    let Some(column) = layer.field("parcel_id") else { return Vec::new() };
    let is_own = |door: &Feature<'_>| {
        door.value(column).as_int().and_then(|id| u64::try_from(id).ok()) == Some(row.id())
    };
    let mut doors: Vec<Hit> = layer
        .in_box(&row.bounds().grown(BEFORE_THE_PARCEL))
        .filter(is_own)
        .filter_map(|door| town.index().address(i64::try_from(door.id()).ok()?))
        .collect();
    for door in &mut doors {
        door.distance_m = door.point.map(|point| distance_m(at, point));
    }
    doors.sort_by(|a, b| a.distance_m.unwrap_or(f64::MAX).total_cmp(&b.distance_m.unwrap_or(f64::MAX)));
    doors
}

/// The area of the layer that holds the place; the smallest box where several do.
fn covering(layer: &Layer, at: World) -> Option<(&Layer, Feature<'_>)> {
    let size = |f: &Feature<'_>| {
        let b = f.bounds();
        i128::from(b.max.x - b.min.x) * i128::from(b.max.y - b.min.y)
    };
    layer.covering(at).min_by_key(|f| (size(f), f.id())).map(|feature| (layer, feature))
}

/// `GET /v1/units/{code}`: the unit of today and those that bore the code before.
pub(super) async fn unit(
    State(app): State<App>,
    axum::extract::Path(code): axum::extract::Path<String>,
) -> Result<Json<Value>, Problem> {
    let town = app.town()?;
    // 25630@2025-07-01 means the unit that had the code on that day; a bare code means today's
    let code = code.split('@').next().unwrap_or_default();
    let hits = town.index().units_by_code(code);
    if hits.is_empty() {
        return Err(Problem::not_found(
            "no unit with this code; codes have 2 (province), 3 or 5 (ward) digits",
        ));
    }
    Ok(Json(words::envelope(hits.iter().map(words::hit).collect(), false)))
}

/// `GET /v1/place?ids=address:17,…`.
pub(super) async fn place(
    State(app): State<App>,
    UrlQuery(parameters): UrlQuery<Parameters>,
) -> Result<Json<Value>, Problem> {
    let town = app.town()?;
    let ids =
        first(&parameters, &["ids"]).ok_or_else(|| Problem::bad_request("give ids, separated by commas"))?;
    let features = ids.split(',').take(MAX_SIZE).filter_map(|id| by_id(&town, id)).collect();
    Ok(Json(words::envelope(features, false)))
}

fn by_id(town: &Town, id: &str) -> Option<Value> {
    let (kind, number) = id.trim().rsplit_once(':')?;
    match kind.rsplit(':').next()? {
        "address" => town.index().address(number.parse().ok()?).as_ref().map(words::hit),
        "unit" => town.index().unit(number.parse().ok()?).as_ref().map(words::hit),
        "parcel" => {
            let layer = town.snapshot().layer("parcels")?;
            let feature = layer.by_id(number.parse().ok()?)?;
            Some(words::parcel(town, &Parcel::new(layer, feature)))
        }
        _ => None,
    }
}

fn first<'a>(parameters: &'a Parameters, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|&name| parameters.get(name)).map(String::as_str)
}

fn size(parameters: &Parameters, default: usize) -> Result<usize, Problem> {
    match first(parameters, &["size", "limit"]) {
        None => Ok(default),
        Some(text) => match text.parse::<usize>() {
            Ok(size) => Ok(size.clamp(1, MAX_SIZE)),
            Err(_) => Err(Problem::bad_request(format!("size must be a whole number from 1 to {MAX_SIZE}"))),
        },
    }
}

/// Parameters from a POST body, as a form or as a JSON object.
#[derive(Debug, Default)]
pub(super) struct Body(Parameters);

impl Body {
    /// What the body says wins over the URL.
    fn over(self, mut url: Parameters) -> Parameters {
        url.extend(self.0);
        url
    }
}

impl<S: Send + Sync> axum::extract::FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Problem> {
        if request.method() != axum::http::Method::POST {
            return Ok(Self::default());
        }
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|_| Problem::too_long("the body is too long; send one query"))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Problem::bad_request("the body is not UTF-8"))?;
        if text.trim_start().starts_with('{') {
            let object: Map<String, Value> = serde_json::from_str(text).map_err(|_| {
                Problem::bad_request("the body is not a JSON object such as {\"text\": \"…\"}")
            })?;
            let as_text = |value: Value| match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            return Ok(Self(object.into_iter().map(|(name, value)| (name, as_text(value))).collect()));
        }
        let uri = axum::http::Uri::builder()
            .path_and_query(format!("/?{}", text.trim()))
            .build()
            .map_err(|_| Problem::bad_request("the body is neither a form nor JSON"))?;
        let parameters = UrlQuery::<Parameters>::try_from_uri(&uri)
            .map_err(|_| Problem::bad_request("the body is neither a form nor JSON"))?;
        Ok(Self(parameters.0))
    }
}

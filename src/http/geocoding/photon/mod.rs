//! Photon's dialect: `/photon/api`, `/structured`, `/reverse`, `/status`.
//!
//! As Photon 1.x, but for two things its clients suffer from: unknown parameters are ignored, and a
//! fractional `zoom` is read. Places whose position nobody knows are left out: its clients read a point.

mod filters;
mod words;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use time::format_description::well_known::Rfc3339;

use super::json::{Object, respond};
use super::language::prefers_english;
use super::osm;
use super::parameters::{Asked, Parameters, Unusable, numbers};
use super::refusal::Refusal;
use super::text::{joined, readable};
use crate::answers::{Place, PlaceFilter, Reverse, Search};
use crate::geocode::Focus;
use crate::geometry::{LngLat, World, WorldBox};
use crate::http::App;
use crate::http::openapi::parameters::photon::{PhotonReverse, PhotonSearch, PhotonStructured};
use crate::http::openapi::responses::PhotonRefused;
use crate::http::openapi::schemas::photon::{PhotonAnswer, PhotonRefusal, PhotonStatus};
use crate::http::truncated::marked;
use filters::Filters;
use words::{Style, collection};

/// Answers without `limit`, of a search and of a reverse search, and the most there are.
const LIMIT: i64 = 15;
const REVERSE_LIMIT: i64 = 1;
const MAX_LIMIT: i64 = 50;
/// How far a reverse search looks where nobody says.
const NEAR_KM: f64 = 1.0;

/// At this zoom and below the whole world is in view and nothing is near.
const NO_BIAS_ZOOM: i64 = 4;
/// The share of importance where nothing is said.
const USUAL_IMPORTANCE: f64 = 0.4;

const BAD_BBOX: &str = "Invalid number of supplied coordinates for parameter 'bbox', expected format is: \
     minLon,minLat,maxLon,maxLat";
const BAD_BOUNDS: &str = "Invalid bounds for parameter 'bbox', expected values minLat, maxLat element [-90,90], \
     minLon, maxLon element [-180,180]";
const NO_QUERY: &str = "q parameter is required when no include categories are specified";

/// Places by a text, while it is typed.
#[utoipa::path(
    method(get, post), path = "/api", tag = "photon",
    params(PhotonSearch),
    responses((status = 200, description = "What was found; may be empty.", body = PhotonAnswer), PhotonRefused)
)]
pub(super) async fn api(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(search(app, &headers, asked).await)
}

/// Places by the parts of an address.
#[utoipa::path(
    method(get, post), path = "/structured", tag = "photon",
    params(PhotonStructured),
    extensions(("x-one-of" = json!([
        ["housenumber", "street", "city", "state"],
        ["city", "district", "county", "state"],
        ["street", "postcode"],
    ]))),
    responses((status = 200, description = "What was found; may be empty.", body = PhotonAnswer), PhotonRefused)
)]
pub(super) async fn structured(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(search_by_parts(app, &headers, asked).await)
}

/// What is at a point.
#[utoipa::path(
    method(get, post), path = "/reverse", tag = "photon",
    params(PhotonReverse),
    responses((status = 200, description = "What is there; may be empty.", body = PhotonAnswer), PhotonRefused)
)]
pub(super) async fn reverse(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(look_around(app, &headers, asked).await)
}

/// Whether there is data, and of when.
#[utoipa::path(
    get, path = "/status", tag = "photon",
    responses(
        (status = 200, description = "There is.", body = PhotonStatus),
        (status = 503, description = "Not yet.", body = PhotonRefusal),
    )
)]
pub(super) async fn status(State(app): State<App>) -> Response {
    answer(app.town().map_err(Refusal::from).map(|town| {
        let mut status = Object::new();
        status
            .put("status", "Ok")
            .set("import_date", town.loaded_at().format(&Rfc3339).ok())
            .put("version", env!("CARGO_PKG_VERSION"))
            .put("git_commit", "unknown");
        (status, false)
    }))
}

/// Words an answer, and whether it is cut, or why there is none.
fn answer(answer: Result<(Object, bool), Refusal>) -> Response {
    match answer {
        Ok((body, is_cut)) => marked(respond(StatusCode::OK, body.into_bytes()), is_cut),
        Err(refused) => {
            let mut body = Object::new();
            body.put("message", &refused.reason);
            refused.respond(body)
        }
    }
}

async fn search(
    app: App,
    headers: &HeaderMap,
    asked: Result<Parameters, Refusal>,
) -> Result<(Object, bool), Refusal> {
    let asked = asked?;
    let text = readable(asked.given("q").unwrap_or_default())?;
    let filters = Filters::read(&asked)?;
    if text.is_empty() && !filters.has_include() {
        return Err(Refusal::bad_request(NO_QUERY));
    }
    let countries = asked.list("countrycode");
    find(app, headers, &asked, text, filters, osm::has_viet_nam(countries), None).await
}

async fn search_by_parts(
    app: App,
    headers: &HeaderMap,
    asked: Result<Parameters, Refusal>,
) -> Result<(Object, bool), Refusal> {
    const FIELDS: [&str; 8] =
        ["countrycode", "state", "county", "city", "postcode", "district", "street", "housenumber"];
    let asked = asked?;
    if asked.first(&FIELDS).is_none() {
        let fields = FIELDS.join(", ");
        return Err(Refusal::bad_request(format!("at least one of the parameters [{fields}] is required.")));
    }
    let first = joined([asked.get("housenumber"), asked.get("street")], " ");
    let rest = ["city", "district", "county", "state"].map(|field| asked.get(field));
    let text = joined([Some(first.as_str())].into_iter().chain(rest), ", ");
    let postcode = asked.get("postcode").map(str::to_owned);
    let place_filter: Option<PlaceFilter> = postcode.map(|wanted| {
        let filter = move |place: &Place| place.postal_code.as_ref().is_none_or(|known| *known == wanted);
        Box::new(filter) as PlaceFilter
    });
    let has_viet_nam = osm::has_viet_nam(asked.list("countrycode"));
    find(app, headers, &asked, readable(&text)?, Filters::read(&asked)?, has_viet_nam, place_filter).await
}

async fn find(
    app: App,
    headers: &HeaderMap,
    asked: &Parameters,
    text: String,
    filters: Filters,
    has_viet_nam: bool,
    place_filter: Option<PlaceFilter>,
) -> Result<(Object, bool), Refusal> {
    let style = style(&app, headers, asked)?;
    let kinds = filters.kinds();
    let search = Search {
        focus: focus(asked)?,
        is_prefix: true,
        within: bbox(asked)?,
        kinds,
        place_filter: Some(Box::new(move |place| {
            place.point.is_some()
                && filters.admit(place)
                && place_filter.as_ref().is_none_or(|filter| filter(place))
        })),
        ..Search::new(text, limit(asked, LIMIT)?)
    };
    let town = app.town()?;
    let (places, is_cut) = match has_viet_nam && !search.text.is_empty() {
        true => app.ask(&town, search).await.map(|found| (found.places, found.is_cut))?,
        false => (Vec::new(), false),
    };
    Ok((collection(&places, &style), is_cut))
}

async fn look_around(
    app: App,
    headers: &HeaderMap,
    asked: Result<Parameters, Refusal>,
) -> Result<(Object, bool), Refusal> {
    let asked = asked?;
    let missing = |name| Refusal::bad_request(format!("Missing parameter '{name}'."));
    let lat = degrees(&asked, "lat", 90.0)?.ok_or_else(|| missing("lat"))?;
    let lon = degrees(&asked, "lon", 180.0)?.ok_or_else(|| missing("lon"))?;
    let style = style(&app, headers, &asked)?;
    let filters = Filters::read(&asked)?;
    let limit = limit(&asked, REVERSE_LIMIT)?;
    let radius_km = match asked.number("radius") {
        Ok(None) => NEAR_KM,
        // no country is wider
        Ok(Some(radius)) if radius > 0.0 => radius.min(5000.0),
        _ => return Err(Refusal::bad_request("Invalid value for 'radius' parameter.")),
    };
    let reverse = Reverse {
        doors: limit,
        radius_m: radius_km * 1000.0,
        ..Reverse::at(World::from_lnglat(LngLat { lat, lng: lon }))
    };
    let near = app.ask(&app.town()?, reverse).await?;
    let (is_cut, kinds) = (near.is_cut, filters.kinds());
    let places: Vec<Place> = near
        .places()
        .filter(|place| place.point.is_some() && filters.admit(place))
        .filter(|place| kinds.as_ref().is_none_or(|kinds| kinds.contains(&place.kind)))
        .take(limit)
        .collect();
    Ok((collection(&places, &style), is_cut))
}

/// How the answer is worded.
fn style(app: &App, headers: &HeaderMap, asked: &Parameters) -> Result<Style, Refusal> {
    let is_english = match asked.get("lang") {
        Some("en") => true,
        Some("vi" | "default") => false,
        Some(_) => {
            return Err(Refusal::bad_request("Language is not supported. Supported are: default, vi, en"));
        }
        None => prefers_english(None, headers),
    };
    Ok(Style {
        is_english,
        names_addresses: app.config().geocoding.photon_names_addresses,
        debugs: asked.flag("debug").unwrap_or(false),
    })
}

fn limit(asked: &Parameters, usual: i64) -> Result<usize, Refusal> {
    let limit = asked.whole("limit").map_err(|_| invalid("limit"))?.unwrap_or(usual);
    Ok(limit.clamp(1, MAX_LIMIT) as usize)
}

/// `zoom` says how far is near and `location_bias_scale` how much importance counts beside it, as in Photon.
fn focus(asked: &Parameters) -> Result<Option<Focus>, Refusal> {
    let (lat, lon) = (degrees(asked, "lat", 90.0)?, degrees(asked, "lon", 180.0)?);
    let zoom = asked.whole("zoom").map_err(|_| invalid("zoom"))?.unwrap_or(12).clamp(0, 18);
    let scale = asked.number("location_bias_scale").map_err(|_| invalid("location_bias_scale"))?;
    let importance = scale.unwrap_or(USUAL_IMPORTANCE).clamp(0.0, 1.0);
    let strength = (1.0 - importance) / (1.0 - USUAL_IMPORTANCE);
    let radius_km = 0.1 * 2.2_f64.powi(18 - zoom as i32);
    match (lat, lon) {
        (Some(_), Some(_)) if zoom <= NO_BIAS_ZOOM || importance >= 1.0 => Ok(None),
        (Some(lat), Some(lng)) => {
            Ok(Some(Focus { at: World::from_lnglat(LngLat { lat, lng }), radius_km, strength }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(Refusal::bad_request("Missing parameter 'lon'.")),
        (None, Some(_)) => Err(Refusal::bad_request("Missing parameter 'lat'.")),
    }
}

fn bbox(asked: &Parameters) -> Result<Option<WorldBox>, Refusal> {
    let Some(text) = asked.get("bbox") else { return Ok(None) };
    let [x1, y1, x2, y2] = numbers(text).ok_or_else(|| Refusal::bad_request(BAD_BBOX))?;
    if x1.abs().max(x2.abs()) > 180.0 || y1.abs().max(y2.abs()) > 90.0 {
        return Err(Refusal::bad_request(BAD_BOUNDS));
    }
    let mut bounds = WorldBox::of(World::from_lnglat(LngLat { lng: x1, lat: y1 }));
    bounds.include(World::from_lnglat(LngLat { lng: x2, lat: y2 }));
    Ok(Some(bounds))
}

fn degrees(asked: &Parameters, name: &str, limit: f64) -> Result<Option<f64>, Refusal> {
    asked.degrees(name, limit).map_err(|_: Unusable| invalid(name))
}

fn invalid(name: &str) -> Refusal {
    Refusal::bad_request(format!("Invalid value for '{name}' parameter."))
}

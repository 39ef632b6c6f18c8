//! Nominatim's dialect: `/nominatim/search`, `/reverse`, `/lookup`, `/status`, and the old `.php` paths.
//!
//! As Nominatim 5.3. There are no `osm_type` and `osm_id`: the source is not OpenStreetMap. `place_id` is
//! ours, equal as long as the source's ids are; `/lookup` takes the ids that `extratags=1` shows.

mod address;
mod answer;
mod details;
mod json;
mod rank;
mod request;
mod xml;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use time::format_description::well_known::Rfc3339;

use super::json::{Object, respond};
use super::osm;
use super::parameters::{Asked, Parameters};
use super::refusal::Refusal;
use super::text::{joined, readable};
use crate::answers::{Place, PlacesById, Reverse, Search, Surroundings};
use crate::geocode::Focus;
use crate::geometry::{LngLat, World};
use crate::http::App;
use crate::http::openapi::parameters::nominatim::{NominatimLookup, NominatimReverse, NominatimSearch};
use crate::http::openapi::responses::NominatimRefused;
use crate::http::openapi::schemas::nominatim::{
    NominatimList, NominatimNotReady, NominatimOne, NominatimStatus,
};
use crate::http::truncated::marked;
use answer::{Answer, Format};
use request::{degrees, focus_and_box, kinds, limit, whole};

/// Ids that `/lookup` takes at once.
const MAX_LOOKUP: usize = 50;

/// At this zoom the smallest place is a door.
const MAX_ZOOM: i64 = 18;

/// From this zoom on a ward is the coarsest place, below it a province.
const WARD_ZOOM: i64 = 10;

const NOTHING: &str = "Nothing to search for.";
const BOTH: &str = "Structured query parameters(amenity, street, city, county, state, postalcode, country) \
     cannot be used together with 'q' parameter.";
const PARTS: [&str; 7] = ["amenity", "street", "city", "county", "state", "postalcode", "country"];

/// Places by a text, or by the parts of an address.
#[utoipa::path(
    method(get, post), path = "/search", tag = "nominatim",
    params(NominatimSearch),
    extensions(("x-one-of" = json!([
        ["q"],
        ["street", "city", "state"],
        ["amenity", "city", "county", "postalcode", "country"],
    ]))),
    responses(
        (
            status = 200, description = "What was found; may be empty.",
            content((NominatimList = "application/json"), ("text/xml"), ("application/javascript"))
        ),
        NominatimRefused,
    )
)]
pub(super) async fn search(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(asked, Format::JsonV2, &headers, async |asked| find(app, asked).await).await
}

/// The place at a point, as coarse as `zoom` says; as XML unless asked otherwise.
#[utoipa::path(
    method(get, post), path = "/reverse", tag = "nominatim",
    params(NominatimReverse),
    responses(
        (
            status = 200, description = "The place, or that there is none.",
            content((NominatimOne = "application/json"), ("text/xml"), ("application/javascript"))
        ),
        NominatimRefused,
    )
)]
pub(super) async fn reverse(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(asked, Format::Xml, &headers, async |asked| look_around(app, asked).await).await
}

/// Places by the ids that `extratags=1` shows; as XML unless asked otherwise.
#[utoipa::path(
    method(get, post), path = "/lookup", tag = "nominatim",
    params(NominatimLookup),
    responses(
        (
            status = 200, description = "Those that are known.",
            content((NominatimList = "application/json"), ("text/xml"), ("application/javascript"))
        ),
        NominatimRefused,
    )
)]
pub(super) async fn lookup(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(asked, Format::Xml, &headers, async |asked| look_up(app, asked).await).await
}

/// Whether there is data: a word, or with `format=json` an object.
#[utoipa::path(
    get, path = "/status", tag = "nominatim",
    params(("format" = Option<String>, Query, description = "`text` or `json`", example = "json")),
    responses(
        (status = 200, description = "There is.", content((String = "text/plain"), (NominatimStatus = "application/json"))),
        (status = 400, description = "Another format was asked for.", content_type = "text/plain", body = String),
        (status = 503, description = "Not yet.", content((String = "text/plain"), (NominatimNotReady = "application/json"))),
    )
)]
pub(super) async fn status(State(app): State<App>, Asked(asked): Asked) -> Response {
    let format = asked.as_ref().ok().and_then(|asked| asked.get("format")).unwrap_or("text");
    let plain = |status: StatusCode, text: String| {
        (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
    };
    match (app.town(), format) {
        (_, format) if !matches!(format, "text" | "json") => {
            plain(StatusCode::BAD_REQUEST, "Parameter 'format' must be one of: text, json".to_owned())
        }
        (Ok(_), "text") => plain(StatusCode::OK, "OK".to_owned()),
        (Ok(town), _) => {
            let mut status = Object::new();
            status
                .put("status", 0)
                .put("message", "OK")
                .set("data_updated", town.loaded_at().format(&Rfc3339).ok())
                .put("software_version", env!("CARGO_PKG_VERSION"))
                .put("database_version", town.snapshot().revision().to_string());
            respond(StatusCode::OK, status.into_bytes())
        }
        (Err(problem), "text") => {
            let refused = Refusal::from(problem);
            refused.dress(plain(refused.status, format!("ERROR: {}", refused.reason)))
        }
        (Err(problem), _) => {
            let refused = Refusal::from(problem);
            let mut status = Object::new();
            status.put("status", 700).put("message", &refused.reason);
            refused.respond(status)
        }
    }
}

/// What is to be worded, and whether it is cut.
struct Outcome {
    places: Worded,
    is_cut: bool,
}

/// Places in one of two forms.
enum Worded {
    /// A list, with the text that was searched.
    List(Vec<Place>, String),
    /// One place or none.
    One(Option<Box<Place>>),
}

async fn answer(
    asked: Result<Parameters, Refusal>,
    usual: Format,
    headers: &HeaderMap,
    work: impl AsyncFnOnce(&Parameters) -> Result<Outcome, Refusal>,
) -> Response {
    let asked = match asked {
        Ok(asked) => asked,
        Err(refused) => return usual.refuse(&refused),
    };
    let answer = match Answer::read(&asked, usual, headers) {
        Ok(answer) => answer,
        Err(no_form) => return no_form.respond(),
    };
    let outcome = match work(&asked).await {
        Ok(outcome) => outcome,
        Err(refused) => return answer.refuse(&refused),
    };
    let response = match outcome.places {
        Worded::List(places, text) => answer.list(&places, &text),
        Worded::One(place) => answer.one(place.as_deref()),
    };
    marked(response, outcome.is_cut)
}

async fn find(app: App, asked: &Parameters) -> Result<Outcome, Refusal> {
    let has_parts = asked.first(&PARTS).is_some();
    let (text, is_possible) = match asked.given("q") {
        Some(_) if has_parts => return Err(Refusal::bad_request(BOTH)),
        Some(text) => (readable(text)?, true),
        None if has_parts => {
            let parts = ["street", "city", "county", "state"].map(|part| asked.get(part));
            let country = asked.get("country");
            (readable(&joined(parts, ", "))?, osm::has_viet_nam(country.into_iter()))
        }
        None => return Err(Refusal::bad_request(NOTHING)),
    };
    let (focus, within) = focus_and_box(asked)?;
    let excluded: Vec<u64> = asked.list("exclude_place_ids").filter_map(|id| id.parse().ok()).collect();
    let postcode = asked.get("postalcode").map(str::to_owned);
    let search = Search {
        focus: focus.map(Focus::from),
        within,
        kinds: kinds(asked),
        place_filter: Some(Box::new(move |place| {
            place.point.is_some()
                && !excluded.contains(&rank::place_id(place))
                && postcode
                    .as_ref()
                    .is_none_or(|wanted| place.postal_code.as_ref().is_none_or(|known| known == wanted))
        })),
        ..Search::new(text, limit(asked)?)
    };
    let text = search.text.clone();
    let is_possible = is_possible && !text.is_empty() && osm::has_viet_nam(asked.list("countrycodes"));
    let (places, is_cut) = match is_possible {
        true => search_or_look(&app, search).await?,
        false => (Vec::new(), false),
    };
    Ok(Outcome { places: Worded::List(places, text), is_cut })
}

/// A text that is only a point is answered with what lies there, as Nominatim does.
async fn search_or_look(app: &App, search: Search) -> Result<(Vec<Place>, bool), Refusal> {
    let town = app.town()?;
    let found = app.ask(&town, search).await?;
    let point = found.places.first().filter(|place| osm::tag(place).is_none()).and_then(|place| place.point);
    let Some(at) = point else { return Ok((found.places, found.is_cut)) };
    let near = app.ask(&town, Reverse::at(at)).await?;
    let is_cut = found.is_cut || near.is_cut;
    Ok((at_zoom(near, at, MAX_ZOOM).into_iter().collect(), is_cut))
}

async fn look_around(app: App, asked: &Parameters) -> Result<Outcome, Refusal> {
    let lon = degrees(asked, "lon")?;
    let lat = degrees(asked, "lat")?;
    let zoom = whole(asked, "zoom")?.unwrap_or(MAX_ZOOM).clamp(0, MAX_ZOOM);
    let has_addresses = asked.get("layer").is_none_or(|layers| layers.split(',').any(|l| l == "address"));
    if lat.abs() > 90.0 || lon.abs() > 180.0 || !has_addresses {
        return Ok(Outcome { places: Worded::One(None), is_cut: false });
    }
    let at = World::from_lnglat(LngLat { lat, lng: lon });
    let reverse = Reverse { wants_province: zoom < WARD_ZOOM, ..Reverse::at(at) };
    let near = app.ask(&app.town()?, reverse).await?;
    let is_cut = near.is_cut;
    Ok(Outcome { places: Worded::One(at_zoom(near, at, zoom).map(Box::new)), is_cut })
}

/// The smallest place as coarse as the zoom.
fn at_zoom(mut near: Surroundings, at: World, zoom: i64) -> Option<Place> {
    let door = near.doors.drain(..).next();
    // somewhere on it, for what has no point of its own
    let mut ward = near.ward;
    if let Some(ward) = ward.as_mut() {
        ward.point = ward.point.or(Some(at));
    }
    let smallest = match zoom {
        MAX_ZOOM => door.or(near.street).or(near.hamlet),
        16 | 17 => near.street.or(near.hamlet),
        14 | 15 => near.hamlet,
        WARD_ZOOM..=13 => None,
        _ => near.province.map(|province| {
            // a place nobody drew the border of
            let point = province.point.or(ward.as_ref().and_then(|ward| ward.point));
            Place { point, ..province }
        }),
    };
    smallest.or(ward).filter(|place| place.point.is_some())
}

async fn look_up(app: App, asked: &Parameters) -> Result<Outcome, Refusal> {
    let ids: Vec<String> = asked.list("osm_ids").map(str::to_owned).collect();
    if ids.len() > MAX_LOOKUP {
        return Err(Refusal::bad_request("Too many object IDs."));
    }
    let mut places = app.ask(&app.town()?, PlacesById { ids }).await?;
    places.retain(|place| place.point.is_some() && osm::tag(place).is_some());
    Ok(Outcome { places: Worded::List(places, String::new()), is_cut: false })
}

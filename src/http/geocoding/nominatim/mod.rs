//! Nominatim's dialect: `/nominatim/search`, `/reverse`, `/lookup`, `/status`, and the old `.php` paths.
//!
//! As Nominatim 5.3. There are no `osm_type` and `osm_id`: the source is not OpenStreetMap. `place_id` is
//! ours, equal as long as the source's ids are; `/lookup` takes the ids that `extratags=1` shows.

mod address;
mod answer;
mod json;
mod rank;
mod request;
mod xml;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use time::format_description::well_known::Rfc3339;

use super::around::{Around, province_of};
use super::by_id::by_id;
use super::find::Wanted;
use super::json::{Object, respond};
use super::osm;
use super::parameters::{Asked, Parameters};
use super::place::Place;
use super::refusal::Refusal;
use super::text::{joined, readable};
use crate::geocode::Focus;
use crate::geometry::{LngLat, World};
use crate::http::App;
use crate::http::state::brief;
use crate::town::Town;
use answer::{Answer, Format};
use request::{degrees, focus_and_box, kinds, limit, whole};

/// Ids that `/lookup` takes at once.
const MAX_LOOKUP: usize = 50;

const NOTHING: &str = "Nothing to search for.";
const BOTH: &str = "Structured query parameters(amenity, street, city, county, state, postalcode, country) \
     cannot be used together with 'q' parameter.";
const PARTS: [&str; 7] = ["amenity", "street", "city", "county", "state", "postalcode", "country"];

/// `/nominatim/search`
pub(super) async fn search(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(asked, Format::JsonV2, &headers, async |asked| find(app, asked).await).await
}

/// `/nominatim/reverse`
pub(super) async fn reverse(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(asked, Format::Xml, &headers, async |asked| look_around(app, asked).await).await
}

/// `/nominatim/lookup`
pub(super) async fn lookup(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(asked, Format::Xml, &headers, async |asked| look_up(app, asked).await).await
}

/// `/nominatim/status`: a word, or with `format=json` an object.
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

/// What is to be worded.
enum Outcome {
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
    match work(&asked).await {
        Ok(Outcome::List(places, text)) => answer.list(&places, &text),
        Ok(Outcome::One(place)) => answer.one(place.as_deref()),
        Err(refused) => answer.refuse(&refused),
    }
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
    let wanted = Wanted {
        focus: focus.map(Focus::from),
        within,
        kinds: kinds(asked),
        choice: Some(Box::new(move |place| {
            place.point.is_some()
                && !excluded.contains(&rank::place_id(place))
                && postcode
                    .as_ref()
                    .is_none_or(|wanted| place.postal_code.as_ref().is_none_or(|known| known == wanted))
        })),
        ..Wanted::new(text, limit(asked)?)
    };
    let text = wanted.text.clone();
    let is_possible = is_possible && !text.is_empty() && osm::has_viet_nam(asked.list("countrycodes"));
    let town = app.town()?;
    let places = match is_possible {
        true => brief(|| search_or_look(&town, &wanted))?,
        false => Vec::new(),
    };
    Ok(Outcome::List(places, text))
}

/// A text that is only a point is answered with what lies there, as Nominatim does.
fn search_or_look(town: &Town, wanted: &Wanted) -> Vec<Place> {
    let found = wanted.find(town);
    let point = found.places.first().filter(|place| osm::tag(place).is_none()).and_then(|place| place.point);
    match point {
        Some(at) => Around::at(at).look(town).places().take(1).collect(),
        None => found.places,
    }
}

async fn look_around(app: App, asked: &Parameters) -> Result<Outcome, Refusal> {
    let lon = degrees(asked, "lon")?;
    let lat = degrees(asked, "lat")?;
    let zoom = whole(asked, "zoom")?.unwrap_or(18).clamp(0, 18);
    let has_addresses = asked.get("layer").is_none_or(|layers| layers.split(',').any(|l| l == "address"));
    if lat.abs() > 90.0 || lon.abs() > 180.0 || !has_addresses {
        return Ok(Outcome::One(None));
    }
    let around = Around::at(World::from_lnglat(LngLat { lat, lng: lon }));
    let town = app.town()?;
    let place = brief(|| at_zoom(&town, &around, zoom))?;
    Ok(Outcome::One(place.map(Box::new)))
}

/// The smallest place as coarse as the zoom.
fn at_zoom(town: &Town, around: &Around, zoom: i64) -> Option<Place> {
    let mut near = around.look(town);
    let door = near.doors.drain(..).next();
    // somewhere on it, for what has no point of its own
    let mut ward = near.ward;
    if let Some(ward) = ward.as_mut() {
        ward.point = ward.point.or(Some(around.at));
    }
    let smallest = match zoom {
        18 => door.or(near.street).or(near.hamlet),
        16 | 17 => near.street.or(near.hamlet),
        14 | 15 => near.hamlet,
        10..=13 => None,
        _ => ward.as_ref().and_then(|ward| province_of(town, ward)),
    };
    smallest.or(ward).filter(|place| place.point.is_some())
}

async fn look_up(app: App, asked: &Parameters) -> Result<Outcome, Refusal> {
    let ids: Vec<String> = asked.list("osm_ids").map(str::to_owned).collect();
    if ids.len() > MAX_LOOKUP {
        return Err(Refusal::bad_request("Too many object IDs."));
    }
    let town = app.town()?;
    let look_up = move || {
        let places = ids.iter().filter_map(|id| by_id(&town, id));
        places.filter(|place| place.point.is_some() && osm::tag(place).is_some()).collect()
    };
    Ok(Outcome::List(brief(look_up)?, String::new()))
}

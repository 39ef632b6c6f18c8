//! Pelias's dialect, our native one: `/v1/search`, `/autocomplete`, `/search/structured`, `/reverse`, `/place`.
//!
//! Beside Pelias's own keys every feature has `ward_code`, the label of before the reform and labels without
//! accents. Units without a shape are answered without a geometry: that a ward exists is an answer too.
//! `format=geocodejson` gives the same places as GeocodeJSON, `explain=1` what the text was taken for.

mod envelope;
mod request;
mod words;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;
use time::Date;
use time::macros::format_description;

use super::json::{Object, respond};
use super::parameters::{Asked, Parameters};
use super::refusal::Refusal;
use super::text::{joined, may_be_repeated, readable, word};
use crate::answers::{
    Place, PlaceFilter, PlaceKind, PlacesById, Reverse, Search, UnitsByCode, ZoneAt, ZonesAt, ZonesFound,
};
use crate::geocode::{Focus, HitKind, Problem};
use crate::geometry::World;
use crate::http::App;
use crate::http::extract::InPath;
use crate::http::openapi::parameters::pelias::{PeliasPlace, PeliasReverse, PeliasSearch, PeliasStructured};
use crate::http::openapi::responses::{PeliasRefused, PeliasUnitRefused};
use crate::http::openapi::schemas::pelias::{PeliasAnswer, PeliasOrGeocodeJson};
use crate::http::truncated::marked;
use envelope::Envelope;
use request::{Request, focus, point};

/// Parts of a structured search, from the door to the province.
const PARTS: [&str; 6] = ["address", "neighbourhood", "borough", "locality", "county", "region"];

/// A place as a feature of any answer.
pub(super) fn feature(place: &Place) -> Object {
    words::feature(place, None, false, false)
}

/// Places by a text: addresses old and new, units, parcels, coordinates, codes.
#[utoipa::path(
    method(get, post), path = "/search", tag = "search",
    params(PeliasSearch),
    responses((status = 200, description = "What was found; may be empty.", body = PeliasOrGeocodeJson), PeliasRefused)
)]
pub(super) async fn search(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(asked, &headers, async |asked| find(app, asked, false).await).await
}

/// Places while a text is typed: the last word may be unfinished.
#[utoipa::path(
    method(get, post), path = "/autocomplete", tag = "search",
    params(PeliasSearch),
    responses((status = 200, description = "What was found; may be empty.", body = PeliasOrGeocodeJson), PeliasRefused)
)]
pub(super) async fn autocomplete(
    State(app): State<App>,
    headers: HeaderMap,
    Asked(asked): Asked,
) -> Response {
    answer(asked, &headers, async |asked| find(app, asked, true).await).await
}

/// Places by the parts of an address.
#[utoipa::path(
    method(get, post), path = "/search/structured", tag = "search",
    params(PeliasStructured),
    extensions(("x-one-of" = json!([
        ["address", "locality", "region"],
        ["neighbourhood", "borough", "locality", "county", "region"],
        ["address", "postalcode", "country"],
    ]))),
    responses((status = 200, description = "What was found; may be empty.", body = PeliasOrGeocodeJson), PeliasRefused)
)]
pub(super) async fn structured(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(asked, &headers, async |asked| find_by_parts(app, asked).await).await
}

/// What is at a point: the nearest door, its street, its hamlet and, always where one covers it, the ward.
///
/// And what `include` names: `parcel` where it says nothing, `zones` too where it does. With `prefer=parcel` the doors
/// of the parcel under the place come first.
#[utoipa::path(
    method(get, post), path = "/reverse", tag = "search",
    params(PeliasReverse),
    responses((status = 200, description = "What is there; may be empty.", body = PeliasOrGeocodeJson), PeliasRefused)
)]
pub(super) async fn reverse(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(asked, &headers, async |asked| look_around(app, asked).await).await
}

/// Places by ids that answers gave.
#[utoipa::path(
    method(get, post), path = "/place", tag = "search",
    params(PeliasPlace),
    responses((status = 200, description = "Those that are known.", body = PeliasOrGeocodeJson), PeliasRefused)
)]
pub(super) async fn place(State(app): State<App>, headers: HeaderMap, Asked(asked): Asked) -> Response {
    answer(asked, &headers, async |asked| look_up(app, asked).await).await
}

/// The unit of today that has a code, and those that bore it before.
///
/// `25630@2025-06-30` is the unit that had the code on that day.
#[utoipa::path(
    get, path = "/units/{code}", tag = "units",
    params(("code" = String, Path, description = "2 digits (province), 3 or 5 (ward)", example = "25630")),
    responses((status = 200, description = "The units.", body = PeliasAnswer), PeliasUnitRefused)
)]
pub(super) async fn unit(State(app): State<App>, InPath(code): InPath<String>) -> Response {
    let units = units_by_code(app, &code).await;
    let envelope = Envelope::default();
    match units {
        Ok(outcome) => respond(StatusCode::OK, envelope.hold(&outcome).into_bytes()),
        Err(refused) => refused.respond(envelope.refuse(&refused)),
    }
}

async fn units_by_code(app: App, code: &str) -> Result<Outcome, Refusal> {
    // 25630@2025-07-01 means the unit that had the code on that day; a bare code means today's
    let (code, day) = code.split_once('@').map_or((code, None), |(code, day)| (code, Some(day)));
    let day = day.map(|day| Date::parse(day, format_description!("[year]-[month]-[day]"))).transpose();
    let day = day.map_err(|_| {
        Refusal::bad_request("what stands behind the @ of a code is a day such as 2025-07-01")
    })?;
    let code = code.to_owned();
    let units = app.ask(&app.town()?, UnitsByCode { code, day }).await?;
    if units.is_empty() {
        let when = if day.is_some() { " on this day" } else { "" };
        return Err(Refusal {
            status: StatusCode::NOT_FOUND,
            reason: format!("no unit with this code{when}; codes have 2 (province), 3 or 5 (ward) digits"),
        });
    }
    Ok(Outcome::new(units))
}

/// What was found, each place with what only this answer says of it.
struct Outcome {
    places: Vec<(Place, Option<serde_json::Value>)>,
    is_ambiguous: bool,
    reading: Option<&'static str>,
    /// More was to be looked at than one answer may cost.
    is_cut: bool,
    request: Request,
}

impl Outcome {
    fn new(places: Vec<Place>) -> Self {
        let places = places.into_iter().map(|place| (place, None)).collect();
        Self { places, is_ambiguous: false, reading: None, is_cut: false, request: Request::default() }
    }

    /// The text of the question, unless it may hold somebody's number.
    fn text_to_repeat(&self) -> Option<&str> {
        let places = || self.places.iter().map(|(place, _)| place);
        self.request.text.as_deref().filter(|text| may_be_repeated(text, places()))
    }
}

async fn answer(
    asked: Result<Parameters, Refusal>,
    headers: &HeaderMap,
    work: impl AsyncFnOnce(&Parameters) -> Result<Outcome, Refusal>,
) -> Response {
    let refuse = |envelope: &Envelope, refused: Refusal| refused.respond(envelope.refuse(&refused));
    let asked = match asked {
        Ok(asked) => asked,
        Err(refused) => return refuse(&Envelope::default(), refused),
    };
    let envelope = match Envelope::read(&asked, headers) {
        Ok(envelope) => envelope,
        Err(refused) => return refuse(&Envelope::default(), refused),
    };
    match work(&asked).await {
        Ok(outcome) => marked(respond(StatusCode::OK, envelope.hold(&outcome).into_bytes()), outcome.is_cut),
        Err(refused) => refuse(&envelope, refused),
    }
}

async fn find(app: App, asked: &Parameters, is_prefix: bool) -> Result<Outcome, Refusal> {
    let text = asked.first(&["text", "q"]).map(readable).transpose()?.unwrap_or_default();
    if text.is_empty() {
        return Err(Refusal::bad_request("invalid param 'text': text length, must be >0"));
    }
    search_for(app, asked, text, is_prefix, None).await
}

async fn find_by_parts(app: App, asked: &Parameters) -> Result<Outcome, Refusal> {
    let has_any = asked.first(&PARTS).or(asked.first(&["postalcode", "country"])).is_some();
    if !has_any {
        let parts = PARTS.join(", ");
        return Err(Refusal::bad_request(format!(
            "at least one of the following fields is required: {parts}, postalcode, country"
        )));
    }
    let text = readable(&joined(PARTS.map(|part| asked.get(part)), ", "))?;
    search_for(app, asked, text, false, asked.get("postalcode").map(str::to_owned)).await
}

async fn search_for(
    app: App,
    asked: &Parameters,
    text: String,
    is_prefix: bool,
    postcode: Option<String>,
) -> Result<Outcome, Refusal> {
    let mut request = Request::read(asked, 10)?;
    request.text = Some(text.clone());
    request.focus = focus(asked)?;
    let search = Search {
        is_prefix,
        focus: request.focus.map(Focus::from),
        within: request.within,
        around: request.circle,
        kinds: request.kinds.clone(),
        place_filter: postcode.map(|wanted| -> PlaceFilter {
            Box::new(move |place| place.postal_code.as_ref().is_none_or(|known| *known == wanted))
        }),
        ..Search::new(text, request.size)
    };
    let town = app.town()?;
    if !request.has_viet_nam || search.text.is_empty() {
        return Ok(Outcome { request, ..Outcome::new(Vec::new()) });
    }
    let found = app.ask(&town, search).await?;
    match found.problem {
        None => {}
        Some(Problem::Empty) => return Err(Refusal::bad_request(Problem::Empty.to_string())),
        Some(Problem::TooLong) => {
            let chars = request.text.unwrap_or_default().chars().count();
            return Err(Refusal::too_long(chars, crate::geocode::MAX_CHARS));
        }
    }
    Ok(Outcome {
        is_ambiguous: found.is_ambiguous,
        reading: Some(found.reading),
        is_cut: found.is_cut,
        request,
        ..Outcome::new(found.places)
    })
}

async fn look_around(app: App, asked: &Parameters) -> Result<Outcome, Refusal> {
    let mut request = Request::read(asked, 1)?;
    let at = point(asked, ["point.lat", "lat"], ["point.lon", "lon"])?
        .ok_or_else(|| Refusal::bad_request("missing param 'point.lat' or 'point.lon'"))?;
    request.point = Some(at);
    let include: Option<Vec<&str>> = asked.given("include").map(|_| asked.list("include").collect());
    if let Some(unknown) = include.iter().flatten().find(|name| !["parcel", "zones"].contains(name)) {
        let reason =
            format!("'{}' is an invalid include parameter. Valid options: parcel,zones", word(unknown));
        return Err(Refusal::bad_request(reason));
    }
    let includes =
        |name: &str, usually: bool| include.as_ref().map_or(usually, |names| names.contains(&name));
    let usual = Reverse::at(World::from_lnglat(at));
    let venue = PlaceKind::Known(HitKind::Landmark);
    let asks_for_venues = request.kinds.as_ref().is_some_and(|kinds| kinds.contains(&venue));
    let reverse = Reverse {
        doors: request.size,
        landmark_radius_m: if asks_for_venues { usual.radius_m } else { usual.landmark_radius_m },
        wants_parcel: includes("parcel", true),
        prefers_parcel: asked.get("prefer") == Some("parcel"),
        ..usual
    };
    let wants_zones = includes("zones", false);
    let town = app.town()?;
    if !request.has_viet_nam {
        return Ok(Outcome { request, ..Outcome::new(Vec::new()) });
    }
    let mut near = app.ask(&town, reverse).await?;
    let zones = match wants_zones {
        true => app.ask(&town, ZonesAt { at: reverse.at }).await?,
        false => ZonesFound { zones: Vec::new(), is_cut: false },
    };
    let is_cut = near.is_cut || zones.is_cut;
    let parcel = near.parcel.take();
    let places = near.places().map(by_distance).chain(parcel).map(|place| (place, None));
    let is_wanted = |place: &Place| request.kinds.as_ref().is_none_or(|kinds| kinds.contains(&place.kind));
    let places = places
        .chain(zones.zones.into_iter().map(with_details))
        .filter(|(place, _)| is_wanted(place))
        .collect();
    Ok(Outcome { places, is_cut, request, ..Outcome::new(Vec::new()) })
}

/// A zone as a place, and what only zones say.
fn with_details(zone: ZoneAt) -> (Place, Option<serde_json::Value>) {
    let details = json!({
        "code": zone.code,
        "colour": zone.colour,
        "plan": {
            "id": zone.plan_id,
            "kind": zone.plan_kind,
            "name": zone.plan_name,
            "number": zone.plan_number,
            "status": zone.plan_status,
        },
    });
    (zone.place, Some(details))
}

/// As sure as Pelias is of what lies so far away.
fn by_distance(place: Place) -> Place {
    const STEPS: [(f64, f64); 5] = [(1.0, 1.0), (10.0, 0.9), (100.0, 0.8), (250.0, 0.7), (1000.0, 0.6)];
    let confidence = place.distance_m.map_or(place.confidence, |metres| {
        STEPS.iter().find(|(below, _)| metres < *below).map_or(0.5, |(_, confidence)| *confidence)
    });
    Place { confidence, ..place }
}

async fn look_up(app: App, asked: &Parameters) -> Result<Outcome, Refusal> {
    let ids: Vec<String> = asked.list("ids").take(request::MAX_SIZE).map(str::to_owned).collect();
    if asked.get("ids").is_none() {
        return Err(Refusal::bad_request("invalid param 'ids': text length, must be >0"));
    }
    let places = app.ask(&app.town()?, PlacesById { ids }).await?;
    Ok(Outcome::new(places))
}

//! Doors by their codes: `/d/{code}` for people, its plate, and `/v1/addresses/{code}` and `/v1/codes` for
//! programs. What was typed is never repeated in an answer: ten and twelve digits may be a person's number.

mod answer;
mod place;
mod refusal;
mod view;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::App;
use super::base_url::BaseUrl;
use super::extract::{Asked, InPath};
use super::openapi::parameters::map::Place;
use super::openapi::responses::{BadRequest, Gone, Moved, NotFound, NotReady};
use super::openapi::schemas;
use super::page::PAGE_POLICY;
use super::planning::parse_point;
use super::problem::Problem;
use crate::answers::{AddressByCode, CodesAt, DoorAnswer, DoorByCode, DoorFacts};
use crate::geometry::World;
use crate::plate::{self, Plate};
use refusal::Refusal;

/// Addresses belong to people; a search engine has no business listing them.
const NOINDEX: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
/// What it shows may change with the next load.
const NO_CACHE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));

/// The place of a code of any kind: of a door, a Plus Code, a geohash, coordinates.
///
/// Other readings of the same code stand under `also`.
#[utoipa::path(
    get, path = "/v1/addresses/{code}", tag = "codes",
    params((
        "code" = String, Path, description = "The code", example = "DMC-X2W-PXA",
        extensions(("x-example-from" = json!("code")))
    )),
    responses(
        (status = 200, description = "The place.", body = schemas::pelias::PlaceOfCode),
        Moved, BadRequest, NotFound, Gone, NotReady,
    )
)]
pub(super) async fn address(
    State(app): State<App>,
    base: BaseUrl,
    InPath(code): InPath<String>,
) -> Result<Response, Problem> {
    let found = app.ask(&app.town()?, AddressByCode { code: code.clone() }).await?;
    Ok(match answer::of_code(found, &code)? {
        answer::Worded::Place(feature) => Json(feature).into_response(),
        answer::Worded::Moved(code) => moved(&base, &format!("/v1/addresses/{code}")),
    })
}

/// All codes of a point, and the door that is at it.
#[utoipa::path(
    get, path = "/v1/codes", tag = "codes",
    params(Place),
    responses((status = 200, description = "The codes.", body = schemas::native::CodesOfPoint), BadRequest, NotReady)
)]
pub(super) async fn codes(State(app): State<App>, asked: Asked) -> Result<Json<Value>, Problem> {
    let town = app.town()?;
    let (Some(lat), Some(lon)) = (asked.get("lat")?, asked.get("lon")?) else {
        return Err(Problem::bad_request("give lat and lon"));
    };
    let at = World::from_lnglat(parse_point(lat, lon)?);
    Ok(Json(place::codes_of(app.ask(&town, CodesAt { at }).await?)))
}

/// The page of a door.
#[utoipa::path(
    get, path = "/d/{code}", tag = "codes",
    params((
        "code" = String, Path, description = "The code of a door", example = "DMC-X2W-PXA",
        extensions(("x-example-from" = json!("code")))
    )),
    responses(
        (status = 200, description = "The page.", content_type = "text/html", body = String),
        Moved,
        BadRequest,
        (status = 404, description = "No door here has this code.", content_type = "text/html", body = String),
        (status = 410, description = "The code is no longer in use.", content_type = "text/html", body = String),
        NotReady,
    )
)]
pub(super) async fn page(
    State(app): State<App>,
    base: BaseUrl,
    InPath(code): InPath<String>,
) -> Result<Response, Problem> {
    let question = DoorByCode { code: code.clone(), wants_facts: true };
    let mut response = match find(app.ask(&app.town()?, question).await?, &code, "") {
        Ok(door) => view::door(&door, &base).into_response(),
        Err(Answer::Moved(to)) => moved(&base, &to),
        Err(Answer::Refused(refusal)) => {
            (refusal.status, view::refusal(&refusal, base.path())).into_response()
        }
    };
    let policy = (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    response.headers_mut().extend([NOINDEX, NO_CACHE, policy]);
    Ok(response)
}

/// The plate of a door as SVG.
#[utoipa::path(
    get, path = "/d/{code}/plate.svg", tag = "codes",
    params((
        "code" = String, Path, description = "The code of a door", example = "DMC-X2W-PXA",
        extensions(("x-example-from" = json!("code")))
    )),
    responses((status = 200, description = "The plate.", content(("image/svg+xml"))), Moved, BadRequest, NotFound, Gone, NotReady)
)]
pub(super) async fn plate_svg(
    state: State<App>,
    base: BaseUrl,
    code: InPath<String>,
) -> Result<Response, Problem> {
    plate(state.0, base, code.0, "plate.svg", "image/svg+xml", |plate| Ok(plate::svg(plate).into_bytes()))
        .await
}

/// The plate of a door as PDF, for print.
#[utoipa::path(
    get, path = "/d/{code}/plate.pdf", tag = "codes",
    params((
        "code" = String, Path, description = "The code of a door", example = "DMC-X2W-PXA",
        extensions(("x-example-from" = json!("code")))
    )),
    responses((status = 200, description = "The plate.", content(("application/pdf"))), Moved, BadRequest, NotFound, Gone, NotReady)
)]
pub(super) async fn plate_pdf(
    state: State<App>,
    base: BaseUrl,
    code: InPath<String>,
) -> Result<Response, Problem> {
    let draw = |plate: &Plate| plate::single(plate).map_err(|_| Problem::internal());
    plate(state.0, base, code.0, "plate.pdf", "application/pdf", draw).await
}

async fn plate(
    app: App,
    base: BaseUrl,
    code: String,
    file: &'static str,
    content_type: &'static str,
    draw: impl FnOnce(&Plate) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let question = DoorByCode { code: code.clone(), wants_facts: false };
    let facts = match find(app.ask(&app.town()?, question).await?, &code, file) {
        Ok(facts) => facts,
        Err(Answer::Moved(to)) => return Ok(moved(&base, &to)),
        Err(Answer::Refused(refusal)) => return Err(refusal.problem()),
    };
    let plate = Plate::of(&facts.door, &base.to_string()).ok_or_else(Problem::internal)?;
    let picture = app.work(move || draw(&plate)).await??;
    let content_type = (header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok(([content_type, NOINDEX, NO_CACHE], picture).into_response())
}

/// What a path without a door is answered with.
enum Answer {
    /// The path to use.
    Moved(String),
    Refused(Refusal),
}

/// The door at a path of the form `/d/XXX-XXX-XXX[/file]`; other spellings and retired codes lead to that.
fn find(answer: DoorAnswer, code: &str, file: &str) -> Result<Box<DoorFacts>, Answer> {
    let path = |code: &str| match file {
        "" => format!("/d/{code}"),
        file => format!("/d/{code}/{file}"),
    };
    match answer {
        DoorAnswer::Door(facts) if facts.code == code => Ok(facts),
        DoorAnswer::Door(facts) => Err(Answer::Moved(path(&facts.code))),
        DoorAnswer::Gone(retired) => Err(Answer::Refused(Refusal::gone(&retired))),
        DoorAnswer::Unknown(near) => Err(Answer::Refused(Refusal::unknown(near, code))),
    }
}

/// 308: for good, and with the same method.
fn moved(base: &BaseUrl, to: &str) -> Response {
    // made of a door's code and of words of ours; anything else would be a fault
    let Ok(to) = HeaderValue::from_str(&format!("{}{to}", base.path())) else {
        return Problem::internal().into_response();
    };
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to), NO_CACHE]).into_response()
}

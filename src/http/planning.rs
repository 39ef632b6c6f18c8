//! `/v1/parcels…`: parcels by place, by sheet and number, by id; and what is planned on them.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::App;
use super::extract::{Asked, InPath};
use super::openapi::parameters::native::ParcelsWanted;
use super::openapi::responses::{BadRequest, NotFound, NotReady};
use super::openapi::schemas::native;
use super::problem::Problem;
use super::truncated::marked;
use crate::answers::{
    NoParcel, ParcelById, ParcelPlanning, ParcelShape, ParcelsAt, ParcelsByNumber, PlanningOf,
};
use crate::geometry::{LngLat, World};
use crate::town::Town;

/// Parcels at a place, or by sheet (tờ) and number (thửa).
///
/// A list that is empty where nothing is found.
#[utoipa::path(
    get, path = "/v1/parcels", tag = "parcels",
    params(ParcelsWanted),
    extensions(("x-one-of" = json!([["lat", "lon"], ["sheet", "number"], ["unit", "sheet", "number"]]))),
    responses((status = 200, description = "The parcels.", body = native::Parcels), BadRequest, NotReady)
)]
pub(super) async fn find(State(app): State<App>, asked: Asked) -> Result<Response, Problem> {
    let town = app.town()?;
    let text = |name: &str| Ok(asked.get(name)?.map(str::to_owned));
    let unit: Option<String> = text("unit")?;
    let found = match (asked.get("lat")?, asked.get("lon")?, text("sheet")?, text("number")?) {
        (Some(lat), Some(lon), _, _) => {
            let at = World::from_lnglat(parse_point(lat, lon)?);
            app.ask(&town, ParcelsAt { at }).await?
        }
        (_, _, Some(sheet), Some(number)) => app.ask(&town, ParcelsByNumber { unit, sheet, number }).await?,
        _ => {
            return Err(Problem::bad_request(
                "give lat and lon, or sheet and number (and unit, a ward code)",
            ));
        }
    };
    let mut collection = json!({
        "type": "FeatureCollection",
        "features": found.parcels.iter().map(to_geojson).collect::<Vec<_>>(),
    });
    Ok(worded(&mut collection, found.is_cut))
}

/// A parcel by its id, or by its key in the town's own table.
#[utoipa::path(
    get, path = "/v1/parcels/{parcel_id}", tag = "parcels",
    params(("parcel_id" = String, Path, description = "The id that answers and tiles give", example = "256300000001")),
    responses((status = 200, description = "The parcel.", body = native::Parcel), BadRequest, NotFound, NotReady)
)]
pub(super) async fn one(State(app): State<App>, InPath(id): InPath<String>) -> Result<Json<Value>, Problem> {
    let town = app.town()?;
    let parcel_id = parcel_id(&town, &id)?;
    let found = app.ask(&town, ParcelById { parcel_id }).await?;
    Ok(Json(to_geojson(&found.map_err(refusal)?)))
}

/// Every plan that reaches a parcel, with its zones, their area and share.
#[utoipa::path(
    get, path = "/v1/parcels/{parcel_id}/planning", tag = "parcels",
    params(("parcel_id" = String, Path, description = "The id that answers and tiles give", example = "256300000001")),
    responses((status = 200, description = "What is planned.", body = native::ParcelPlanning), BadRequest, NotFound, NotReady)
)]
pub(super) async fn planning(
    State(app): State<App>,
    InPath(id): InPath<String>,
) -> Result<Response, Problem> {
    let town = app.town()?;
    let parcel_id = parcel_id(&town, &id)?;
    let found = app.ask(&town, PlanningOf { parcel_id }).await?;
    let ParcelPlanning { parcel, at, plans, is_cut } = found.map_err(refusal)?;
    let mut report = json!({ "parcel": parcel, "at": at.to_string(), "plans": plans });
    Ok(worded(&mut report, is_cut))
}

/// An answer; one that is cut says so, and nobody may keep it.
fn worded(answer: &mut Value, is_cut: bool) -> Response {
    if is_cut {
        answer["truncated"] = json!(true);
    }
    marked(Json(answer).into_response(), is_cut)
}

/// The number of a parcel here, also from its key in the town's own table where that is a text.
fn parcel_id(town: &Town, text: &str) -> Result<u64, Problem> {
    let layer = town.snapshot().layer("parcels").ok_or_else(|| refusal(NoParcel::NoLayer))?;
    match layer.id_named(text) {
        Some(id) => Ok(id),
        None if layer.has_text_keys() => Err(refusal(NoParcel::Unknown)),
        None => Err(Problem::bad_request("a parcel id is a whole number")),
    }
}

fn refusal(missing: NoParcel) -> Problem {
    Problem::not_found(match missing {
        NoParcel::NoLayer => "this server has no parcels",
        NoParcel::Unknown => "no parcel with this id",
    })
}

/// Degrees from texts, with a sentence about what is wrong.
pub(super) fn parse_point(lat: &str, lon: &str) -> Result<LngLat, Problem> {
    let number = |name: &str, text: &str, limit: f64| {
        let value: Option<f64> = text.trim().parse().ok().filter(|v: &f64| v.is_finite() && v.abs() <= limit);
        value.ok_or_else(|| Problem::bad_request(format!("{name} must be a number from -{limit} to {limit}")))
    };
    Ok(LngLat { lat: number("lat", lat, 90.0)?, lng: number("lon", lon, 180.0)? })
}

fn to_geojson(parcel: &ParcelShape) -> Value {
    json!({
        "type": "Feature",
        "id": parcel.facts.parcel_id,
        "bbox": parcel.bbox,
        "geometry": { "type": "MultiPolygon", "coordinates": parcel.coordinates },
        "properties": parcel.facts,
    })
}

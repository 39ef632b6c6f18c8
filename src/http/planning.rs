//! `/v1/parcels…`: parcels by place, by sheet and number, by id; and what is planned on them.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::App;
use super::problem::Problem;
use crate::geometry::{LngLat, World};
use crate::planning::{Parcel, PlanReport, SheetsOf, ZoneShare, plans_on};
use crate::store::{Feature, Layer};
use crate::town::Town;

/// More would be a way to list a town's parcels.
const MAX_PARCELS: usize = 50;

/// `?lat=&lon=` or `?unit=&sheet=&number=`.
#[derive(Debug, Deserialize)]
pub(super) struct ParcelQuery {
    lat: Option<String>,
    lon: Option<String>,
    unit: Option<String>,
    sheet: Option<String>,
    number: Option<String>,
}

/// `GET /v1/parcels`: a FeatureCollection; empty where nothing is found.
pub(super) async fn find(
    State(app): State<App>,
    Query(query): Query<ParcelQuery>,
) -> Result<Json<Value>, Problem> {
    let town = app.town()?;
    let Some(layer) = town.snapshot().layer("parcels") else { return Ok(Json(collection(Vec::new()))) };
    let sheets_of = query.unit.as_deref().map_or(SheetsOf::Any, SheetsOf::Either);
    let found: Vec<Parcel<'_>> = match (&query.lat, &query.lon, &query.sheet, &query.number) {
        (Some(lat), Some(lon), _, _) => {
            let at = World::from_lnglat(parse_point(lat, lon)?);
            layer.covering(at).map(|feature| Parcel::new(layer, feature)).collect()
        }
        (_, _, Some(sheet), Some(number)) => town
            .parcels()
            .map(|index| index.find(layer, Some(sheet.trim()), number.trim(), sheets_of))
            .unwrap_or_default(),
        _ => {
            return Err(Problem::bad_request(
                "give lat and lon, or sheet and number (and unit, a ward code)",
            ));
        }
    };
    let features = found.iter().take(MAX_PARCELS).map(|parcel| to_geojson(&town, parcel)).collect();
    Ok(Json(collection(features)))
}

/// `GET /v1/parcels/{parcel_id}`: a Feature.
pub(super) async fn one(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let town = app.town()?;
    let (layer, feature) = by_id(&town, &id)?;
    Ok(Json(to_geojson(&town, &Parcel::new(layer, feature))))
}

/// `GET /v1/parcels/{parcel_id}/planning`: every plan that reaches the parcel, with its zones.
pub(super) async fn planning(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let town = app.town()?;
    let report = app
        .work(move || {
            let (layer, feature) = by_id(&town, &id)?;
            let parcel = Parcel::new(layer, feature);
            let plans: Vec<Value> = plans_on(town.snapshot(), &parcel)
                .iter()
                .map(|plan| plan_to_json(&town, &parcel, plan))
                .collect();
            Ok::<Value, Problem>(json!({
                "parcel": properties(&town, &parcel),
                "at": town.today().to_string(),
                "plans": plans,
            }))
        })
        .await??;
    Ok(Json(report))
}

/// A parcel by its number here, or by its key in the town's own table where that is a text.
fn by_id<'a>(town: &'a Town, id: &str) -> Result<(&'a Layer, Feature<'a>), Problem> {
    let layer =
        town.snapshot().layer("parcels").ok_or_else(|| Problem::not_found("this server has no parcels"))?;
    let unknown = || Problem::not_found("no parcel with this id");
    let id = match layer.id_named(id) {
        Some(id) => id,
        None if layer.has_text_keys() => return Err(unknown()),
        None => return Err(Problem::bad_request("a parcel id is a whole number")),
    };
    let feature = layer.by_id(id).ok_or_else(unknown)?;
    Ok((layer.as_ref(), feature))
}

/// Degrees from texts, with a sentence about what is wrong.
pub(super) fn parse_point(lat: &str, lon: &str) -> Result<LngLat, Problem> {
    let number = |name: &str, text: &str, limit: f64| {
        let value: Option<f64> = text.trim().parse().ok().filter(|v: &f64| v.is_finite() && v.abs() <= limit);
        value.ok_or_else(|| Problem::bad_request(format!("{name} must be a number from -{limit} to {limit}")))
    };
    Ok(LngLat { lat: number("lat", lat, 90.0)?, lng: number("lon", lon, 180.0)? })
}

fn collection(features: Vec<Value>) -> Value {
    json!({ "type": "FeatureCollection", "features": features })
}

fn to_geojson(town: &Town, parcel: &Parcel<'_>) -> Value {
    let feature = parcel.feature();
    json!({
        "type": "Feature",
        "id": feature.id(),
        "bbox": feature.bounds().to_degrees(),
        "geometry": { "type": "MultiPolygon", "coordinates": coordinates(&feature) },
        "properties": properties(town, parcel),
    })
}

/// GeoJSON wants outer rings counter-clockwise on the map: the other way round than tiles (RFC 7946,
/// section 3.1.6).
fn coordinates(feature: &Feature<'_>) -> Vec<Vec<Vec<[f64; 2]>>> {
    let mut polygons: Vec<Vec<Vec<[f64; 2]>>> = Vec::new();
    for ring in feature.rings() {
        let mut line: Vec<[f64; 2]> = ring.points().map(|p| to_degrees(p.to_lnglat())).collect();
        line.reverse();
        line.extend(line.first().copied());
        match polygons.last_mut() {
            Some(polygon) if ring.is_hole => polygon.push(line),
            _ => polygons.push(vec![line]),
        }
    }
    polygons
}

/// Nine decimals: a tenth of a millimetre, finer than the grid.
fn to_degrees(at: LngLat) -> [f64; 2] {
    [at.lng, at.lat].map(|v| (v * 1e9).round() / 1e9)
}

fn properties(town: &Town, parcel: &Parcel<'_>) -> Value {
    let uses: Vec<Value> = parcel
        .uses()
        .into_iter()
        .map(|part| {
            let name = town.codes().land_use(part.code, town.today());
            json!({
                "code": part.code,
                "name_vi": name.as_ref().map(|n| &n.name_vi),
                "name_en": name.as_ref().map(|n| &n.name_en),
                "colour": name.as_ref().and_then(|n| n.colour.as_ref()),
                "area_m2": part.area_m2,
            })
        })
        .collect();
    json!({
        "parcel_id": parcel.feature().id(),
        "sheet": parcel.sheet(),
        "number": parcel.number(),
        "survey_unit": parcel.survey_unit().map(|code| town.units().former(code)),
        "unit": parcel.unit().map(|code| town.units().present(code)),
        "uses": uses,
        "registered_area_m2": parcel.registered_area_m2(),
        "measured_area_m2": to_square_decimetres(parcel.measured_area_m2()),
        "official_id": parcel.official_id(),
    })
}

fn plan_to_json(town: &Town, parcel: &Parcel<'_>, report: &PlanReport<'_>) -> Value {
    let plans = town.snapshot().layer("plans");
    let column = |name: &str| {
        plans.and_then(|layer| layer.field(name)).map_or(Value::Null, |c| report.plan.value(c).to_json())
    };
    let kind = column("kind");
    let zone = |zone: &ZoneShare<'_>| {
        let name = town.codes().zone(kind.as_str().unwrap_or_default(), zone.code, town.today());
        json!({
            "code": zone.code,
            "name": if zone.name.is_empty() { name.as_ref().map(|n| n.name_vi.clone()) } else { Some(zone.name.to_owned()) },
            "colour": name.and_then(|n| n.colour),
            "area_m2": to_square_decimetres(zone.area_m2),
            "share": (zone.share * 1e6).round() / 1e6,
            "legal_area_m2": parcel.registered_area_m2().map(|area| to_square_decimetres(zone.share * area)),
        })
    };
    json!({
        "id": report.plan.id(),
        "kind": kind,
        "name": column("name"),
        "number": column("number"),
        "date": column("decided_on"),
        "scale": column("scale"),
        "status": column("status"),
        "authority": column("authority"),
        "covers": report.covers.name(),
        "zones": report.zones.iter().map(zone).collect::<Vec<_>>(),
        "slivers": report.slivers.iter().map(zone).collect::<Vec<_>>(),
    })
}

fn to_square_decimetres(area_m2: f64) -> f64 {
    (area_m2 * 100.0).round() / 100.0
}

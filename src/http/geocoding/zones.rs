//! The zones of every plan at a place.

use serde_json::{Value, json};

use super::place::Place;
use crate::geometry::World;
use crate::store::{Feature, Layer};
use crate::town::Town;

/// Zones of every plan at the place, each with its plan's name.
pub(super) fn zones_at(town: &Town, at: World) -> Vec<(Place, Value)> {
    let (Some(zones), Some(plans)) = (town.snapshot().layer("plan_zones"), town.snapshot().layer("plans"))
    else {
        return Vec::new();
    };
    let text = |layer: &Layer, row: &Feature<'_>, column: &str| {
        layer.field(column).map_or(Value::Null, |column| row.value(column).to_json())
    };
    let zone = |row: Feature<'_>| {
        let plan_id = zones.field("plan_id").and_then(|column| row.value(column).as_int());
        let plan = plan_id.and_then(|id| u64::try_from(id).ok()).and_then(|id| plans.by_id(id))?;
        let (code, kind) = (text(zones, &row, "code"), text(plans, &plan, "kind"));
        let named = town.codes().zone(
            kind.as_str().unwrap_or_default(),
            code.as_str().unwrap_or_default(),
            town.today(),
        );
        let own = text(zones, &row, "name").as_str().filter(|name| !name.is_empty()).map(str::to_owned);
        let name = own
            .or_else(|| named.as_ref().map(|named| named.name_vi.clone()))
            .or_else(|| code.as_str().map(str::to_owned))?;
        let details = json!({
            "code": code,
            "colour": named.and_then(|named| named.colour),
            "plan": {
                "id": plan.id(),
                "kind": kind,
                "name": text(plans, &plan, "name"),
                "number": text(plans, &plan, "number"),
                "status": text(plans, &plan, "status"),
            },
        });
        let mut place = Place::zone(row.id(), name);
        place.point = Some(row.point_on());
        place.bounds = Some(row.bounds());
        Some((place, details))
    };
    let mut found: Vec<(Place, Value)> = zones.covering(at).filter_map(zone).collect();
    found.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    found
}

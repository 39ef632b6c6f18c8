//! The zones of every plan at a place.

use serde_json::Value;

use super::place::Place;
use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::geometry::World;
use crate::store::{CountedLayer, Feature, Layer};
use crate::town::Town;

/// Which zones cover a place?
#[derive(Debug, Clone, Copy)]
pub struct ZonesAt {
    /// Where.
    pub at: World,
}

/// A zone and the plan it belongs to; columns as they stand in the tables.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ZoneAt {
    pub place: Place,
    pub code: Value,
    pub colour: Option<String>,
    pub plan_id: u64,
    pub plan_kind: Value,
    pub plan_name: Value,
    pub plan_number: Value,
    pub plan_status: Value,
}

/// The zones at a place.
#[derive(Debug)]
pub struct ZonesFound {
    /// In the order of their ids as text.
    pub zones: Vec<ZoneAt>,
    /// More was to be looked at than one answer may cost.
    pub is_cut: bool,
}

impl Question for ZonesAt {
    type Answer = ZonesFound;

    fn cost(&self, _: &Town) -> Cost {
        Cost::Light
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> ZonesFound {
        let layer = |id| town.snapshot().layer(id).map(|layer| layer.counted(budget));
        let (Some(zones), Some(plans)) = (layer("plan_zones"), layer("plans")) else {
            return ZonesFound { zones: Vec::new(), is_cut: false };
        };
        let zone = |row: Feature<'_>| zone_at(town, zones.layer(), plans, &row);
        let mut found: Vec<ZoneAt> = zones.covering(self.at).filter_map(zone).collect();
        found.sort_by(|a, b| a.place.id.cmp(&b.place.id));
        ZonesFound { zones: found, is_cut: budget.is_cut() }
    }
}

/// The zone with this id as a place.
pub(super) fn zone_by_id(town: &Town, id: u64, budget: &RowBudget) -> Option<Place> {
    let layer = |id| town.snapshot().layer(id).map(|layer| layer.counted(budget));
    let (zones, plans) = layer("plan_zones").zip(layer("plans"))?;
    zone_at(town, zones.layer(), plans, &zones.by_id(id)?).map(|zone| zone.place)
}

/// A zone with its name, its own or its code's; none where its plan is not known.
fn zone_at(town: &Town, zones: &Layer, plans: CountedLayer<'_, '_>, row: &Feature<'_>) -> Option<ZoneAt> {
    let plan_id = zones.field("plan_id").and_then(|column| row.value(column).as_int());
    let plan = plan_id.and_then(|id| u64::try_from(id).ok()).and_then(|id| plans.by_id(id))?;
    let of_plan = |column: &str| value(plans.layer(), &plan, column);
    let (code, kind) = (value(zones, row, "code"), of_plan("kind"));
    let named =
        town.codes().zone(kind.as_str().unwrap_or_default(), code.as_str().unwrap_or_default(), town.today());
    let own = value(zones, row, "name").as_str().filter(|name| !name.is_empty()).map(str::to_owned);
    let name = own
        .or_else(|| named.as_ref().map(|named| named.name_vi.clone()))
        .or_else(|| code.as_str().map(str::to_owned))?;
    let mut place = Place::zone(row.id(), name);
    place.point = Some(row.point_on());
    place.bounds = Some(row.bounds());
    Some(ZoneAt {
        place,
        code,
        colour: named.and_then(|named| named.colour),
        plan_id: plan.id(),
        plan_kind: kind,
        plan_name: of_plan("name"),
        plan_number: of_plan("number"),
        plan_status: of_plan("status"),
    })
}

fn value(layer: &Layer, row: &Feature<'_>, column: &str) -> Value {
    layer.field(column).map_or(Value::Null, |column| row.value(column).to_json())
}

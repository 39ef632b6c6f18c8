//! What the plans say about a parcel.

use serde::Serialize;
use serde_json::Value;
use time::Date;

use super::parcels::{NoParcel, ParcelFacts, parcel_by_id, to_square_decimetres};
use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::planning::{Parcel, PlanReport, ZoneShare, plans_on};
use crate::town::Town;

/// What do all plans say about this parcel?
#[derive(Debug, Clone, Copy)]
pub struct PlanningOf {
    /// As answers and tiles give it.
    pub parcel_id: u64,
}

/// What is planned on a parcel.
#[derive(Debug)]
pub struct ParcelPlanning {
    /// The parcel.
    pub parcel: ParcelFacts,
    /// The day the answer is of.
    pub at: Date,
    /// Every plan that reaches it, by id.
    pub plans: Vec<PlanFacts>,
    /// Zones were left out: there are more than one answer looks at.
    pub is_cut: bool,
}

/// One plan, columns as they stand in the table, and its zones on the parcel.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PlanFacts {
    pub id: u64,
    pub kind: Value,
    pub name: Value,
    pub number: Value,
    pub date: Value,
    pub scale: Value,
    pub status: Value,
    pub authority: Value,
    pub covers: &'static str,
    pub zones: Vec<ZoneFacts>,
    pub slivers: Vec<ZoneFacts>,
}

/// A zone's part of a parcel.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ZoneFacts {
    pub code: String,
    pub name: Option<String>,
    pub colour: Option<String>,
    pub area_m2: f64,
    pub share: f64,
    pub legal_area_m2: Option<f64>,
}

impl Question for PlanningOf {
    type Answer = Result<ParcelPlanning, NoParcel>;

    /// Cutting shapes is work.
    fn cost(&self, _: &Town) -> Cost {
        Cost::Heavy
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> Self::Answer {
        let parcel = parcel_by_id(town, self.parcel_id, budget)?;
        let overlay = plans_on(town.snapshot(), &parcel, budget);
        Ok(ParcelPlanning {
            parcel: ParcelFacts::of(town, &parcel),
            at: town.today(),
            plans: overlay.plans.iter().map(|plan| PlanFacts::of(town, &parcel, plan)).collect(),
            is_cut: overlay.is_cut || budget.is_cut(),
        })
    }
}

impl PlanFacts {
    fn of(town: &Town, parcel: &Parcel<'_>, report: &PlanReport<'_>) -> Self {
        let plans = town.snapshot().layer("plans");
        let column = |name: &str| {
            plans.and_then(|layer| layer.field(name)).map_or(Value::Null, |c| report.plan.value(c).to_json())
        };
        let kind = column("kind");
        let plan_kind = kind.as_str().unwrap_or_default().to_owned();
        let zone = |zone: &ZoneShare<'_>| ZoneFacts::of(town, parcel, &plan_kind, zone);
        Self {
            id: report.plan.id(),
            kind,
            name: column("name"),
            number: column("number"),
            date: column("decided_on"),
            scale: column("scale"),
            status: column("status"),
            authority: column("authority"),
            covers: report.covers.name(),
            zones: report.zones.iter().map(zone).collect(),
            slivers: report.slivers.iter().map(zone).collect(),
        }
    }
}

impl ZoneFacts {
    fn of(town: &Town, parcel: &Parcel<'_>, plan_kind: &str, zone: &ZoneShare<'_>) -> Self {
        let code = town.codes().zone(plan_kind, zone.code, town.today());
        let (code_name, colour) = code.map_or((None, None), |code| (Some(code.name_vi), code.colour));
        let legal_area_m2 = parcel.registered_area_m2().map(|area| to_square_decimetres(zone.share * area));
        Self {
            code: zone.code.to_owned(),
            name: if zone.name.is_empty() { code_name } else { Some(zone.name.to_owned()) },
            colour,
            area_m2: to_square_decimetres(zone.area_m2),
            share: (zone.share * 1e6).round() / 1e6,
            legal_area_m2,
        }
    }
}

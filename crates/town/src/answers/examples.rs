//! Where a map of the town begins, and searches that find something in it.

use serde::Serialize;

use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::geocode::Hit;
use crate::geocode::codes::in_groups;
use crate::planning::Parcel;
use crate::store::Feature;
use crate::town::Town;

/// What is there to look at?
#[derive(Debug, Clone, Copy)]
pub struct Examples;

/// Something to begin with.
#[derive(Debug)]
pub struct ExamplesFound {
    /// West, south, east, north of the densest part of the parcels, else of any layer.
    pub home: Option<[f64; 4]>,
    /// Searches that find something here, one of each kind the town has.
    pub searches: Vec<Example>,
}

/// Doors that are looked at for an example.
const MAX_DOORS: u64 = 1_000;

/// A search that finds something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// `address`, `code`, `parcel`, `coordinates`.
    pub kind: &'static str,
    /// What to type.
    pub text: String,
}

impl Question for Examples {
    type Answer = ExamplesFound;

    fn cost(&self, _: &Town) -> Cost {
        Cost::Light
    }

    fn answer(&self, town: &Town, _: &RowBudget) -> ExamplesFound {
        let mut searches = Vec::new();
        let mut add = |kind, text: Option<String>| searches.extend(text.map(|text| Example { kind, text }));
        let address = address(town);
        add(
            "address",
            address.as_ref().map(|hit| hit.label_old.clone().unwrap_or_else(|| hit.label.clone())),
        );
        add("code", address.and_then(|hit| hit.door_code).map(|code| in_groups(&code)));
        let parcels = town.snapshot().layer("parcels");
        if let Some((layer, row)) = parcels.and_then(|layer| Some((layer, layer.nth(layer.len() / 2)?))) {
            add("parcel", parcel(town, &Parcel::new(layer, row)));
            let at = row.point_on().to_lnglat();
            add("coordinates", Some(format!("{:.6}, {:.6}", at.lat, at.lng)));
        }
        ExamplesFound { home: home(town), searches }
    }
}

fn home(town: &Town) -> Option<[f64; 4]> {
    let layers = ["parcels", "addresses", "units"].into_iter().filter_map(|id| town.snapshot().layer(id));
    let layer = layers.chain(town.snapshot().layers()).find(|layer| !layer.is_empty())?;
    Some(layer.densest().to_degrees())
}

/// A door on a street with a short number: it says more than a chain of five.
fn address(town: &Town) -> Option<Hit> {
    let budget = RowBudget::new(MAX_DOORS);
    let layer = town.snapshot().layer("addresses")?;
    let number = layer.field("number")?;
    let is_plain = |row: &Feature<'_>| row.value(number).as_text().is_some_and(|n| n.len() <= 3);
    layer.counted(&budget).in_box(&layer.densest()).filter(is_plain).find_map(|row| {
        let hit = town.index().address(i64::try_from(row.id()).ok()?)?;
        hit.street.is_some().then_some(hit)
    })
}

fn parcel(town: &Town, parcel: &Parcel<'_>) -> Option<String> {
    let (sheet, number) = (parcel.sheet()?, parcel.number()?);
    let unit = parcel.survey_unit().map(|code| town.units().former(code).label);
    let ward = unit.as_deref().and_then(|label| label.split(',').next()).unwrap_or_default();
    Some(format!("thửa {number} tờ {sheet} {ward}").trim().to_owned())
}

//! What lies around a place, the same for every dialect: doors, landmarks, street, hamlet, the ward always where
//! one covers the place, and the parcel for those who ask for it.

use super::place::Place;
use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::geocode::{HitKind, ReverseQuery};
use crate::geometry::{World, distance_m};
use crate::planning::Parcel;
use crate::store::Feature;
use crate::town::Town;

/// Metres within which a door is named where nobody says otherwise.
pub const RADIUS_M: f64 = 500.0;
/// The same of a landmark: one stands in front of a market to name it, not at the other end of the street.
const LANDMARK_RADIUS_M: f64 = 100.0;

/// From this radius on a search is a job from the start.
const WIDE_M: f64 = 20_000.0;

/// What lies around a place?
#[derive(Debug, Clone, Copy)]
pub struct Reverse {
    /// Where.
    pub at: World,
    /// At most this many doors.
    pub doors: usize,
    /// How far away a door or a street may be.
    pub radius_m: f64,
    /// At most as many landmarks as doors, so many metres around.
    pub landmark_radius_m: f64,
    /// Whether the parcel under the place is part of the answer.
    pub wants_parcel: bool,
    /// Whether the province is part of the answer.
    pub wants_province: bool,
    /// The doors of the parcel under the place come first: in a narrow lot the neighbour's is often nearer.
    pub prefers_parcel: bool,
}

/// The answer.
#[derive(Debug)]
pub struct Surroundings {
    /// Nearest first.
    pub doors: Vec<Place>,
    /// Nearest first.
    pub landmarks: Vec<Place>,
    /// The nearest.
    pub street: Option<Place>,
    /// The one the nearest door is in.
    pub hamlet: Option<Place>,
    /// The one that covers the place.
    pub ward: Option<Place>,
    /// The one under the place.
    pub parcel: Option<Place>,
    /// The province the ward lies in, if it is known by name.
    pub province: Option<Place>,
    /// More was to be looked at than one answer may cost: something nearer may be missing.
    pub is_cut: bool,
}

impl Question for Reverse {
    type Answer = Surroundings;

    /// Far away the grid's scale is no longer that of the place, the bounds of what is nearer are loose, and a
    /// wide search looks at much.
    fn cost(&self, _: &Town) -> Cost {
        if self.radius_m.max(self.landmark_radius_m) > WIDE_M { Cost::Heavy } else { Cost::Light }
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> Surroundings {
        let at = self.at;
        let street = town.snapshot().layer("streets").and_then(|layer| {
            layer.counted(budget).nearest(at, 1, self.radius_m, |_| true).into_iter().next()
        });
        let near = town.index().reverse_within(
            &ReverseQuery {
                limit: self.doors,
                max_distance_m: self.radius_m,
                ward_code: town.ward_code_at(at, budget),
                street_id: street.as_ref().and_then(|(street, _)| i64::try_from(street.id()).ok()),
                ..ReverseQuery::at(at)
            },
            budget,
        );
        let needs_parcel = self.wants_parcel || self.prefers_parcel;
        let parcel = needs_parcel.then(|| town.parcel_at(at, budget)).flatten();
        let nearest = near.addresses.into_iter().map(Place::from).collect();
        let doors = self.doors(town, nearest, parcel.as_ref(), budget);
        let street = near.street.map(|hit| {
            let mut place = Place::from(hit);
            // how far its line is; whither is not known, its point may be at the other end
            place.distance_m = street.map(|(_, metres)| metres).or(place.distance_m);
            place
        });
        let ward = near.ward.map(Place::from);
        Surroundings {
            hamlet: doors.first().and_then(Place::hamlet_of),
            doors,
            landmarks: self.landmarks(town, budget),
            street,
            province: ward.as_ref().filter(|_| self.wants_province).and_then(|ward| province_of(town, ward)),
            ward,
            parcel: parcel.filter(|_| self.wants_parcel).map(|parcel| Place::parcel(town, &parcel)),
            is_cut: budget.is_cut(),
        }
    }
}

impl Reverse {
    /// One door.
    pub fn at(at: World) -> Self {
        Self {
            at,
            doors: 1,
            radius_m: RADIUS_M,
            landmark_radius_m: LANDMARK_RADIUS_M,
            wants_parcel: false,
            wants_province: false,
            prefers_parcel: false,
        }
    }

    /// The nearest doors, behind those of the parcel where these are preferred.
    fn doors(
        &self,
        town: &Town,
        nearest: Vec<Place>,
        parcel: Option<&Parcel<'_>>,
        budget: &RowBudget,
    ) -> Vec<Place> {
        let mut doors = nearest;
        if let Some(parcel) = parcel.filter(|_| self.prefers_parcel) {
            let mut own = doors_on(town, parcel, self.at, budget);
            own.truncate(self.doors);
            doors.retain(|door| own.iter().all(|known| known.id != door.id));
            doors.splice(0..0, own);
            doors.truncate(self.doors);
        }
        for door in &mut doors {
            door.set_distance_from(self.at);
        }
        doors
    }

    fn landmarks(&self, town: &Town, budget: &RowBudget) -> Vec<Place> {
        let Some(layer) = town.snapshot().layer("landmarks") else { return Vec::new() };
        let near = layer.counted(budget).nearest(self.at, self.doors, self.landmark_radius_m, |_| true);
        let known = near.iter().filter_map(|(row, metres)| {
            let mut place = Place::from(town.index().landmark(i64::try_from(row.id()).ok()?)?);
            place.distance_m = Some(*metres);
            place.set_distance_from(self.at);
            Some(place)
        });
        known.collect()
    }
}

impl Surroundings {
    /// From the smallest to the largest; neither parcel nor province.
    pub fn places(self) -> impl Iterator<Item = Place> {
        self.doors.into_iter().chain(self.street).chain(self.landmarks).chain(self.hamlet).chain(self.ward)
    }
}

/// The province a place lies in, if it is known by name.
fn province_of(town: &Town, place: &Place) -> Option<Place> {
    let mut units = town.index().units_by_code(place.province_code.as_deref()?).into_iter();
    units.find(|unit| unit.kind == HitKind::Province).map(Place::from)
}

/// The doors that say they stand on the parcel, nearest first.
fn doors_on(town: &Town, parcel: &Parcel<'_>, at: World, budget: &RowBudget) -> Vec<Place> {
    /// A door point may lie in the street before its parcel; in grid steps, some 30 m.
    const BEFORE_THE_PARCEL: i64 = 50_000;
    let row = parcel.feature();
    let Some(layer) = town.snapshot().layer("addresses") else { return Vec::new() };
    let Some(column) = layer.field("parcel_id") else { return Vec::new() };
    let is_own = |door: &Feature<'_>| {
        door.value(column).as_int().and_then(|id| u64::try_from(id).ok()) == Some(row.id())
    };
    let mut doors: Vec<Place> = layer
        .counted(budget)
        .in_box(&row.bounds().grown(BEFORE_THE_PARCEL))
        .filter(is_own)
        .filter_map(|door| town.index().address(i64::try_from(door.id()).ok()?))
        .map(Place::from)
        .collect();
    for door in &mut doors {
        door.distance_m = door.point.map(|point| distance_m(at, point));
    }
    doors.sort_by(|a, b| a.distance_m.unwrap_or(f64::MAX).total_cmp(&b.distance_m.unwrap_or(f64::MAX)));
    doors
}

//! What lies around a place, the same for every dialect: doors, landmarks, street, hamlet, the ward always where
//! one covers the place, and the parcel for those who ask for it. What is in this ward comes before what is not.

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

/// The answer: what is in the ward that holds the place, then what is not. Where no ward holds it, all of it counts as in
/// the ward.
#[derive(Debug, Default)]
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
    /// Wards that may cover the place as well: their borders are drawn no more exactly than it is near them.
    pub other_wards: Vec<Place>,
    /// Doors, a street and landmarks that are as near, in other wards.
    pub across_border: Vec<Place>,
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
        let wards = town.wards_at(self.at, budget);
        let own_code = wards.own.as_ref().and_then(|ward| town.ward_code(ward));
        let near = town.index().reverse_within(
            &ReverseQuery {
                limit: self.doors,
                max_distance_m: self.radius_m,
                ward_code: own_code,
                ..ReverseQuery::at(self.at)
            },
            budget,
        );
        let needs_parcel = self.wants_parcel || self.prefers_parcel;
        let parcel = needs_parcel.then(|| town.parcel_at(self.at, budget)).flatten();
        let nearest = near.addresses.into_iter().map(Place::from).collect();
        let doors = self.doors(town, nearest, parcel.as_ref(), budget);
        let mut streets = self.streets(town, wards.own.as_ref(), budget);
        if streets.is_empty() {
            streets.extend(near.street.map(Place::from));
        }
        let ward = near.ward.map(Place::from);
        let other_wards = wards.others.iter().filter_map(|(row, away_m)| ward_beside(town, row, *away_m));
        let mut around = Surroundings {
            province: ward.as_ref().filter(|_| self.wants_province).and_then(|ward| province_of(town, ward)),
            ward,
            other_wards: other_wards.collect(),
            parcel: parcel.filter(|_| self.wants_parcel).map(|parcel| Place::parcel(town, &parcel)),
            ..Surroundings::default()
        };
        let is_own = |place: &Place| around.ward.is_none() || place.ward_code.as_deref() == own_code;
        let (doors, far_doors) = doors.into_iter().partition(is_own);
        let (streets, far_streets): (Vec<_>, Vec<_>) = streets.into_iter().partition(is_own);
        let (landmarks, far_landmarks) = self.landmarks(town, budget).into_iter().partition(is_own);
        around.doors = doors;
        around.street = streets.into_iter().next();
        around.landmarks = landmarks;
        around.across_border = [far_doors, far_streets, far_landmarks].concat();
        around.hamlet = around.doors.first().and_then(Place::hamlet_of);
        around.is_cut = budget.is_cut();
        around.say_where_the_border_is();
        around
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

    /// The nearest street, and before it the nearest that runs through the ward where that one does not. A street is
    /// said to be in the ward if its line is there at its nearest, whichever ward its row names.
    fn streets(&self, town: &Town, ward: Option<&Feature<'_>>, budget: &RowBudget) -> Vec<Place> {
        let Some(layer) = town.snapshot().layer("streets") else { return Vec::new() };
        let ward = ward.and_then(|ward| Some((ward, town.ward_code(ward)?)));
        let nearest = |accepts: &dyn Fn(&Feature<'_>) -> bool| {
            layer.counted(budget).nearest(self.at, 1, self.radius_m, accepts).into_iter().next()
        };
        let place = |(row, away_m): &(Feature<'_>, f64)| {
            let id = i64::try_from(row.id()).ok()?;
            let here = ward.filter(|(ward, code)| {
                row.nearest_to(self.at).is_some_and(|at| ward.covers(at))
                    || town.index().is_street_of(id, code)
            });
            let hit = match here {
                Some((_, code)) => town.index().street_in(id, code),
                None => town.index().street(id),
            };
            // how far its line is; whither is not known, its point may be at the other end
            Some(Place { distance_m: Some(*away_m), ..Place::from(hit?) })
        };
        let Some(first) = nearest(&|_| true).as_ref().and_then(place) else { return Vec::new() };
        let (Some((_, code)), Some(unit)) = (ward, layer.field("unit")) else { return vec![first] };
        if first.ward_code.as_deref() == Some(code) {
            return vec![first];
        }
        let own = nearest(&|row| row.value(unit).as_text() == Some(code)).as_ref().and_then(place);
        own.into_iter().chain([first]).collect()
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
    /// From the smallest to the largest, then what lies across the border; neither parcel nor province.
    pub fn places(self) -> impl Iterator<Item = Place> {
        let inside = self.doors.into_iter().chain(self.street).chain(self.landmarks).chain(self.hamlet);
        inside.chain(self.ward).chain(self.other_wards).chain(self.across_border)
    }

    /// Marks what lies in other wards, and names these on what lies in the own one where the border is too near to say.
    fn say_where_the_border_is(&mut self) {
        for place in self.other_wards.iter_mut().chain(&mut self.across_border) {
            place.is_across_border = true;
        }
        let names: Vec<String> = self.other_wards.iter().map(|ward| ward.label.clone()).collect();
        let inside = self.doors.iter_mut().chain(&mut self.street).chain(&mut self.landmarks);
        for place in inside.chain(&mut self.hamlet).chain(&mut self.ward) {
            place.border_wards.clone_from(&names);
        }
    }
}

/// A ward that does not hold the place, or not by itself, and how far its border is.
fn ward_beside(town: &Town, row: &Feature<'_>, away_m: f64) -> Option<Place> {
    let hits = town.index().units_by_code(town.ward_code(row)?);
    let ward = hits.into_iter().find(|hit| hit.kind == HitKind::Ward)?;
    Some(Place { distance_m: Some(away_m), ..Place::from(ward) })
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

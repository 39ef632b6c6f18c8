//! What lies around a place, the same for every dialect: doors, landmarks, street, hamlet, the ward always where
//! one covers the place, and the parcel for those who ask for it.

use super::place::Place;
use crate::geocode::{HitKind, ReverseQuery};
use crate::geometry::{World, distance_m};
use crate::planning::Parcel;
use crate::store::Feature;
use crate::town::Town;

/// Metres within which a door is named where nobody says otherwise.
pub(super) const RADIUS_M: f64 = 500.0;
/// The same of a landmark: one stands in front of a market to name it, not at the other end of the street.
const LANDMARK_RADIUS_M: f64 = 100.0;

/// A question.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Around {
    pub at: World,
    /// At most this many doors.
    pub doors: usize,
    pub radius_m: f64,
    /// At most as many landmarks as doors, so many metres around.
    pub landmark_radius_m: f64,
    pub wants_parcel: bool,
    /// The doors of the parcel under the place come first: in a narrow lot the neighbour's is often nearer.
    pub prefers_parcel: bool,
}

/// The answer.
#[derive(Debug)]
pub(in crate::http) struct Surroundings {
    /// Nearest first.
    pub doors: Vec<Place>,
    /// Nearest first.
    pub landmarks: Vec<Place>,
    pub street: Option<Place>,
    /// The one the nearest door is in.
    pub hamlet: Option<Place>,
    pub ward: Option<Place>,
    pub parcel: Option<Place>,
}

impl Around {
    /// One door.
    pub fn at(at: World) -> Self {
        Self {
            at,
            doors: 1,
            radius_m: RADIUS_M,
            landmark_radius_m: LANDMARK_RADIUS_M,
            wants_parcel: false,
            prefers_parcel: false,
        }
    }

    /// Looks.
    pub fn look(&self, town: &Town) -> Surroundings {
        let at = self.at;
        let street = town
            .snapshot()
            .layer("streets")
            .and_then(|layer| layer.nearest(at, 1, self.radius_m, |_| true).into_iter().next());
        let near = town.index().reverse(&ReverseQuery {
            limit: self.doors,
            max_distance_m: self.radius_m,
            ward_code: town.ward_code_at(at),
            street_id: street.as_ref().and_then(|(street, _)| i64::try_from(street.id()).ok()),
            ..ReverseQuery::at(at)
        });
        let needs_parcel = self.wants_parcel || self.prefers_parcel;
        let parcel = needs_parcel.then(|| town.parcel_at(at)).flatten();
        let mut doors: Vec<Place> = near.addresses.into_iter().map(Place::from).collect();
        if let Some(parcel) = parcel.as_ref().filter(|_| self.prefers_parcel) {
            let own = doors_on(town, parcel, at);
            doors.retain(|door| own.iter().all(|known| known.id != door.id));
            doors.splice(0..0, own);
            doors.truncate(self.doors);
        }
        for door in &mut doors {
            door.set_distance_from(at);
        }
        let street = near.street.map(|hit| {
            let mut place = Place::from(hit);
            // how far its line is; whither is not known, its point may be at the other end
            place.distance_m = street.map(|(_, metres)| metres).or(place.distance_m);
            place
        });
        Surroundings {
            hamlet: doors.first().and_then(Place::hamlet_of),
            doors,
            landmarks: self.landmarks(town),
            street,
            ward: near.ward.map(Place::from),
            parcel: parcel.filter(|_| self.wants_parcel).map(|parcel| Place::parcel(town, &parcel)),
        }
    }

    fn landmarks(&self, town: &Town) -> Vec<Place> {
        let Some(layer) = town.snapshot().layer("landmarks") else { return Vec::new() };
        let near = layer.nearest(self.at, self.doors, self.landmark_radius_m, |_| true);
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
    /// From the smallest to the largest; no parcel.
    pub fn places(self) -> impl Iterator<Item = Place> {
        self.doors.into_iter().chain(self.street).chain(self.landmarks).chain(self.hamlet).chain(self.ward)
    }
}

/// The province a place lies in, if it is known by name.
pub(super) fn province_of(town: &Town, place: &Place) -> Option<Place> {
    let mut units = town.index().units_by_code(place.province_code.as_deref()?).into_iter();
    let mut province = units.find(|unit| unit.kind == HitKind::Province).map(Place::from)?;
    // who asked stands in it: a place nobody drew the border of
    province.point = province.point.or(place.point);
    Some(province)
}

/// The doors that say they stand on the parcel, nearest first.
fn doors_on(town: &Town, parcel: &Parcel<'_>, at: World) -> Vec<Place> {
    /// A door point may lie in the street before its parcel; in grid steps, some 30 m.
    const BEFORE_THE_PARCEL: i64 = 50_000;
    let row = parcel.feature();
    let Some(layer) = town.snapshot().layer("addresses") else { return Vec::new() };
    let Some(column) = layer.field("parcel_id") else { return Vec::new() };
    let is_own = |door: &Feature<'_>| {
        door.value(column).as_int().and_then(|id| u64::try_from(id).ok()) == Some(row.id())
    };
    let mut doors: Vec<Place> = layer
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

//! What one text means, as a row can hold it: the same place a single search puts first.

use serde_json::Value;

use super::super::geocoding::{self, PlaceKind, feature};
use crate::geocode::codes::Code;
use crate::geocode::{Answer, FormerUnits, Hit, HitKind, MatchType, Query, Reading};
use crate::geometry::World;
use crate::town::Town;

/// A place.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Place {
    pub point: Option<World>,
    pub id: String,
    pub layer: &'static str,
    pub name: String,
    pub label: String,
    pub label_old: Option<String>,
    pub housenumber: Option<String>,
    pub street: Option<String>,
    pub hamlet: Option<String>,
    pub ward: Option<String>,
    pub ward_code: Option<String>,
    pub province: Option<String>,
    pub province_code: Option<String>,
    pub former: Option<FormerUnits>,
    pub former_code: Option<String>,
    pub postal_code: Option<String>,
    pub score: f64,
    pub how: &'static str,
    pub distance_m: Option<f64>,
}

/// The places of one text, best first.
#[derive(Debug)]
pub(super) struct Found {
    pub places: Vec<Place>,
    pub is_ambiguous: bool,
}

/// Searches as a single search does; `None` where the text cannot be searched.
pub(super) fn search(town: &Town, query: &Query<'_>) -> Option<Found> {
    let answer = town.index().search(query);
    if answer.problem.is_some() {
        return None;
    }
    let mut places = places(town, &answer);
    places.truncate(query.limit);
    Some(Found { places, is_ambiguous: answer.ambiguous })
}

fn places(town: &Town, answer: &Answer) -> Vec<Place> {
    let hits = answer.hits.iter().map(Place::of_hit);
    match &answer.reading {
        Reading::Text => hits.collect(),
        // a number with a slash is first of all a house
        Reading::TextOrParcel(query) => hits.chain(parcels(town, query)).collect(),
        Reading::Parcel(query) => parcels(town, query).chain(hits).collect(),
        Reading::Coordinates(places) => places.iter().map(|place| coordinates(town, place.at)).collect(),
        Reading::Code(Code::Plus { code, at, .. } | Code::Geohash { code, at }) => {
            vec![Place::of_feature(
                "code",
                *at,
                &feature(&geocoding::Place::point(town, PlaceKind::Code, code, *at)),
            )]
        }
        Reading::Code(_) => hits.collect(),
    }
}

fn parcels<'a>(
    town: &'a Town,
    query: &crate::geocode::codes::ParcelQuery,
) -> impl Iterator<Item = Place> + 'a {
    town.parcels_of(query).into_iter().map(|parcel| {
        Place::of_feature(
            "parcel",
            parcel.feature().point_on(),
            &feature(&geocoding::Place::parcel(town, &parcel)),
        )
    })
}

fn coordinates(town: &Town, at: World) -> Place {
    let degrees = at.to_lnglat();
    let label = format!("{:.6}, {:.6}", degrees.lat, degrees.lng);
    Place::of_feature(
        "coordinates",
        at,
        &feature(&geocoding::Place::point(town, PlaceKind::Coordinates, &label, at)),
    )
}

impl Place {
    /// A hit of the geocoder.
    pub fn of_hit(hit: &Hit) -> Self {
        let hit = hit.clone();
        Self {
            point: hit.point,
            id: hit.id,
            layer: layer_of(hit.kind),
            name: hit.name,
            label: hit.label,
            label_old: hit.label_old,
            housenumber: hit.housenumber,
            street: hit.street,
            hamlet: hit.hamlet,
            ward: hit.ward,
            ward_code: hit.ward_code,
            province: hit.province,
            province_code: hit.province_code,
            former: hit.former,
            former_code: hit.former_code,
            postal_code: hit.postal_code,
            score: hit.confidence,
            how: match_of(hit.match_type),
            distance_m: hit.distance_m,
        }
    }

    /// What is no hit, as a single search words it.
    fn of_feature(layer: &'static str, at: World, feature: &Value) -> Self {
        let text = |key: &str| feature["properties"][key].as_str().map(str::to_owned);
        Self {
            point: Some(at),
            id: text("id").unwrap_or_default(),
            layer,
            name: text("name").unwrap_or_default(),
            label: text("label").unwrap_or_default(),
            label_old: text("label_old"),
            ward: text("locality"),
            ward_code: text("ward_code"),
            score: 1.0,
            how: "exact",
            ..Self::default()
        }
    }

    /// Latitude and longitude with seven decimals, as everywhere; empty where nobody knows the place.
    pub fn degrees(&self) -> (String, String) {
        self.point.map_or_else(Default::default, |point| {
            let degrees = point.to_lnglat();
            let shown = |v: f64| ((v * 1e7).round() / 1e7).to_string();
            (shown(degrees.lat), shown(degrees.lng))
        })
    }
}

/// A score as answers show it.
pub(super) fn shown(score: f64) -> String {
    ((score * 1000.0).round() / 1000.0).to_string()
}

/// What a kind of hit is called.
pub(super) const LAYERS: [(HitKind, &str); 10] = [
    (HitKind::Address, "address"),
    (HitKind::Street, "street"),
    (HitKind::Alley, "street"),
    (HitKind::Hamlet, "hamlet"),
    (HitKind::Landmark, "venue"),
    (HitKind::Ward, "ward"),
    (HitKind::FormerWard, "former_ward"),
    (HitKind::FormerDistrict, "former_district"),
    (HitKind::Province, "province"),
    (HitKind::FormerProvince, "former_province"),
];

fn layer_of(kind: HitKind) -> &'static str {
    LAYERS.iter().find(|(known, _)| *known == kind).map_or("", |(_, name)| name)
}

fn match_of(match_type: MatchType) -> &'static str {
    match match_type {
        MatchType::Exact => "exact",
        MatchType::Interpolated => "interpolated",
        MatchType::Fallback => "fallback",
    }
}

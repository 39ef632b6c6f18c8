//! Kinds of places by their names in `layers` and `layer`: ours, and Pelias's beside them.

use crate::answers::PlaceKind;
use crate::geocode::HitKind::{self, *};

/// What may be asked for.
pub(in crate::http) const NAMES: &str = "address, street, neighbourhood, locality, county, region, coarse, venue, \
    hamlet, ward, former_ward, former_district, province, former_province, parcel, zone, coordinates, code";

/// The kinds a name stands for; nothing where it stands for none.
pub(in crate::http) fn named(name: &str) -> Option<Vec<PlaceKind>> {
    let known: &[HitKind] = match name {
        "address" => &[Address],
        "street" => &[Street, Alley],
        "hamlet" | "neighbourhood" => &[Hamlet],
        "venue" => &[Landmark],
        "ward" | "locality" | "localadmin" | "borough" => &[Ward],
        "former_ward" => &[FormerWard],
        "former_district" | "county" => &[FormerDistrict],
        "province" | "region" => &[Province],
        "former_province" => &[FormerProvince],
        "coarse" => &[Hamlet, Ward, FormerWard, FormerDistrict, Province, FormerProvince],
        "parcel" => return Some(vec![PlaceKind::Parcel]),
        "zone" => return Some(vec![PlaceKind::Zone]),
        "coordinates" => return Some(vec![PlaceKind::Coordinates]),
        "code" => return Some(vec![PlaceKind::Code]),
        // Pelias's, of which there are none here
        "country" | "postalcode" => &[],
        _ => return None,
    };
    Some(known.iter().map(|kind| PlaceKind::Known(*kind)).collect())
}

/// The name of a kind.
pub(in crate::http) fn of(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Known(Address) => "address",
        PlaceKind::Known(Street | Alley) => "street",
        PlaceKind::Known(Hamlet) => "hamlet",
        PlaceKind::Known(Landmark) => "venue",
        PlaceKind::Known(Ward) => "ward",
        PlaceKind::Known(FormerWard) => "former_ward",
        PlaceKind::Known(FormerDistrict) => "former_district",
        PlaceKind::Known(Province) => "province",
        PlaceKind::Known(FormerProvince) => "former_province",
        PlaceKind::Parcel => "parcel",
        PlaceKind::Zone => "zone",
        PlaceKind::Coordinates => "coordinates",
        PlaceKind::Code => "code",
    }
}

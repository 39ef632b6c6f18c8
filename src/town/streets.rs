//! The streets search knows: those with a line from the layer, those known by name only from the
//! reference table, placed by the doors on them; and the names streets bore before.

use rustc_hash::FxHashMap;

use crate::geocode::{FormerStreetNameRow, StreetKind, StreetRow};
use crate::geometry::{World, WorldBox};
use crate::source::{Location, Session, SourceError};
use crate::store::{Layer, Snapshot};

/// A row of `reference_streets`.
#[derive(Debug)]
pub(super) struct NamedStreet {
    street_id: i64,
    name: String,
    kind: StreetKind,
    parent_id: Option<i64>,
    ward_code: String,
}

impl NamedStreet {
    /// All public streets of our schema.
    pub async fn read(session: &mut Session, location: &Location) -> Result<Vec<Self>, SourceError> {
        let columns = ["street_id", "name", "kind", "parent_id", "unit"];
        let rows = session.reference(location, "reference_streets", &columns, |row| {
            Some(Self {
                street_id: row[0].as_int()?,
                name: row[1].as_text()?.to_owned(),
                kind: kind(row[2].as_text()),
                parent_id: row[3].as_int(),
                ward_code: row[4].as_text()?.to_owned(),
            })
        });
        rows.await
    }
}

/// A row of `reference_former_street_names`.
#[derive(Debug)]
pub(super) struct FormerName {
    street_id: i64,
    name: String,
}

impl FormerName {
    /// What public streets of our schema were called before.
    pub async fn read(session: &mut Session, location: &Location) -> Result<Vec<Self>, SourceError> {
        let columns = ["street_id", "name"];
        let rows = session.later_reference(location, "reference_former_street_names", &columns, |row| {
            Some(Self { street_id: row[0].as_int()?, name: row[1].as_text()?.to_owned() })
        });
        rows.await
    }

    /// As search takes it.
    pub fn row(&self) -> FormerStreetNameRow<'_> {
        FormerStreetNameRow { street_id: self.street_id, name: &self.name }
    }
}

/// Streets for search.
pub(super) struct Streets<'a> {
    pub rows: Vec<StreetRow<'a>>,
    /// Known by name only and no door on them: nobody can say where they are.
    pub placeless: usize,
}

impl<'a> Streets<'a> {
    /// Those of the layer, then those of `named` that are not in it.
    pub fn gather(snapshot: &'a Snapshot, named: &'a [NamedStreet]) -> Self {
        let layer = snapshot.layer("streets");
        let has_line = |street: &NamedStreet| {
            let id = u64::try_from(street.street_id).ok();
            layer.zip(id).is_some_and(|(layer, id)| layer.by_id(id).is_some())
        };
        let lineless: Vec<&NamedStreet> = named.iter().filter(|street| !has_line(street)).collect();
        let doors = doors_of(&lineless, snapshot.layer("addresses").map(|layer| &**layer));
        let mut rows = layer.map(|layer| with_line(layer)).unwrap_or_default();
        let before = rows.len();
        rows.extend(lineless.iter().filter_map(|street| {
            let doors = doors.get(&street.street_id).filter(|doors| !doors.is_empty())?;
            let (middle, bounds) = place_of(doors);
            Some(StreetRow {
                street_id: street.street_id,
                name: &street.name,
                kind: street.kind,
                parent_id: street.parent_id,
                ward_code: &street.ward_code,
                middle,
                bounds,
            })
        }));
        let placeless = before + lineless.len() - rows.len();
        Self { rows, placeless }
    }
}

fn with_line(layer: &Layer) -> Vec<StreetRow<'_>> {
    let (Some(name), Some(unit)) = (layer.field("name"), layer.field("unit")) else { return Vec::new() };
    let (kind_of, parent) = (layer.field("kind"), layer.field("parent_id"));
    layer
        .all()
        .filter_map(|feature| {
            Some(StreetRow {
                street_id: i64::try_from(feature.id()).ok()?,
                name: feature.value(name).as_text()?,
                kind: kind(kind_of.and_then(|c| feature.value(c).as_text())),
                parent_id: parent.and_then(|c| feature.value(c).as_int()),
                ward_code: feature.value(unit).as_text()?,
                middle: feature.point_on(),
                bounds: feature.bounds(),
            })
        })
        .collect()
}

/// Where the doors of these streets are, in one pass over all doors.
fn doors_of(streets: &[&NamedStreet], addresses: Option<&Layer>) -> FxHashMap<i64, Vec<World>> {
    let mut doors: FxHashMap<i64, Vec<World>> =
        streets.iter().map(|street| (street.street_id, Vec::new())).collect();
    let Some((layer, street_id)) = addresses.and_then(|layer| Some((layer, layer.field("street_id")?)))
    else {
        return doors;
    };
    if doors.is_empty() {
        return doors;
    }
    for feature in layer.all() {
        let street = feature.value(street_id).as_int().and_then(|id| doors.get_mut(&id));
        if let Some(street) = street {
            street.push(feature.point_on());
        }
    }
    doors
}

/// The door nearest to the middle of the doors' box, and that box: a place on the street also where it
/// bends.
fn place_of(doors: &[World]) -> (World, WorldBox) {
    let mut bounds = WorldBox::EMPTY;
    doors.iter().for_each(|&door| bounds.include(door));
    let center = bounds.center();
    // squares of grid steps need more than 64 bits
    let away = |door: &&World| {
        let (x, y) = (i128::from(door.x - center.x), i128::from(door.y - center.y));
        (x * x + y * y, door.x, door.y)
    };
    (doors.iter().min_by_key(away).copied().unwrap_or(center), bounds)
}

fn kind(text: Option<&str>) -> StreetKind {
    match text {
        Some("alley") => StreetKind::Alley,
        Some("national_road") => StreetKind::NationalRoad,
        Some("provincial_road") => StreetKind::ProvincialRoad,
        _ => StreetKind::Street,
    }
}

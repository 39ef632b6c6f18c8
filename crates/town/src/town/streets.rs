//! The streets search knows: those with a line from the layer, those known by name only from the
//! reference table, placed by the doors on them; and the names streets bore before.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use crate::geocode::{FormerStreetNameRow, StreetKind, StreetRow, has_street_name, street_words};
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
    /// Further segments of these streets, by their ids: the segment's and the street's.
    pub segments: Vec<(i64, i64)>,
    /// Known by name only and no door on them: nobody can say where they are.
    pub placeless: usize,
}

impl<'a> Streets<'a> {
    /// Those of the layer, then those of `named` that are not in it. Where the layer is a table of the town's own,
    /// its names are read as import reads them, and its segments put together.
    pub fn gather(snapshot: &'a Snapshot, named: &'a [NamedStreet], is_own_table: bool) -> Self {
        let layer = snapshot.layer("streets");
        let has_line = |street: &NamedStreet| {
            let id = u64::try_from(street.street_id).ok();
            layer.zip(id).is_some_and(|(layer, id)| layer.by_id(id).is_some())
        };
        let lineless: Vec<&NamedStreet> = named.iter().filter(|street| !has_line(street)).collect();
        let doors = doors_of(&lineless, snapshot.layer("addresses").map(|layer| &**layer));
        let lines = layer.map(|layer| with_line(layer)).unwrap_or_default();
        let (mut rows, segments) =
            if is_own_table { joined(as_imported(lines)) } else { (lines, Vec::new()) };
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
        Self { rows, segments, placeless }
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

/// Names without the word for the kind, kinds by that word where the table says none; streets without a name left
/// out.
fn as_imported(rows: Vec<StreetRow<'_>>) -> Vec<StreetRow<'_>> {
    rows.into_iter().filter_map(row_as_imported).collect()
}

fn row_as_imported(row: StreetRow<'_>) -> Option<StreetRow<'_>> {
    let words = street_words(row.name);
    let said = if row.kind == StreetKind::Street { kind(Some(words.kind)) } else { row.kind };
    has_street_name(words.name).then_some(StreetRow { name: words.name, kind: said, ..row })
}

/// How far apart two segments of one street may be: across a square or a missing piece. About 250 m; in a ward
/// put together of several, streets of one name lie farther apart.
const SEGMENT_GAP_STEPS: i64 = 430_000;

/// The segments of one name, kind and ward that lie near each other as one street, which has the lowest of their
/// ids; and which segment went into which street.
fn joined(rows: Vec<StreetRow<'_>>) -> (Vec<StreetRow<'_>>, Vec<(i64, i64)>) {
    let mut groups: BTreeMap<(String, &str, u8, Option<i64>), Vec<StreetRow<'_>>> = BTreeMap::new();
    for row in rows {
        let name = row.name.nfc().collect::<String>().to_lowercase();
        let key = (name, row.ward_code, row.kind as u8, row.parent_id);
        groups.entry(key).or_default().push(row);
    }
    let (mut streets, mut segments) = (Vec::new(), Vec::new());
    for mut group in groups.into_values() {
        group.sort_by_key(|row| (row.bounds.min.x, row.street_id));
        let mut street_of: Vec<usize> = (0..group.len()).collect();
        for i in 0..group.len() {
            let near = group[i].bounds.grown(SEGMENT_GAP_STEPS);
            for (j, behind) in group.iter().enumerate().skip(i + 1) {
                if behind.bounds.min.x > near.max.x {
                    break;
                }
                if near.intersects(&behind.bounds) {
                    let (one, other) = (root(&mut street_of, i), root(&mut street_of, j));
                    street_of[other.max(one)] = one.min(other);
                }
            }
        }
        let mut parts: BTreeMap<usize, Vec<StreetRow<'_>>> = BTreeMap::new();
        for (i, row) in group.into_iter().enumerate() {
            parts.entry(root(&mut street_of, i)).or_default().push(row);
        }
        for part in parts.into_values() {
            let Some(street) = as_one(&part) else { continue };
            let others = part.iter().map(|row| row.street_id).filter(|&id| id != street.street_id);
            segments.extend(others.map(|id| (id, street.street_id)));
            streets.push(street);
        }
    }
    streets.sort_by_key(|street| street.street_id);
    (streets, segments)
}

/// The street a segment was found to belong to.
fn root(street_of: &mut [usize], mut at: usize) -> usize {
    while street_of[at] != at {
        street_of[at] = street_of[street_of[at]];
        at = street_of[at];
    }
    at
}

/// The street of these segments: the box of all, and the middle of the segment nearest to its middle.
fn as_one<'a>(segments: &[StreetRow<'a>]) -> Option<StreetRow<'a>> {
    let mut bounds = WorldBox::EMPTY;
    segments.iter().for_each(|row| bounds.include_box(&row.bounds));
    let first = segments.iter().min_by_key(|row| row.street_id)?;
    let middle = nearest_to(bounds.center(), segments.iter().map(|row| row.middle))?;
    Some(StreetRow { middle, bounds, ..first.clone() })
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
    (nearest_to(center, doors.iter().copied()).unwrap_or(center), bounds)
}

/// The place nearest to another; of two as near the more western, more northern one.
fn nearest_to(center: World, places: impl Iterator<Item = World>) -> Option<World> {
    // squares of grid steps need more than 64 bits
    let away = |place: &World| {
        let (x, y) = (i128::from(place.x - center.x), i128::from(place.y - center.y));
        (x * x + y * y, place.x, place.y)
    };
    places.min_by_key(away)
}

fn kind(text: Option<&str>) -> StreetKind {
    match text {
        Some("alley") => StreetKind::Alley,
        Some("national_road") => StreetKind::NationalRoad,
        Some("provincial_road") => StreetKind::ProvincialRoad,
        _ => StreetKind::Street,
    }
}

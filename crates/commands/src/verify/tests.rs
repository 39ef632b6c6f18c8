//! A tile of a small town differs in nothing, and whatever is damaged in its bytes is found and named; our decoder reads what geozero's
//! reads.
//!
//! Damage is done to the decoded tile, which a writer as plain as the specification turns into bytes again.

use std::sync::Arc;

use geozero::mvt::Message;
use geozero::{CoordDimensions, ToWkb};

use super::decode::{Feature, Layer, Tile, Value};
use super::sample::Sample;
use super::*;
use crate::config::{LayerConfig, PublicColumn, TableName};
use crate::geometry::{LngLat, TileId, World};
use crate::store::{self, ColumnType, Field, Key, LayerBuilder, RawGeometry};
use crate::tile::map_layers;

/// A degree of longitude and latitude some metres within the north-west corner of a tile of zoom 17, which is 300 m wide.
const CORNER: (f64, f64) = (106.117, 11.2753);
const METRE: f64 = 0.000_009;

fn at(east: f64, south: f64) -> (f64, f64) {
    (CORNER.0 + east * METRE, CORNER.1 - south * METRE)
}

fn layer(name: &str, shapes: impl IntoIterator<Item = geo_types::Geometry>) -> store::Layer {
    let fields = [("name", ColumnType::Text), ("size", ColumnType::Float), ("depth", ColumnType::Int)];
    let fields = fields.map(|(name, column_type)| Field { name: name.to_owned(), column_type });
    let mut builder = LayerBuilder::new(name, fields.to_vec(), None);
    for (id, shape) in (1..).zip(shapes) {
        let bytes = shape.to_ewkb(CoordDimensions::xy(), Some(4326)).unwrap();
        let name = format!("số {}", id % 7);
        let depth = if id % 5 == 0 { store::Value::Null } else { store::Value::Int(id - 9) };
        let values = [store::Value::Text(&name), store::Value::Float(id as f64 / 10.0), depth];
        builder.push(Key::Int(id), RawGeometry::Ewkb(&bytes), &values);
    }
    builder.finish(std::time::Duration::ZERO)
}

fn rectangle(east: f64, south: f64, width: f64, depth: f64) -> geo_types::Geometry {
    geo_types::Rect::new(at(east, south), at(east + width, south + depth)).to_polygon().into()
}

/// A circle with a ragged border.
fn ragged(east: f64, south: f64, radius: f64) -> geo_types::Geometry {
    let vertex = |n: i32| {
        let (angle, radius) = (f64::from(n).to_radians(), radius + f64::from(n * 7 % 5) / 9.0);
        at(east + radius * angle.cos(), south + radius * angle.sin())
    };
    geo_types::Polygon::new((0..360).map(vertex).collect(), Vec::new()).into()
}

/// Two wards; lots, one with a yard that is not its own, one that reaches beyond every tile and one smaller than a unit; streets; trees.
fn town() -> Vec<MapLayer> {
    let mut lots: Vec<_> =
        (0..60).map(|n| rectangle(f64::from(n % 12) * 9.0, f64::from(n / 12) * 25.0, 8.0, 20.0)).collect();
    let ring = |east: f64, south: f64, size: f64| {
        geo_types::LineString::from(vec![
            at(east, south),
            at(east + size, south),
            at(east + size, south + size),
            at(east, south + size),
        ])
    };
    lots.push(geo_types::Polygon::new(ring(0.0, 200.0, 40.0), vec![ring(10.0, 210.0, 20.0)]).into());
    lots.push(rectangle(-9000.0, 245.0, 18_000.0, 9000.0));
    lots.push(rectangle(150.0, 0.0, 0.01, 0.01));
    let street = |n: i32| {
        let path = (-80..80).map(|m| at(f64::from(m) * 20.0, f64::from(n * 25 + m % 3) - 2.0));
        geo_types::Geometry::from(path.collect::<geo_types::LineString>())
    };
    let tree = |n: i32| geo_types::Geometry::from(geo_types::Point::from(at(f64::from(n) * 7.0, 130.0)));
    let layers = [
        layer("wards", [ragged(100.0, 100.0, 2500.0), ragged(400.0, 400.0, 60.0)]),
        layer("lots", lots),
        layer("streets", (0..5).map(street)),
        layer("trees", (-90..90).map(tree)),
    ];
    let config = |name: &str| LayerConfig {
        id: name.to_owned(),
        title: name.to_owned(),
        table: TableName { schema: None, name: name.to_owned() },
        key: "id".to_owned(),
        geometry: "geom".to_owned(),
        srid: None,
        columns: ["name", "size", "depth"].map(PublicColumn::same).to_vec(),
        minzoom: 10,
        maxzoom: 18,
        dissolve: None,
        label_columns: Vec::new(),
    };
    let layers = layers.into_iter().map(|layer| {
        let config = config(layer.id());
        ((Arc::new(layer), config), None)
    });
    map_layers(layers, |_| {})
}

fn here(z: u8) -> Sample {
    let (lng, lat) = at(30.0, 30.0);
    let World { x, y } = World::from_lnglat(LngLat { lng, lat });
    let shift = World::BITS - u32::from(z);
    Sample { tile: TileId::new(z, (x >> shift) as u32, (y >> shift) as u32).unwrap(), row: None }
}

fn drawings(town: &[MapLayer], z: u8) -> Vec<(usize, Drawing<'_>)> {
    town.iter().map(|layer| layer.drawing(z, None, None, None)).enumerate().collect()
}

fn bytes_of(town: &[MapLayer], sample: &Sample) -> Vec<u8> {
    render(drawings(town, sample.tile.z()).into_iter().map(|(_, drawing)| drawing), sample.tile).bytes
}

/// What is found in the tile of this zoom when its bytes are these.
fn found(town: &[MapLayer], z: u8, bytes: Vec<u8>) -> Examined {
    let drawn = Drawn { bytes, ..Drawn::default() };
    examine_drawn(&drawings(town, z), &here(z), &drawn)
}

/// The faults after this was done to the tile at zoom 17, where rows are drawn as they are.
fn after(damage: impl FnOnce(&mut Tile)) -> Vec<String> {
    after_at(17, damage)
}

fn after_at(z: u8, damage: impl FnOnce(&mut Tile)) -> Vec<String> {
    let town = town();
    let mut tile = Tile::decode(&bytes_of(&town, &here(z))).unwrap();
    let before = tile.clone();
    damage(&mut tile);
    assert!(tile != before, "something is damaged");
    found(&town, z, written(&tile)).faults.iter().map(ToString::to_string).collect()
}

fn of<'a>(tile: &'a mut Tile, name: &str) -> &'a mut Layer {
    tile.layers.iter_mut().find(|layer| layer.name == name).unwrap()
}

fn feature<'a>(tile: &'a mut Tile, name: &str, id: u64) -> &'a mut Feature {
    of(tile, name).features.iter_mut().find(|feature| feature.id == Some(id)).unwrap()
}

fn varint(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn number(field: u8, n: u64, out: &mut Vec<u8>) {
    out.push(field << 3);
    varint(n, out);
}

fn chunk(field: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(field << 3 | 2);
    varint(bytes.len() as u64, out);
    out.extend(bytes);
}

fn written(tile: &Tile) -> Vec<u8> {
    let mut out = Vec::new();
    for layer in &tile.layers {
        let mut body = Vec::new();
        number(15, layer.version, &mut body);
        chunk(1, layer.name.as_bytes(), &mut body);
        for feature in &layer.features {
            let mut bytes = Vec::new();
            feature.id.iter().for_each(|&id| number(1, id, &mut bytes));
            for (field, numbers) in [(2, &feature.tags), (4, &feature.geometry)] {
                let mut packed = Vec::new();
                numbers.iter().for_each(|&n| varint(n.into(), &mut packed));
                chunk(field, &packed, &mut bytes);
            }
            number(3, feature.kind, &mut bytes);
            chunk(2, &bytes, &mut body);
        }
        layer.keys.iter().for_each(|key| chunk(3, key.as_bytes(), &mut body));
        for value in &layer.values {
            let mut bytes = Vec::new();
            match value {
                Value::Text(text) => chunk(1, text.as_bytes(), &mut bytes),
                Value::Float(x) => {
                    bytes.push(2 << 3 | 5);
                    bytes.extend(x.to_le_bytes());
                }
                Value::Double(x) => {
                    bytes.push(3 << 3 | 1);
                    bytes.extend(x.to_le_bytes());
                }
                Value::Int(n) => number(4, n.cast_unsigned(), &mut bytes),
                Value::Uint(n) => number(5, *n, &mut bytes),
                Value::Sint(n) => number(6, ((n << 1) ^ (n >> 63)).cast_unsigned(), &mut bytes),
                Value::Bool(b) => number(7, u64::from(*b), &mut bytes),
            }
            chunk(4, &bytes, &mut body);
        }
        number(5, layer.extent, &mut body);
        chunk(3, &body, &mut out);
    }
    out
}

#[test]
fn a_town_as_it_is_drawn_differs_in_nothing() {
    let town = town();
    for z in 10..=20 {
        let examined = found(&town, z, bytes_of(&town, &here(z)));
        assert_eq!(examined.faults, [], "zoom {z}");
        let depth = if z <= 14 { Depth::Part } else { Depth::Whole };
        assert_eq!(examined.depth, Some(depth), "zoom {z}");
        assert!(examined.counts.compared > 5, "zoom {z}: {:?}", examined.counts);
    }
    let report = verify(&town, 300, 7, |_, _| {});
    assert_eq!(report.faults(), []);
    let sum = report.sum();
    assert!(sum.whole > 50 && sum.part >= 5 && sum.counts.vanished > 0, "{sum:?}");
    assert!(sum.empty * 4 < sum.tiles, "{sum:?}");
}

#[test]
fn the_same_seed_chooses_the_same_tiles_and_no_tile_twice() {
    let town = town();
    let samples = choose(&town, 200, 5);
    assert_eq!(samples, choose(&town, 200, 5));
    assert_ne!(samples, choose(&town, 200, 6));
    let tiles: FxHashSet<TileId> = samples.iter().map(|sample| sample.tile).collect();
    assert_eq!(tiles.len(), samples.len());
    assert_eq!(choose(&[], 200, 5), []);
}

#[test]
fn our_decoder_reads_what_geozero_reads() {
    let town = town();
    for z in [11, 15, 17, 20] {
        let bytes = bytes_of(&town, &here(z));
        let (ours, theirs) = (Tile::decode(&bytes).unwrap(), geozero::mvt::Tile::decode(&*bytes).unwrap());
        assert_eq!(ours.layers.len(), theirs.layers.len());
        for (ours, theirs) in ours.layers.iter().zip(&theirs.layers) {
            assert_eq!((&ours.name, ours.version), (&theirs.name, theirs.version.into()));
            assert_eq!((ours.extent, &ours.keys), (theirs.extent().into(), &theirs.keys));
            let value = |value: &geozero::mvt::tile::Value| {
                let text = value.string_value.clone().map(Value::Text);
                let double = value.double_value.map(Value::Double);
                let whole = value.uint_value.map(Value::Uint).or(value.sint_value.map(Value::Sint));
                text.or(double).or(whole).unwrap()
            };
            assert_eq!(ours.values, theirs.values.iter().map(value).collect::<Vec<_>>());
            let feature = |feature: &geozero::mvt::tile::Feature| Feature {
                id: feature.id,
                tags: feature.tags.clone(),
                kind: u64::try_from(feature.r#type.unwrap()).unwrap(),
                geometry: feature.geometry.clone(),
            };
            assert_eq!(ours.features, theirs.features.iter().map(feature).collect::<Vec<_>>());
        }
        assert_eq!(written(&ours).len(), bytes.len(), "and writes it again");
    }
}

/// Every change of these bytes is either found or means the same.
#[test]
fn a_byte_that_is_changed_anywhere_never_ends_the_check() {
    let town = town();
    let bytes = bytes_of(&town, &here(18));
    let mut found_in = 0;
    let places: Vec<usize> = (0..bytes.len()).step_by(bytes.len() / 97).collect();
    for &place in &places {
        for bit in [0, 3, 7] {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1 << bit;
            found_in += usize::from(!found(&town, 18, damaged).faults.is_empty());
        }
    }
    // a coordinate that moved by a unit or less is rounding
    assert!(found_in * 10 > places.len() * 3 * 9, "{found_in} of {}", places.len() * 3);
    for end in (1..bytes.len()).step_by(bytes.len() / 53) {
        assert!(!found(&town, 18, bytes[..end].to_vec()).faults.is_empty(), "cut off after {end} bytes");
    }
}

#[test]
fn a_moved_vertex_is_found() {
    // the second vertex of the ring: its step and the one back from it
    let moved = |by: u32| {
        move |tile: &mut Tile| {
            let geometry = &mut feature(tile, "lots", 5).geometry;
            geometry[5] += 2 * by;
        }
    };
    assert_eq!(after(moved(1)), [] as [&str; 0]);
    let faults = after(moved(4));
    assert!(
        matches!(&faults[..], [one] if one.starts_with("lots 5: ") && one.contains("thick") | one.contains("away")),
        "{faults:?}"
    );
    let faults = after(|tile| feature(tile, "streets", 2).geometry[5] += 40);
    assert!(faults[0].starts_with("streets 2: a vertex"), "{faults:?}");
    let faults = after(|tile| feature(tile, "trees", 91).geometry[1] += 8);
    assert!(faults[0].starts_with("trees 91: a vertex"), "{faults:?}");
}

#[test]
fn what_is_missing_or_too_much_is_found() {
    let faults = after(|tile| of(tile, "lots").features.retain(|feature| feature.id != Some(7)));
    assert_eq!(faults, ["lots 7: it is not in the tile, but its row is"]);
    let faults = after(|tile| tile.layers.retain(|layer| layer.name != "trees"));
    assert!(faults.len() > 20 && faults.iter().all(|fault| fault.starts_with("trees ")), "{faults:?}");
    let faults = after(|tile| of(tile, "lots_labels").features.retain(|feature| feature.id != Some(7)));
    assert_eq!(faults, ["lots_labels 7: it is not in the tile, but its row is"]);
    let faults = after(|tile| feature(tile, "trees", 91).id = Some(9001));
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.contains(&"trees 9001: it is in the tile, but no row of its layer lies there".to_owned()));
    let faults = after(|tile| of(tile, "trees").name = "shrubs".to_owned());
    assert!(
        faults.contains(&"shrubs: no layer of this name has tiles at this zoom".to_owned()),
        "{faults:?}"
    );
    // an area that is nothing on the grid must not be nowhere
    let faults = after(|tile| of(tile, "lots").features.retain(|feature| feature.id != Some(63)));
    assert_eq!(faults, ["lots 63: it is not in the tile, but its row is"]);
    let faults = after(|tile| feature(tile, "lots", 63).geometry = vec![9, 200, 200, 18, 80, 0, 0, 80, 15]);
    assert!(faults[0].starts_with("lots 63: what is drawn and the row's area differ"), "{faults:?}");
    // simplified areas are not lost either
    let faults = after_at(14, |tile| of(tile, "wards").features.retain(|feature| feature.id != Some(2)));
    assert_eq!(faults, ["wards 2: it is not in the tile, but its row is"]);
}

#[test]
fn a_wrong_attribute_is_found_and_its_value_is_not_told() {
    // tags of lots: name, size, depth
    let faults = after(|tile| feature(tile, "lots", 1).tags[1] = 1);
    assert_eq!(faults, ["lots 1: the attribute \"name\" has another value or type than the row's"]);
    let faults = after(|tile| {
        let size = feature(tile, "lots", 1).tags[3] as usize;
        of(tile, "lots").values[size] = Value::Float(0.1);
    });
    assert_eq!(faults, ["lots 1: the attribute \"size\" has another value or type than the row's"]);
    let faults = after(|tile| feature(tile, "lots", 1).tags.truncate(4));
    assert_eq!(faults, ["lots 1: the attribute \"depth\" of the row is not in the tile"]);
    let faults = after(|tile| feature(tile, "lots", 5).tags.extend([2, 0]));
    assert_eq!(faults, ["lots 5: the attribute \"depth\" is in the tile, but the row does not have it"]);
    let faults = after_at(13, |tile| feature(tile, "wards", 1).tags.truncate(4));
    assert_eq!(faults, ["wards 1: the attribute \"depth\" of the row is not in the tile"]);
    let faults = after(|tile| feature(tile, "lots_labels", 1).tags.truncate(4));
    assert_eq!(faults, ["lots_labels 1: the attribute \"depth\" of the row is not in the tile"]);
    let told = after(|tile| {
        of(tile, "lots").values.iter_mut().for_each(|value| *value = Value::Text("A".to_owned()))
    });
    assert!(told.len() > 100 && told.iter().all(|fault| !fault.contains("số")), "{told:?}");
}

#[test]
fn faults_of_keys_tags_and_ids_are_found() {
    let faults = after(|tile| of(tile, "lots").keys[2] = "name".to_owned());
    assert!(faults.contains(&"lots: the key \"name\" stands twice".to_owned()), "{faults:?}");
    let faults = after(|tile| feature(tile, "lots", 1).tags[2] = 0);
    assert!(faults.contains(&"lots 1: the attribute \"name\" stands twice".to_owned()), "{faults:?}");
    let faults = after(|tile| feature(tile, "lots", 1).tags[2] = 77);
    assert!(faults.contains(&"lots 1: a tag leads to a key that is not there".to_owned()), "{faults:?}");
    let faults = after(|tile| feature(tile, "lots", 1).tags[1] = 7777);
    assert!(faults.contains(&"lots 1: a tag leads to a value that is not there".to_owned()), "{faults:?}");
    let faults = after(|tile| feature(tile, "lots", 1).tags.push(1));
    assert!(faults.contains(&"lots 1: an odd number of tags".to_owned()), "{faults:?}");
    let faults = after(|tile| feature(tile, "lots", 1).id = Some(2));
    assert!(faults.contains(&"lots 2: two features have this id".to_owned()), "{faults:?}");
    let faults = after(|tile| feature(tile, "lots", 1).id = Some(1 << 53));
    assert!(faults.iter().any(|fault| fault.contains("none from 1 to 2^53")), "{faults:?}");
    let faults = after(|tile| feature(tile, "lots", 1).id = None);
    assert!(faults.iter().any(|fault| fault.contains("the feature has no id")), "{faults:?}");
}

#[test]
fn faults_of_layers_are_found() {
    type Damage = fn(&mut Layer);
    let all: [(&str, Damage); 4] = [
        ("trees: version 1 instead of 2", |layer| layer.version = 1),
        ("trees: an extent of 512 instead of 4096", |layer| layer.extent = 512),
        ("trees: the layer has no features", |layer| layer.features.clear()),
        ("lots: two layers have this name", |layer| layer.name = "lots".to_owned()),
    ];
    for (sentence, damage) in all {
        let faults = after(|tile| damage(of(tile, "trees")));
        assert!(faults.iter().any(|fault| fault == sentence), "{sentence}: {faults:?}");
    }
}

#[test]
fn faults_of_rings_are_found() {
    // MoveTo, its step, LineTo of three, three steps, ClosePath: wound the other way by exchanging x and y of the steps
    let faults = after(|tile| {
        let geometry = &mut feature(tile, "lots", 1).geometry;
        assert_eq!(geometry.len(), 11);
        for step in [4, 6, 8] {
            geometry.swap(step, step + 1);
        }
    });
    assert!(faults.contains(&"lots 1: the first ring is not an outer one".to_owned()), "{faults:?}");
    let flat = [9, 200, 200, 18, 80, 0, 80, 0, 15];
    let faults = after(|tile| feature(tile, "lots", 1).geometry = flat.to_vec());
    assert!(faults.contains(&"lots 1: a ring has no area".to_owned()), "{faults:?}");
    let bow_tie = [9, 200, 200, 26, 100, 100, 0, 99, 99, 150, 15];
    let faults = after(|tile| feature(tile, "lots", 1).geometry = bow_tie.to_vec());
    assert!(faults.iter().any(|fault| fault.starts_with("lots 1: the area is not valid")), "{faults:?}");
    // the hole of lot 61 wound as an area is an area over another
    let faults = after(|tile| {
        let geometry = &mut feature(tile, "lots", 61).geometry;
        assert_eq!(geometry.len(), 22);
        for step in [15, 17, 19] {
            geometry.swap(step, step + 1);
        }
    });
    assert!(faults.iter().any(|fault| fault.starts_with("lots 61: the area is not valid")), "{faults:?}");
    let faults = after(|tile| feature(tile, "lots", 61).geometry.truncate(11));
    assert!(matches!(&faults[..], [one] if one.contains("differ in a piece")), "{faults:?}");
    let faults = after(|tile| feature(tile, "lots", 1).geometry.truncate(10));
    assert!(faults.contains(&"lots 1: the commands end early".to_owned()), "{faults:?}");
    let faults = after(|tile| feature(tile, "trees", 91).geometry = vec![9, 9000, 9000]);
    assert!(
        faults.contains(&"trees 91: a vertex lies beyond the buffer of the tile".to_owned()),
        "{faults:?}"
    );
    let faults = after(|tile| feature(tile, "streets", 2).kind = 3);
    assert!(!faults.is_empty());
}

#[test]
fn a_label_outside_of_its_area_and_a_shape_far_from_its_row_are_found() {
    let faults = after(|tile| feature(tile, "lots_labels", 1).geometry[1] += 800);
    assert!(faults[0].starts_with("lots_labels 1: the label lies"), "{faults:?}");
    let faults = after(|tile| feature(tile, "lots_labels", 1).geometry = vec![9, 9, 9]);
    assert_eq!(faults, ["lots_labels 1: the label is not one point in the tile itself"]);
    let faults = after_at(14, |tile| feature(tile, "wards", 2).geometry[1] += 40);
    assert_eq!(faults, ["wards 2: it is drawn outside of the box around its row"]);
}

#[test]
fn a_row_for_which_the_tile_was_chosen_must_be_found_in_it() {
    let town = town();
    let sample = Sample { row: Some((2, 9999)), ..here(17) };
    let drawn = Drawn { bytes: bytes_of(&town, &sample), ..Drawn::default() };
    let examined = examine_drawn(&drawings(&town, 17), &sample, &drawn);
    assert_eq!(examined.faults.len(), 1);
    assert_eq!(examined.faults[0].flaw, Flaw::NotFound);
}

#[test]
fn of_a_tile_that_leaves_features_out_only_those_are_compared_that_are_in_it() {
    let town = town();
    let mut tile = Tile::decode(&bytes_of(&town, &here(17))).unwrap();
    of(&mut tile, "lots").features.truncate(10);
    let drawn = Drawn { bytes: written(&tile), left_out: 51, ..Drawn::default() };
    assert_eq!(examine_drawn(&drawings(&town, 17), &here(17), &drawn).faults, []);
    of(&mut tile, "lots").features[0].tags.truncate(2);
    let drawn = Drawn { bytes: written(&tile), left_out: 51, ..Drawn::default() };
    assert!(!examine_drawn(&drawings(&town, 17), &here(17), &drawn).faults.is_empty());
    let refused = Drawn { is_refused: true, ..Drawn::default() };
    let examined = examine_drawn(&drawings(&town, 17), &here(17), &refused);
    assert!(examined.is_refused && examined.faults.is_empty());
}

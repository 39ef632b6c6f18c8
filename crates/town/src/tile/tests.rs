//! What is drawn, read back by another decoder and held against another encoder.

use geozero::mvt::tile::GeomType;
use geozero::mvt::{Message, Tile};
use geozero::{CoordDimensions, ToWkb};
use proptest::prelude::*;

use super::encode::{Commands, LayerWriter};
use super::*;
use crate::geometry::planar::{GridPoint, Rings};
use crate::geometry::{LngLat, ShapeKind, World};
use crate::store::{ColumnType, Field, Key, Layer, LayerBuilder, RawGeometry, Value};

/// A layer of WGS 84 polygons with a name each.
fn layer_of(polygons: impl IntoIterator<Item = geo_types::Polygon>) -> Layer {
    let fields = vec![Field { name: "name".into(), column_type: ColumnType::Text }];
    let mut builder = LayerBuilder::new("areas", fields, None);
    for (i, polygon) in polygons.into_iter().enumerate() {
        let bytes = geo_types::Geometry::from(polygon).to_ewkb(CoordDimensions::xy(), Some(4326)).unwrap();
        builder.push(Key::Int(i as i64 + 1), RawGeometry::Ewkb(&bytes), &[Value::Text("Đ")]);
    }
    builder.finish(std::time::Duration::ZERO)
}

fn draw(layer: &Layer, tile: TileId) -> Drawn {
    let columns = layer.fields().iter().cloned().enumerate().collect();
    let content = Content::Rows;
    let (filter, filter_columns, day, historical) = (None, Vec::new(), None, None);
    render(
        [Drawing { name: layer.id(), layer, columns, filter, filter_columns, content, day, historical }],
        tile,
    )
}

/// A polygon given in units of a tile.
fn polygon_in(tile: TileId, ring: &[(f64, f64)]) -> geo_types::Polygon {
    let side = (World::SIZE >> tile.z()) as f64;
    let at = |&(x, y): &(f64, f64)| {
        let origin = tile.buffered_bounds().min;
        let step = side / f64::from(EXTENT);
        let (x, y) = (x + f64::from(BUFFER), y + f64::from(BUFFER));
        let LngLat { lng, lat } =
            World { x: origin.x + (x * step) as i64, y: origin.y + (y * step) as i64 }.to_lnglat();
        (lng, lat)
    };
    geo_types::Polygon::new(ring.iter().map(at).collect::<Vec<_>>().into(), Vec::new())
}

fn decoded(bytes: &[u8]) -> Tile {
    Tile::decode(bytes).unwrap()
}

const HERE: (u8, u32, u32) = (14, 13021, 7675);

fn here() -> TileId {
    TileId::new(HERE.0, HERE.1, HERE.2).unwrap()
}

#[test]
fn an_area_that_covers_the_tile_becomes_the_buffered_tile() {
    let layer = layer_of([polygon_in(here(), &[(-9e3, -9e3), (9e3, -9e3), (9e3, 9e3), (-9e3, 9e3)])]);
    let tile = decoded(&draw(&layer, here()).bytes);
    assert_eq!(tile.layers[0].features[0].geometry.len(), 1 + 2 + 1 + 6 + 1);
}

#[test]
fn an_area_beside_the_tile_is_not_in_it() {
    let layer = layer_of([polygon_in(here(), &[(-900.0, 0.0), (-800.0, 0.0), (-800.0, 10.0)])]);
    assert!(draw(&layer, here()).bytes.is_empty());
}

#[test]
fn a_bow_tie_is_drawn_as_its_two_halves() {
    let layer = layer_of([polygon_in(here(), &[(0.0, 0.0), (100.0, 100.0), (100.0, 0.0), (0.0, 140.0)])]);
    let drawn = draw(&layer, here());
    assert_eq!(drawn.repairs, RepairStatistics { repaired: 1, ..RepairStatistics::default() });
    let moves = decoded(&drawn.bytes).layers[0].features[0].geometry.iter().filter(|&&c| c == 9).count();
    assert_eq!(moves, 2);
}

#[test]
fn an_area_between_two_units_is_stood_in_for_and_counted() {
    let layer = layer_of([polygon_in(here(), &[(10.1, 10.1), (10.3, 10.1), (10.3, 10.3), (10.1, 10.3)])]);
    let drawn = draw(&layer, here());
    assert_eq!(drawn.repairs, RepairStatistics { placeholders: 1, ..RepairStatistics::default() });
    assert_eq!(decoded(&drawn.bytes).layers[0].features.len(), 1);
}

#[test]
fn an_area_that_leaves_the_tile_and_comes_back_is_two_parts_without_a_bridge() {
    // a U with its bend inside, and one with its bend outside
    let u = [
        (4000.0, 0.0),
        (5000.0, 0.0),
        (5000.0, 100.0),
        (4100.0, 100.0),
        (4100.0, 200.0),
        (5000.0, 200.0),
        (5000.0, 300.0),
        (4000.0, 300.0),
    ];
    let flipped: Vec<(f64, f64)> = u.iter().map(|&(x, y)| (8400.0 - x, y)).collect();
    let layer = layer_of([polygon_in(here(), &u), polygon_in(here(), &flipped)]);
    let tile = decoded(&draw(&layer, here()).bytes);
    let moves: Vec<usize> = tile.layers[0]
        .features
        .iter()
        .map(|f| f.geometry.iter().filter(|&&command| command == 9).count())
        .collect();
    assert_eq!(moves, [1, 2]);
}

#[test]
fn every_kind_of_value_reads_back_with_its_type() {
    let mut writer = LayerWriter::default();
    writer.begin();
    let values = [Value::Bool(true), Value::Int(3), Value::Int(-3), Value::Float(1.5), Value::Text("Hòa")];
    for (key, value) in values.into_iter().enumerate() {
        let index = writer.value(value).unwrap();
        assert_eq!(writer.value(value), Some(index), "the same value is written once");
        writer.tag(key, index);
    }
    assert_eq!(writer.value(Value::Null), None);
    let mut commands = Commands::default();
    commands.points(&[(5, 5)]);
    writer.feature(7, ShapeKind::Point, commands.bytes());
    let mut bytes = Vec::new();
    writer.finish("t", ["a", "b", "c", "d", "e"].into_iter(), &mut bytes);
    let layer = decoded(&bytes).layers.remove(0);
    assert_eq!((layer.version, layer.extent, layer.name.as_str()), (2, Some(4096), "t"));
    assert_eq!(layer.features[0].tags, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    assert_eq!(layer.values[0].bool_value, Some(true));
    assert_eq!(layer.values[1].uint_value, Some(3));
    assert_eq!(layer.values[2].sint_value, Some(-3));
    assert_eq!(layer.values[3].double_value, Some(1.5));
    assert_eq!(layer.values[4].string_value.as_deref(), Some("Hòa"));
}

/// What the `mvt` crate writes for one feature, decoded; the crate leaves out a MoveTo where a ring begins
/// at the end of the last one, so rings must not.
fn by_the_crate(id: u64, rings: &Rings, texts: &[String]) -> Tile {
    let mut encoder = mvt::GeomEncoder::<i32>::new(mvt::GeomType::Polygon);
    for ring in rings.iter() {
        ring.iter().for_each(|&(x, y)| encoder.add_point(x, y).unwrap());
        encoder.complete_geom().unwrap();
    }
    let mut tile = mvt::Tile::new(EXTENT as u32);
    let layer = tile.create_layer("t");
    let mut feature = layer.into_feature(encoder.encode().unwrap());
    feature.set_id(id);
    texts.iter().enumerate().for_each(|(key, text)| feature.add_tag_string(&format!("k{key}"), text));
    tile.add_layer(feature.into_layer()).unwrap();
    decoded(&tile.to_bytes().unwrap())
}

fn any_ring() -> impl Strategy<Value = Vec<GridPoint>> {
    prop::collection::hash_set((-64i32..4160, -64i32..4160), 3..20).prop_map(|set| set.into_iter().collect())
}

proptest! {
    #[test]
    fn a_feature_is_the_one_the_mvt_crate_writes(
        id in 1u64..(1 << 53),
        ring in any_ring(),
        texts in prop::collection::vec("[a-zđế]{0,40}", 0..5),
    ) {
        let mut rings = Rings::new();
        rings.push_ring(&ring);
        let mut commands = Commands::default();
        commands.polygon(&rings);
        let mut writer = LayerWriter::default();
        writer.begin();
        for (key, text) in texts.iter().enumerate() {
            let value = writer.value(Value::Text(text)).unwrap();
            writer.tag(key, value);
        }
        writer.feature(id, ShapeKind::Polygon, commands.bytes());
        let keys: Vec<String> = (0..texts.len()).map(|key| format!("k{key}")).collect();
        let mut bytes = Vec::new();
        writer.finish("t", keys.iter().map(String::as_str), &mut bytes);
        let (ours, theirs) = (decoded(&bytes), by_the_crate(id, &rings, &texts));
        let (ours, theirs) = (&ours.layers[0], &theirs.layers[0]);
        prop_assert_eq!(&ours.features[0].geometry, &theirs.features[0].geometry);
        prop_assert_eq!(ours.features[0].id, theirs.features[0].id);
        prop_assert_eq!(ours.features[0].r#type, Some(GeomType::Polygon as i32));
        prop_assert_eq!(&ours.keys, &theirs.keys);
        let texts = |layer: &geozero::mvt::tile::Layer| -> Vec<Option<String>> {
            let tags = layer.features[0].tags.chunks(2);
            tags.map(|tag| layer.values[tag[1] as usize].string_value.clone()).collect()
        };
        prop_assert_eq!(texts(ours), texts(theirs));
    }

    #[test]
    fn many_values_keep_their_own_index(numbers in prop::collection::vec(0i64..5_000, 0..4_000)) {
        let mut writer = LayerWriter::default();
        writer.begin();
        let indexes: Vec<u32> = numbers.iter().map(|&n| writer.value(Value::Int(n)).unwrap()).collect();
        let mut commands = Commands::default();
        commands.points(&[(0, 0)]);
        writer.feature(1, ShapeKind::Point, commands.bytes());
        let mut bytes = Vec::new();
        writer.finish("t", std::iter::empty(), &mut bytes);
        let layer = decoded(&bytes).layers.remove(0);
        for (n, index) in numbers.iter().zip(indexes) {
            prop_assert_eq!(layer.values[index as usize].uint_value, Some(*n as u64));
        }
    }
}

//! A drawn tile as a MapLibre Tile (MLT 1): the same layers, ids, attributes and shapes, kept by column
//! instead of by feature.
//!
//! It is made from the bytes of the MVT, so there is one renderer and what it decides holds for both.
//! Columns are only laid out, not packed: the features stay in the order they are drawn in (with one
//! exception, `with_exact_ids`), and the encodings that compete with a general compressor (FSST, FastPFOR,
//! shared dictionaries) are left out, because [`crate::tile::compress`] follows. Measured on tiles of the demo
//! town, bytes under zstd 3, times on a busy machine:
//!
//! | tile           | MVT     | MLT     | with all encodings | time    | with all encodings |
//! |----------------|---------|---------|--------------------|---------|--------------------|
//! | parcels, 16    |  80 930 |  54 922 |             58 322 |  8.6 ms |            12.2 ms |
//! | all layers, 16 | 147 755 |  80 283 |             86 925 | 15.8 ms |            32.3 ms |
//! | all layers, 15 | 283 665 | 154 017 |            169 539 | 23.7 ms |            35.0 ms |
//! | all layers, 13 |  31 519 |  25 476 |             30 622 |  2.5 ms |             3.3 ms |

use mlt_core::encoder::EncoderConfig;
use mlt_core::mvt::mvt_to_tile_layers;
use mlt_core::{MltError, TileFeature, TileLayer};
use thiserror::Error;

/// Why a tile could not be written as MLT; none that [`crate::tile::render`] draws is known to fail.
#[derive(Debug, Error)]
#[error("a tile could not be written as MLT ({0}); its MVT can still be asked for")]
pub struct TranscodeError(#[from] MltError);

/// The MLT of an MVT.
///
/// An integer column takes the narrowest type that holds its numbers, which readers do not see. One that
/// has numbers below zero and above is signed, and a column without a value in this tile is left out, as
/// in MVT.
pub fn to_mlt(mvt: &[u8]) -> Result<Vec<u8>, TranscodeError> {
    let config = EncoderConfig::default()
        .with_id_sort(false)
        .with_spatial_morton_sort(false)
        .with_spatial_hilbert_sort(false)
        .with_fsst(false)
        .with_fastpfor(false)
        .with_shared_dict(false);
    let mut tile = Vec::with_capacity(mvt.len() / 2);
    for layer in mvt_to_tile_layers(mvt)? {
        tile.extend(with_exact_ids(layer)?.encode(config)?);
    }
    Ok(tile)
}

/// The layer, sorted by id where its ids jump so far that MapLibre GL JS would get them wrong.
///
/// Ids are written as zigzag differences, and GL JS (`@maplibre/mlt` 1.3.0) reads those as doubles: from 2^53
/// on an odd one, which is a step down, loses its lowest bit, and that id and all after it are others. Ids
/// are below 2^53, so steps up are even and stay exact. Only hashes jump like that: the ids of dissolved
/// areas, which do not overlap, and of tables with a key of text, whose order is nobody's choice.
fn with_exact_ids(layer: TileLayer) -> Result<TileLayer, MltError> {
    const TOO_FAR: u64 = 1 << 52;
    let ids: Vec<u64> = layer.features().iter().filter_map(TileFeature::id).collect();
    if ids.windows(2).all(|pair| pair[0].abs_diff(pair[1]) < TOO_FAR) {
        return Ok(layer);
    }
    let mut features = layer.features().to_vec();
    features.sort_by_key(TileFeature::id);
    let mut sorted = TileLayer::with_capacity(layer.name(), layer.extent().get(), features.len())?;
    let values = features.first().map(TileFeature::properties).unwrap_or_default();
    for (name, value) in layer.property_names().iter().zip(values) {
        sorted.add_property(name, value.kind())?;
    }
    for feature in features {
        sorted.push_feature(feature)?;
    }
    Ok(sorted)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use geo_types::{Coord, Geometry, Polygon};
    use geozero::mvt::tile::{Layer, Value as Tag};
    use geozero::mvt::{Message, Tile};
    use mlt_core::{Decoder, Parser, PropValue, TileLayer};
    use proptest::prelude::*;

    use super::*;
    use crate::geometry::ShapeKind;
    use crate::geometry::planar::{GridPoint, Rings};
    use crate::store::Value;
    use crate::tile::encode::{Commands, LayerWriter};

    /// What a reader makes of a feature, whatever the format: id, rings or paths, attributes.
    type Row = (Option<u64>, Vec<Vec<GridPoint>>, BTreeMap<String, String>);

    fn rows_of_mlt(tile: &[u8]) -> Vec<(String, Vec<Row>)> {
        let mut decoder = Decoder::default();
        let layers = Parser::default().parse_layers(tile).unwrap().into_iter();
        let layers = layers.map(|layer| layer.into_layer01().unwrap().into_tile(&mut decoder).unwrap());
        layers.map(|layer| (layer.name().to_owned(), rows_of_layer(&layer))).collect()
    }

    fn rows_of_layer(layer: &TileLayer) -> Vec<Row> {
        assert_eq!(layer.extent().get(), 4096);
        let rows = layer.features().iter().map(|feature| {
            let tags = layer.property_names().iter().zip(feature.properties());
            let tags = tags.filter_map(|(name, value)| Some((name.clone(), text_of(value)?)));
            (feature.id(), paths_of(feature.geometry()), tags.collect())
        });
        rows.collect()
    }

    fn text_of(value: &PropValue) -> Option<String> {
        match value {
            PropValue::Bool(b) => b.map(|b| format!("{b}")),
            PropValue::I32(n) => n.map(|n| format!("{n}")),
            PropValue::U32(n) => n.map(|n| format!("{n}")),
            PropValue::I64(n) => n.map(|n| format!("{n}")),
            PropValue::U64(n) => n.map(|n| format!("{n}")),
            PropValue::F64(x) => x.map(|x| format!("{x:?}")),
            PropValue::Str(text) => text.as_ref().map(|text| format!("\"{text}\"")),
            other => panic!("nobody wrote {other:?}"),
        }
    }

    fn paths_of(geometry: &Geometry<i32>) -> Vec<Vec<GridPoint>> {
        let path = |coords: &[Coord<i32>]| coords.iter().map(|c| (c.x, c.y)).collect::<Vec<_>>();
        let rings = |area: &Polygon<i32>| -> Vec<Vec<GridPoint>> {
            std::iter::once(area.exterior()).chain(area.interiors()).map(|ring| path(&ring.0)).collect()
        };
        match geometry {
            Geometry::Point(point) => vec![path(&[point.0])],
            Geometry::MultiPoint(points) => vec![points.iter().map(|point| (point.x(), point.y())).collect()],
            Geometry::LineString(line) => vec![path(&line.0)],
            Geometry::MultiLineString(lines) => lines.iter().map(|line| path(&line.0)).collect(),
            Geometry::Polygon(area) => rings(area),
            Geometry::MultiPolygon(areas) => areas.iter().flat_map(rings).collect(),
            other => panic!("nobody drew {other:?}"),
        }
    }

    fn rows_of_mvt(tile: &[u8]) -> Vec<(String, Vec<Row>)> {
        let layers = Tile::decode(tile).unwrap().layers.into_iter();
        layers.map(|layer| (layer.name.clone(), rows_of_mvt_layer(&layer))).collect()
    }

    fn rows_of_mvt_layer(layer: &Layer) -> Vec<Row> {
        let rows = layer.features.iter().map(|feature| {
            let tags = feature.tags.chunks(2).map(|tag| (tag[0] as usize, tag[1] as usize));
            let tags = tags.map(|(key, value)| (layer.keys[key].clone(), text_of_tag(&layer.values[value])));
            (feature.id, paths_of_commands(&feature.geometry), tags.collect())
        });
        rows.collect()
    }

    fn text_of_tag(tag: &Tag) -> String {
        let number = tag.uint_value.map(|n| n.to_string()).or(tag.sint_value.map(|n| n.to_string()));
        let other = tag.double_value.map(|x| format!("{x:?}")).or(tag.bool_value.map(|b| b.to_string()));
        let text = tag.string_value.as_ref().map(|text| format!("\"{text}\""));
        number.or(other).or(text).unwrap()
    }

    /// MVT 2.1, 4.3; rings closed.
    fn paths_of_commands(commands: &[u32]) -> Vec<Vec<GridPoint>> {
        let (mut paths, mut at, mut commands) = (Vec::<Vec<GridPoint>>::new(), (0, 0), commands.iter());
        let unzigzag = |n: u32| (n >> 1) as i32 ^ -((n & 1) as i32);
        while let Some(&command) = commands.next() {
            let (id, count) = (command & 7, command >> 3);
            if id == 7 {
                let path = paths.last_mut().unwrap();
                path.push(path[0]);
                continue;
            }
            if id == 1 {
                paths.push(Vec::new());
            }
            for _ in 0..count {
                at.0 += unzigzag(*commands.next().unwrap());
                at.1 += unzigzag(*commands.next().unwrap());
                paths.last_mut().unwrap().push(at);
            }
        }
        paths
    }

    /// A shape as the painter draws it: apart, valid, wound.
    #[derive(Debug, Clone)]
    enum Shape {
        Points(Vec<GridPoint>),
        Lines(Vec<Vec<GridPoint>>),
        /// Squares in a row, some with a hole.
        Areas(Vec<(GridPoint, bool)>),
    }

    impl Shape {
        fn write(&self, commands: &mut Commands) -> ShapeKind {
            match self {
                Self::Points(points) => {
                    commands.points(points);
                    ShapeKind::Point
                }
                Self::Lines(lines) => {
                    lines.iter().for_each(|line| commands.line(line));
                    ShapeKind::Line
                }
                Self::Areas(squares) => {
                    let mut rings = Rings::new();
                    for (place, &((dx, y), has_hole)) in squares.iter().enumerate() {
                        let x = place as i32 * 200 + dx;
                        rings.push_ring(&[(x, y), (x + 90, y), (x + 90, y + 90), (x, y + 90)]);
                        if has_hole {
                            rings.push_ring(&[(x + 9, y + 9), (x + 9, y + 50), (x + 50, y + 9)]);
                        }
                    }
                    commands.polygon(&rings);
                    ShapeKind::Polygon
                }
            }
        }
    }

    fn any_shape() -> impl Strategy<Value = Shape> {
        let point = || (-64i32..4160, -64i32..4160);
        let line = prop::collection::hash_set(point(), 2..12).prop_map(|points| points.into_iter().collect());
        let square = ((0i32..100, -64i32..4000), any::<bool>());
        prop_oneof![
            prop::collection::vec(point(), 1..5).prop_map(Shape::Points),
            prop::collection::vec(line, 1..4).prop_map(Shape::Lines),
            prop::collection::vec(square, 1..6).prop_map(Shape::Areas),
        ]
    }

    const KEYS: [&str; 5] = ["is_shared", "số", "area_m2", "name", "kind"];

    /// A value for each key, some without.
    #[derive(Debug, Clone)]
    struct Attributes(Option<bool>, Option<i64>, Option<f64>, Option<String>, Option<String>);

    impl Attributes {
        fn values(&self) -> [Value<'_>; KEYS.len()] {
            let Self(is_shared, number, area, name, kind) = self;
            [
                is_shared.map_or(Value::Null, Value::Bool),
                number.map_or(Value::Null, Value::Int),
                area.map_or(Value::Null, Value::Float),
                name.as_deref().map_or(Value::Null, Value::Text),
                kind.as_deref().map_or(Value::Null, Value::Text),
            ]
        }
    }

    fn any_attributes() -> impl Strategy<Value = Attributes> {
        let number = prop_oneof![-5i64..5, any::<i64>(), Just(i64::MIN), Just(i64::MAX)];
        let optional = prop::option::of::<BoxedStrategy<String>>;
        (
            any::<Option<bool>>(),
            prop::option::of(number),
            prop::option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO),
            optional("[a-zđế ]{0,40}".boxed()),
            optional("(ODT|ONT|CLN)?".boxed()),
        )
            .prop_map(|(is_shared, number, area, name, kind)| Attributes(is_shared, number, area, name, kind))
    }

    type Features = Vec<(u64, Shape, Attributes)>;

    /// Features with ids below this one.
    fn any_features(id: u64) -> impl Strategy<Value = Features> {
        prop::collection::vec((0..id, any_shape(), any_attributes()), 1..40)
    }

    /// The ids as `@maplibre/mlt` 1.3.0 adds them up.
    fn ids_in_doubles(rows: &[Row]) -> Vec<f64> {
        let (mut last, mut sum) = (0i64, 0.0);
        let ids = rows.iter().filter_map(|(id, ..)| *id).map(|id| {
            let step = id as i64 - last;
            last = id as i64;
            let zigzag = ((step << 1) ^ (step >> 63)) as u64 as f64;
            sum += if zigzag % 2.0 == 1.0 { (zigzag + 1.0) / -2.0 } else { zigzag / 2.0 };
            sum
        });
        ids.collect()
    }

    fn mvt_of(layers: &[Features]) -> Vec<u8> {
        let (mut tile, mut writer, mut commands) = (Vec::new(), LayerWriter::default(), Commands::default());
        for (place, features) in layers.iter().enumerate() {
            writer.begin();
            for (id, shape, attributes) in features {
                commands.clear();
                let kind = shape.write(&mut commands);
                for (key, value) in attributes.values().into_iter().enumerate() {
                    if let Some(value) = writer.value(value) {
                        writer.tag(key, value);
                    }
                }
                writer.feature(*id, kind, commands.bytes());
            }
            writer.finish(&format!("layer {place}"), KEYS.into_iter(), &mut tile);
        }
        tile
    }

    #[test]
    fn nothing_stays_nothing() {
        assert!(to_mlt(&[]).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_tile_is_refused() {
        assert!(to_mlt(b"thua dat").is_err());
    }

    proptest! {
        #[test]
        fn both_formats_read_alike(layers in prop::collection::vec(any_features(1 << 52), 1..4)) {
            let mvt = mvt_of(&layers);
            prop_assert_eq!(rows_of_mlt(&to_mlt(&mvt).unwrap()), rows_of_mvt(&mvt));
        }

        #[test]
        fn ids_that_jump_are_sorted_and_stay_exact_in_doubles(features in any_features(1 << 53)) {
            let mvt = mvt_of(&[features]);
            let mut mvt_rows = rows_of_mvt(&mvt).remove(0).1;
            let mlt_rows = rows_of_mlt(&to_mlt(&mvt).unwrap()).remove(0).1;
            let ids: Vec<f64> = mlt_rows.iter().map(|(id, ..)| id.unwrap() as f64).collect();
            prop_assert_eq!(ids_in_doubles(&mlt_rows), ids);
            if mlt_rows != mvt_rows {
                mvt_rows.sort_by_key(|(id, ..)| *id);
                prop_assert_eq!(mlt_rows, mvt_rows);
            }
        }

        #[test]
        fn bytes_of_any_kind_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(to_mlt(&bytes));
        }
    }
}

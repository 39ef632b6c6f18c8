//! What dissolving promises, on invented layers.

use std::collections::BTreeMap;

use geozero::{CoordDimensions, ToWkb};

use super::*;
use crate::geometry::planar::Validator;
use crate::store::{ColumnType, Field, Key, LayerBuilder, RawGeometry, Value};

/// Lots of 5 × 20 m in a grid, three uses in turn like salt and pepper, two wards.
fn small_lots() -> Layer {
    let text = |name: &str| Field { name: name.into(), column_type: ColumnType::Text };
    let mut builder = LayerBuilder::new("parcels", vec![text("unit"), text("uses")], None);
    let (width, depth) = (0.000_045, 0.000_18);
    for id in 1..=2400i64 {
        let (column, row) = ((id - 1) % 80, (id - 1) / 80);
        let corner = (106.1 + column as f64 * width, 11.28 + row as f64 * depth);
        let cell_share = geo_types::Rect::new(corner, (corner.0 + width, corner.1 + depth)).to_polygon();
        let bytes = geo_types::Geometry::from(cell_share).to_ewkb(CoordDimensions::xy(), Some(4326)).unwrap();
        let uses = ["ONT+CLN", "LUC", "CLN"][(id * id % 7 % 3) as usize];
        let ward = if column < 37 { "25630" } else { "25633" };
        builder.push(Key::Int(id), RawGeometry::Ewkb(&bytes), &[Value::Text(ward), Value::Text(uses)]);
    }
    builder.finish(std::time::Duration::ZERO)
}

/// Units² of each ward and use at zoom 0.
fn truth(layer: &Layer) -> BTreeMap<(String, String), f64> {
    let mut areas = BTreeMap::new();
    for feature in layer.all() {
        let (min, max) = (feature.bounds().min, feature.bounds().max);
        let unit = (1u64 << 24) as f64;
        let area = (max.x - min.x) as f64 * (max.y - min.y) as f64 / unit / unit;
        let text = |column| feature.value(column).as_text().unwrap();
        let use_code = text(1).split('+').next().unwrap();
        *areas.entry((text(0).to_owned(), use_code.to_owned())).or_default() += area;
    }
    areas
}

#[test]
fn every_zoom_draws_every_ward_and_use_as_large_as_it_is_and_counts_every_parcel() {
    let layer = small_lots();
    let dissolve = DissolvedTiles::build(&layer, 0, 1);
    for z in ZOOMS {
        let mut drawn: BTreeMap<(String, String), f64> = BTreeMap::new();
        let mut parcels = 0;
        for region in dissolve.tiles().filter(|tile| tile.z() == z).flat_map(|tile| dissolve.tile(tile)) {
            let rings = commands::decode(region.geometry);
            assert!(Validator::new().is_valid(&rings), "zoom {z}: {rings:?}");
            parcels += region.count as usize;
            let area = rings.twice_area() as f64 / 2.0;
            *drawn.entry((region.ward.to_owned(), region.use_code.to_owned())).or_default() += area;
        }
        assert_eq!(parcels, layer.len(), "zoom {z}");
        for (name, area) in truth(&layer) {
            let area = area * 4f64.powi(i32::from(z));
            let found = drawn.get(&name).copied().unwrap_or_default();
            assert!(
                (found - area).abs() <= (area * 0.03).max(16.0),
                "zoom {z} {name:?}: {found}, not {area}"
            );
        }
    }
}

#[test]
fn the_same_layer_gives_the_same_bytes() {
    let layer = small_lots();
    let (first, second) = (DissolvedTiles::build(&layer, 0, 1), DissolvedTiles::build(&layer, 0, 1));
    for tile in first.tiles() {
        assert!(first.tile(tile).eq(second.tile(tile)), "{tile:?}");
    }
}

//! The judge of `benches/peers`: what it calls the same content. A ratio between two servers is
//! printed only where it finds nothing, so it must be able to find something.

#[path = "../../benches/peers/content.rs"]
mod content;
#[path = "../../benches/peers/mvt.rs"]
mod mvt;

use bandoso::tile::{EXTENT, TileId};
use content::{Content, compare, some_of};
use geozero::mvt::tile::{Feature, Layer, Value};
use geozero::mvt::{Message, Tile};
use mvt::decode;

const CLOSE_PATH: u32 = 7 | (1 << 3);
/// As VersaTiles 5.3 writes it: for no ring at all.
const CLOSE_NOTHING: u32 = 7;

fn tile_id() -> TileId {
    TileId::new(14, 13000, 7650).unwrap()
}

/// A square of an outer ring's direction, as command integers.
fn square(x: i32, y: i32, side: i32, close: u32) -> Vec<u32> {
    rectangle((x, y), (side, side), close)
}

fn rectangle((x, y): (i32, i32), (width, height): (i32, i32), close: u32) -> Vec<u32> {
    let zigzag = |n: i32| ((n << 1) ^ (n >> 31)) as u32;
    let mut commands = vec![1 | (1 << 3), zigzag(x), zigzag(y), 2 | (3 << 3)];
    commands.extend([width, 0, 0, height, -width, 0].map(zigzag));
    commands.push(close);
    commands
}

/// A tile of numbered squares that all have one attribute.
fn tile(attribute: &str, squares: &[(u64, Vec<u32>)]) -> Vec<u8> {
    let features = squares.iter().map(|(id, geometry)| Feature {
        id: Some(*id),
        tags: vec![0, 0],
        geometry: geometry.clone(),
        ..Feature::default()
    });
    let layer = Layer {
        version: 2,
        name: "parcels".to_owned(),
        features: features.collect(),
        keys: vec![attribute.to_owned()],
        values: vec![Value { string_value: Some("ONT".to_owned()), ..Value::default() }],
        ..Layer::default()
    };
    Tile { layers: vec![layer] }.encode_to_vec()
}

fn content(tile: &[u8]) -> Content {
    let mut content = Content::default();
    content.add(tile_id(), tile).unwrap();
    content
}

/// Ours is a square of 100 units; theirs is given.
fn judge(theirs: &[u8]) -> Result<(), String> {
    compare(&content(&tile("uses", &[(1, square(0, 0, 100, CLOSE_PATH))])), &content(theirs))
}

#[test]
fn a_close_path_without_a_count_closes_all_the_same() {
    let theirs = tile("uses", &[(1, square(0, 0, 100, CLOSE_NOTHING))]);
    assert_eq!(judge(&theirs), Ok(()));
    assert_eq!(decode(&theirs).unwrap()[0].rings, [[(0, 0), (100, 0), (100, 100), (0, 100)]]);
}

#[test]
fn other_attributes_are_named() {
    let message = judge(&tile("use", &[(1, square(0, 0, 100, CLOSE_PATH))])).unwrap_err();
    assert_eq!(message, "attributes differ (only ours: uses; only theirs: use)");
}

#[test]
fn a_few_units_are_rounding_and_more_are_another_shape() {
    assert_eq!(judge(&tile("uses", &[(1, square(0, 0, 101, CLOSE_PATH))])), Ok(()));
    let two_apart = [(1, square(0, 0, 120, CLOSE_PATH)), (2, square(200, 0, 120, CLOSE_PATH))];
    let ours = content(&tile("uses", &two_apart.clone().map(|(id, _)| (id, square(0, 0, 100, CLOSE_PATH)))));
    let message = compare(&ours, &content(&tile("uses", &two_apart))).unwrap_err();
    assert_eq!(message, "2 of 2 features differ in area");
}

#[test]
fn features_beyond_one_in_a_thousand_are_missed() {
    let many: Vec<(u64, Vec<u32>)> = (1..=10).map(|id| (id, square(0, 0, 100, CLOSE_PATH))).collect();
    let message = compare(&content(&tile("uses", &many)), &content(&tile("uses", &many[..8]))).unwrap_err();
    assert_eq!(message, "10 features in ours, 8 in theirs");
}

#[test]
fn the_buffer_around_a_tile_counts_for_nobody() {
    let inside = (1, square(0, 0, 100, CLOSE_PATH));
    let in_the_buffer: Vec<(u64, Vec<u32>)> =
        (2..9).map(|id| (id, square(EXTENT, 10, 60, CLOSE_PATH))).collect();
    let mut with_buffer = vec![inside];
    with_buffer.extend(in_the_buffer);
    assert_eq!(judge(&tile("uses", &with_buffer)), Ok(()));
}

#[test]
fn a_shape_across_the_border_is_as_large_as_its_part_inside() {
    let across = [(-50, -50), (EXTENT - 50, EXTENT - 50)].map(|at| rectangle(at, (100, 100), CLOSE_PATH));
    let inside = [(0, 0), (EXTENT - 50, EXTENT - 50)].map(|at| rectangle(at, (50, 50), CLOSE_PATH));
    let numbered =
        |shapes: [Vec<u32>; 2]| content(&tile("uses", &[1, 2].into_iter().zip(shapes).collect::<Vec<_>>()));
    assert_eq!(compare(&numbered(across), &numbered(inside)), Ok(()));
}

#[test]
fn about_twenty_tiles_of_a_long_list_are_looked_into() {
    let tiles: Vec<TileId> = (0..200).map(|x| TileId::new(14, x, 0).unwrap()).collect();
    assert_eq!(some_of(&tiles).count(), 20);
    assert_eq!(some_of(&tiles[..3]).count(), 3);
}

//! Tiles as geozero's decoder reads them, the grammar of their commands, and areas in parts of a tile.

use std::collections::BTreeMap;

use geozero::ToGeo;
use geozero::mvt::tile::{GeomType, Layer, Value};
use geozero::mvt::{Message, Tile};

pub const EXTENT: i64 = 4096;
const MOVE_TO: (u32, u32) = (1, 1);
const LINE_TO: u32 = 2;
const CLOSE_PATH: (u32, u32) = (7, 1);

pub type Ring = Vec<(i64, i64)>;

/// A rectangle in tile units: west, north, east, south.
pub type Window = [f64; 4];

/// The tile without its buffer.
pub const CORE: Window = [0.0, 0.0, EXTENT as f64, EXTENT as f64];

pub struct Shape {
    pub id: u64,
    pub tags: BTreeMap<String, String>,
    pub is_polygon: bool,
    /// The rings of a polygon.
    pub rings: Vec<Ring>,
    /// The same by geozero.
    pub geometry: geo_types::Geometry<f64>,
}

impl Shape {
    /// Square units inside the window.
    pub fn area_in(&self, window: Window) -> f64 {
        self.rings.iter().map(|ring| ring_area(&cut(ring, window))).sum()
    }

    pub fn tag(&self, key: &str) -> &str {
        self.tags.get(key).map_or("", String::as_str)
    }
}

pub struct LayerOfShapes {
    pub name: String,
    pub bytes: usize,
    pub shapes: Vec<Shape>,
}

/// The layers of a tile; a fault of grammar fails with its place.
pub fn layers(body: &[u8], place: &str) -> Vec<LayerOfShapes> {
    let tile = Tile::decode(body).unwrap_or_else(|e| panic!("{place}: {e}"));
    let read = |layer: Layer| {
        assert_eq!((layer.version, layer.extent), (2, Some(EXTENT as u32)), "{place}");
        LayerOfShapes { bytes: layer.encoded_len(), shapes: shapes(&layer, place), name: layer.name }
    };
    tile.layers.into_iter().map(read).collect()
}

/// The shapes of one layer of a tile; none where the tile does not have it.
pub fn layer(body: &[u8], name: &str, place: &str) -> Vec<Shape> {
    layers(body, place).into_iter().find(|layer| layer.name == name).map_or(Vec::new(), |layer| layer.shapes)
}

fn shapes(layer: &Layer, place: &str) -> Vec<Shape> {
    let read = |feature: &geozero::mvt::tile::Feature| {
        let id = feature.id.unwrap_or_default();
        let is_polygon = feature.r#type() == GeomType::Polygon;
        let rings = if is_polygon { rings(&feature.geometry) } else { Ok(Vec::new()) };
        let pairs = feature
            .tags
            .chunks_exact(2)
            .map(|pair| (layer.keys[pair[0] as usize].clone(), text(&layer.values[pair[1] as usize])));
        Shape {
            id,
            tags: pairs.collect(),
            is_polygon,
            rings: rings.unwrap_or_else(|fault| panic!("{place} {} {id}: {fault}", layer.name)),
            geometry: feature.to_geo().unwrap_or_else(|e| panic!("{place} {} {id}: {e}", layer.name)),
        }
    };
    layer.features.iter().map(read).collect()
}

fn text(value: &Value) -> String {
    let number = value.int_value.or(value.sint_value).or(value.uint_value.map(|n| n as i64));
    let number = number.map(|n| n.to_string()).or(value.double_value.map(|n| n.to_string()));
    value.string_value.clone().or(number).unwrap_or_default()
}

/// The rings of a polygon's commands: MVT 2.1, 4.3.3.3 and 4.3.4.4, to the letter.
fn rings(commands: &[u32]) -> Result<Vec<Ring>, String> {
    let (mut rings, mut cursor, mut rest) = (Vec::new(), (0i64, 0i64), commands);
    while !rest.is_empty() {
        let mut ring = Ring::new();
        if take(&mut rest)? != MOVE_TO {
            return Err("a ring does not begin with one MoveTo".to_owned());
        }
        step(&mut rest, &mut cursor)?;
        ring.push(cursor);
        let (command, count) = take(&mut rest)?;
        if command != LINE_TO || count < 2 {
            return Err(format!("command {command} with count {count} instead of a LineTo of two or more"));
        }
        for _ in 0..count {
            if !step(&mut rest, &mut cursor)? {
                return Err(format!("a step of nothing at {cursor:?}"));
            }
            ring.push(cursor);
        }
        if take(&mut rest)? != CLOSE_PATH {
            return Err("a ring does not end with one ClosePath".to_owned());
        }
        if ring.first() == ring.last() {
            return Err("the first point is repeated before ClosePath".to_owned());
        }
        rings.push(ring);
    }
    if rings.first().is_none_or(|first| ring_area(&floats(first)) <= 0.0) {
        return Err("the first ring is not an outer one".to_owned());
    }
    match rings.iter().find(|ring| ring_area(&floats(ring)) == 0.0) {
        Some(ring) => Err(format!("a ring without area: {ring:?}")),
        None => Ok(rings),
    }
}

fn take(rest: &mut &[u32]) -> Result<(u32, u32), String> {
    let (&first, others) = rest.split_first().ok_or("the commands end early")?;
    *rest = others;
    Ok((first & 7, first >> 3))
}

/// Moves the cursor; whether it moved at all.
fn step(rest: &mut &[u32], cursor: &mut (i64, i64)) -> Result<bool, String> {
    let [x, y, others @ ..] = *rest else { return Err("the commands end early".to_owned()) };
    let signed = |n: u32| i64::from((n >> 1) as i32 ^ -((n & 1) as i32));
    let (dx, dy) = (signed(*x), signed(*y));
    *cursor = (cursor.0 + dx, cursor.1 + dy);
    *rest = others;
    Ok((dx, dy) != (0, 0))
}

fn floats(ring: &Ring) -> Vec<(f64, f64)> {
    ring.iter().map(|&(x, y)| (x as f64, y as f64)).collect()
}

/// Positive for an outer ring, as y grows southwards.
fn ring_area(ring: &[(f64, f64)]) -> f64 {
    let Some(&last) = ring.last() else { return 0.0 };
    let before = std::iter::once(&last).chain(ring);
    before.zip(ring).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>() / 2.0
}

/// Sutherland and Hodgman: bridges along the edge have no area, so the sum over rings is exact.
fn cut(ring: &Ring, [west, north, east, south]: Window) -> Vec<(f64, f64)> {
    let mut points = floats(ring);
    for (is_x, at, sign) in [(true, west, 1.0), (true, east, -1.0), (false, north, 1.0), (false, south, -1.0)]
    {
        let depth = |p: (f64, f64)| sign * (if is_x { p.0 } else { p.1 } - at);
        let mut kept = Vec::with_capacity(points.len() + 4);
        for (i, &b) in points.iter().enumerate() {
            let a = points[(i + points.len() - 1) % points.len()];
            let (from, to) = (depth(a), depth(b));
            if (from < 0.0) != (to < 0.0) {
                let t = from / (from - to);
                kept.push((a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t));
            }
            if to >= 0.0 {
                kept.push(b);
            }
        }
        points = kept;
    }
    points
}

//! Reading tiles with a decoder that is not ours, geozero's; only the command integers are read here,
//! because VersaTiles writes ClosePath with a count of 0 where the specification (MVT 2.1, 4.3.3.3)
//! wants 1.

use bandoso::tile::EXTENT;
use geozero::mvt::tile::{Feature, Layer, Value as MvtValue};
use geozero::mvt::{Message, Tile};

/// Corner in tile units.
pub type Corner = (i32, i32);
/// An open ring.
pub type Ring = Vec<Corner>;

/// An attribute's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Whole(i64),
    Real(f64),
    Bool(bool),
}

/// The part of a polygon that a tile holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub id: Option<u64>,
    pub values: Vec<(String, Value)>,
    pub rings: Vec<Ring>,
}

/// All pieces of all layers.
pub fn decode(tile: &[u8]) -> Result<Vec<Piece>, String> {
    let tile = Tile::decode(tile).map_err(|e| format!("not a vector tile: {e}"))?;
    let pieces = |layer: &Layer| layer.features.iter().map(|f| piece(layer, f)).collect::<Vec<_>>();
    tile.layers.iter().flat_map(pieces).collect()
}

fn piece(layer: &Layer, feature: &Feature) -> Result<Piece, String> {
    let values = feature.tags.chunks_exact(2).map(|tag| {
        let key = layer.keys.get(tag[0] as usize).ok_or("a tag without a key")?;
        let value = layer.values.get(tag[1] as usize).ok_or("a tag without a value")?;
        Ok((key.clone(), read_value(value)))
    });
    Ok(Piece {
        id: feature.id,
        values: values.collect::<Result<_, String>>()?,
        rings: rings(&feature.geometry)?,
    })
}

fn read_value(value: &MvtValue) -> Value {
    let whole = value.int_value.or(value.sint_value).or(value.uint_value.map(|n| n as i64));
    let real = value.double_value.or(value.float_value.map(f64::from));
    match (&value.string_value, whole, real, value.bool_value) {
        (Some(text), ..) => Value::Text(text.clone()),
        (_, Some(whole), ..) => Value::Whole(whole),
        (_, _, Some(real), _) => Value::Real(real),
        (.., bool) => Value::Bool(bool.unwrap_or(false)),
    }
}

/// The rings of a polygon's command integers.
fn rings(commands: &[u32]) -> Result<Vec<Ring>, String> {
    const MOVE_TO: u32 = 1;
    const LINE_TO: u32 = 2;
    const CLOSE_PATH: u32 = 7;
    let mut numbers = commands.iter().copied();
    let mut rings: Vec<Ring> = Vec::new();
    let (mut x, mut y) = (0i32, 0i32);
    while let Some(command) = numbers.next() {
        let (id, count) = (command & 7, command >> 3);
        match id {
            CLOSE_PATH => continue,
            MOVE_TO => rings.push(Vec::new()),
            LINE_TO => {}
            _ => return Err(format!("an unknown command {id}")),
        }
        let ring = rings.last_mut().ok_or("a LineTo without a MoveTo")?;
        for _ in 0..count {
            let (dx, dy) = numbers.next().zip(numbers.next()).ok_or("a command without its numbers")?;
            x = x.wrapping_add(unzigzag(dx));
            y = y.wrapping_add(unzigzag(dy));
            ring.push((x, y));
        }
    }
    for ring in &mut rings {
        // some writers repeat the first corner
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
    }
    Ok(rings)
}

fn unzigzag(n: u32) -> i32 {
    (n >> 1) as i32 ^ -((n & 1) as i32)
}

/// Twice the area of a ring, positive where it is an outer one (MVT 2.1, 4.3.4.4).
pub fn twice_area(ring: &[(f64, f64)]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum()
}

/// The part of a ring that lies in the tile itself, without its buffer.
pub fn inside_tile(ring: &[Corner]) -> Vec<(f64, f64)> {
    let mut corners: Vec<(f64, f64)> = ring.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
    let side = f64::from(EXTENT);
    for _ in 0..4 {
        // cut at x = 0, then turn the tile by a quarter: four turns are none
        if corners.iter().any(|corner| corner.0 < 0.0) {
            corners = cut_below_zero(&corners);
        }
        for corner in &mut corners {
            *corner = (corner.1, side - corner.0);
        }
    }
    corners
}

/// Sutherland and Hodgman's cut, at one side.
fn cut_below_zero(ring: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let next = ring.iter().cycle().skip(1);
    let mut kept = Vec::with_capacity(ring.len() + 2);
    for (&a, &b) in ring.iter().zip(next) {
        if a.0 >= 0.0 {
            kept.push(a);
        }
        if (a.0 >= 0.0) != (b.0 >= 0.0) {
            kept.push((0.0, a.1 + (b.1 - a.1) * a.0 / (a.0 - b.0)));
        }
    }
    kept
}

//! Do two servers answer with the same? Some tiles of a zoom are decoded from both: the same features
//! inside the tile, the same attributes, the same areas. Only then is a ratio worth printing.
//!
//! What lies in the buffer around a tile is left out: servers differ in how much of it they send, and
//! the tables show the bytes.

use std::collections::{BTreeMap, BTreeSet};

use bandoso::tile::{EXTENT, TileId};

use super::connection::Connection;
use super::mvt::{Ring, decode, twice_area};
use super::servers::{Encoding, Running};
use super::tables::PeerTables;

/// Tiles decoded a zoom.
const TILES: usize = 20;
/// Of all features; rounding makes or drops some of a unit or two.
const FEATURES_APART: f64 = 0.001;
/// Of a feature's area, and this many square units besides.
const AREA_APART: f64 = 0.02;
const UNITS_APART: f64 = 20.0;

/// What some tiles hold together.
pub struct Content {
    /// Square tile units inside the tile, by tile and feature.
    areas: BTreeMap<(u32, u32, u64), f64>,
    attributes: BTreeSet<String>,
}

/// Reads some tiles of the list.
pub fn read(server: &Running, tiles: &[TileId], tables: &PeerTables) -> Result<Content, String> {
    let mut connection = Connection::open(server.address).map_err(|e| e.to_string())?;
    let mut content = Content { areas: BTreeMap::new(), attributes: BTreeSet::new() };
    for tile in tiles.iter().step_by(tiles.len().div_ceil(TILES).max(1)) {
        let path = server.path(*tile, tables)?;
        let answer = connection.get(&path, Encoding::Identity).map_err(|e| format!("{path}: {e}"))?;
        if answer.status != 200 {
            return Err(format!("{path} is answered with {}", answer.status));
        }
        if answer.is_gzip {
            return Err(format!("{path} is gzip though identity was asked for"));
        }
        for piece in decode(answer.body)? {
            let area = piece.rings.iter().map(area_inside).sum::<f64>().abs();
            if area == 0.0 {
                continue;
            }
            let key = (tile.x(), tile.y(), piece.id.unwrap_or_default());
            *content.areas.entry(key).or_default() += area;
            content.attributes.extend(piece.values.into_iter().map(|(name, _)| name));
        }
    }
    Ok(content)
}

/// Nothing where both hold the same, else the first difference.
pub fn compare(ours: &Content, theirs: &Content) -> Result<(), String> {
    if ours.attributes != theirs.attributes {
        let names = |of: &BTreeSet<String>, without| {
            let names: Vec<&str> = of.difference(without).map(String::as_str).collect();
            if names.is_empty() { "none".to_owned() } else { names.join(", ") }
        };
        return Err(format!(
            "attributes differ (only ours: {}; only theirs: {})",
            names(&ours.attributes, &theirs.attributes),
            names(&theirs.attributes, &ours.attributes)
        ));
    }
    let (count, their_count) = (ours.areas.len(), theirs.areas.len());
    let allowed = (count as f64 * FEATURES_APART).ceil() as usize;
    if count.abs_diff(their_count) > allowed {
        return Err(format!("{count} features in ours, {their_count} in theirs"));
    }
    let is_apart = |(key, area): &(&(u32, u32, u64), &f64)| match theirs.areas.get(key) {
        Some(their_area) => (**area - their_area).abs() > area.max(*their_area) * AREA_APART + UNITS_APART,
        // a sliver that the other dropped
        None => **area > UNITS_APART,
    };
    let apart = ours.areas.iter().filter(is_apart).count();
    if apart > allowed { Err(format!("{apart} of {count} features differ in area")) } else { Ok(()) }
}

/// The signed area of the part of a ring that lies inside the tile itself.
fn area_inside(ring: &Ring) -> f64 {
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
    twice_area(&corners) / 2.0
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

//! Do two servers answer with the same? Some tiles of a zoom are decoded from both: the same features
//! inside the tile, the same attributes, the same areas. Only then is a ratio worth printing.
//!
//! What lies in the buffer around a tile is left out: servers differ in how much of it they send, and
//! the tables show the bytes.

use std::collections::{BTreeMap, BTreeSet};

use bandoso::tile::TileId;

use super::mvt::{decode, inside_tile, twice_area};

/// Tiles decoded a zoom.
const TILES: usize = 20;
/// Of all features; rounding makes or drops some of a unit or two.
const FEATURES_APART: f64 = 0.001;
/// Of a feature's area, and this many square units besides.
const AREA_APART: f64 = 0.02;
const UNITS_APART: f64 = 20.0;

/// What some tiles hold together.
#[derive(Debug, Default)]
pub struct Content {
    /// Square tile units inside the tile, by tile and feature.
    areas: BTreeMap<(u32, u32, u64), f64>,
    attributes: BTreeSet<String>,
}

impl Content {
    /// Adds a tile as it was answered, not compressed.
    pub fn add(&mut self, tile: TileId, body: &[u8]) -> Result<(), String> {
        for piece in decode(body)? {
            let area = piece.rings.iter().map(|ring| twice_area(&inside_tile(ring))).sum::<f64>().abs() / 2.0;
            if area == 0.0 {
                continue;
            }
            let key = (tile.x(), tile.y(), piece.id.unwrap_or_default());
            *self.areas.entry(key).or_default() += area;
            self.attributes.extend(piece.values.into_iter().map(|(name, _)| name));
        }
        Ok(())
    }
}

/// The tiles of a list that are looked into.
pub fn some_of(tiles: &[TileId]) -> impl Iterator<Item = TileId> {
    tiles.iter().copied().step_by(tiles.len().div_ceil(TILES).max(1))
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

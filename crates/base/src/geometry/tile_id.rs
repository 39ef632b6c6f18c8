//! The address of a tile: zoom, column, row (XYZ, row 0 in the north).

use thiserror::Error;

use super::{World, WorldBox};

/// Tile units along a side, the extent every client knows.
pub const EXTENT: i32 = 4096;

/// Units drawn beyond each side, so that outlines do not show the seam between tiles.
pub const BUFFER: i32 = 64;

/// A tile that can exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileId {
    z: u8,
    x: u32,
    y: u32,
}

/// Why an address names no tile.
#[derive(Debug, Error, PartialEq, Eq)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum TileIdError {
    #[error("{what} must be a whole number, for example /tiles/parcels/14/13024/7613")]
    NotANumber { what: &'static str },
    #[error("zoom must be 0 to 30")]
    ZoomOutOfRange,
    #[error("at zoom {z}, {what} must be 0 to {max}")]
    OutOfRange { z: u8, what: &'static str, max: u32 },
}

impl TileId {
    /// The tile, or which number is out of range.
    pub fn new(z: u8, x: u32, y: u32) -> Result<Self, TileIdError> {
        if z > 30 {
            return Err(TileIdError::ZoomOutOfRange);
        }
        let max = (1u32 << z) - 1;
        for (what, value) in [("x", x), ("y", y)] {
            if value > max {
                return Err(TileIdError::OutOfRange { z, what, max });
            }
        }
        Ok(Self { z, x, y })
    }

    /// From path segments; the last may end in `.mvt` or `.pbf`.
    pub fn parse(z: &str, x: &str, y: &str) -> Result<Self, TileIdError> {
        let y = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf")).unwrap_or(y);
        // digits only: `parse` would also take "+5"
        let number = |what: &'static str, text: &str| {
            let is_digits = !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit());
            if is_digits {
                Ok(text.parse::<u32>().unwrap_or(u32::MAX))
            } else {
                Err(TileIdError::NotANumber { what })
            }
        };
        let (z, x, y) = (number("zoom", z)?, number("x", x)?, number("y", y)?);
        Self::new(u8::try_from(z).unwrap_or(u8::MAX), x, y)
    }

    /// Zoom.
    pub fn z(self) -> u8 {
        self.z
    }

    /// Column.
    pub fn x(self) -> u32 {
        self.x
    }

    /// Row.
    pub fn y(self) -> u32 {
        self.y
    }

    /// log2 of the grid steps in one tile unit; needs a zoom of at most 24.
    pub fn unit_shift(self) -> u32 {
        (World::BITS - EXTENT.trailing_zeros()).saturating_sub(u32::from(self.z))
    }

    /// The north-west corner.
    pub fn origin(self) -> World {
        let shift = World::BITS - u32::from(self.z);
        World { x: i64::from(self.x) << shift, y: i64::from(self.y) << shift }
    }

    /// The area of the tile with its buffer.
    pub fn buffered_bounds(self) -> WorldBox {
        self.bounds().grown(i64::from(BUFFER) << self.unit_shift())
    }

    /// Where everything lies that may show in the tile: what rounds into the buffer lies up to half a unit beyond.
    pub fn drawn_bounds(self) -> WorldBox {
        self.buffered_bounds().grown(self.half_unit())
    }

    /// Where everything lies that rounds into the tile itself.
    pub fn label_bounds(self) -> WorldBox {
        self.bounds().grown(self.half_unit())
    }

    fn half_unit(self) -> i64 {
        (1i64 << self.unit_shift()) >> 1
    }

    /// The area of the tile itself.
    pub fn bounds(self) -> WorldBox {
        let (origin, side) = (self.origin(), World::SIZE >> self.z);
        WorldBox { min: origin, max: World { x: origin.x + side, y: origin.y + side } }
    }

    /// A grid point in units of this tile, rounded to the nearest unit, halves upwards: the same
    /// on both sides of a border, because tile origins are whole multiples of a unit.
    #[inline]
    pub fn project(self, p: World) -> (i32, i32) {
        let (origin, shift) = (self.origin(), self.unit_shift());
        let half = (1i64 << shift) >> 1;
        let unit = |v: i64| (v + half) >> shift;
        // a coordinate is at most 2^36, so at zoom 20 it is at most 2^32 units away: clamped, because
        // what is that far away is clipped anyway
        let near = |v: i64| v.clamp(-(1 << 29), 1 << 29) as i32;
        (near(unit(p.x - origin.x)), near(unit(p.y - origin.y)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::LngLat;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_outside_the_zoom_says_what_the_zoom_allows() {
        let refused = TileId::parse("3", "8", "0").unwrap_err();
        assert_eq!(refused.to_string(), "at zoom 3, x must be 0 to 7");
        assert_eq!(TileId::parse("31", "0", "0"), Err(TileIdError::ZoomOutOfRange));
        assert_eq!(TileId::parse("1", "0", "1.pbf"), TileId::new(1, 0, 1));
        for bad in ["-1", "+1", "1.5", "", "x", "1e3"] {
            assert!(TileId::parse("3", bad, "0").is_err(), "{bad}");
        }
        assert!(TileId::parse("99999999999999999999", "0", "0").is_err());
    }

    #[test]
    fn hoa_thanh_lies_where_other_tools_put_it() {
        // mercantile.tile(106.127, 11.284, 14) == Tile(x=13021, y=7675, z=14)
        let at = World::from_lnglat(LngLat { lng: 106.127, lat: 11.284 });
        let tile = TileId::new(14, 13021, 7675).unwrap();
        let (x, y) = tile.project(at);
        assert!((0..EXTENT).contains(&x) && (0..EXTENT).contains(&y), "{x} {y}");
    }

    proptest! {
        #[test]
        fn neighbouring_tiles_agree_on_every_point(z in 0u8..=20, x in 0..=World::SIZE, y in 0..=World::SIZE) {
            let p = World { x, y };
            let max = (1u32 << z) - 1;
            let column = ((x >> (World::BITS - u32::from(z))) as u32).min(max);
            let row = ((y >> (World::BITS - u32::from(z))) as u32).min(max);
            let here = TileId::new(z, column, row).unwrap().project(p);
            if column < max {
                let east = TileId::new(z, column + 1, row).unwrap().project(p);
                prop_assert_eq!((here.0 - EXTENT, here.1), east);
            }
            prop_assert!((0..=EXTENT).contains(&here.0) && (0..=EXTENT).contains(&here.1));
        }
    }
}

//! What is left out of a tile that would be too large, and how large that is.
//!
//! Most tiles are far below the limits and are drawn in one pass, which ends as soon as it exceeds them. Only
//! then every feature is measured, and those that come first are drawn: areas before lines before points (a
//! parcel that is not on the map is worse than a missing tree), within a kind by a hash of the id. So what is
//! left out depends on the rows alone: it is the same on every replica, on every thread, and for every
//! neighbouring tile that has the same feature.

use xxhash_rust::xxh3::xxh3_64;

use crate::geometry::ShapeKind;
use crate::store::FeatureId;

/// How large a tile may become, all its layers together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Features.
    pub features: usize,
    /// Bytes of the drawn tile before it is packed.
    pub bytes: usize,
    /// Rows that are looked at; a tile with more is not drawn.
    pub rows: u64,
}

impl Limits {
    /// The limits of every tile that is served. The largest tiles of a generated
    /// town of a million parcels have a fifteenth of the features and an eighth of the bytes; a phone takes
    /// seconds for a tile at these limits.
    pub const OF_TILES: Self = Self { features: 100_000, bytes: 8 * 1024 * 1024, rows: 2_000_000 };

    /// Those of an archive: somebody waits for all of it, nobody for this tile.
    pub const OF_ARCHIVES: Self = Self { rows: u64::MAX, ..Self::OF_TILES };
}

/// The place of a feature among those of its tile: what has the lowest is drawn first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(u64);

impl Rank {
    /// Everything is drawn.
    pub const LAST: Self = Self(u64::MAX);

    pub fn of(kind: ShapeKind, id: FeatureId) -> Self {
        let kind = match kind {
            ShapeKind::Polygon => 0,
            ShapeKind::Line => 1,
            ShapeKind::Point => 2,
        };
        Self(kind << 62 | xxh3_64(&id.to_le_bytes()) >> 2)
    }
}

/// A feature that could be drawn, and what it would add to the tile.
#[derive(Debug, Clone, Copy)]
struct Measured {
    rank: Rank,
    bytes: u32,
}

/// The features of a tile that come first, as many as could be drawn.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    measured: Vec<Measured>,
}

impl Candidates {
    /// Takes a feature into account; of more than `limit` features those of the highest rank are forgotten.
    pub fn push(&mut self, rank: Rank, bytes: u32, limit: usize) {
        self.measured.push(Measured { rank, bytes });
        // one more than can be drawn: whether two have the same rank must be seen
        let kept = limit.saturating_add(1);
        if self.measured.len() >= kept.saturating_mul(2) {
            self.measured.select_nth_unstable_by_key(kept, |feature| feature.rank);
            self.measured.truncate(kept);
        }
    }

    /// The highest rank that is drawn so that features and bytes stay within the limits; `None` where none is.
    pub fn highest_within(&mut self, features: usize, bytes: usize) -> Option<Rank> {
        self.measured.sort_unstable_by_key(|feature| feature.rank);
        let (mut sum, mut kept) = (0usize, 0);
        for feature in &self.measured {
            sum += feature.bytes as usize;
            if kept == features || sum > bytes {
                break;
            }
            kept += 1;
        }
        let Some(first_out) = self.measured.get(kept) else { return Some(Rank::LAST) };
        // two layers may have the same id: both or neither
        while kept > 0 && self.measured[kept - 1].rank == first_out.rank {
            kept -= 1;
        }
        kept.checked_sub(1).map(|last| self.measured[last].rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(limit: usize, of: &[(ShapeKind, std::ops::Range<u64>)]) -> Candidates {
        let mut candidates = Candidates::default();
        for (kind, ids) in of {
            ids.clone().for_each(|id| candidates.push(Rank::of(*kind, id), 10, limit));
        }
        candidates
    }

    fn kept(highest: Option<Rank>, kind: ShapeKind, ids: std::ops::Range<u64>) -> usize {
        ids.filter(|&id| highest.is_some_and(|highest| Rank::of(kind, id) <= highest)).count()
    }

    #[test]
    fn points_go_before_lines_and_areas_go_last() {
        let (points, lines, areas) = (0..50, 50..80, 80..100);
        let of = [
            (ShapeKind::Point, points.clone()),
            (ShapeKind::Line, lines.clone()),
            (ShapeKind::Polygon, areas.clone()),
        ];
        let count = |highest| {
            [
                kept(highest, ShapeKind::Polygon, areas.clone()),
                kept(highest, ShapeKind::Line, lines.clone()),
                kept(highest, ShapeKind::Point, points.clone()),
            ]
        };
        assert_eq!(count(candidates(60, &of).highest_within(60, usize::MAX)), [20, 30, 10]);
        assert_eq!(count(candidates(200, &of).highest_within(200, 155)), [15, 0, 0]);
        assert_eq!(candidates(200, &of).highest_within(200, 9), None);
        assert_eq!(candidates(100, &of).highest_within(100, 1_000), Some(Rank::LAST));
    }

    #[test]
    fn what_is_kept_does_not_depend_on_the_order_of_rows() {
        let mut one = candidates(500, &[(ShapeKind::Point, 0..9_000)]);
        let mut other = Candidates::default();
        (0..9_000).rev().for_each(|id| other.push(Rank::of(ShapeKind::Point, id), 10, 500));
        let highest = one.highest_within(500, usize::MAX);
        assert_eq!(highest, other.highest_within(500, usize::MAX));
        assert_eq!(kept(highest, ShapeKind::Point, 0..9_000), 500);
    }

    #[test]
    fn what_has_the_same_rank_is_drawn_together_or_not_at_all() {
        for features in 0..20 {
            let twice = [(ShapeKind::Polygon, 0..10), (ShapeKind::Polygon, 0..10)];
            let highest = candidates(features, &twice).highest_within(features, usize::MAX);
            assert_eq!(2 * kept(highest, ShapeKind::Polygon, 0..10), features / 2 * 2);
        }
    }
}

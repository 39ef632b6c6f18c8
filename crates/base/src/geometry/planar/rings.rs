//! The rings of one polygon or several in two flat vectors, to be filled again and again.

use super::ring::{self, Look};
use super::{GridPoint, REACH};

/// Rings of a polygon or several: an exterior ring is followed by its holes.
///
/// Nothing is checked but the reach of coordinates: rings may be anything until they are repaired.
#[derive(Default, Clone, Debug, PartialEq, Eq)]
pub struct Rings {
    pub(super) points: Vec<GridPoint>,
    pub(super) ends: Vec<u32>,
}

impl Rings {
    /// Points there is room for.
    pub fn capacity(&self) -> usize {
        self.points.capacity()
    }

    /// No rings yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets the rings and keeps the memory.
    pub fn clear(&mut self) {
        self.points.clear();
        self.ends.clear();
    }

    /// Adds an open ring. Coordinates beyond [`REACH`](super::REACH) are moved to it.
    pub fn push_ring(&mut self, ring: &[GridPoint]) {
        let within = |v: i32| v.clamp(-REACH, REACH);
        self.push_points(ring.iter().map(|&(x, y)| (within(x), within(y))));
    }

    /// [`push_ring`](Self::push_ring) from points that are computed on the way and within
    /// [`REACH`](super::REACH), as units of a tile are.
    #[inline]
    pub fn push_points(&mut self, ring: impl IntoIterator<Item = GridPoint>) {
        self.points.extend(ring);
        self.ends.push(self.points.len() as u32);
    }

    /// Adds the rings of another.
    pub fn append(&mut self, other: &Self) {
        let offset = self.points.len() as u32;
        self.points.extend_from_slice(&other.points);
        self.ends.extend(other.ends.iter().map(|end| end + offset));
    }

    /// How many rings.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no ring.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many points in all rings.
    pub fn point_count(&self) -> usize {
        self.points.len()
    }

    /// The rings in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[GridPoint]> + Clone {
        (0..self.len()).map(|ring| &self.points[self.range(ring)])
    }

    /// Twice the area of the whole, holes taken off.
    pub fn twice_area(&self) -> i64 {
        self.iter().map(ring::twice_area).sum()
    }

    /// Cleans one ring that is easily seen to be valid; `false` says nothing and does nothing.
    #[inline]
    pub fn clean_if_plain(&mut self) -> bool {
        let look = if self.ends.len() == 1 { ring::look(&self.points) } else { Look::Unclear };
        if look == Look::Straight {
            self.clean();
        }
        look != Look::Unclear
    }

    /// Cleans every ring as [`clean_ring`](super::clean_ring) does and drops those that are left empty.
    pub fn clean(&mut self) {
        let (mut start, mut kept_points, mut kept_rings) = (0, 0, 0);
        for i in 0..self.ends.len() {
            let end = self.ends[i] as usize;
            let kept = ring::clean(&mut self.points[start..end]);
            if !kept.is_empty() {
                let len = kept.len();
                self.points.copy_within(start + kept.start..start + kept.end, kept_points);
                kept_points += len;
                self.ends[kept_rings] = kept_points as u32;
                kept_rings += 1;
            }
            start = end;
        }
        self.points.truncate(kept_points);
        self.ends.truncate(kept_rings);
    }

    /// Keeps the first `len` rings.
    pub(super) fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
        self.points.truncate(self.ends.last().map_or(0, |&end| end as usize));
    }

    /// Where the ring stands in `points`.
    pub(super) fn range(&self, ring: usize) -> std::ops::Range<usize> {
        let start = if ring == 0 { 0 } else { self.ends[ring - 1] as usize };
        start..self.ends[ring] as usize
    }
}

impl<'a> FromIterator<&'a [GridPoint]> for Rings {
    fn from_iter<I: IntoIterator<Item = &'a [GridPoint]>>(rings: I) -> Self {
        let mut all = Self::new();
        rings.into_iter().for_each(|ring| all.push_ring(ring));
        all
    }
}

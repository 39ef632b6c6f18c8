//! What can be kept of polygons that stay tangled: the last resort of a repair.
//!
//! The largest come first, so what is lost is small. All are tried at once and halved where they do not
//! fit together, so a few tangled ones among thousands cost little.

use std::ops::Range;

use super::{Rings, Validator, twice_area};

/// Leaves the polygons, largest first, that are valid together; of one that is not, the exterior with
/// the holes that fit it.
pub(super) fn keep_valid(rings: &mut Rings, validator: &mut Validator) {
    let tangled = std::mem::take(rings);
    let areas: Vec<_> = tangled.iter().map(twice_area).collect();
    let mut polygons: Vec<Range<usize>> = Vec::new();
    for (ring, &area) in areas.iter().enumerate() {
        match polygons.last_mut() {
            Some(polygon) if area <= 0 => polygon.end = ring + 1,
            _ => polygons.push(ring..ring + 1),
        }
    }
    polygons.sort_by_key(|polygon| std::cmp::Reverse(areas[polygon.start]));
    Salvage { tangled: &tangled, kept: rings, validator }.keep(&polygons);
}

struct Salvage<'a> {
    tangled: &'a Rings,
    kept: &'a mut Rings,
    validator: &'a mut Validator,
}

impl Salvage<'_> {
    fn keep(&mut self, polygons: &[Range<usize>]) {
        if self.fits(polygons) {
            return;
        }
        match polygons {
            [] => {}
            [one] => {
                let mut parts = one.clone().map(|ring| ring..ring + 1);
                if parts.next().is_some_and(|exterior| one.len() > 1 && self.fits(&[exterior])) {
                    parts.for_each(|hole| _ = self.fits(&[hole]));
                }
            }
            many => {
                let (larger, smaller) = many.split_at(many.len() / 2);
                self.keep(larger);
                self.keep(smaller);
            }
        }
    }

    /// Keeps all of them if they are valid with what is kept.
    fn fits(&mut self, polygons: &[Range<usize>]) -> bool {
        let before = self.kept.len();
        for ring in polygons.iter().cloned().flatten() {
            self.kept.push_ring(&self.tangled.points[self.tangled.range(ring)]);
        }
        let is_valid = self.validator.is_valid(self.kept);
        if !is_valid {
            self.kept.truncate(before);
        }
        is_valid
    }
}

//! Which boxes share a point: every pair when there are few, else a sweep along the better axis.

use super::GridPoint;

/// Up to so many boxes comparing all is quicker than sorting.
const FEW: usize = 24;

/// A closed box of the grid.
#[derive(Clone, Copy)]
pub(super) struct GridBox {
    low: GridPoint,
    high: GridPoint,
}

impl GridBox {
    pub(super) fn around(points: &[GridPoint]) -> Self {
        let nowhere = Self { low: (i32::MAX, i32::MAX), high: (i32::MIN, i32::MIN) };
        points.iter().fold(nowhere, |b, &p| Self {
            low: (b.low.0.min(p.0), b.low.1.min(p.1)),
            high: (b.high.0.max(p.0), b.high.1.max(p.1)),
        })
    }

    fn meets(self, other: Self) -> bool {
        self.low.0 <= other.high.0
            && other.low.0 <= self.high.0
            && self.low.1 <= other.high.1
            && other.low.1 <= self.high.1
    }

    /// Whether the other lies within.
    pub(super) fn holds(self, other: Self) -> bool {
        self.low.0 <= other.low.0
            && self.low.1 <= other.low.1
            && other.high.0 <= self.high.0
            && other.high.1 <= self.high.1
    }

    fn turned(self) -> Self {
        let swap = |(x, y)| (y, x);
        Self { low: swap(self.low), high: swap(self.high) }
    }
}

/// Finds pairs; holds the memory it needs for that.
#[derive(Default)]
pub(super) struct Sweep {
    order: Vec<(GridBox, u32)>,
    active: Vec<(GridBox, u32)>,
}

impl Sweep {
    /// Whether `accept` accepts every pair of boxes that meet; the smaller index comes first.
    pub(super) fn all_pairs(
        &mut self,
        boxes: &[GridBox],
        mut accept: impl FnMut(usize, usize) -> bool,
    ) -> bool {
        if boxes.len() <= FEW {
            return boxes
                .iter()
                .enumerate()
                .all(|(j, b)| boxes[..j].iter().enumerate().all(|(i, a)| !a.meets(*b) || accept(i, j)));
        }
        let is_turned = Self::is_better_along_y(boxes);
        self.order.clear();
        self.order.extend(boxes.iter().zip(0..).map(|(b, i)| (if is_turned { b.turned() } else { *b }, i)));
        self.order.sort_unstable_by_key(|(b, i)| (b.low.0, *i));
        self.active.clear();
        for &(b, j) in &self.order {
            let mut k = 0;
            while let Some(&(a, i)) = self.active.get(k) {
                if a.high.0 < b.low.0 {
                    self.active.swap_remove(k);
                    continue;
                }
                if a.meets(b) && !accept(i.min(j) as usize, i.max(j) as usize) {
                    return false;
                }
                k += 1;
            }
            self.active.push((b, j));
        }
        true
    }

    /// The mean number of boxes over a place is the sum of their lengths by the length of the whole.
    fn is_better_along_y(boxes: &[GridBox]) -> bool {
        let (mut low, mut high) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
        let (mut along_x, mut along_y) = (0.0, 0.0);
        for b in boxes {
            low = (low.0.min(b.low.0), low.1.min(b.low.1));
            high = (high.0.max(b.high.0), high.1.max(b.high.1));
            along_x += f64::from(b.high.0) - f64::from(b.low.0);
            along_y += f64::from(b.high.1) - f64::from(b.low.1);
        }
        let (width, height) = (f64::from(high.0) - f64::from(low.0), f64::from(high.1) - f64::from(low.1));
        along_y * width < along_x * height
    }
}

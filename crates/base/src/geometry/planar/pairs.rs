//! Which boxes share a point: every pair when there are few, else those in the same cell of a grid.

use super::GridPoint;

/// Up to so many boxes comparing all is quicker than a grid.
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
}

/// Finds pairs; holds the memory it needs for that.
#[derive(Default)]
pub(super) struct PairFinder {
    /// Where the boxes of each cell start in `in_cells`.
    starts: Vec<u32>,
    in_cells: Vec<u32>,
}

impl PairFinder {
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
        let cells = Cells::for_boxes(boxes);
        self.sort_into(&cells, boxes);
        self.starts.windows(2).enumerate().all(|(cell, ends)| {
            let here = &self.in_cells[ends[0] as usize..ends[1] as usize];
            here.iter().enumerate().all(|(k, &j)| {
                let b = boxes[j as usize];
                here[..k].iter().all(|&i| {
                    let a = boxes[i as usize];
                    // boxes that share several cells are a pair in the first of them
                    !a.meets(b)
                        || cells.at((a.low.0.max(b.low.0), a.low.1.max(b.low.1))) != cell
                        || accept(i as usize, j as usize)
                })
            })
        })
    }

    /// Counting sort: afterwards `starts[cell]..starts[cell + 1]` are the boxes of the cell in order.
    fn sort_into(&mut self, cells: &Cells, boxes: &[GridBox]) {
        self.starts.clear();
        self.starts.resize(cells.columns * cells.rows + 1, 0);
        for &b in boxes {
            cells.under(b).for_each(|cell| self.starts[cell] += 1);
        }
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        self.in_cells.clear();
        self.in_cells.resize(end as usize, 0);
        for (i, &b) in (0..boxes.len() as u32).zip(boxes).rev() {
            for cell in cells.under(b) {
                self.starts[cell] -= 1;
                self.in_cells[self.starts[cell] as usize] = i;
            }
        }
    }
}

/// The plane in cells about as large as the mean box, and not many more than there are boxes.
struct Cells {
    low: GridPoint,
    columns: usize,
    rows: usize,
    per_x: f64,
    per_y: f64,
}

impl Cells {
    fn for_boxes(boxes: &[GridBox]) -> Self {
        let (mut low, mut high) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
        let (mut along_x, mut along_y) = (0.0, 0.0);
        for b in boxes {
            low = (low.0.min(b.low.0), low.1.min(b.low.1));
            high = (high.0.max(b.high.0), high.1.max(b.high.1));
            along_x += f64::from(b.high.0) - f64::from(b.low.0);
            along_y += f64::from(b.high.1) - f64::from(b.low.1);
        }
        let (width, height) =
            (f64::from(high.0) - f64::from(low.0) + 1.0, f64::from(high.1) - f64::from(low.1) + 1.0);
        let count = boxes.len() as f64;
        // as many as mean boxes fit, scaled down alike to twice the number of boxes
        let (columns, rows) = (width * count / (along_x + count), height * count / (along_y + count));
        let scale = (2.0 * count / (columns * rows)).sqrt().min(1.0);
        let (columns, rows) = ((columns * scale).clamp(1.0, count), (rows * scale).clamp(1.0, count));
        let (columns, rows) = (columns.floor(), rows.floor());
        Self {
            low,
            columns: columns as usize,
            rows: rows as usize,
            per_x: columns / width,
            per_y: rows / height,
        }
    }

    fn column(&self, x: i32) -> usize {
        (((f64::from(x) - f64::from(self.low.0)) * self.per_x) as usize).min(self.columns - 1)
    }

    fn row(&self, y: i32) -> usize {
        (((f64::from(y) - f64::from(self.low.1)) * self.per_y) as usize).min(self.rows - 1)
    }

    fn at(&self, (x, y): GridPoint) -> usize {
        self.row(y) * self.columns + self.column(x)
    }

    fn under(&self, b: GridBox) -> impl Iterator<Item = usize> {
        let (from, to) = (self.column(b.low.0), self.column(b.high.0));
        (self.row(b.low.1)..=self.row(b.high.1))
            .flat_map(move |row| row * self.columns + from..=row * self.columns + to)
    }
}

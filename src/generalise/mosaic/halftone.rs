//! Halftone: areas of many small parcels as strips in a grid of cells, true to within a square.
//!
//! A square is 4 × 4 tile units, half a pixel. A cell is `side` squares along each side and is filled
//! column by column. Which columns go to whom is decided cell by cell along the curve of cells, and
//! what a ward and use got too much or too little is carried to the next cell (error diffusion, Floyd
//! and Steinberg 1976), so that small uses are gathered into patches worth drawing. What is left of
//! the carry at the end of the tile is settled square by square. Only cells a parcel reaches into are
//! drawn.

use rustc_hash::FxHashMap;

use super::grid;
use super::legend::Pair;
use super::survey::Share;

/// Tile units along a square.
pub(super) const SQUARE: i32 = 4;

/// Squares of a tile that each pair is to have.
pub(super) type Quotas = FxHashMap<Pair, i64>;

/// Who has how many squares in every cell of a tile.
#[derive(Debug, Default)]
pub(super) struct Allotment {
    /// Squares along the side of a cell.
    side: usize,
    /// Column and row of the first cell of the level, and where its lots end.
    cells: Vec<((u32, u32), u32)>,
    /// Pair and squares, in drawing order.
    lots: Vec<(Pair, u32)>,
}

/// One pair in one cell while squares are handed out.
struct Lot {
    pair: Pair,
    /// Squares it covers in truth.
    truth: f64,
    squares: i64,
}

/// What no parcel covers is handed out like a use, and not drawn.
const BLANK: Pair = Pair::MAX;

/// A use is drawn in a cell from this part of its columns on; what is less is carried on.
const LEAST_PART: f64 = 0.2;

impl Allotment {
    /// Hands out the squares of a tile. `shares` are areas in cells, in squares.
    pub fn new(shares: &[Share], side: usize, quotas: &Quotas) -> Self {
        let mut cells: Vec<(u64, Vec<Lot>)> = Vec::new();
        let mut carry: FxHashMap<Pair, f64> = FxHashMap::default();
        let mut owed: FxHashMap<Pair, i64> = quotas.clone();
        for shares in shares.chunk_by(|a, b| a.cell == b.cell) {
            let lots = share_out(shares, side, &mut carry);
            for lot in &lots {
                *owed.entry(lot.pair).or_default() -= lot.squares;
            }
            cells.push((shares[0].cell, lots));
        }
        settle(&mut cells, side, &mut owed);
        let mut allotment = Self { side, ..Self::default() };
        for (key, mut lots) in cells {
            lots.retain(|lot| lot.pair != BLANK && lot.squares > 0);
            lots.sort_unstable_by_key(|lot| lot.pair);
            allotment.lots.extend(lots.iter().map(|lot| (lot.pair, lot.squares as u32)));
            allotment.cells.push((grid::cell_of(key), allotment.lots.len() as u32));
        }
        allotment
    }

    /// Visits the squares of every cell that reaches into `window` (west, north, east, south in squares
    /// of the world): pair, column, row.
    pub fn visit(&self, window: [i64; 4], mut paint: impl FnMut(Pair, i64, i64)) {
        let side = self.side as i64;
        let mut start = 0;
        for &((column, row), end) in &self.cells {
            let lots = &self.lots[start..end as usize];
            start = end as usize;
            let (west, north) = (i64::from(column) * side, i64::from(row) * side);
            if west + side <= window[0]
                || west >= window[2]
                || north + side <= window[1]
                || north >= window[3]
            {
                continue;
            }
            let mut place = 0;
            for &(pair, squares) in lots {
                for _ in 0..squares {
                    // what is beyond the cell begins again in front: two uses on one place
                    let (across, along) = (place / side % side, place % side);
                    let across = if column % 2 == 0 { across } else { side - 1 - across };
                    let along = if place / side % 2 == 0 { along } else { side - 1 - along };
                    paint(pair, west + across, north + along);
                    place += 1;
                }
            }
        }
    }
}

/// Hands out the columns of one cell, the greatest claim first.
fn share_out(shares: &[Share], side: usize, carry: &mut FxHashMap<Pair, f64>) -> Vec<Lot> {
    let column = side as f64;
    let covered: f64 = shares.iter().map(|share| share.area).sum();
    let mut lots: Vec<Lot> =
        shares.iter().map(|share| Lot { pair: share.pair, truth: share.area, squares: 0 }).collect();
    let blank = column * column - covered;
    if blank > 0.5 {
        lots.push(Lot { pair: BLANK, truth: blank, squares: 0 });
    }
    let claim = |lot: &Lot, carry: &FxHashMap<Pair, f64>| lot.truth + carry.get(&lot.pair).unwrap_or(&0.0);
    lots.sort_by(|a, b| claim(b, carry).total_cmp(&claim(a, carry)).then(a.pair.cmp(&b.pair)));
    // parcels that overlap may cover more than there is
    let mut free = column.max((covered / column - 0.01).ceil());
    for (i, lot) in lots.iter_mut().enumerate() {
        let columns = (claim(lot, carry) / column).round().clamp(0.0, free.min(column));
        if i == 0 || columns >= column * LEAST_PART {
            lot.squares = (columns * column) as i64;
            free -= columns;
        }
    }
    if let Some(first) = lots.first_mut() {
        let more = free.min(column - first.squares as f64 / column).max(0.0);
        first.squares += (more * column) as i64;
    }
    for lot in &lots {
        *carry.entry(lot.pair).or_default() += lot.truth - lot.squares as f64;
    }
    lots
}

/// Brings every pair to its quota: squares go from who has too many to who has too few in the same
/// cell, then from blank ground; where there is neither, two uses share a place.
fn settle(cells: &mut [(u64, Vec<Lot>)], side: usize, owed: &mut FxHashMap<Pair, i64>) {
    let full = (side * side) as i64;
    let mut places: FxHashMap<Pair, Vec<(u32, u32)>> = FxHashMap::default();
    for (c, (_, lots)) in cells.iter().enumerate() {
        for (l, lot) in lots.iter().enumerate().filter(|(_, lot)| lot.pair != BLANK) {
            places.entry(lot.pair).or_default().push((c as u32, l as u32));
        }
    }
    let mut pairs: Vec<Pair> = places.keys().copied().collect();
    pairs.sort_unstable();
    for pair in &pairs {
        let places = places.entry(*pair).or_default();
        // where it is drawn already, then where it is largest
        places.sort_by(|&a, &b| {
            let at = |(c, l): (u32, u32)| &cells[c as usize].1[l as usize];
            let (a, b) = (at(a), at(b));
            (b.squares > 0).cmp(&(a.squares > 0)).then(b.truth.total_cmp(&a.truth))
        });
    }
    for giver in [Giver::Surplus, Giver::Blank] {
        for pair in &pairs {
            for &(c, l) in &places[pair] {
                take(&mut cells[c as usize].1, l as usize, full, giver, owed);
            }
        }
    }
    for pair in &pairs {
        let due = owed.entry(*pair).or_default();
        for &(c, l) in &places[pair] {
            let lot = &mut cells[c as usize].1[l as usize];
            let change = (*due).clamp(-lot.squares, full - lot.squares);
            lot.squares += change;
            *due -= change;
        }
    }
}

/// From whom squares are taken.
#[derive(Clone, Copy, PartialEq)]
enum Giver {
    Surplus,
    Blank,
}

/// Gives squares of the cell to one of its lots, as far as it is owed some.
fn take(lots: &mut [Lot], to: usize, full: i64, giver: Giver, owed: &mut FxHashMap<Pair, i64>) {
    for from in 0..lots.len() {
        let due = owed.get(&lots[to].pair).copied().unwrap_or(0).min(full - lots[to].squares);
        if due <= 0 {
            return;
        }
        let spare = match giver {
            Giver::Blank if lots[from].pair == BLANK => lots[from].squares,
            Giver::Surplus if from != to && lots[from].pair != BLANK => {
                (-owed.get(&lots[from].pair).copied().unwrap_or(0)).clamp(0, lots[from].squares)
            }
            _ => 0,
        };
        let moved = due.min(spare);
        lots[from].squares -= moved;
        lots[to].squares += moved;
        *owed.entry(lots[from].pair).or_default() += moved;
        *owed.entry(lots[to].pair).or_default() -= moved;
    }
}

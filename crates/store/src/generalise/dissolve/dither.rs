//! Dithering: areas of many small parcels as strips in a grid of cells, true to within a square.
//!
//! A square is 4 × 4 tile units, half a pixel. A cell is `side` squares along each side and is filled
//! column by column. Which columns go to whom is decided cell by cell along the curve of cells, and
//! what a ward and use got too much or too little is carried to the next cell (error diffusion, Floyd
//! and Steinberg 1976), so that small uses are gathered into regions worth drawing. What is left of
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
    /// Column and row of the first cell of the level, and where its shares end.
    cells: Vec<((u32, u32), u32)>,
    /// Pair and squares, in drawing order.
    cell_shares: Vec<(Pair, u32)>,
}

/// One pair in one cell while squares are handed out.
struct CellShare {
    pair: Pair,
    /// Squares it covers in truth.
    truth: f64,
    squares: i64,
}

/// What no parcel covers gets squares like a use, and is not drawn.
const BLANK: Pair = Pair::MAX;

/// A use is drawn in a cell from this part of its columns on; what is less is carried on.
const LEAST_PART: f64 = 0.2;

impl Allotment {
    /// Divides the squares of a tile among the pairs. `shares` are areas in cells, in squares.
    pub fn new(shares: &[Share], side: usize, quotas: &Quotas) -> Self {
        let mut cells: Vec<(u64, Vec<CellShare>)> = Vec::new();
        let mut carry: FxHashMap<Pair, f64> = FxHashMap::default();
        let mut remainder: FxHashMap<Pair, i64> = quotas.clone();
        for shares in shares.chunk_by(|a, b| a.cell == b.cell) {
            let cell_shares = share_out(shares, side, &mut carry);
            for cell_share in &cell_shares {
                *remainder.entry(cell_share.pair).or_default() -= cell_share.squares;
            }
            cells.push((shares[0].cell, cell_shares));
        }
        settle(&mut cells, side, &mut remainder);
        let mut allotment = Self { side, ..Self::default() };
        for (key, mut cell_shares) in cells {
            cell_shares.retain(|cell_share| cell_share.pair != BLANK && cell_share.squares > 0);
            cell_shares.sort_unstable_by_key(|cell_share| cell_share.pair);
            allotment
                .cell_shares
                .extend(cell_shares.iter().map(|cell_share| (cell_share.pair, cell_share.squares as u32)));
            allotment.cells.push((grid::cell_of(key), allotment.cell_shares.len() as u32));
        }
        allotment
    }

    /// Visits the squares of every cell that reaches into `window` (west, north, east, south in squares
    /// of the world): pair, column, row.
    pub fn visit(&self, window: [i64; 4], mut paint: impl FnMut(Pair, i64, i64)) {
        let side = self.side as i64;
        let mut start = 0;
        for &((column, row), end) in &self.cells {
            let cell_shares = &self.cell_shares[start..end as usize];
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
            for &(pair, squares) in cell_shares {
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

/// Divides the columns of one cell among the pairs, the greatest claim first.
fn share_out(shares: &[Share], side: usize, carry: &mut FxHashMap<Pair, f64>) -> Vec<CellShare> {
    let column = side as f64;
    let covered: f64 = shares.iter().map(|share| share.area).sum();
    let mut cell_shares: Vec<CellShare> =
        shares.iter().map(|share| CellShare { pair: share.pair, truth: share.area, squares: 0 }).collect();
    let blank = column * column - covered;
    if blank > 0.5 {
        cell_shares.push(CellShare { pair: BLANK, truth: blank, squares: 0 });
    }
    let claim = |cell_share: &CellShare, carry: &FxHashMap<Pair, f64>| {
        cell_share.truth + carry.get(&cell_share.pair).unwrap_or(&0.0)
    };
    cell_shares.sort_by(|a, b| claim(b, carry).total_cmp(&claim(a, carry)).then(a.pair.cmp(&b.pair)));
    // parcels that overlap may cover more than there is
    let mut free = column.max((covered / column - 0.01).ceil());
    for (i, cell_share) in cell_shares.iter_mut().enumerate() {
        let columns = (claim(cell_share, carry) / column).round().clamp(0.0, free.min(column));
        if i == 0 || columns >= column * LEAST_PART {
            cell_share.squares = (columns * column) as i64;
            free -= columns;
        }
    }
    if let Some(first) = cell_shares.first_mut() {
        let more = free.min(column - first.squares as f64 / column).max(0.0);
        first.squares += (more * column) as i64;
    }
    for cell_share in &cell_shares {
        *carry.entry(cell_share.pair).or_default() += cell_share.truth - cell_share.squares as f64;
    }
    cell_shares
}

/// Brings every pair to its quota: squares go from who has too many to who has too few in the same
/// cell, then from blank ground; where there is neither, two uses share a place.
fn settle(cells: &mut [(u64, Vec<CellShare>)], side: usize, remainder: &mut FxHashMap<Pair, i64>) {
    let full = (side * side) as i64;
    let mut places: FxHashMap<Pair, Vec<(u32, u32)>> = FxHashMap::default();
    for (c, (_, cell_shares)) in cells.iter().enumerate() {
        for (l, cell_share) in
            cell_shares.iter().enumerate().filter(|(_, cell_share)| cell_share.pair != BLANK)
        {
            places.entry(cell_share.pair).or_default().push((c as u32, l as u32));
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
                take(&mut cells[c as usize].1, l as usize, full, giver, remainder);
            }
        }
    }
    for pair in &pairs {
        let due = remainder.entry(*pair).or_default();
        for &(c, l) in &places[pair] {
            let cell_share = &mut cells[c as usize].1[l as usize];
            let change = (*due).clamp(-cell_share.squares, full - cell_share.squares);
            cell_share.squares += change;
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

/// Gives squares of the cell to one of its shares, as far as some are left for it.
fn take(
    cell_shares: &mut [CellShare],
    to: usize,
    full: i64,
    giver: Giver,
    remainder: &mut FxHashMap<Pair, i64>,
) {
    for from in 0..cell_shares.len() {
        let due =
            remainder.get(&cell_shares[to].pair).copied().unwrap_or(0).min(full - cell_shares[to].squares);
        if due <= 0 {
            return;
        }
        let spare = match giver {
            Giver::Blank if cell_shares[from].pair == BLANK => cell_shares[from].squares,
            Giver::Surplus if from != to && cell_shares[from].pair != BLANK => {
                (-remainder.get(&cell_shares[from].pair).copied().unwrap_or(0))
                    .clamp(0, cell_shares[from].squares)
            }
            _ => 0,
        };
        let moved = due.min(spare);
        cell_shares[from].squares -= moved;
        cell_shares[to].squares += moved;
        *remainder.entry(cell_shares[from].pair).or_default() += moved;
        *remainder.entry(cell_shares[to].pair).or_default() -= moved;
    }
}

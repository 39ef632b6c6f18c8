//! The account of a check: by zoom how many tiles were looked into, how far they could be compared, and what was found.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter, Result, Write};

use super::compare::Counts;
use super::flaw::Fault;
use crate::geometry::TileId;

/// Faults of one tile that are kept; more are counted.
const KEPT_OF_A_TILE: usize = 20;
/// Faults that are kept of all tiles.
const KEPT: usize = 200;

/// How far a tile could be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// All of it: rows as they are, and labels.
    Whole,
    /// Some layers whole; others are simplified or united.
    Part,
    /// No layer whole: simplified or united shapes, and labels.
    Validity,
}

/// What was found in one tile.
#[derive(Debug, Clone, PartialEq)]
pub struct Examined {
    /// Which one.
    pub tile: TileId,
    /// How far it was compared; none where it is empty.
    pub depth: Option<Depth>,
    /// Whether so many rows lie in it that it is not drawn.
    pub is_refused: bool,
    /// Features that are not in it because it would be too large.
    pub left_out: u64,
    /// What was compared.
    pub counts: Counts,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Tiles of one zoom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Line {
    pub tiles: u64,
    pub empty: u64,
    pub whole: u64,
    pub part: u64,
    pub validity: u64,
    pub refused: u64,
    pub left_out: u64,
    pub counts: Counts,
    pub differing: u64,
}

/// All tiles.
#[derive(Debug, Clone, Default)]
pub struct Report {
    by_zoom: BTreeMap<u8, Line>,
    faults: Vec<(TileId, Fault)>,
    fault_count: u64,
}

impl Report {
    pub(super) fn add(&mut self, examined: Examined) {
        let Examined { tile, depth, is_refused, left_out, counts, faults } = examined;
        let line = self.by_zoom.entry(tile.z()).or_default();
        *line = line.plus(Line {
            tiles: 1,
            empty: u64::from(depth.is_none() && !is_refused),
            whole: u64::from(depth == Some(Depth::Whole)),
            part: u64::from(depth == Some(Depth::Part)),
            validity: u64::from(depth == Some(Depth::Validity)),
            refused: u64::from(is_refused),
            left_out,
            counts,
            differing: u64::from(!faults.is_empty()),
        });
        self.fault_count += faults.len() as u64;
        let room = KEPT.saturating_sub(self.faults.len()).min(KEPT_OF_A_TILE);
        self.faults.extend(faults.into_iter().take(room).map(|fault| (tile, fault)));
    }

    /// All zooms together.
    pub fn sum(&self) -> Line {
        self.by_zoom.values().fold(Line::default(), |sum, &line| sum.plus(line))
    }

    /// What is wrong and where, the first of all that was found.
    pub fn faults(&self) -> &[(TileId, Fault)] {
        &self.faults
    }
}

impl Line {
    fn plus(self, other: Self) -> Self {
        Self {
            tiles: self.tiles + other.tiles,
            empty: self.empty + other.empty,
            whole: self.whole + other.whole,
            part: self.part + other.part,
            validity: self.validity + other.validity,
            refused: self.refused + other.refused,
            left_out: self.left_out + other.left_out,
            counts: self.counts.plus(other.counts),
            differing: self.differing + other.differing,
        }
    }

    fn write(&self, zoom: &str, f: &mut impl Write) -> Result {
        let Self { tiles, empty, whole, part, validity, counts, differing, .. } = self;
        let Counts { compared, placed, .. } = counts;
        writeln!(
            f,
            "{zoom:>4} {tiles:>7} {empty:>6} {whole:>7} {part:>7} {validity:>9} {compared:>9} {placed:>9} {differing:>9}"
        )
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "                    ------ compared ------  ---- features ----")?;
        writeln!(f, "zoom   tiles  empty   whole in part  validity     whole    placed differing")?;
        for (zoom, line) in &self.by_zoom {
            line.write(&zoom.to_string(), f)?;
        }
        let sum = self.sum();
        sum.write("all", f)?;
        let Counts { vanished, at_edge, .. } = sum.counts;
        writeln!(
            f,
            "{vanished} rows smaller than a unit, {at_edge} features at the edge of the buffer, {} left out of tiles that \
             would be too large, {} tiles not drawn because of their rows",
            sum.left_out, sum.refused
        )?;
        for (tile, fault) in &self.faults {
            writeln!(f, "{}/{}/{} {fault}", tile.z(), tile.x(), tile.y())?;
        }
        let more = self.fault_count - self.faults.len() as u64;
        if more > 0 {
            writeln!(f, "… and {more} more")?;
        }
        Ok(())
    }
}

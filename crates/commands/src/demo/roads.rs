//! Roads, alleys and water as parcels: what lies between the insets of the blocks. They carry every
//! vertex the lots beside them have, so the cadastre is covered without gaps.
//!
//! A road is cut where another meets it; the meeting itself goes to the widest. Along a ward's border
//! each ward has its half of the road or stream.

use geo_types::Coord;
use rustc_hash::FxHashMap;

use super::network::Network;
use super::plane::is_simple;

/// A block with its inset and sides (see `lots::CutBlock::sides`).
#[derive(Debug)]
pub struct BlockEdge {
    pub ring: Vec<u32>,
    pub inset: Vec<Coord>,
    pub sides: Vec<Vec<Coord>>,
}

/// A piece of road or water.
#[derive(Debug)]
pub struct RoadPiece {
    pub ring: Vec<Coord>,
    pub street: u32,
    /// A block beside it.
    pub block: usize,
}

struct Roads<'a> {
    network: &'a Network,
    blocks: &'a [BlockEdge],
    /// Which block has the edge as walked, and as which of its sides.
    walked: FxHashMap<(u32, u32), (usize, usize)>,
    /// The vertex before each vertex of the ward's border.
    border_before: FxHashMap<u32, u32>,
    /// The neighbour through which the road that takes the crossing arrives.
    takes_crossing: FxHashMap<u32, u32>,
}

/// All road pieces of a ward, and how many had to be left out for crossing themselves.
pub fn road_pieces(
    network: &Network,
    first_inner: usize,
    border: &[u32],
    blocks: &[BlockEdge],
) -> (Vec<RoadPiece>, usize) {
    let n = border.len();
    let mut walked = FxHashMap::default();
    for (b, block) in blocks.iter().enumerate() {
        for (k, &from) in block.ring.iter().enumerate() {
            walked.insert((from, block.ring[(k + 1) % block.ring.len()]), (b, k));
        }
    }
    let border_before = (0..n).map(|i| (border[i], border[(i + n - 1) % n])).collect();
    let mut roads = Roads { network, blocks, walked, border_before, takes_crossing: FxHashMap::default() };
    roads.share_crossings(border);
    let mut pieces = roads.border_halves(border);
    for street in first_inner..network.streets.len() {
        let ids = &network.streets[street].ids;
        let mut start = 0;
        for end in 1..ids.len() {
            if end + 1 == ids.len() || network.is_junction(ids[end]) {
                pieces.extend(roads.piece(&ids[start..=end], street as u32));
                start = end;
            }
        }
    }
    let all = pieces.len();
    for piece in &mut pieces {
        piece.ring.dedup();
        if piece.ring.len() > 1 && piece.ring.first() == piece.ring.last() {
            piece.ring.pop();
        }
    }
    pieces.retain(|piece| is_simple(&piece.ring));
    let left_out = all - pieces.len();
    (pieces, left_out)
}

impl Roads<'_> {
    fn share_crossings(&mut self, border: &[u32]) {
        let on_border: FxHashMap<u32, u32> =
            (0..border.len()).map(|i| (border[i], border[(i + 1) % border.len()])).collect();
        let mut widest: FxHashMap<u32, (f64, u32, u32)> = FxHashMap::default();
        for &(from, to) in self.walked.keys() {
            let is_border = on_border.get(&from) == Some(&to) || on_border.get(&to) == Some(&from);
            if is_border || !self.network.is_junction(from) {
                continue;
            }
            let Some(edge) = self.network.edge(from, to) else { continue };
            let rank = (-edge.half_width_m, edge.street, to);
            let best = widest.entry(from).or_insert(rank);
            if rank < *best {
                *best = rank;
            }
        }
        self.takes_crossing = widest.into_iter().map(|(vertex, (_, _, to))| (vertex, to)).collect();
    }

    /// The corner at the end of a block's side.
    fn end_of(&self, (block, side): (usize, usize)) -> Coord {
        let inset = &self.blocks[block].inset;
        inset[(side + 1) % inset.len()]
    }

    fn piece(&self, ids: &[u32], street: u32) -> Option<RoadPiece> {
        let (&first, &last) = (ids.first()?, ids.last()?);
        let mut ring = Vec::new();
        let block = self.walked.get(&(first, ids[1]))?.0;
        self.side(ids.iter().copied(), &mut ring)?;
        self.cap(ids[ids.len() - 2], last, &mut ring)?;
        self.side(ids.iter().rev().copied(), &mut ring)?;
        self.cap(ids[1], first, &mut ring)?;
        // walked with the left blocks forwards and the right ones back: clockwise
        ring.reverse();
        Some(RoadPiece { ring, street, block })
    }

    /// The vertices of the blocks on the left of a walk.
    fn side(&self, ids: impl Iterator<Item = u32>, ring: &mut Vec<Coord>) -> Option<()> {
        let mut from = None;
        let mut last = None;
        for to in ids {
            if let Some(from) = from {
                let &(block, side) = self.walked.get(&(from, to))?;
                ring.extend(&self.blocks[block].sides[side]);
                last = Some((block, side));
            }
            from = Some(to);
        }
        ring.push(self.end_of(last?));
        Some(())
    }

    /// The corners around a crossing reached from `before`, clockwise from the block on the left to
    /// the one on the right, both left out; nothing if the crossing goes to another road.
    fn cap(&self, before: u32, here: u32, ring: &mut Vec<Coord>) -> Option<()> {
        if self.takes_crossing.get(&here) != Some(&before) {
            return Some(());
        }
        let mut at = *self.walked.get(&(before, here))?;
        for _ in 0..16 {
            let vertices = &self.blocks[at.0].ring;
            let next = vertices[(at.1 + 2) % vertices.len()];
            at = match self.walked.get(&(next, here)) {
                Some(&found) => found,
                None => {
                    // beyond the ward's border: go on from its other side
                    ring.push(self.network.points[here as usize]);
                    *self.walked.get(&(*self.border_before.get(&here)?, here))?
                }
            };
            let vertices = &self.blocks[at.0].ring;
            if vertices[(at.1 + 2) % vertices.len()] == before {
                return Some(());
            }
            ring.push(self.end_of(at));
        }
        None
    }

    fn border_halves(&self, border: &[u32]) -> Vec<RoadPiece> {
        let n = border.len();
        let side = |i: usize| {
            let (from, to) = (border[i % n], border[(i + 1) % n]);
            let street = self.network.edge(from, to).map(|e| e.street);
            self.walked.get(&(from, to)).zip(street).map(|(&(block, side), street)| (block, street, side))
        };
        // start where a piece starts
        let belongs = |i: usize| side(i).map(|(block, street, _)| (block, street));
        let start = (0..n).find(|&i| belongs(i) != belongs(i + n - 1)).unwrap_or(0);
        let mut pieces: Vec<RoadPiece> = Vec::new();
        let mut i = 0;
        while i < n {
            let Some((block, street, _)) = side(start + i) else {
                i += 1;
                continue;
            };
            let mut run = 1;
            while i + run < n && run < 12 && belongs(start + i + run) == Some((block, street)) {
                run += 1;
            }
            let mut ring: Vec<Coord> =
                (0..=run).map(|k| self.network.points[border[(start + i + k) % n] as usize]).collect();
            let mut inner = Vec::new();
            for k in 0..run {
                if let Some((block, _, side)) = side(start + i + k) {
                    inner.extend(&self.blocks[block].sides[side]);
                    if k + 1 == run {
                        inner.push(self.end_of((block, side)));
                    }
                }
            }
            ring.extend(inner.into_iter().rev());
            pieces.push(RoadPiece { ring, street, block });
            i += run;
        }
        pieces
    }
}

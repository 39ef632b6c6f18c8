//! One ward: its streets cut into blocks, blocks into parcels, and what is left into roads.

use geo_types::{Coord, MultiPolygon};
use rustc_hash::FxHashMap;

use super::layout::{Area, Ward};
use super::lots::{BlockKind, Front, Lot, cut_block, islet};
use super::network::{Class, CutStyle, Network};
use super::plane::{self, frame, left_of, unit};
use super::random::Dice;
use super::roads::{BlockEdge, road_pieces};
use super::survey::polygon;
use super::uses;

/// A ward's own net of streets and the blocks between them.
pub struct StreetPlan {
    pub network: Network,
    /// Streets before this one run along the ward's border.
    pub first_inner: usize,
    /// The ward's border.
    pub border: Vec<u32>,
    pub blocks: Vec<Block>,
}

/// What lies between streets.
pub struct Block {
    pub ring: Vec<u32>,
    pub kind: BlockKind,
    /// Counted from 1 in the ward.
    pub hamlet: u32,
}

/// Lays streets until every block is small enough for its kind.
pub fn lay_streets(area: &Area, ward: &Ward, dice: &mut Dice) -> StreetPlan {
    let mut network = Network::default();
    network.streets.clone_from(&area.network.streets);
    let first_inner = network.streets.len();
    let n = ward.ring.len();
    let border: Vec<u32> =
        ward.ring.iter().map(|&v| network.add_point(area.network.points[v as usize])).collect();
    for i in 0..n {
        let (a, b) = (ward.ring[i], ward.ring[(i + 1) % n]);
        if let Some(edge) = area.network.edge(a, b) {
            network.add_edge(
                border[i],
                border[(i + 1) % n],
                edge.street,
                edge.half_width_m,
                edge.metres(a, b),
            );
        }
        if area.network.is_junction(a) {
            network.mark_junction(border[i]);
        }
    }
    let hamlet_m2 = plane::area(&network.coords(&border)) / 5.0;
    let mut hamlets = 0;
    let mut blocks = Vec::new();
    let mut open = vec![(border.clone(), 0)];
    while let Some((ring, mut hamlet)) = open.pop() {
        let coords = network.coords(&ring);
        let size = plane::area(&coords);
        if hamlet == 0 && size < hamlet_m2 {
            hamlets += 1;
            hamlet = hamlets;
        }
        let shape = frame(&coords);
        let kind = area.block_kind(shape.centre);
        let enough_m2 = match kind {
            BlockKind::Town => 9_000.0,
            BlockKind::Garden => 19_000.0,
            BlockKind::Farm | BlockKind::Estate => 42_000.0,
        };
        if size > enough_m2 * dice.between(0.75, 1.35) {
            let class = class_for(size, kind);
            if let Some(halves) = halve(&mut network, &ring, class, dice) {
                open.extend(halves.into_iter().map(|half| (half, hamlet)));
                continue;
            }
        }
        let kind = if kind != BlockKind::Farm && size > 4_000.0 && dice.percent(4.5) {
            BlockKind::Estate
        } else {
            kind
        };
        blocks.push(Block { ring, kind, hamlet: hamlet.max(1) });
    }
    StreetPlan { network, first_inner, border, blocks }
}

fn class_for(size_m2: f64, kind: BlockKind) -> Class {
    match (size_m2, kind) {
        (size, _) if size > 260_000.0 => Class::Main,
        (size, BlockKind::Town) if size > 70_000.0 => Class::Street,
        (size, BlockKind::Town) if size > 30_000.0 => Class::Lane,
        (_, BlockKind::Town) => Class::Alley,
        (size, BlockKind::Garden) if size > 90_000.0 => Class::Lane,
        (_, BlockKind::Garden) => Class::Alley,
        (size, _) if size > 160_000.0 => Class::Lane,
        _ => Class::Path,
    }
}

fn halve(network: &mut Network, ring: &[u32], class: Class, dice: &mut Dice) -> Option<[Vec<u32>; 2]> {
    let shape = frame(&network.coords(ring));
    for attempt in 0..24 {
        let calm = 1.0 - f64::from(attempt) * 0.035;
        let style = CutStyle {
            spacing_m: 21.0,
            bow: 0.10 * calm,
            stray_m: 1.6 * calm,
            clearance_m: (0.2 * shape.short).clamp(9.0, 26.0) * calm,
        };
        let middle = (shape.reach.0 + shape.reach.1) / 2.0 + dice.wobble(0.22) * shape.long;
        let at = shape.centre + shape.along * middle;
        // across as long as that works; a last few tries go lengthwise
        let (across, skew) = if attempt % 6 == 5 { (shape.along, 0.3) } else { (left_of(shape.along), 0.45) };
        let direction = unit(across + left_of(across) * dice.wobble(skew));
        let direction = if dice.percent(50.0) { direction } else { -direction };
        let cut = network.cut(ring, at, direction, class, &style, dice);
        if cut.is_some() {
            return cut;
        }
    }
    None
}

/// A parcel before it has ids.
pub struct Draft {
    pub shape: MultiPolygon,
    pub area_m2: f64,
    pub registered_m2: Option<f64>,
    pub uses: Vec<&'static str>,
    pub use_areas_m2: Option<Vec<f64>>,
    /// Counted from 1 in the old ward.
    pub sheet: u32,
    pub door: Option<DoorPlace>,
    pub hamlet: u32,
}

/// Where a lot's door opens.
#[derive(Debug, Clone, Copy)]
pub struct DoorPlace {
    pub at: Coord,
    /// Street of the plan, metres along it and whether on its left; `None` behind other lots.
    pub street: Option<(u32, f64, bool)>,
    pub front_m: f64,
}

/// The parcels of a ward, block after block and the roads last.
pub struct ParcelMaker<'a> {
    pub area: &'a Area,
    pub plan: &'a StreetPlan,
    pub is_rural: bool,
    sheet: u32,
    left_on_sheet: u32,
    edges: Vec<BlockEdge>,
    sheets: Vec<u32>,
}

impl<'a> ParcelMaker<'a> {
    pub fn new(area: &'a Area, plan: &'a StreetPlan, is_rural: bool, first_sheet: u32) -> Self {
        let sheet = first_sheet - 1;
        Self { area, plan, is_rural, sheet, left_on_sheet: 0, edges: Vec::new(), sheets: Vec::new() }
    }

    /// The sheet written last.
    pub fn last_sheet(&self) -> u32 {
        self.sheet
    }

    /// The parcels of the next block.
    pub fn block(&mut self, block: &Block, dice: &mut Dice, out: &mut Vec<Draft>) {
        let network = &self.plan.network;
        let inset = network.inset(&block.ring).unwrap_or_else(|| network.coords(&block.ring));
        let cut = cut_block(&inset, block.kind, dice);
        if self.left_on_sheet < cut.lots.len() as u32 / 2 {
            self.sheet += 1;
            self.left_on_sheet = 160 + dice.below(140) as u32;
        }
        self.left_on_sheet = self.left_on_sheet.saturating_sub(cut.lots.len() as u32);
        let key = self.area.seed.key;
        let block_use =
            if block.kind == BlockKind::Estate { uses::estate(key, dice) } else { uses::crop(key, dice) };
        let twin = self.far_twin(&cut.lots, dice);
        for (i, lot) in cut.lots.iter().enumerate() {
            if twin.is_some_and(|(_, second)| second == i) {
                continue;
            }
            let mut parts = vec![vec![lot.ring.clone()]];
            if let Some((first, second)) = twin
                && first == i
            {
                parts.push(vec![cut.lots[second].ring.clone()]);
            }
            if dice.percent(if block.kind == BlockKind::Town { 0.4 } else { 2.5 })
                && let Some(inner) = islet(&lot.ring, dice)
            {
                let inner_use = if block.kind == BlockKind::Farm { "NTS" } else { "TIN" };
                parts[0].push(inner.iter().rev().copied().collect());
                out.push(self.draft(vec![vec![inner]], &[inner_use], None, block, dice));
            }
            let place = |front: &Front| self.door(block, lot, front);
            let door = lot.front.as_ref().map_or_else(|| behind(lot), place);
            let has_front = lot.front.is_some();
            let mut draft = self.draft(parts, &[], door, block, dice);
            let registered = draft.registered_m2.unwrap_or(draft.area_m2);
            (draft.uses, draft.use_areas_m2) =
                uses::uses(block.kind, block_use, has_front, self.is_rural, registered, dice);
            if draft.registered_m2.is_none() {
                draft.use_areas_m2 = None;
            }
            out.push(draft);
        }
        self.sheets.push(self.sheet);
        self.edges.push(BlockEdge { ring: block.ring.clone(), inset, sides: cut.sides });
    }

    /// Now and then two lots that do not touch are one parcel.
    fn far_twin(&self, lots: &[Lot], dice: &mut Dice) -> Option<(usize, usize)> {
        if lots.len() < 6 || !dice.percent(9.0) {
            return None;
        }
        let first = dice.below(lots.len() - 1);
        let second = first + 1 + dice.below(lots.len() - first - 1);
        let reach = |lot: &Lot, to: Coord| plane::distance_to_ring(to, &lot.ring);
        let touches = lots[first].ring.iter().any(|&p| reach(&lots[second], p) < 0.5)
            || lots[second].ring.iter().any(|&p| reach(&lots[first], p) < 0.5);
        (!touches).then_some((first, second))
    }

    fn door(&self, block: &Block, lot: &Lot, front: &Front) -> Option<DoorPlace> {
        let n = block.ring.len();
        let (from, to) = (block.ring[front.side], block.ring[(front.side + 1) % n]);
        let network = &self.plan.network;
        let edge = network.edge(from, to)?;
        let (a, b) = (network.points[from as usize], network.points[to as usize]);
        let t = (plane::dot(front.middle - a, b - a) / plane::dot(b - a, b - a).max(1e-9)).clamp(0.0, 1.0);
        let metres = edge.metres(from, to);
        let at_m = metres.0 + t * (metres.1 - metres.0);
        let at = [1.2, 0.3]
            .into_iter()
            .map(|m| front.middle + front.inwards * m)
            .find(|&p| plane::contains(&lot.ring, p))?;
        // a block runs counter-clockwise around itself: it lies on the left of what it walks along
        let street = Some((edge.street, at_m, metres.1 > metres.0));
        Some(DoorPlace { at, street, front_m: front.width_m })
    }

    fn draft(
        &self,
        parts: Vec<Vec<Vec<Coord>>>,
        uses: &[&'static str],
        door: Option<DoorPlace>,
        block: &Block,
        dice: &mut Dice,
    ) -> Draft {
        let area_m2: f64 = parts.iter().flatten().map(|ring| plane::area(ring)).sum();
        // old surveys: a few per cent off, and some parcels were never measured
        let measured = (area_m2 * (1.0 + dice.wobble(0.035)) * 10.0).round() / 10.0;
        let registered_m2 = (!dice.percent(1.5)).then_some(measured.max(0.1));
        Draft {
            shape: MultiPolygon(parts.iter().map(|rings| polygon(rings)).collect()),
            area_m2,
            registered_m2,
            uses: uses.to_vec(),
            use_areas_m2: None,
            sheet: self.sheet,
            door,
            hamlet: block.hamlet,
        }
    }

    /// Roads, alleys and water, after all blocks; and how many pieces failed.
    pub fn roads(&self, out: &mut Vec<Draft>) -> usize {
        let plan = self.plan;
        let (pieces, left_out) = road_pieces(&plan.network, plan.first_inner, &plan.border, &self.edges);
        out.extend(pieces.into_iter().map(|piece| {
            let street = &plan.network.streets[piece.street as usize];
            let code = match (street.is_water, street.class) {
                (true, _) => "SON",
                (_, Class::Path) => "DTL",
                _ => "DGT",
            };
            let area_m2 = plane::area(&piece.ring);
            Draft {
                shape: MultiPolygon(vec![polygon(&[piece.ring])]),
                area_m2,
                registered_m2: None,
                uses: vec![code],
                use_areas_m2: None,
                sheet: self.sheets[piece.block],
                door: None,
                hamlet: plan.blocks[piece.block].hamlet,
            }
        }));
        left_out
    }
}

fn behind(lot: &Lot) -> Option<DoorPlace> {
    let at = frame(&lot.ring).centre;
    plane::contains(&lot.ring, at).then_some(DoorPlace { at, street: None, front_m: 0.0 })
}

/// Numbers on a sheet, given one after the other; now and then one is given twice, as happens.
#[derive(Debug, Default)]
pub struct Numbers(FxHashMap<u32, u32>);

impl Numbers {
    pub fn next(&mut self, sheet: u32, dice: &mut Dice) -> u32 {
        let last = self.0.entry(sheet).or_default();
        if *last == 0 || !dice.percent(0.15) {
            *last += 1;
        }
        *last
    }
}

//! The town's two invented plans: one for land use, which names land-use codes, and one for zoning
//! at 1/2,000, which names layers of Circular 16/2025/TT-BXD. Their zones follow no parcel, were
//! delivered in another meridian than the parcels, and leave gaps: a parcel may lie in several
//! zones, in none, or outside of a plan.

use geo_types::{Coord, LineString, MultiLineString, MultiPolygon, Point};
use time::macros::date;

use super::layout::Area;
use super::lots::{BlockKind, islet};
use super::network::{Class, CutStyle, Network};
use super::plane::{self, frame, left_of, unit};
use super::random::Dice;
use super::survey::{Resurvey, Surveyor, polygon};
use crate::geometry::{CrsError, EpsgCode};
use crate::schema::{Plan, PlanFeature, Surveyed, Validity};

const ZONE_CODES: &str = include_str!("../../../../data/plan_zone_codes.csv");
const LAND_USE: &str = include_str!("../../../../data/land_use.csv");

/// Plans and what belongs to them.
#[derive(Debug, Default)]
pub struct PlanSet {
    pub plans: Vec<Plan>,
    pub zones: Vec<PlanFeature<MultiPolygon>>,
    pub lines: Vec<PlanFeature<MultiLineString>>,
    pub points: Vec<PlanFeature<Point>>,
}

/// What one plan is made of.
struct Sketch {
    plan_id: i64,
    kind: &'static str,
    name: &'static str,
    number: &'static str,
    scale: Option<i32>,
    /// How much of the area its zones take up, as a part of the radius.
    part: f64,
    zone_m2: f64,
    /// Zones in a hundred cells.
    zones_percent: f64,
    codes: fn(BlockKind) -> &'static [(&'static str, u32)],
    names: &'static str,
}

static SKETCHES: [Sketch; 2] = [
    Sketch {
        plan_id: 1,
        kind: "land_use",
        name: "Quy hoạch sử dụng đất đến năm 2030 (minh họa)",
        number: "01/MH",
        scale: None,
        part: 0.88,
        zone_m2: 42_000.0,
        zones_percent: 80.0,
        codes: land_use_codes,
        names: LAND_USE,
    },
    Sketch {
        plan_id: 2,
        kind: "zoning",
        name: "Quy hoạch phân khu tỉ lệ 1/2.000 khu trung tâm (minh họa)",
        number: "02/MH",
        scale: Some(2_000),
        part: 0.55,
        zone_m2: 11_000.0,
        zones_percent: 93.0,
        codes: zoning_codes,
        names: ZONE_CODES,
    },
];

fn land_use_codes(kind: BlockKind) -> &'static [(&'static str, u32)] {
    match kind {
        BlockKind::Town => &[
            ("ODT", 50),
            ("TMD", 14),
            ("DGD", 7),
            ("DKV", 8),
            ("TSC", 4),
            ("DVH", 3),
            ("DTT", 3),
            ("DGT", 6),
            ("TON", 3),
        ],
        BlockKind::Garden => &[
            ("ODT", 40),
            ("CLN", 20),
            ("TMD", 8),
            ("DKV", 6),
            ("DGD", 5),
            ("SKC", 7),
            ("DGT", 6),
            ("NTS", 3),
        ],
        BlockKind::Farm | BlockKind::Estate => {
            &[("LUC", 30), ("CLN", 26), ("HNK", 14), ("SKN", 8), ("ODT", 10), ("NTS", 5), ("DGT", 4)]
        }
    }
}

fn zoning_codes(kind: BlockKind) -> &'static [(&'static str, u32)] {
    match kind {
        BlockKind::Town | BlockKind::Estate => &[
            ("DAT_O_Nhomnhao", 40),
            ("DAT_O_Honhop_Nhomo", 16),
            ("DAT_HTXH_CayxanhCC", 9),
            ("DAT_Dichvu", 9),
            ("DAT_HTXH_Truonghoc", 6),
            ("DAT_HTKT_DuongGT", 7),
            ("DAT_Coquan", 4),
            ("DAT_HTXH_Yte", 2),
            ("DAT_HTXH_Vanhoa", 3),
            ("DAT_Ditich_tongiao", 3),
            ("DAT_HTKT_Baidoxe", 2),
        ],
        BlockKind::Garden | BlockKind::Farm => &[
            ("DAT_O_Langxom", 34),
            ("DAT_O_Nhomnhao", 22),
            ("DAT_NN_Nongnghiep", 16),
            ("DAT_HTXH_CayxanhCC", 8),
            ("DAT_SX_Congnghiep", 5),
            ("DAT_KHAC_Honuoc", 5),
            ("DAT_Cayxanhhanche", 5),
            ("DAT_HTKT_Hatangkhac", 3),
        ],
    }
}

/// Draws both plans over an area.
pub fn draw_plans(area: &Area, dataset_id: i32, srid: EpsgCode, seed: u64) -> Result<PlanSet, CrsError> {
    let mut set = PlanSet::default();
    let surveyor = Surveyor::new(srid)?;
    let resurvey = Resurvey::new(area.seed.srid, srid)?;
    for sketch in &SKETCHES {
        let mut dice = Dice::new(seed, 500 + sketch.plan_id as u64);
        let mut network = Network::default();
        let outline = area.shrunk(sketch.part, 45.0);
        let ring: Vec<u32> = outline.iter().map(|&at| network.add_point(at)).collect();
        let cells = cells(&mut network, ring, sketch.zone_m2, &mut dice);
        // a zoning plan covers what it was drawn for; a land-use plan covers the wards it is about
        let covers = if sketch.scale.is_some() {
            MultiPolygon(vec![polygon(std::slice::from_ref(&outline))])
        } else {
            area.union(|_| true)
        };
        set.plans.push(Plan {
            plan_id: sketch.plan_id,
            dataset_id,
            kind: sketch.kind.to_owned(),
            name: sketch.name.to_owned(),
            scale: sketch.scale,
            number: sketch.number.to_owned(),
            decided_on: Some(date!(2025 - 12 - 15)),
            authority: "Dữ liệu minh họa, không phải quyết định có thật".to_owned(),
            status: "in_force".to_owned(),
            period: Validity { from: Some(date!(2021 - 01 - 01)), to: Some(date!(2031 - 01 - 01)) },
            covers: Surveyor::new(area.seed.srid)?.areas(covers)?.wgs84,
            validity: Validity { from: Some(date!(2025 - 12 - 15)), to: None },
        });
        let paper = Paper { area, surveyor: &surveyor, resurvey: &resurvey, sketch, first: set.zones.len() };
        for cell in &cells {
            paper.zone(&network, cell, &mut set, &mut dice)?;
        }
        if sketch.scale.is_some() {
            paper.lines_and_points(&network, &cells, &mut set)?;
        }
    }
    Ok(set)
}

/// Cuts an outline into cells.
fn cells(network: &mut Network, ring: Vec<u32>, cell_m2: f64, dice: &mut Dice) -> Vec<Vec<u32>> {
    let mut open = vec![ring];
    let mut done = Vec::new();
    'cells: while let Some(ring) = open.pop() {
        let coords = network.coords(&ring);
        if plane::area(&coords) > cell_m2 * dice.between(0.7, 1.8) {
            let shape = frame(&coords);
            let style =
                CutStyle { spacing_m: 32.0, bow: 0.08, stray_m: 2.0, clearance_m: 0.12 * shape.short };
            for _ in 0..10 {
                let middle = (shape.reach.0 + shape.reach.1) / 2.0 + dice.wobble(0.25) * shape.long;
                let direction = unit(left_of(shape.along) + shape.along * dice.wobble(0.4));
                let at = shape.centre + shape.along * middle;
                if let Some(halves) = network.cut(&ring, at, direction, Class::Path, &style, dice) {
                    open.extend(halves);
                    continue 'cells;
                }
            }
        }
        done.push(ring);
    }
    done
}

/// The sheet a plan is drawn on.
struct Paper<'a> {
    area: &'a Area,
    surveyor: &'a Surveyor,
    resurvey: &'a Resurvey,
    sketch: &'a Sketch,
    /// Zones drawn on other sheets before.
    first: usize,
}

impl Paper<'_> {
    fn feature<G>(&self, count: usize, code: &str, name: String, shape: Surveyed<G>) -> PlanFeature<G> {
        let plan_id = self.sketch.plan_id;
        PlanFeature {
            id: plan_id * 1_000_000 + count as i64 + 1,
            plan_id,
            code: code.to_owned(),
            name,
            shape,
        }
    }

    fn zone(
        &self,
        network: &Network,
        cell: &[u32],
        set: &mut PlanSet,
        dice: &mut Dice,
    ) -> Result<(), CrsError> {
        let outer = network.coords(cell);
        let kind = self.area.block_kind(frame(&outer).centre);
        let codes = (self.sketch.codes)(kind);
        let is_zone = dice.percent(self.sketch.zones_percent);
        let Some(code) = dice.weighted(codes).filter(|_| is_zone) else { return Ok(()) };
        let mut rings = vec![self.resurvey.points(&outer)?];
        // a park or a pond in the middle is left out of the zone, and sometimes is one of its own
        if dice.percent(12.0)
            && let Some(inner) = islet(&outer, dice)
        {
            let inner = self.resurvey.points(&inner)?;
            rings.push(inner.iter().rev().copied().collect());
            if let Some(code) = dice.weighted(codes).filter(|_| dice.percent(60.0)) {
                self.push_zone(code, &[inner], set)?;
            }
        }
        self.push_zone(code, &rings, set)
    }

    fn push_zone(&self, code: &str, rings: &[Vec<Coord>], set: &mut PlanSet) -> Result<(), CrsError> {
        let shape = self.surveyor.areas(MultiPolygon(vec![polygon(rings)]))?;
        let count = set.zones.len() - self.first;
        set.zones.push(self.feature(count, code, name_of(self.sketch.names, code), shape));
        Ok(())
    }

    /// Centre lines of the widest planned roads and a few car parks, by the layers' own names.
    fn lines_and_points(
        &self,
        network: &Network,
        cells: &[Vec<u32>],
        set: &mut PlanSet,
    ) -> Result<(), CrsError> {
        for street in network.streets.iter().take(6) {
            let source = self.resurvey.points(&street.vertices)?;
            let wgs84 = MultiLineString(vec![self.surveyor.line(&source)?]);
            let source = Some((self.surveyor.srid(), MultiLineString(vec![LineString(source)])));
            let count = set.lines.len();
            let name = "Tim đường quy hoạch".to_owned();
            set.lines.push(self.feature(count, "DAT_HTKT_DuongGT", name, Surveyed { wgs84, source }));
        }
        for cell in cells.iter().step_by(cells.len() / 5 + 1) {
            let source = self.resurvey.points(&[frame(&network.coords(cell)).centre])?;
            let wgs84 = self.surveyor.points(&source)?;
            let source = Some((self.surveyor.srid(), Point(source[0])));
            let count = set.points.len();
            let name = "Bãi đỗ xe quy hoạch".to_owned();
            set.points.push(self.feature(
                count,
                "DAT_HTKT_Baidoxe",
                name,
                Surveyed { wgs84: Point(wgs84[0]), source },
            ));
        }
        Ok(())
    }
}

/// The Vietnamese name of a code in one of the tables.
fn name_of(table: &str, code: &str) -> String {
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let row = rows.records().flatten().find(|row| row.get(0) == Some(code));
    row.and_then(|row| row.get(1).map(str::to_owned)).unwrap_or_default()
}

//! Where the town's wards lie: two areas with the real old and new wards (code, mapping) in invented
//! shapes, about where the real ones are. A new ward is the union of its old ones.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use rustc_hash::FxHashMap;

use super::lots::BlockKind;
use super::network::{Class, CutStyle, Network, Path, place_of_share};
use super::plane::{contains, length, surveyed, unit};
use super::random::{Dice, noise};
use crate::geometry::EpsgCode;

/// Cuts tried before a layout is given up.
const TRIES: u32 = 160;

/// An old ward, or the part of a split one that went to one new ward.
#[derive(Debug, Clone, Copy)]
pub struct WardSeed {
    /// Codes before and after the reform.
    pub old: &'static str,
    pub new: &'static str,
    /// A xã before the reform: rural plots and ấp.
    pub is_rural: bool,
    weight: u32,
}

#[derive(Debug)]
enum Tree {
    Ward(WardSeed),
    /// Cut from south to north: west part, east part.
    WestEast(Road, &'static Tree, &'static Tree),
    /// Cut from west to east: north part, south part.
    NorthSouth(Road, &'static Tree, &'static Tree),
}

/// What runs along the cut.
#[derive(Debug, Clone, Copy)]
enum Road {
    Named(&'static str, &'static str),
    Stream,
}

/// One of the two places.
#[derive(Debug)]
pub struct AreaSeed {
    pub key: &'static str,
    /// The system its parcels were surveyed in.
    pub srid: EpsgCode,
    centre: Coord,
    /// Part of the town's parcels, in percent.
    pub percent: f64,
    tree: &'static Tree,
}

const fn ward(old: &'static str, new: &'static str, weight: u32) -> Tree {
    Tree::Ward(WardSeed { old, new, is_rural: false, weight })
}

const fn commune(old: &'static str, new: &'static str, weight: u32) -> Tree {
    Tree::Ward(WardSeed { old, new, is_rural: true, weight })
}

const QL22B: Road = Road::Named("QL22B", "national_road");
const DT781: Road = Road::Named("ĐT 781", "provincial_road");
const QL18: Road = Road::Named("QL18", "national_road");
const DT326: Road = Road::Named("ĐT 326", "provincial_road");

const fn street(name: &'static str) -> Road {
    Road::Named(name, "street")
}

/// Resolution 1682/NQ-UBTVQH15: thị xã Hòa Thành and xã Thanh Điền became three phường.
static HOA_THANH: Tree = Tree::WestEast(
    QL22B,
    &Tree::WestEast(street("Hùng Vương"), &commune("25618", "25633", 16), &ward("25633", "25633", 14)),
    &Tree::WestEast(
        street("Phạm Văn Đồng"),
        &Tree::NorthSouth(
            street("Trịnh Phong Đáng"),
            &ward("25645", "25645", 14),
            &commune("25651", "25645", 14),
        ),
        &Tree::NorthSouth(
            DT781,
            &Tree::WestEast(
                street("Cách Mạng Tháng 8"),
                &ward("25630", "25630", 13),
                &ward("25636", "25630", 14),
            ),
            &Tree::NorthSouth(
                street("30 Tháng 4"),
                &Tree::WestEast(Road::Stream, &commune("25648", "25630", 12), &commune("25639", "25630", 13)),
                &commune("25642", "25630", 14),
            ),
        ),
    ),
);

/// Resolution 1679/NQ-UBTVQH15: thành phố Uông Bí became three phường; Trưng Vương (06820) was split.
static UONG_BI: Tree = Tree::WestEast(
    Road::Stream,
    &Tree::NorthSouth(
        DT326,
        &commune("06829", "06832", 14),
        &Tree::WestEast(street("Trần Nhân Tông"), &ward("06832", "06832", 12), &ward("06835", "06832", 12)),
    ),
    &Tree::WestEast(
        street("Quang Trung"),
        &Tree::NorthSouth(
            QL18,
            &Tree::WestEast(street("Bạch Đằng"), &ward("06808", "06820", 12), &ward("06814", "06820", 11)),
            &Tree::NorthSouth(
                street("Trần Hưng Đạo"),
                &ward("06811", "06811", 12),
                &ward("06826", "06811", 12),
            ),
        ),
        &Tree::NorthSouth(
            street("Nguyễn Văn Cừ"),
            &ward("06823", "06820", 12),
            &Tree::NorthSouth(
                QL18,
                &ward("06820", "06820", 8),
                &Tree::NorthSouth(street("Lê Lợi"), &ward("06820", "06811", 7), &ward("06817", "06811", 12)),
            ),
        ),
    ),
);

/// The two areas. Parcels of Hòa Thành were surveyed with the old meridian of Tây Ninh, those of
/// Uông Bí with that of Quảng Ninh.
pub static AREAS: [AreaSeed; 2] = [
    AreaSeed {
        key: "hoa_thanh",
        srid: EpsgCode(9209),
        centre: Coord { x: 567_200.0, y: 1_245_300.0 },
        percent: 70.0,
        tree: &HOA_THANH,
    },
    AreaSeed {
        key: "uong_bi",
        srid: EpsgCode(5899),
        centre: Coord { x: 400_300.0, y: 2_330_200.0 },
        percent: 30.0,
        tree: &UONG_BI,
    },
];

/// A ward as laid out.
#[derive(Debug)]
pub struct Ward {
    pub seed: WardSeed,
    /// Vertices of [`Area::network`], counter-clockwise.
    pub ring: Vec<u32>,
}

/// A street that runs between wards.
#[derive(Debug, Clone, Copy)]
pub struct BorderName {
    pub name: &'static str,
    pub kind: &'static str,
}

/// An area as laid out: wards and the roads between them.
#[derive(Debug)]
pub struct Area {
    pub seed: &'static AreaSeed,
    pub network: Network,
    pub wards: Vec<Ward>,
    /// By street of the network; `None` for water.
    pub names: Vec<Option<BorderName>>,
    pub centre: Coord,
    /// Metres from the centre to the edge, about.
    pub radius_m: f64,
    urbanity: Urbanity,
}

impl Area {
    /// Lays out an area for about so many parcels. `None` only if no cut fits, which the tries make
    /// practically impossible.
    pub fn lay_out(seed: &'static AreaSeed, parcels: f64, town_seed: u64) -> Option<Self> {
        let mut dice = Dice::new(town_seed, 0xa7ea ^ u64::from(seed.srid.0));
        let urbanity = Urbanity { seed: town_seed ^ u64::from(seed.srid.0) };
        let mut area = Self {
            seed,
            network: Network::default(),
            wards: Vec::new(),
            names: Vec::new(),
            centre: seed.centre,
            radius_m: radius_for(&urbanity, parcels),
            urbanity,
        };
        let ring = area.draw_outline();
        area.plant(seed.tree, ring, &mut dice)?;
        Some(area)
    }

    /// Metres between vertices of the wards' borders: shorter where the whole area is small.
    fn spacing_m(&self) -> f64 {
        (0.05 * self.radius_m).clamp(8.0, 23.0)
    }

    /// How the land at a place is used.
    pub fn block_kind(&self, at: Coord) -> BlockKind {
        self.urbanity.kind((at - self.centre) / self.radius_m)
    }

    /// The area's outline drawn smaller about its centre, counter-clockwise, with a vertex about every
    /// `spacing_m`.
    pub fn shrunk(&self, part: f64, spacing_m: f64) -> Vec<Coord> {
        let outline = self.urbanity.outline((6.3 * part * self.radius_m / spacing_m) as usize);
        outline.into_iter().map(|at| surveyed(self.centre + at * (part * self.radius_m))).collect()
    }

    /// A blob with a stream around it.
    fn draw_outline(&mut self) -> Vec<u32> {
        let outline = self.urbanity.outline((6.3 * self.radius_m / self.spacing_m()) as usize);
        let vertices: Vec<u32> = outline
            .into_iter()
            .map(|at| self.network.add_point(surveyed(self.centre + at * self.radius_m)))
            .collect();
        let closed: Vec<u32> = vertices.iter().chain(vertices.first()).copied().collect();
        let mut metres = 0.0;
        for pair in closed.windows(2) {
            let step = length(self.network.points[pair[1] as usize] - self.network.points[pair[0] as usize]);
            self.network.add_edge(pair[0], pair[1], 0, 4.0, (metres, metres + step));
            metres += step;
        }
        let path = self.network.coords(&closed);
        self.network.streets.push(Path {
            class: Class::Border,
            ids: closed,
            vertices: path,
            mouth: None,
            is_water: true,
        });
        self.names.push(None);
        vertices
    }

    fn plant(&mut self, tree: &Tree, ring: Vec<u32>, dice: &mut Dice) -> Option<()> {
        let (road, first, second, direction) = match tree {
            Tree::Ward(seed) => {
                self.wards.push(Ward { seed: *seed, ring });
                return Some(());
            }
            Tree::WestEast(road, west, east) => (road, west, east, Coord { x: 0.0, y: 1.0 }),
            Tree::NorthSouth(road, north, south) => (road, north, south, Coord { x: 1.0, y: 0.0 }),
        };
        let share = f64::from(weight(first)) / f64::from(weight(first) + weight(second));
        let coords = self.network.coords(&ring);
        let clearance_m = (0.06 * self.radius_m).min(30.0);
        for attempt in 0..TRIES {
            // ever straighter, ever nearer to the neighbours, ever further from the wanted share
            let despair = f64::from(attempt) / f64::from(TRIES);
            let calm = 1.0 - despair;
            let skew = dice.wobble(0.25 + 0.3 * despair);
            let direction =
                unit(Coord { x: direction.x + skew * direction.y, y: direction.y + skew * direction.x });
            let share = (share + dice.wobble(0.02 + 0.35 * despair)).clamp(0.1, 0.9);
            let style = CutStyle {
                spacing_m: self.spacing_m(),
                bow: 0.10 * calm,
                stray_m: 2.2 * calm,
                clearance_m: clearance_m * calm,
            };
            let at = place_of_share(&coords, direction, share);
            if let Some([left, right]) = self.network.cut(&ring, at, direction, Class::Border, &style, dice) {
                let name = match road {
                    Road::Named(name, kind) => Some(BorderName { name, kind }),
                    Road::Stream => None,
                };
                if let Some(path) = self.network.streets.last_mut() {
                    path.is_water = name.is_none();
                }
                self.names.push(name);
                self.plant(first, left, dice)?;
                return self.plant(second, right, dice);
            }
        }
        None
    }

    /// The shape of the union of some wards: the edges that only one of them has.
    pub fn union(&self, is_in: impl Fn(&WardSeed) -> bool) -> MultiPolygon {
        let mut next: FxHashMap<u32, u32> = FxHashMap::default();
        let rings: Vec<&Vec<u32>> = self.wards.iter().filter(|w| is_in(&w.seed)).map(|w| &w.ring).collect();
        let walked = |ring: &[u32]| -> Vec<(u32, u32)> {
            ring.iter().enumerate().map(|(i, &a)| (a, ring[(i + 1) % ring.len()])).collect()
        };
        let all: rustc_hash::FxHashSet<(u32, u32)> = rings.iter().flat_map(|r| walked(r)).collect();
        let mut starts = Vec::new();
        for (a, b) in rings.iter().flat_map(|r| walked(r)) {
            if !all.contains(&(b, a)) {
                next.insert(a, b);
                starts.push(a);
            }
        }
        let mut polygons = Vec::new();
        for start in starts {
            let mut line = Vec::new();
            let mut at = start;
            while let Some(following) = next.remove(&at) {
                line.push(self.network.points[at as usize]);
                at = following;
            }
            if line.len() > 2 {
                line.push(line[0]);
                polygons.push(Polygon::new(LineString(line), Vec::new()));
            }
        }
        MultiPolygon(polygons)
    }
}

/// Where town, gardens and fields lie, in units of the area's radius: the same picture at any size.
#[derive(Debug, Clone, Copy)]
struct Urbanity {
    seed: u64,
}

impl Urbanity {
    fn kind(&self, at: Coord) -> BlockKind {
        let hills = noise(self.seed, at.x + 7.0, at.y + 7.0, 0.35);
        match 0.86 - 1.02 * length(at) + 0.30 * hills {
            density if density > 0.30 => BlockKind::Town,
            density if density > 0.06 => BlockKind::Garden,
            _ => BlockKind::Farm,
        }
    }

    /// The edge of the area with at least so many vertices.
    fn outline(&self, vertices: usize) -> Vec<Coord> {
        let mut circle: Vec<Coord> =
            [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)].map(Coord::from).to_vec();
        while circle.len() < vertices {
            let corners = circle.iter().enumerate();
            circle = corners.flat_map(|(i, &a)| [a, unit(a + circle[(i + 1) % circle.len()])]).collect();
        }
        let bulge = |d: Coord| {
            1.0 + 0.16 * noise(self.seed, d.x + 9.0, d.y + 9.0, 0.7)
                + 0.05 * noise(self.seed, d.x + 5.0, d.y + 5.0, 0.19)
        };
        circle.into_iter().map(|d| Coord { x: d.x * 1.15, y: d.y * 0.9 } * bulge(d)).collect()
    }
}

/// Ground a parcel takes on average by kind of block, roads included; measured, so that the number of
/// parcels asked for comes about right.
fn ground_m2(kind: BlockKind) -> f64 {
    match kind {
        BlockKind::Town => 170.0,
        BlockKind::Garden => 414.0,
        BlockKind::Farm | BlockKind::Estate => 1_560.0,
    }
}

/// The radius at which the area holds so many parcels.
fn radius_for(urbanity: &Urbanity, parcels: f64) -> f64 {
    const STEP: f64 = 1.0 / 40.0;
    let outline = urbanity.outline(256);
    let mut parcels_a_radius2 = 0.0;
    for x in -60..60 {
        for y in -60..60 {
            let at = Coord { x: f64::from(x) * STEP, y: f64::from(y) * STEP };
            if contains(&outline, at) {
                parcels_a_radius2 += STEP * STEP / ground_m2(urbanity.kind(at));
            }
        }
    }
    (parcels / parcels_a_radius2.max(1e-9)).sqrt()
}

fn weight(tree: &Tree) -> u32 {
    match tree {
        Tree::Ward(seed) => seed.weight,
        Tree::WestEast(_, a, b) | Tree::NorthSouth(_, a, b) => weight(a) + weight(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_and_size_finds_room_for_all_wards() {
        for seed in 0..40 {
            for total in [1_000.0, 3_000.0, 20_000.0] {
                for area in &AREAS {
                    let parcels = total * area.percent / 100.0;
                    let laid_out = Area::lay_out(area, parcels, seed);
                    assert!(laid_out.is_some(), "seed {seed}, {parcels} parcels in {}", area.key);
                }
            }
        }
    }
}

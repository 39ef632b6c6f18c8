//! What every plan says about a parcel: its zones with their area and share.
//!
//! Shapes are brought to metres around the parcel and cut with `geo`'s boolean operations. "No zone of
//! this plan here" (`None`) and "no plan reaches here" (an empty list) are different answers. Zones too
//! small to mean anything, from borders that do not quite meet, are kept apart as slivers.

use geo::{Area, BooleanOps, CoordsIter};
use geo_types::{LineString, MultiPolygon, Polygon};

use super::Parcel;
use crate::cost::RowBudget;
use crate::geometry::{GroundScale, ShapeKind, World};
use crate::store::{Feature, FeatureId, Layer, Snapshot};

/// Below this area, or this share of the parcel, a zone on it is a sliver.
const SLIVER_M2: f64 = 0.5;
const SLIVER_SHARE: f64 = 0.001;

/// How much of a parcel a plan's zones cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Coverage {
    Full,
    Partial,
    /// The plan reaches the parcel and has no zone on it.
    None,
}

impl Coverage {
    /// The word in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
            Self::None => "none",
        }
    }
}

/// A zone's part of a parcel.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneShare<'a> {
    /// Land-use code, or kind of zone.
    pub code: &'a str,
    /// The zone's own name, if it has one.
    pub name: &'a str,
    /// Of the part, on the ellipsoid.
    pub area_m2: f64,
    /// Part ÷ shape of the parcel, 0 to 1.
    pub share: f64,
}

/// One plan's answer.
#[derive(Debug, Clone)]
pub struct PlanReport<'a> {
    /// The plan's row in the layer `plans`.
    pub plan: Feature<'a>,
    /// How much its zones cover.
    pub covers: Coverage,
    /// Largest first, parts of the same code and name together.
    pub zones: Vec<ZoneShare<'a>>,
    /// Too small to mean anything.
    pub slivers: Vec<ZoneShare<'a>>,
}

/// Vertices that are cut for one parcel: about a second. Cutting takes longer than looking a row up, so it is
/// counted by itself.
const MAX_CUT_VERTICES: u64 = 1_000_000;

/// What the plans say about a parcel.
#[derive(Debug, Clone)]
pub struct Overlay<'a> {
    /// By id; empty where there is no plan.
    pub plans: Vec<PlanReport<'a>>,
    /// Whether zones were left out, because there are more than are looked at.
    pub is_cut: bool,
}

/// What each plan that reaches the parcel says. Rows looked at count against the budget.
pub fn plans_on<'a>(snapshot: &'a Snapshot, parcel: &Parcel<'_>, budget: &RowBudget) -> Overlay<'a> {
    let (Some(plans), Some(zones)) = (snapshot.layer("plans"), snapshot.layer("plan_zones")) else {
        return Overlay { plans: Vec::new(), is_cut: false };
    };
    let bounds = parcel.feature().bounds();
    let Some(cutter) = Cutter::of(parcel) else { return Overlay { plans: Vec::new(), is_cut: false } };
    let mut reports: Vec<PlanReport<'a>> = plans
        .counted(budget)
        .in_box(&bounds)
        .filter(|plan| cutter.common_area_m2(plan) > SLIVER_M2)
        .map(|plan| PlanReport { plan, covers: Coverage::None, zones: Vec::new(), slivers: Vec::new() })
        .collect();
    reports.sort_by_key(|report| report.plan.id());
    let columns = ZoneColumns::of(zones);
    for zone in zones.counted(budget).in_box(&bounds) {
        let Some(plan_id) = columns.plan_id(&zone) else { continue };
        let Ok(place) = reports.binary_search_by_key(&plan_id, |report| report.plan.id()) else { continue };
        let area_m2 = cutter.common_area_m2(&zone);
        if let Some(report) = reports.get_mut(place).filter(|_| area_m2 > 0.0) {
            let (code, name) = columns.code_and_name(&zone);
            report.add(ZoneShare { code, name, area_m2, share: area_m2 / cutter.whole_m2 });
        }
    }
    reports.iter_mut().for_each(PlanReport::settle);
    Overlay { plans: reports, is_cut: budget.is_spent() || cutter.vertices.is_spent() }
}

/// Cuts shapes with the shape of a parcel.
struct Cutter {
    frame: Frame,
    shape: MultiPolygon,
    whole_m2: f64,
    /// Vertices that may still be cut.
    vertices: RowBudget,
}

impl Cutter {
    /// `None` where the parcel has no area.
    fn of(parcel: &Parcel<'_>) -> Option<Self> {
        let feature = parcel.feature();
        let frame = Frame::around(feature.bounds().center());
        let shape = frame.shape(&feature);
        // not the shape's own, which is none for a bow-tie: parts are cut by the even-odd rule
        let whole_m2 = parcel.measured_area_m2();
        let vertices = RowBudget::new(MAX_CUT_VERTICES);
        (whole_m2 > 0.0).then_some(Self { frame, shape, whole_m2, vertices })
    }

    /// The area a shape shares with the parcel; none once no more vertices may be cut.
    fn common_area_m2(&self, feature: &Feature<'_>) -> f64 {
        let vertices: usize = feature.rings().map(|ring| ring.points().len()).sum();
        let own: usize = self.shape.coords_count();
        if !self.vertices.look_at((vertices + own) as u64) {
            return 0.0;
        }
        self.frame.shape(feature).intersection(&self.shape).unsigned_area()
    }
}

impl<'a> PlanReport<'a> {
    fn add(&mut self, part: ZoneShare<'a>) {
        match self.zones.iter_mut().find(|known| known.code == part.code && known.name == part.name) {
            Some(known) => {
                known.area_m2 += part.area_m2;
                known.share += part.share;
            }
            None => self.zones.push(part),
        }
    }

    fn settle(&mut self) {
        let is_real = |zone: &ZoneShare<'_>| zone.area_m2 >= SLIVER_M2 && zone.share >= SLIVER_SHARE;
        let (zones, slivers) = std::mem::take(&mut self.zones).into_iter().partition(is_real);
        (self.zones, self.slivers) = (zones, slivers);
        self.zones.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2).then(a.code.cmp(b.code)));
        let covered: f64 = self.zones.iter().map(|zone| zone.share).sum();
        self.covers = match covered {
            share if share >= 1.0 - SLIVER_SHARE => Coverage::Full,
            share if share > 0.0 => Coverage::Partial,
            _ => Coverage::None,
        };
    }
}

struct ZoneColumns {
    plan_id: Option<usize>,
    code: Option<usize>,
    name: Option<usize>,
}

impl ZoneColumns {
    fn of(layer: &Layer) -> Self {
        Self { plan_id: layer.field("plan_id"), code: layer.field("code"), name: layer.field("name") }
    }

    fn plan_id(&self, zone: &Feature<'_>) -> Option<FeatureId> {
        zone.value(self.plan_id?).as_int().and_then(|id| u64::try_from(id).ok())
    }

    fn code_and_name<'a>(&self, zone: &Feature<'a>) -> (&'a str, &'a str) {
        let text = |column: Option<usize>| column.and_then(|c| zone.value(c).as_text()).unwrap_or_default();
        (text(self.code), text(self.name))
    }
}

/// Metres around a place.
struct Frame {
    origin: World,
    scale: GroundScale,
}

impl Frame {
    fn around(origin: World) -> Self {
        Self { origin, scale: GroundScale::at(origin) }
    }

    fn shape(&self, feature: &Feature<'_>) -> MultiPolygon {
        let mut polygons: Vec<Polygon> = Vec::new();
        if feature.kind() == ShapeKind::Polygon {
            for ring in feature.rings() {
                let line: LineString =
                    ring.points().map(|p| self.scale.offset_m(self.origin, p)).collect::<Vec<_>>().into();
                match polygons.last_mut() {
                    Some(outer) if ring.is_hole => outer.interiors_push(line),
                    _ => polygons.push(Polygon::new(line, Vec::new())),
                }
            }
        }
        MultiPolygon(polygons)
    }
}

//! Making rings valid, and one of many: overlays on the grid by `i_overlay`.
//!
//! Its crossings are rounded to the grid and snapped until nothing crosses any more, in one thread,
//! so equal input gives equal output anywhere. Only its edges are taken, with what lies left and right of
//! each: its own walk round a contour does not always end (4.5.2, a union of 50,000 parcels). What comes
//! back is checked, not trusted.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{ContourDirection, IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::solver::{Precision, Solver, Strategy};
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::vector::edge::{SUBJ_LEFT, SUBJ_RIGHT};

use super::clip::Clipper;
use super::faces::FaceTracer;
use super::{GridPoint, Rings, Validator, salvage};

/// One thread: the same bytes on every machine, and requests keep their cores.
const SOLVER: Solver = Solver { strategy: Strategy::Auto, precision: Precision::HIGH, multithreading: None };

/// Points on straight lines are kept until the faces are traced: other contours may turn there.
const OPTIONS: IntOverlayOptions = IntOverlayOptions {
    preserve_input_collinear: false,
    output_direction: ContourDirection::CounterClockwise,
    preserve_output_collinear: true,
    min_output_area: 0,
    ogc: false,
};

/// How often an overlay is laid over its own result when that is not valid yet.
const ROUNDS: usize = 3;

/// What it took to make rings valid.
#[must_use = "a reduced polygon has lost area, which is to be counted"]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// They were valid as they came.
    Valid,
    /// They were laid anew; their area is the same but for the rounding of crossings.
    Repaired,
    /// They could not be untangled on the grid: some area is lost.
    Reduced,
}

/// Repairs, unites and clips; holds the memory it needs for that.
///
/// What it leaves is valid for [`Validator`] and without points on a straight line.
pub struct Repairer {
    overlay: Overlay,
    tracer: FaceTracer,
    validator: Validator,
    clipper: Clipper,
}

impl Default for Repairer {
    fn default() -> Self {
        Self::new()
    }
}

impl Repairer {
    /// A repairer with little memory yet.
    pub fn new() -> Self {
        Self {
            overlay: Overlay::new_custom(16, OPTIONS, SOLVER),
            tracer: FaceTracer::default(),
            validator: Validator::new(),
            clipper: Clipper::default(),
        }
    }

    /// Makes the rings valid by the even-odd rule, however they are wound or grouped. Valid rings only
    /// lose points on straight lines.
    pub fn repair(&mut self, rings: &mut Rings) -> Outcome {
        rings.clean();
        self.settle(rings, true)
    }

    /// The area covered by any of many polygons, as one set of rings: shared borders vanish.
    ///
    /// Each polygon must be wound as [`repair`](Self::repair) leaves it; they may overlap.
    pub fn union(&mut self, polygons: &Rings, out: &mut Rings) -> Outcome {
        let is_whole = self.lay(polygons, FillRule::NonZero, out);
        self.settle(out, is_whole)
    }

    /// Cuts the rings to the box from `min` to `max`, both included, by the even-odd rule. What leaves the
    /// box and comes back is not joined along its edge. Crossings with the box are rounded to the grid,
    /// alike for two neighbours.
    pub fn clip_to_box(&mut self, rings: &mut Rings, min: GridPoint, max: GridPoint) -> Outcome {
        self.clipper.clip(rings, min, max);
        self.repair(rings)
    }

    /// Overlays clean rings by the even-odd rule until they are valid, and keeps what it can if they
    /// never are.
    fn settle(&mut self, rings: &mut Rings, mut is_whole: bool) -> Outcome {
        for round in 0.. {
            if self.validator.is_valid(rings) {
                return match (is_whole, round) {
                    (false, _) => Outcome::Reduced,
                    (true, 0) => Outcome::Valid,
                    (true, _) => Outcome::Repaired,
                };
            }
            if round == ROUNDS {
                break;
            }
            let tangled = std::mem::take(rings);
            is_whole &= self.lay(&tangled, FillRule::EvenOdd, rings);
        }
        salvage::keep_valid(rings, &mut self.validator);
        Outcome::Reduced
    }

    /// Overlays rings once; whether nothing was left out.
    fn lay(&mut self, rings: &Rings, fill: FillRule, out: &mut Rings) -> bool {
        self.overlay.clear();
        for ring in rings.iter() {
            let points = ring.iter().map(|&(x, y)| IntPoint::new(x, y));
            self.overlay.add_path_iter(points, ShapeType::Subject);
        }
        self.tracer.clear();
        for edge in self.overlay.build_separate_vectors(fill) {
            let [a, b] = [edge.a, edge.b].map(|point| (point.x, point.y));
            match edge.fill & (SUBJ_LEFT | SUBJ_RIGHT) {
                SUBJ_LEFT => self.tracer.add(a, b),
                SUBJ_RIGHT => self.tracer.add(b, a),
                // the same on both sides: no border
                _ => {}
            }
        }
        self.tracer.trace(out)
    }
}

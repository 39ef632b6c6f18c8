//! A glyph's outline in pixels and how far a point is from it: the geometry under `glyphs`.
//!
//! Letters with a horn or a stroke (ợ, đ) are drawn as overlapping contours in many fonts. A
//! distance to *every* edge would draw the hidden edges inside the letter as faint lines, so
//! the outline is cut fine and pieces with ink on both sides are left out.

use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Straight pieces are no longer than this, so that one of them is either hidden or seen.
const PIECE_PX: f32 = 0.5;
/// How far beside a piece to look for ink.
const BESIDE_PX: f32 = 0.01;

/// A point in pixels, y up from the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub x: f32,
    pub y: f32,
}

impl Point {
    fn lerp(self, to: Self, t: f32) -> Self {
        Self { x: self.x + (to.x - self.x) * t, y: self.y + (to.y - self.y) * t }
    }
}

type Segment = (Point, Point);

/// The outline of one glyph as straight pieces.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// All pieces, for what is inside.
    all: Vec<Segment>,
    /// The pieces with ink on one side only, for distances.
    seen: Vec<Segment>,
}

/// The smallest upright box around an outline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub min: Point,
    pub max: Point,
}

impl Outline {
    /// The outline of a glyph, scaled by pixels per font unit; `None` for a space.
    pub fn of(face: &Face<'_>, glyph: GlyphId, scale: f32) -> Option<Self> {
        let origin = Point { x: 0.0, y: 0.0 };
        let mut pen = Pen { scale, first: origin, last: origin, pieces: Vec::new() };
        face.outline_glyph(glyph, &mut pen)?;
        if pen.pieces.is_empty() {
            return None;
        }
        let mut outline = Self { all: pen.pieces, seen: Vec::new() };
        outline.seen = outline.all.iter().filter(|piece| !outline.is_hidden(piece)).copied().collect();
        Some(outline)
    }

    pub fn bounds(&self) -> Bounds {
        let mut min = Point { x: f32::MAX, y: f32::MAX };
        let mut max = Point { x: f32::MIN, y: f32::MIN };
        for point in self.all.iter().flat_map(|(a, b)| [a, b]) {
            min = Point { x: min.x.min(point.x), y: min.y.min(point.y) };
            max = Point { x: max.x.max(point.x), y: max.y.max(point.y) };
        }
        Bounds { min, max }
    }

    /// Pixels to the nearest edge of the ink, negative inside.
    pub fn signed_distance(&self, at: Point) -> f32 {
        let squared = self.seen.iter().map(|piece| squared_distance(at, piece)).fold(f32::MAX, f32::min);
        if self.is_inside(at) { -squared.sqrt() } else { squared.sqrt() }
    }

    /// By the non-zero rule, as fonts mean it.
    fn is_inside(&self, at: Point) -> bool {
        let mut winding = 0;
        for (a, b) in &self.all {
            let cross = (b.x - a.x) * (at.y - a.y) - (at.x - a.x) * (b.y - a.y);
            if a.y <= at.y && b.y > at.y && cross > 0.0 {
                winding += 1;
            } else if a.y > at.y && b.y <= at.y && cross < 0.0 {
                winding -= 1;
            }
        }
        winding != 0
    }

    fn is_hidden(&self, (a, b): &Segment) -> bool {
        let middle = a.lerp(*b, 0.5);
        let length = (b.x - a.x).hypot(b.y - a.y);
        let (dx, dy) = ((b.y - a.y) / length * BESIDE_PX, (a.x - b.x) / length * BESIDE_PX);
        self.is_inside(Point { x: middle.x + dx, y: middle.y + dy })
            && self.is_inside(Point { x: middle.x - dx, y: middle.y - dy })
    }
}

fn squared_distance(at: Point, (a, b): &Segment) -> f32 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let t = ((at.x - a.x) * dx + (at.y - a.y) * dy) / (dx * dx + dy * dy);
    let nearest = a.lerp(*b, t.clamp(0.0, 1.0));
    (at.x - nearest.x).powi(2) + (at.y - nearest.y).powi(2)
}

/// Turns the font's lines and curves into straight pieces in pixels.
struct Pen {
    scale: f32,
    first: Point,
    last: Point,
    pieces: Vec<Segment>,
}

impl Pen {
    fn scaled(&self, x: f32, y: f32) -> Point {
        Point { x: x * self.scale, y: y * self.scale }
    }

    /// Draws `curve(0..=1)`, cut by the length of its control lines.
    fn draw(&mut self, control_length: f32, curve: impl Fn(f32) -> Point) {
        let pieces = (control_length / PIECE_PX).ceil().max(1.0);
        let mut step = 1.0;
        while step <= pieces {
            let next = curve(step / pieces);
            if next != self.last {
                self.pieces.push((self.last, next));
                self.last = next;
            }
            step += 1.0;
        }
    }
}

fn length(points: &[Point]) -> f32 {
    points.windows(2).map(|pair| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y)).sum()
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.first = self.scaled(x, y);
        self.last = self.first;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (from, to) = (self.last, self.scaled(x, y));
        self.draw(length(&[from, to]), |t| from.lerp(to, t));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (from, control, to) = (self.last, self.scaled(x1, y1), self.scaled(x, y));
        self.draw(length(&[from, control, to]), |t| from.lerp(control, t).lerp(control.lerp(to, t), t));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (from, to) = (self.last, self.scaled(x, y));
        let (one, two) = (self.scaled(x1, y1), self.scaled(x2, y2));
        self.draw(length(&[from, one, two, to]), |t| {
            let middle = one.lerp(two, t);
            from.lerp(one, t).lerp(middle, t).lerp(middle.lerp(two.lerp(to, t), t), t)
        });
    }

    fn close(&mut self) {
        let (from, to) = (self.last, self.first);
        self.draw(length(&[from, to]), |t| from.lerp(to, t));
    }
}

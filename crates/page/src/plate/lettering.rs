//! Letters of the one font as outlines.

use std::fmt::Write;
use std::sync::OnceLock;

use ttf_parser::{Face, GlyphId, OutlineBuilder};
use unicode_normalization::UnicodeNormalization;

use crate::page::FONT;

fn face() -> Option<&'static Face<'static>> {
    static FACE: OnceLock<Option<Face<'static>>> = OnceLock::new();
    FACE.get_or_init(|| Face::parse(FONT, 0).ok()).as_ref()
}

/// The glyphs of a text with their widths in font units. A letter the font lacks is its empty box, never left out.
fn glyphs<'a>(face: &'a Face<'_>, text: &'a str) -> impl Iterator<Item = (GlyphId, f32)> + 'a {
    text.nfc().map(|letter| {
        let glyph = face.glyph_index(letter).unwrap_or(GlyphId(0));
        (glyph, f32::from(face.glyph_hor_advance(glyph).unwrap_or_default()))
    })
}

/// How wide a text is, in ems.
pub(super) fn width_em(text: &str) -> f32 {
    let Some(face) = face() else { return 0.0 };
    glyphs(face, text).map(|(_, width)| width).sum::<f32>() / f32::from(face.units_per_em())
}

/// The outline of a line of text as the `d` of an SVG path.
pub(super) fn outline(text: &str, x: f32, baseline: f32, size: f32) -> String {
    let Some(face) = face() else { return String::new() };
    let scale = size / f32::from(face.units_per_em());
    let mut pen = Pen { path: String::new(), x, baseline, scale };
    for (glyph, width) in glyphs(face, text) {
        face.outline_glyph(glyph, &mut pen);
        pen.x += width * scale;
    }
    pen.path
}

/// Writes path commands; the font's y goes up, SVG's goes down.
struct Pen {
    path: String,
    x: f32,
    baseline: f32,
    scale: f32,
}

impl Pen {
    fn command(&mut self, command: char, points: &[(f32, f32)]) {
        self.path.push(command);
        for (i, (x, y)) in points.iter().enumerate() {
            let (x, y) = (self.x + x * self.scale, self.baseline - y * self.scale);
            let between = if i == 0 { "" } else { " " };
            // writing into a text cannot fail; a hundredth of a millimetre is finer than paint
            let _ = write!(self.path, "{between}{x:.2} {y:.2}");
        }
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.command('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.command('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.command('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.command('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.path.push('Z');
    }
}

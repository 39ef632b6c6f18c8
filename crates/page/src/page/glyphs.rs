//! Letters for the map: ranges of 256 code points as MapLibre's glyph format wants them, drawn
//! from the one font in `styles/fonts/` once, before anything is served.
//!
//! The format is that of fontnik (`node-fontnik/proto/glyphs.proto`): signed distance fields of
//! 24 px letters with a border of 3 px; a byte is 191 on the edge and changes by 32 a pixel.
//! Only the ranges that hold Vietnamese are drawn. A browser draws the few other letters it may
//! meet (Chinese, Thai) itself, so their ranges are valid and empty.

use std::sync::{Arc, OnceLock};

use ttf_parser::Face;

use super::outline::{Outline, Point};

/// The name styles use for the font.
pub const FONT_STACK: &str = "Be Vietnam Pro Regular";

/// The font itself, for what is printed.
pub static FONT: &[u8] = include_bytes!("../../../../styles/fonts/BeVietnamPro-Regular.ttf");

/// Latin (0, 256), combining marks and Greek (768), Vietnamese (7680), punctuation and ₫ (8192).
const RANGES: [u32; 5] = [0, 256, 768, 7680, 8192];
const RANGE_LEN: u32 = 256;

const SIZE_PX: f32 = 24.0;
const BORDER_PX: i32 = 3;
/// Distances up to this many pixels fill the 256 steps of a byte.
const RADIUS_PX: f32 = 8.0;
/// The part of the steps that is inside the letter.
const CUTOFF: f32 = 0.25;
/// From the line's top to the baseline. fontnik takes the font's ascender; MapLibre, which lays
/// lines out without knowing the font, expects that of Open Sans (1.069 em, rounded up), and
/// with any other value labels sit too high or too low on their point.
const BASELINE_PX: i32 = 26;

/// The glyphs of 256 code points from `start` on as a protocol buffer; `None` for a font that is
/// not here or a start that is no multiple of 256 in the first 65,536 code points.
pub fn glyph_range(font_stack: &str, start: u32) -> Option<Arc<[u8]>> {
    static DRAWN: [OnceLock<Arc<[u8]>>; RANGES.len()] = [const { OnceLock::new() }; RANGES.len()];

    // of several names the first that is known serves, and one is
    let is_known = font_stack.split(',').any(|name| name.trim() == FONT_STACK);
    if !is_known || !start.is_multiple_of(RANGE_LEN) || start > 0xFFFF {
        return None;
    }
    match RANGES.iter().position(|&range| range == start) {
        Some(index) => Some(DRAWN[index].get_or_init(|| range_message(start, &draw_range(start))).clone()),
        None => Some(range_message(start, &[])),
    }
}

/// Draws every range there is.
pub(super) fn draw_all() {
    RANGES.iter().for_each(|&start| drop(glyph_range(FONT_STACK, start)));
}

/// One letter, ready to be written.
#[derive(Debug, Default)]
struct Glyph {
    code_point: u32,
    /// Rows from the top, border included; empty for a space.
    bitmap: Vec<u8>,
    /// Without the border.
    width: u32,
    height: u32,
    left: i32,
    top: i32,
    advance: u32,
}

fn draw_range(start: u32) -> Vec<Glyph> {
    let Ok(face) = Face::parse(FONT, 0) else { return Vec::new() };
    (start..start + RANGE_LEN).filter_map(|code_point| draw(&face, code_point)).collect()
}

fn draw(face: &Face<'_>, code_point: u32) -> Option<Glyph> {
    let id = face.glyph_index(char::from_u32(code_point)?)?;
    let scale = SIZE_PX / f32::from(face.units_per_em());
    let advance = (f32::from(face.glyph_hor_advance(id)?) * scale).round() as u32;
    let Some(outline) = Outline::of(face, id, scale) else {
        return Some(Glyph { code_point, advance, ..Glyph::default() });
    };

    let bounds = outline.bounds();
    let (left, right) = (bounds.min.x.floor() as i32, bounds.max.x.ceil() as i32);
    let (bottom, top) = (bounds.min.y.floor() as i32, bounds.max.y.ceil() as i32);
    let mut bitmap = Vec::new();
    for row in 0..top - bottom + 2 * BORDER_PX {
        for column in 0..right - left + 2 * BORDER_PX {
            let centre = Point {
                x: (left - BORDER_PX + column) as f32 + 0.5,
                y: (top + BORDER_PX - row) as f32 - 0.5,
            };
            bitmap.push(distance_byte(outline.signed_distance(centre)));
        }
    }
    Some(Glyph {
        code_point,
        bitmap,
        width: (right - left).unsigned_abs(),
        height: (top - bottom).unsigned_abs(),
        left,
        top: top - BASELINE_PX,
        advance,
    })
}

fn distance_byte(distance_px: f32) -> u8 {
    let steps = distance_px * (256.0 / RADIUS_PX) + CUTOFF * 256.0;
    255 - steps.clamp(0.0, 255.0) as u8
}

/// `glyphs { stacks { name = 1, range = 2, glyphs = 3 } = 1 }`
fn range_message(start: u32, glyphs: &[Glyph]) -> Arc<[u8]> {
    let mut stack = Vec::new();
    put_bytes(&mut stack, 1, FONT_STACK.as_bytes());
    put_bytes(&mut stack, 2, format!("{start}-{}", start + RANGE_LEN - 1).as_bytes());
    for glyph in glyphs {
        put_bytes(&mut stack, 3, &glyph_message(glyph));
    }
    let mut message = Vec::with_capacity(stack.len() + 8);
    put_bytes(&mut message, 1, &stack);
    message.into()
}

/// `id = 1, bitmap = 2, width = 3, height = 4, left = 5 (zigzag), top = 6 (zigzag), advance = 7`
fn glyph_message(glyph: &Glyph) -> Vec<u8> {
    let mut message = Vec::with_capacity(glyph.bitmap.len() + 32);
    put_number(&mut message, 1, glyph.code_point);
    if !glyph.bitmap.is_empty() {
        put_bytes(&mut message, 2, &glyph.bitmap);
    }
    put_number(&mut message, 3, glyph.width);
    put_number(&mut message, 4, glyph.height);
    put_number(&mut message, 5, zigzag(glyph.left));
    put_number(&mut message, 6, zigzag(glyph.top));
    put_number(&mut message, 7, glyph.advance);
    message
}

fn put_number(out: &mut Vec<u8>, field: u8, value: u32) {
    out.push(field << 3);
    put_varint(out, value);
}

fn put_bytes(out: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    out.push(field << 3 | 2);
    put_varint(out, bytes.len() as u32);
    out.extend_from_slice(bytes);
}

fn put_varint(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn zigzag(value: i32) -> u32 {
    (value << 1 ^ value >> 31).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A reader written from the format's description, sharing nothing with the writer.
    struct Reader<'a>(&'a [u8]);

    impl<'a> Reader<'a> {
        fn varint(&mut self) -> u64 {
            let mut value = 0;
            for shift in (0..64).step_by(7) {
                let byte = self.0[0];
                self.0 = &self.0[1..];
                value += u64::from(byte % 128) * (1 << shift);
                if byte < 128 {
                    break;
                }
            }
            value
        }

        fn fields(mut self) -> Vec<(u64, u64, &'a [u8])> {
            let mut fields = Vec::new();
            while !self.0.is_empty() {
                let key = self.varint();
                let value = self.varint();
                let mut bytes: &[u8] = &[];
                if key % 8 == 2 {
                    (bytes, self.0) = self.0.split_at(value as usize);
                }
                fields.push((key / 8, value, bytes));
            }
            fields
        }
    }

    #[derive(Debug, Default)]
    struct Read {
        bitmap: Vec<u8>,
        width: u64,
        height: u64,
        left: i64,
        top: i64,
        advance: u64,
    }

    fn signed(value: u64) -> i64 {
        if value.is_multiple_of(2) { (value / 2) as i64 } else { -(value.div_ceil(2) as i64) }
    }

    fn read(start: u32) -> (String, String, BTreeMap<char, Read>) {
        let message = glyph_range(FONT_STACK, start).unwrap();
        let stacks = Reader(&message).fields();
        assert_eq!(stacks.len(), 1);
        let (mut name, mut range, mut glyphs) = (String::new(), String::new(), BTreeMap::new());
        for (field, _, bytes) in Reader(stacks[0].2).fields() {
            match field {
                1 => name = String::from_utf8(bytes.into()).unwrap(),
                2 => range = String::from_utf8(bytes.into()).unwrap(),
                3 => {
                    let (mut id, mut glyph) = (0, Read::default());
                    for (field, value, bytes) in Reader(bytes).fields() {
                        match field {
                            1 => id = value,
                            2 => glyph.bitmap = bytes.into(),
                            3 => glyph.width = value,
                            4 => glyph.height = value,
                            5 => glyph.left = signed(value),
                            6 => glyph.top = signed(value),
                            7 => glyph.advance = value,
                            other => panic!("field {other} is not in the format"),
                        }
                    }
                    glyphs.insert(char::from_u32(id as u32).unwrap(), glyph);
                }
                other => panic!("field {other} is not in the format"),
            }
        }
        (name, range, glyphs)
    }

    fn range_of(letter: char) -> u32 {
        u32::from(letter) / 256 * 256
    }

    #[test]
    fn every_vietnamese_letter_is_drawn() {
        let letters =
            "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ";
        for letter in letters.chars().chain(letters.to_uppercase().chars()).chain("₫²–“”".chars()) {
            let (_, _, glyphs) = read(range_of(letter));
            assert!(glyphs[&letter].bitmap.iter().any(|&byte| byte > 191), "{letter} has no ink");
        }
    }

    #[test]
    fn combining_marks_exist() {
        let (_, _, glyphs) = read(768);
        for mark in ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'] {
            assert!(!glyphs[&mark].bitmap.is_empty());
        }
    }

    #[test]
    fn a_bitmap_is_its_size_with_a_border_of_three_pixels() {
        let (name, range, glyphs) = read(0);
        assert_eq!((name.as_str(), range.as_str()), (FONT_STACK, "0-255"));
        for (letter, glyph) in glyphs {
            if !glyph.bitmap.is_empty() {
                let expected = (glyph.width + 6) * (glyph.height + 6);
                assert_eq!(glyph.bitmap.len() as u64, expected, "{letter:?}");
            }
        }
    }

    #[test]
    fn advances_are_those_of_the_font() {
        let face = Face::parse(FONT, 0).unwrap();
        for start in RANGES {
            for (letter, glyph) in read(start).2 {
                let advance = face.glyph_hor_advance(face.glyph_index(letter).unwrap()).unwrap();
                let expected = f64::from(advance) * 24.0 / f64::from(face.units_per_em());
                assert!((glyph.advance as f64 - expected).abs() <= 0.5, "{letter:?}");
            }
        }
    }

    #[test]
    fn a_space_moves_on_without_a_picture() {
        let (_, _, glyphs) = read(0);
        assert!(glyphs[&' '].bitmap.is_empty());
        assert!(glyphs[&' '].advance > 3);
    }

    /// A capital I is a plain bar: 191 falls on its edge and grows towards its middle.
    #[test]
    fn the_distance_crosses_the_edge_where_the_font_says() {
        let face = Face::parse(FONT, 0).unwrap();
        let scale = 24.0 / f32::from(face.units_per_em());
        let bar = face.glyph_bounding_box(face.glyph_index('I').unwrap()).unwrap();
        let (_, _, glyphs) = read(0);
        let glyph = &glyphs[&'I'];
        let width = glyph.width as usize + 6;
        let middle_row = &glyph.bitmap[(glyph.height as usize / 2 + 3) * width..][..width];
        for (column, &byte) in middle_row.iter().enumerate() {
            let x = glyph.left as f32 - 3.0 + column as f32 + 0.5;
            let inside = (x - f32::from(bar.x_min) * scale).min(f32::from(bar.x_max) * scale - x);
            let expected = (191.0 + inside * 32.0).clamp(0.0, 255.0);
            assert!((f32::from(byte) - expected).abs() <= 1.5, "column {column}: {byte} for {expected}");
        }
    }

    #[test]
    fn hidden_edges_of_overlapping_contours_leave_no_line_in_the_ink() {
        // The stroke through đ crosses its stem: along the stroke, ink must not thin to an edge.
        let (_, _, glyphs) = read(256);
        let glyph = &glyphs[&'đ'];
        let width = glyph.width as usize + 6;
        for row in glyph.bitmap.chunks(width) {
            for four in row.windows(4) {
                let is_seam = four[0] > 215
                    && four[3] > 215
                    && four[1].min(four[2]) < 192
                    && four[1].max(four[2]) > 191;
                assert!(!is_seam, "a seam in {four:?}");
            }
        }
    }

    #[test]
    fn the_baseline_is_where_maplibre_expects_it() {
        let (_, _, glyphs) = read(0);
        let h = &glyphs[&'H'];
        assert_eq!(h.top - h.height as i64, -26);
    }

    #[test]
    fn other_ranges_are_valid_and_empty() {
        let (name, range, glyphs) = read(19968);
        assert_eq!((name.as_str(), range.as_str()), (FONT_STACK, "19968-20223"));
        assert!(glyphs.is_empty());
        assert!(glyph_range(FONT_STACK, 65280).is_some());
    }

    #[test]
    fn a_wrong_start_or_an_unknown_font_finds_nothing() {
        assert!(glyph_range(FONT_STACK, 1).is_none());
        assert!(glyph_range(FONT_STACK, 65536).is_none());
        assert!(glyph_range(FONT_STACK, u32::MAX).is_none());
        assert!(glyph_range("Arial", 0).is_none());
    }
}

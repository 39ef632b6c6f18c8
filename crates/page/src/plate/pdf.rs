//! Plates on paper: one on a page of its own size, or ten on A4. Letters are text with the font embedded, so that
//! a sheet can be searched and copied from.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::Plate;
use super::layout::{HEIGHT_MM, Ink, Mark, WIDTH_MM};
use crate::page::FONT;

const POINTS_A_MM: f32 = 72.0 / 25.4;
const A4_MM: (f32, f32) = (210.0, 297.0);
const COLUMNS: usize = 2;
const ROWS: usize = 5;
/// Between plates and around them.
const GAP_MM: f32 = 5.0;
const SHEET_SCALE: f32 = (A4_MM.0 - GAP_MM * (COLUMNS as f32 + 1.0)) / COLUMNS as f32 / WIDTH_MM;
/// A quarter of a circle as a Bézier curve.
const ARC: f32 = 0.5523;

/// Why no PDF could be made.
#[derive(Debug, Error)]
#[error("the PDF could not be put together; this is a fault in bandoso, please report it")]
pub struct PdfError;

/// A plate on a page of its size.
pub fn single(plate: &Plate) -> Result<Vec<u8>, PdfError> {
    let mut printer = Printer::new()?;
    printer.page((WIDTH_MM, HEIGHT_MM), &[(plate, Placing { x: 0.0, y: 0.0, scale: 1.0 })])?;
    printer.finish()
}

/// Plates on A4, ten a page, in their order.
pub fn sheet(plates: &[Plate]) -> Result<Vec<u8>, PdfError> {
    let mut printer = Printer::new()?;
    for page in plates.chunks(COLUMNS * ROWS) {
        let placed: Vec<(&Plate, Placing)> = page.iter().enumerate().map(|(i, p)| (p, place(i))).collect();
        printer.page(A4_MM, &placed)?;
    }
    printer.finish()
}

fn place(i: usize) -> Placing {
    let at = |n: usize, size: f32| GAP_MM + n as f32 * (size * SHEET_SCALE + GAP_MM);
    Placing { x: at(i % COLUMNS, WIDTH_MM), y: at(i / COLUMNS, HEIGHT_MM), scale: SHEET_SCALE }
}

/// Where on a page a plate stands, in millimetres from the upper left corner.
#[derive(Debug, Clone, Copy)]
struct Placing {
    x: f32,
    y: f32,
    scale: f32,
}

struct Printer {
    document: Document,
    font: Font,
}

impl Printer {
    fn new() -> Result<Self, PdfError> {
        let font = Font::new(FONT.to_vec().into(), 0).ok_or(PdfError)?;
        Ok(Self { document: Document::new(), font })
    }

    fn page(&mut self, (width, height): (f32, f32), plates: &[(&Plate, Placing)]) -> Result<(), PdfError> {
        let size = PageSettings::from_wh(width * POINTS_A_MM, height * POINTS_A_MM).ok_or(PdfError)?;
        let mut page = self.document.start_page_with(size);
        let mut surface = page.surface();
        for (plate, at) in plates {
            let scale = at.scale * POINTS_A_MM;
            let (x, y) = (at.x * POINTS_A_MM, at.y * POINTS_A_MM);
            surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, x, y));
            plate.marks().iter().for_each(|mark| draw(mark, &self.font, &mut surface));
            surface.pop();
        }
        surface.finish();
        page.finish();
        Ok(())
    }

    fn finish(self) -> Result<Vec<u8>, PdfError> {
        self.document.finish().map_err(|_| PdfError)
    }
}

fn draw(mark: &Mark, font: &Font, surface: &mut Surface<'_>) {
    match mark {
        Mark::Panel { x, y, width, height, radius, ink } => {
            surface.set_fill(Some(fill(*ink)));
            if let Some(path) = rounded(*x, *y, *width, *height, *radius) {
                surface.draw_path(&path);
            }
        }
        Mark::Text { text, x, baseline, size, ink } => {
            surface.set_fill(Some(fill(*ink)));
            let text: String = text.nfc().collect();
            let at = Point::from_xy(*x, *baseline);
            surface.draw_text(at, font.clone(), *size, &text, false, TextDirection::LeftToRight);
        }
        Mark::Modules { corners, side, ink } => {
            surface.set_fill(Some(fill(*ink)));
            let mut squares = PathBuilder::new();
            let rects = corners.iter().filter_map(|&(x, y)| Rect::from_xywh(x, y, *side, *side));
            rects.for_each(|rect| squares.push_rect(rect));
            if let Some(path) = squares.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

fn rounded(x: f32, y: f32, width: f32, height: f32, r: f32) -> Option<Path> {
    let (right, bottom, k) = (x + width, y + height, r * (1.0 - ARC));
    let mut path = PathBuilder::new();
    path.move_to(x + r, y);
    path.line_to(right - r, y);
    path.cubic_to(right - k, y, right, y + k, right, y + r);
    path.line_to(right, bottom - r);
    path.cubic_to(right, bottom - k, right - k, bottom, right - r, bottom);
    path.line_to(x + r, bottom);
    path.cubic_to(x + k, bottom, x, bottom - k, x, bottom - r);
    path.line_to(x, y + r);
    path.cubic_to(x, y + k, x + k, y, x + r, y);
    path.close();
    path.finish()
}

fn fill(ink: Ink) -> Fill {
    let colour = match ink {
        Ink::Blue => rgb::Color::new(0x0b, 0x4f, 0x94),
        Ink::White => rgb::Color::new(255, 255, 255),
        Ink::Black => rgb::Color::new(0, 0, 0),
    };
    Fill { paint: colour.into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

//! Where what stands on a plate, in millimetres from its upper left corner.

use super::lettering::width_em;
use super::{Plate, qr};

/// Of the plate.
pub const WIDTH_MM: f32 = 200.0;
/// Of the plate.
pub const HEIGHT_MM: f32 = 120.0;

const MARGIN_MM: f32 = 10.0;
const QR_MM: f32 = 66.0;
/// Four modules of quiet around a QR code are asked for (ISO/IEC 18004); the white panel gives them.
const QUIET_MODULES: f32 = 4.0;
const PANEL_X_MM: f32 = WIDTH_MM - MARGIN_MM - QR_MM;
const PANEL_Y_MM: f32 = MARGIN_MM;
const TEXT_MM: f32 = PANEL_X_MM - 2.0 * MARGIN_MM;
/// An em of a house number that is short enough.
const NUMBER_MM: f32 = 66.0;
/// Capitals of the font are 0.7 em high: a baseline so far below the line's top looks right.
const CAPITAL_EM: f32 = 0.7;

/// A colour of the plate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// The blue of the map page.
    Blue,
    White,
    Black,
}

/// One thing to draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A rectangle with round corners.
    Panel { x: f32, y: f32, width: f32, height: f32, radius: f32, ink: Ink },
    /// A line of text that begins at `x` on `baseline`; `size` is an em.
    Text { text: String, x: f32, baseline: f32, size: f32, ink: Ink },
    /// Squares of this side, by their upper left corners.
    Modules { corners: Vec<(f32, f32)>, side: f32, ink: Ink },
}

impl Plate {
    /// Everything on the plate, back to front.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let mut marks = vec![
            Mark::Panel { x: 0.0, y: 0.0, width: WIDTH_MM, height: HEIGHT_MM, radius: 6.0, ink: Ink::Blue },
            Mark::Panel {
                x: PANEL_X_MM,
                y: PANEL_Y_MM,
                width: QR_MM,
                height: QR_MM,
                radius: 3.0,
                ink: Ink::White,
            },
        ];
        marks.extend(self.qr_modules());
        match &self.number {
            Some(number) => {
                marks.push(in_the_middle(line(number, MARGIN_MM, 14.0, TEXT_MM, NUMBER_MM)));
                marks.push(line(&self.way, MARGIN_MM, 68.0, TEXT_MM, 17.0));
            }
            None => marks.push(line(&self.way, MARGIN_MM, 36.0, TEXT_MM, 30.0)),
        }
        marks.push(line(&self.place, MARGIN_MM, 100.0, WIDTH_MM - 2.0 * MARGIN_MM - QR_MM - MARGIN_MM, 7.0));
        marks.push(line(&self.code, PANEL_X_MM, 90.0, QR_MM, 16.0));
        marks.retain(|mark| !matches!(mark, Mark::Text { text, .. } if text.is_empty()));
        marks
    }

    fn qr_modules(&self) -> Option<Mark> {
        let square = qr::square(&self.url)?;
        let side = QR_MM / (square.width as f32 + 2.0 * QUIET_MODULES);
        let at = |n: usize, from: f32| from + (n as f32 + QUIET_MODULES) * side;
        let corners = square.dark.iter().map(|&(x, y)| (at(x, PANEL_X_MM), at(y, PANEL_Y_MM))).collect();
        Some(Mark::Modules { corners, side, ink: Ink::Black })
    }
}

/// A long number is smaller than its place: then it stands in the middle of its height.
fn in_the_middle(mark: Mark) -> Mark {
    match mark {
        Mark::Text { text, x, baseline, size, ink } => {
            let baseline = baseline + (NUMBER_MM - size) * CAPITAL_EM / 2.0;
            Mark::Text { text, x, baseline, size, ink }
        }
        other => other,
    }
}

/// A white line below `top`, as large as `size` or as fits the width.
fn line(text: &str, x: f32, top: f32, width: f32, size: f32) -> Mark {
    let size = size.min(width / width_em(text).max(0.1));
    Mark::Text { text: text.to_owned(), x, baseline: top + size * CAPITAL_EM, size, ink: Ink::White }
}

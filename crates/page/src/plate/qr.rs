//! The QR code of an address, as the places of its dark modules.

use qrcode::{Color, EcLevel, QrCode};

/// A QR code without its quiet zone.
pub(super) struct Square {
    /// Modules a side.
    pub width: usize,
    /// Column and row of every dark module.
    pub dark: Vec<(usize, usize)>,
}

/// `None` for an address longer than a QR code can hold. A quarter of the code may be dirty or scratched.
pub(super) fn square(url: &str) -> Option<Square> {
    let code = QrCode::with_error_correction_level(url, EcLevel::Q).ok()?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, colour)| *colour == Color::Dark);
    Some(Square { width, dark: dark.map(|(i, _)| (i % width, i / width)).collect() })
}

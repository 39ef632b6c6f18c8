//! The plate beside a door: house number, street, door code, and a QR code that opens the door's page.
//!
//! [`Plate::marks`] lays it out in millimetres once; [`svg`] and [`pdf`] draw the same marks. The letters are
//! the one font in `styles/fonts/`, as outlines in SVG (a plate must not change with the fonts of a machine) and
//! embedded in PDF. Colours and measures are ours: no rule for plates was read.

mod layout;
mod lettering;
mod pdf;
mod qr;
mod svg;

pub use layout::{HEIGHT_MM, WIDTH_MM};
pub use pdf::{PdfError, sheet, single};
pub use svg::svg;

use crate::geocode::Hit;
use crate::geocode::codes::in_groups;

/// What a plate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plate {
    /// Large: the house number; a hamlet's house without one has none.
    pub number: Option<String>,
    /// Below it: the street, or the hamlet where there is no street.
    pub way: String,
    /// Small: ward and province as they are today.
    pub place: String,
    /// `XXX-XXX-XXX`.
    pub code: String,
    /// What the QR code says: absolute.
    pub url: String,
}

impl Plate {
    /// The plate of a door; `None` for one without a code. `base_url` has no slash at its end.
    pub fn of(door: &Hit, base_url: &str) -> Option<Self> {
        let code = in_groups(door.door_code.as_deref()?);
        let way = door.street.as_ref().or(door.hamlet.as_ref()).cloned().unwrap_or_default();
        let place =
            [&door.ward, &door.province].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        Some(Self { number: door.housenumber.clone(), way, place, url: format!("{base_url}/d/{code}"), code })
    }
}

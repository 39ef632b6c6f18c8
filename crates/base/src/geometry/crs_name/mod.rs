//! From what files call a coordinate system to its EPSG code: `EPSG:9209`, URNs and URLs of the OGC, well-known text as
//! in a `.prj`, PROJ strings.
//!
//! A text that describes the system is compared with the systems of VN-2000 and WGS 84, and the shift it brings is only
//! looked at: transformed is always by EPSG's own. A third dimension is left out, as heights are not kept.

mod described;
mod proj_string;
mod texts;
mod wkt;

use thiserror::Error;

use super::EpsgCode;
pub use described::EXCHANGED_ORIGINS;
use wkt::Node;

/// A system by its code, and what is odd about how it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSystem {
    /// The system.
    pub system: EpsgCode,
    /// For the report.
    pub doubts: Vec<SystemDoubt>,
}

/// Something odd about the description of a system that is known all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SystemDoubt {
    /// Meridian and scale of VN-2000 on another datum.
    #[error(
        "the description of the coordinate system says WGS 84, with the meridian and scale of VN-2000: it is read as {0}; \
         if the coordinates are of WGS 84 all the same, they lie some 225 m off"
    )]
    DatumIsWgs84(EpsgCode),
    /// The signs of the decision in a `TOWGS84`.
    #[error(
        "the shift in the description of the coordinate system has its rotations with the wrong sign, which would put all \
         0.6 to 0.8 m off: the shift of Decision 05/2007/QĐ-BTNMT is used"
    )]
    CopiedRotations,
    /// Another set of parameters, or none.
    #[error(
        "the description of the coordinate system has another shift than Decision 05/2007/QĐ-BTNMT: the decision's is used"
    )]
    OtherShift,
    /// Code and parameters are of different systems.
    #[error("the coordinate system is called {code} and described as {described}: it is read as {described}")]
    CodeContradicted {
        /// What its code says.
        code: EpsgCode,
        /// What its parameters say.
        described: EpsgCode,
    },
}

/// A name or a text that leads to no system.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the coordinate system “{name}” is not known")]
pub struct UnknownSystem {
    /// Its name, shortened.
    pub name: String,
}

/// The system a name or a text means.
pub fn system_named(text: &str) -> Result<NamedSystem, UnknownSystem> {
    let text = text.trim().trim_start_matches('\u{feff}').trim();
    let found = if let Some(node) = Node::parse(text) {
        of_wkt(&node)
    } else if text.starts_with('+') {
        proj_string::described(text).and_then(|described| described.resolve())
    } else {
        code_in(text).map(|system| NamedSystem { system, doubts: Vec::new() })
    };
    found.ok_or_else(|| UnknownSystem { name: short_name(text) })
}

/// By its code; where the parameters are known and say something else, by these, as programs go by them.
fn of_wkt(node: &Node<'_>) -> Option<NamedSystem> {
    let described = texts::described(node).and_then(|described| described.resolve());
    let code = texts::code(node).and_then(code_in);
    match (code, described) {
        (None, described) => described,
        (Some(code), None) => Some(NamedSystem { system: code, doubts: Vec::new() }),
        (Some(code), Some(mut described)) => {
            // the datum of a drawing program's text is weaker than the code beside it
            described.doubts.retain(|doubt| *doubt != SystemDoubt::DatumIsWgs84(code));
            if code != described.system {
                let contradicted = SystemDoubt::CodeContradicted { code, described: described.system };
                described.doubts.push(contradicted);
            }
            Some(described)
        }
    }
}

/// The code in `EPSG:9209`, `urn:ogc:def:crs:EPSG:9.8.6:9209`, `http://www.opengis.net/def/crs/EPSG/0/9209` and their
/// like: the first number behind EPSG that is no version. A compound system is its first part, the horizontal one.
fn code_in(name: &str) -> Option<EpsgCode> {
    /// Codes of coordinate systems begin here; versions of the register are below.
    const FIRST_CODE: u32 = 1024;
    let name = name.trim().to_ascii_lowercase();
    if name.bytes().all(|b| b.is_ascii_digit()) {
        return name.parse().ok().filter(|code| *code >= FIRST_CODE).map(horizontal);
    }
    let Some((_, behind)) = name.split_once("epsg") else {
        let is_wgs84 = ["crs84", "crs84h"].iter().any(|end| {
            name.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with([':', '/']))
        });
        return is_wgs84.then_some(EpsgCode::WGS84);
    };
    let numbers = behind.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
    numbers.into_iter().find(|code: &u32| *code >= FIRST_CODE).map(horizontal)
}

/// WGS 84 with heights is WGS 84 without them.
fn horizontal(code: u32) -> EpsgCode {
    if code == 4979 { EpsgCode::WGS84 } else { EpsgCode(code) }
}

/// The first words of a text, for a message.
fn short_name(text: &str) -> String {
    const LONGEST: usize = 60;
    let name = text.split('"').nth(1).filter(|_| text.contains('[')).unwrap_or(text);
    let mut short: String = name.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if name.chars().count() > LONGEST {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests;

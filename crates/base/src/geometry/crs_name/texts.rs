//! What well-known text of any generation says of a system: its code, or datum and projection in parameters.

use super::described::{Described, TransverseMercator, fold};
use super::wkt::Node;

const COMPOUND: [&str; 3] = ["COMPD_CS", "COMPOUNDCRS", "COMPOUND_CRS"];
const PROJECTED: [&str; 3] = ["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const GEOGRAPHIC: [&str; 7] =
    ["GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS", "BASEGEOGCRS", "BASEGEODCRS"];
const DATUM: [&str; 4] = ["DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"];

/// The code the text gives itself: `AUTHORITY["EPSG","9209"]`, `ID["EPSG",9209]`, as `EPSG:9209` would be written.
pub fn code<'a>(node: &Node<'a>) -> Option<&'a str> {
    let own = node.children().filter(|child| child.is(&["AUTHORITY", "ID"])).last();
    let own = own.filter(|id| id.word(0).is_some_and(|authority| authority.eq_ignore_ascii_case("EPSG")));
    own.and_then(|id| id.word(1)).or_else(|| code(inner(node)?))
}

/// The system within a compound or a bound one: its first part, which is the horizontal one.
fn inner<'n, 'a>(node: &'n Node<'a>) -> Option<&'n Node<'a>> {
    if node.is(&["BOUNDCRS"]) {
        return node.child(&["SOURCECRS"])?.children().next();
    }
    node.is(&COMPOUND).then(|| node.children().next()).flatten()
}

/// Datum and projection; nothing where it is no system of degrees or of transverse Mercator in metres.
pub fn described(node: &Node<'_>) -> Option<Described> {
    if let Some(inner) = inner(node) {
        let mut found = described(inner)?;
        let abridged = node.child(&["ABRIDGEDTRANSFORMATION"]).and_then(abridged_shift);
        found.shift = found.shift.or(abridged);
        return Some(found);
    }
    let is_projected = node.is(&PROJECTED);
    let base = if is_projected { node.child(&GEOGRAPHIC)? } else { node };
    if !base.is(&GEOGRAPHIC) {
        return None;
    }
    let datum = base.child(&DATUM);
    let names = [datum.and_then(|datum| datum.word(0)), base.word(0)];
    let shift = datum.and_then(|datum| datum.child(&["TOWGS84"])).map(|shift| {
        // three parameters are seven of which four are zero
        std::array::from_fn(|i| shift.number(i).unwrap_or(0.0))
    });
    Some(Described {
        datum_names: names.into_iter().flatten().map(str::to_owned).collect(),
        shift,
        plane: if is_projected { Some(transverse_mercator(node)?) } else { None },
    })
}

fn transverse_mercator(node: &Node<'_>) -> Option<TransverseMercator> {
    let conversion = node.child(&["CONVERSION"]).unwrap_or(node);
    let method = conversion.child(&["METHOD", "PROJECTION"])?.word(0)?;
    if !["transversemercator", "gausskruger"].contains(&fold(method).as_str()) {
        return None;
    }
    let unit = node.child(&["UNIT", "LENGTHUNIT"]).and_then(|unit| unit.number(1)).unwrap_or(1.0);
    if unit != 1.0 {
        return None;
    }
    let parameter = |names: &[&str]| {
        let named = |child: &&Node<'_>| {
            child.is(&["PARAMETER"]) && child.word(0).is_some_and(|name| names.contains(&fold(name).as_str()))
        };
        conversion.children().find(named)?.number(1)
    };
    Some(TransverseMercator {
        meridian_deg: parameter(&["centralmeridian", "longitudeofnaturalorigin"])?,
        latitude_of_origin_deg: parameter(&["latitudeoforigin", "latitudeofnaturalorigin"]).unwrap_or(0.0),
        scale: parameter(&["scalefactor", "scalefactoratnaturalorigin"])?,
        false_easting_m: parameter(&["falseeasting"])?,
        false_northing_m: parameter(&["falsenorthing"]).unwrap_or(0.0),
    })
}

/// The shift of a `BOUNDCRS` in the convention of TOWGS84.
fn abridged_shift(node: &Node<'_>) -> Option<[f64; 7]> {
    const NAMES: [&str; 6] = [
        "xaxistranslation",
        "yaxistranslation",
        "zaxistranslation",
        "xaxisrotation",
        "yaxisrotation",
        "zaxisrotation",
    ];
    let method = fold(node.child(&["METHOD"])?.word(0)?);
    let sign = if method.contains("coordinateframe") { -1.0 } else { 1.0 };
    let mut shift = [0.0; 7];
    for (place, name) in NAMES.iter().enumerate() {
        let named = |child: &&Node<'_>| {
            child.is(&["PARAMETER"]) && child.word(0).is_some_and(|word| fold(word) == *name)
        };
        let number = node.children().find(named).and_then(|parameter| parameter.number(1)).unwrap_or(0.0);
        shift[place] = if place < 3 { number } else { sign * number };
    }
    Some(shift)
}

//! What a PROJ string says of a system: `+proj=tmerc +lon_0=105.75 +k=0.9999 +x_0=500000 +ellps=WGS84 +towgs84=…`.

use std::collections::HashMap;

use super::described::{Described, TransverseMercator};

/// Datum and projection; nothing where it is no system of degrees or of transverse Mercator in metres.
pub fn described(text: &str) -> Option<Described> {
    let words = text.split_whitespace().filter_map(|word| word.strip_prefix('+'));
    let given: HashMap<&str, &str> = words.map(|word| word.split_once('=').unwrap_or((word, ""))).collect();
    let number = |names: &[&str]| names.iter().find_map(|name| given.get(name)?.parse::<f64>().ok());
    let shift = given.get("towgs84").map(|list| {
        let mut parts = list.split(',').map(|part| part.trim().parse().unwrap_or(0.0));
        std::array::from_fn(|_| parts.next().unwrap_or(0.0))
    });
    // the ellipsoid of WGS 84 without a shift is taken for its datum by PROJ too
    let datum = given.get("datum").or_else(|| given.get("ellps"))?;
    let plane = match *given.get("proj")? {
        "longlat" | "latlong" => None,
        "utm" if !given.contains_key("south") => Some(TransverseMercator {
            meridian_deg: number(&["zone"])? * 6.0 - 183.0,
            latitude_of_origin_deg: 0.0,
            scale: 0.9996,
            false_easting_m: 500_000.0,
            false_northing_m: 0.0,
        }),
        "tmerc" if given.get("units").is_none_or(|units| *units == "m") => Some(TransverseMercator {
            meridian_deg: number(&["lon_0"])?,
            latitude_of_origin_deg: number(&["lat_0"]).unwrap_or(0.0),
            scale: number(&["k", "k_0"]).unwrap_or(1.0),
            false_easting_m: number(&["x_0"]).unwrap_or(0.0),
            false_northing_m: number(&["y_0"]).unwrap_or(0.0),
        }),
        _ => return None,
    };
    Some(Described { datum_names: vec![(*datum).to_owned()], shift, plane })
}

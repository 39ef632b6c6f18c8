//! How GML names a coordinate system: `urn:ogc:def:crs:EPSG::9218`, `urn:x-ogc:def:crs:EPSG:6.9:9218`,
//! `http://www.opengis.net/gml/srs/epsg.xml#9218`, `http://www.opengis.net/def/crs/EPSG/0/9218`, `EPSG:9218`, or in
//! words of its own.

use crate::formats::NamedCrs;

/// The system of a name. Of a compound one (`urn:ogc:def:crs,crs:EPSG::9218,crs:EPSG::5705`) the first, which is the
/// horizontal one.
pub fn crs_of(name: &str) -> NamedCrs {
    let folded = name.trim().to_ascii_lowercase();
    // longitude, latitude on WGS 84 (84) and its American siblings, which are the same within two metres
    if ["crs84", "crs83", "crs27"].iter().any(|plate| folded.ends_with(plate)) {
        return NamedCrs::Epsg(4326);
    }
    match folded.split_once("epsg").and_then(|(_, after)| code_in(after)) {
        Some(code) => NamedCrs::Epsg(code),
        None => NamedCrs::Text(name.trim().to_owned()),
    }
}

/// `:9218`, `::9218`, `:6.9:9218`, `/0/9218`, `/9.8.6/9218`, `.xml#9218`, with more after a comma or an ampersand.
fn code_in(after: &str) -> Option<u32> {
    let end = after.find([',', '&', '?']).unwrap_or(after.len());
    after[..end].rsplit([':', '/', '#']).next()?.trim().parse().ok().filter(|&code| code > 0)
}

/// Whether the name is of the forms by which latitude comes before longitude on the globe: URNs and addresses, but not
/// `EPSG:4326`.
pub fn is_by_the_letter(name: &str) -> bool {
    let folded = name.trim().to_ascii_lowercase();
    folded.starts_with("urn:") || folded.contains("opengis.net/def/crs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_known_in_every_form_its_code_is_written() {
        for name in [
            "urn:ogc:def:crs:EPSG::9218",
            "urn:ogc:def:crs:EPSG:6.9:9218",
            "urn:x-ogc:def:crs:EPSG:9218",
            "http://www.opengis.net/gml/srs/epsg.xml#9218",
            "http://www.opengis.net/def/crs/EPSG/0/9218",
            "https://www.opengis.net/def/crs/EPSG/9.8.6/9218",
            "EPSG:9218",
            " epsg:9218 ",
            "urn:ogc:def:crs,crs:EPSG::9218,crs:EPSG::5705",
            "http://www.opengis.net/def/crs-compound?1=http://www.opengis.net/def/crs/EPSG/0/9218&2=http://www.opengis.net/def/crs/EPSG/0/5705",
        ] {
            assert_eq!(crs_of(name), NamedCrs::Epsg(9218), "{name}");
        }
        assert_eq!(crs_of("urn:ogc:def:crs:OGC:1.3:CRS84"), NamedCrs::Epsg(4326));
        for name in ["VN2000_DLak_3_108.5", "EPSG:0", "EPSG:", "urn:ogc:def:crs:EPSG::abc", ""] {
            assert_eq!(crs_of(name), NamedCrs::Text(name.to_owned()));
        }
    }

    #[test]
    fn urns_and_addresses_put_latitude_first_and_short_names_do_not() {
        assert!(is_by_the_letter("urn:ogc:def:crs:EPSG::4326"));
        assert!(is_by_the_letter("http://www.opengis.net/def/crs/EPSG/0/4326"));
        assert!(!is_by_the_letter("EPSG:4326"));
        assert!(!is_by_the_letter("http://www.opengis.net/gml/srs/epsg.xml#4326"));
    }
}

//! A feature of the store as PostGIS would send it, elsewhere on the map.

use bandoso::store::Feature;

const POLYGON: u32 = 3;
const MULTIPOLYGON: u32 = 6;
const HAS_SRID: u32 = 0x2000_0000;
const WGS84: u32 = 4326;

/// Writes an area, moved by degrees east and north.
pub fn write(feature: &Feature<'_>, (east, north): (f64, f64), out: &mut Vec<u8>) {
    out.clear();
    let rings: Vec<_> = feature.rings().collect();
    let parts = rings.chunk_by(|_, next| next.is_hole);
    header(MULTIPOLYGON | HAS_SRID, out);
    push(WGS84, out);
    push(parts.clone().count() as u32, out);
    for part in parts {
        header(POLYGON, out);
        push(part.len() as u32, out);
        for ring in part {
            let points: Vec<_> = ring.points().map(|point| point.to_lnglat()).collect();
            push(points.len() as u32 + 1, out);
            // closed: the first point comes again
            for point in points.iter().chain(points.first()) {
                out.extend((point.lng + east).to_le_bytes());
                out.extend((point.lat + north).to_le_bytes());
            }
        }
    }
}

fn header(kind: u32, out: &mut Vec<u8>) {
    out.push(1);
    push(kind, out);
}

fn push(number: u32, out: &mut Vec<u8>) {
    out.extend(number.to_le_bytes());
}

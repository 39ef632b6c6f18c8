//! The doors as OpenStreetMap XML, tagged as mappers would: a node a door, a way a street, wards and provinces
//! as boundaries. Old units are `addr:*` of the doors, which Nominatim searches and does not show.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use bandoso::geometry::LngLat;

use super::rows::{Register, Row, Ward};

type Tag<'a> = (&'a str, &'a str);

/// Levels as in Viet Nam since July 2025.
const PROVINCE: &str = "4";
const WARD: &str = "6";

/// A province's box is larger than its wards by so much.
const MARGIN_DEGREES: f64 = 0.01;

/// Writes the file. Its order is that of the kind and then of the number, as osm2pgsql wants it.
pub fn write(register: &Register, file: &Path) -> std::io::Result<()> {
    let mut map = Map::default();
    for street in register.streets.values() {
        let long_name = street.long_name();
        for line in &street.lines {
            map.line(line, &[("highway", "residential"), ("name", &street.name), ("alt_name", &long_name)]);
        }
    }
    for ward in register.wards.values() {
        map.boundary(&ward.rings, WARD, &ward.name, None);
    }
    for (name, (old_name, bounds)) in provinces(register.wards.values()) {
        map.boundary(&[(false, bounds.corners())], PROVINCE, name, old_name.filter(|old| *old != name));
    }
    for row in &register.rows {
        map.door(row, &register.streets[&row.street_id].name);
    }
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<osm version=\"0.6\">")?;
    for part in [&map.nodes, &map.ways, &map.relations] {
        out.write_all(part.as_bytes())?;
    }
    writeln!(out, "</osm>")?;
    out.flush()
}

/// A box for each province around its wards: the town has no others.
fn provinces<'a>(wards: impl Iterator<Item = &'a Ward>) -> BTreeMap<&'a str, (Option<&'a str>, Bounds)> {
    let mut provinces: BTreeMap<&str, (Option<&str>, Bounds)> = BTreeMap::new();
    for ward in wards {
        let (_, bounds) = provinces
            .entry(&ward.province)
            .or_insert_with(|| (ward.old_province.as_deref(), Bounds::default()));
        ward.rings.iter().flat_map(|(_, points)| points).for_each(|&point| bounds.include(point));
    }
    provinces
}

struct Bounds {
    low: LngLat,
    high: LngLat,
}

impl Default for Bounds {
    fn default() -> Self {
        let at = |degrees| LngLat { lng: degrees, lat: degrees };
        Self { low: at(f64::INFINITY), high: at(f64::NEG_INFINITY) }
    }
}

impl Bounds {
    fn include(&mut self, point: LngLat) {
        self.low = LngLat { lng: self.low.lng.min(point.lng), lat: self.low.lat.min(point.lat) };
        self.high = LngLat { lng: self.high.lng.max(point.lng), lat: self.high.lat.max(point.lat) };
    }

    fn corners(&self) -> Vec<LngLat> {
        let (west, south) = (self.low.lng - MARGIN_DEGREES, self.low.lat - MARGIN_DEGREES);
        let (east, north) = (self.high.lng + MARGIN_DEGREES, self.high.lat + MARGIN_DEGREES);
        [(west, south), (east, south), (east, north), (west, north)]
            .map(|(lng, lat)| LngLat { lng, lat })
            .to_vec()
    }
}

/// The three kinds of elements as text, each numbered from 1.
#[derive(Default)]
struct Map {
    nodes: String,
    ways: String,
    relations: String,
    last_node: u64,
    last_way: u64,
    last_relation: u64,
}

impl Map {
    fn door(&mut self, row: &Row, street: &str) {
        let mut tags = vec![("addr:housenumber", row.number.as_str()), ("addr:street", street)];
        let more = [
            ("addr:neighbourhood", &row.hamlet),
            ("addr:subdistrict", &row.old_ward),
            ("addr:district", &row.old_district),
        ];
        tags.extend(more.iter().filter_map(|(key, value)| Some((*key, value.as_deref()?))));
        self.node(row.at, &tags);
    }

    fn line(&mut self, points: &[LngLat], tags: &[Tag<'_>]) {
        let nodes: Vec<u64> = points.iter().map(|&point| self.node(point, &[])).collect();
        self.way(&nodes, tags);
    }

    fn boundary(&mut self, rings: &[(bool, Vec<LngLat>)], level: &str, name: &str, old_name: Option<&str>) {
        let mut members = String::new();
        for (is_hole, points) in rings {
            let mut nodes: Vec<u64> = points.iter().map(|&point| self.node(point, &[])).collect();
            nodes.extend(nodes.first().copied());
            let way = self.way(&nodes, &[]);
            let role = if *is_hole { "inner" } else { "outer" };
            let _ = write!(members, "<member type=\"way\" ref=\"{way}\" role=\"{role}\"/>");
        }
        let mut tags = vec![
            ("type", "boundary"),
            ("boundary", "administrative"),
            ("admin_level", level),
            ("name", name),
        ];
        tags.extend(old_name.map(|old| ("old_name", old)));
        self.last_relation += 1;
        let (id, tags) = (self.last_relation, tagged(&tags));
        let _ = writeln!(self.relations, "<relation id=\"{id}\" {VERSION}>{members}{tags}</relation>");
    }

    fn node(&mut self, at: LngLat, tags: &[Tag<'_>]) -> u64 {
        self.last_node += 1;
        let (id, tags) = (self.last_node, tagged(tags));
        let _ = writeln!(
            self.nodes,
            "<node id=\"{id}\" {VERSION} lat=\"{:.7}\" lon=\"{:.7}\">{tags}</node>",
            at.lat, at.lng
        );
        id
    }

    fn way(&mut self, nodes: &[u64], tags: &[Tag<'_>]) -> u64 {
        self.last_way += 1;
        let (id, tags) = (self.last_way, tagged(tags));
        let mut refs = String::new();
        for node in nodes {
            let _ = write!(refs, "<nd ref=\"{node}\"/>");
        }
        let _ = writeln!(self.ways, "<way id=\"{id}\" {VERSION}>{refs}{tags}</way>");
        id
    }
}

/// Attributes that every element has and nothing here depends on.
const VERSION: &str = "version=\"1\" timestamp=\"2026-01-01T00:00:00Z\"";

fn tagged(tags: &[Tag<'_>]) -> String {
    tags.iter().map(|(key, value)| format!("<tag k=\"{key}\" v=\"{}\"/>", escaped(value))).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

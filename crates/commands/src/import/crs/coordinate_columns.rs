//! Coordinates that stand in columns beside the shape: in which system they are the same place.
//!
//! Files of surveys hold `toadox`, `toadoy` beside a geometry, some rows in VN-2000, some in UTM of WGS 84, some in
//! degrees, and who takes them for what the name promises is some 800 m off. They are compared with the shape and said in the
//! report; nothing else is made of them.

use std::collections::BTreeMap;

use geo::{Distance, Euclidean, MapCoords};
use geo_types::{Coord, Geometry, Point};

use super::axes::{Numbers, Order};
use super::reading::{Reading, swapped};
use crate::formats::Content;
use crate::geometry::{EpsgCode, VN2000_MERIDIANS, VN2000_UTM, WGS84_UTM};
use crate::import::columns::{columns_of, fold};
use crate::import::report::{FileReport, Group};
use crate::table::number;

/// Column names that make a pair though they do not differ in an x and a y alone, folded.
const PAIRS: [(&str, &str); 7] = [
    ("lon", "lat"),
    ("lng", "lat"),
    ("long", "lat"),
    ("longitude", "latitude"),
    ("kinhdo", "vido"),
    ("easting", "northing"),
    ("east", "north"),
];

/// A point that is the shape is not off by more, even where its degrees were rounded to five digits.
const SAME_POINT_M: f64 = 2.0;
/// Coordinates of a line or an area are of its ends, its middle, of a place near it.
const NEAR_SHAPE_M: f64 = 50.0;

/// The pairs of columns of a file.
pub struct CoordinateColumns {
    pairs: Vec<Pair>,
    /// Of the shapes.
    shapes: Reading,
    /// Made when a row first asks for them: a handle of PROJ costs 15 ms.
    metres: Vec<Reading>,
    degrees: Vec<Reading>,
}

struct Pair {
    x: String,
    y: String,
    matches: BTreeMap<(EpsgCode, bool), Match>,
    elsewhere: Group,
    /// Number of the reading that fitted last.
    last: usize,
}

#[derive(Default)]
struct Match {
    rows: u64,
    worst_m: f64,
}

impl CoordinateColumns {
    /// The pairs in files that have shapes; nothing where there is none.
    pub fn find(rows: &[&Content], shapes: Reading) -> Option<Self> {
        if rows.iter().all(|row| row.geometry.is_none()) {
            return None;
        }
        let pairs: Vec<Pair> = pairs_in(&columns_of(rows))
            .into_iter()
            .map(|(x, y)| Pair { x, y, matches: BTreeMap::new(), elsewhere: Group::default(), last: 0 })
            .collect();
        (!pairs.is_empty()).then_some(Self { pairs, shapes, metres: Vec::new(), degrees: Vec::new() })
    }

    /// Compares the columns of a row with its shape. Numbers that are no coordinates of the country say nothing.
    pub fn see(&mut self, row_number: u64, row: &Content) {
        let Some(shape) = &row.geometry else { return };
        let mut placed = None;
        for pair in &mut self.pairs {
            let read = |column: &str| row.text(column).and_then(|text| number(&text));
            let Some((x, y)) = read(&pair.x).zip(read(&pair.y)) else { continue };
            let Some(numbers) = Numbers::of(Coord { x, y }) else { continue };
            let readings = match numbers {
                Numbers::Metres(_) => made(&mut self.metres, || {
                    let planes = VN2000_MERIDIANS.iter().chain(&VN2000_UTM).chain(&WGS84_UTM);
                    planes.map(|(system, _)| *system).collect()
                }),
                Numbers::Degrees(_) => made(&mut self.degrees, || vec![EpsgCode::WGS84, EpsgCode::VN2000]),
            };
            let Some(shape) = placed.get_or_insert_with(|| Placed::of(shape, &self.shapes)) else { return };
            pair.compare(row_number, Coord { x, y }, numbers.order(), readings, shape);
        }
    }

    /// Puts what was found into the report.
    pub fn tell(&self, report: &mut FileReport) {
        for pair in &self.pairs {
            let columns = format!("columns {}, {}", pair.x, pair.y);
            let mut matches: Vec<_> = pair.matches.iter().collect();
            matches.sort_by_key(|(_, found)| std::cmp::Reverse(found.rows));
            let found: Vec<String> = matches
                .into_iter()
                .map(|((system, is_north_first), Match { rows, worst_m })| {
                    let order = if *is_north_first { ", northing first," } else { "" };
                    format!("{system}{order} in {rows} rows (at most {worst_m:.3} m off)")
                })
                .collect();
            if !found.is_empty() {
                report
                    .coordinates
                    .push(format!("{columns} are the place of the shape in {}", found.join(", ")));
            }
            if pair.elsewhere.count > 0 {
                let reason = format!("{columns} are another place than the shape in every system tried");
                report.notes.insert(reason, pair.elsewhere.clone());
            }
        }
    }
}

/// Readings of these systems, made once.
fn made(readings: &mut Vec<Reading>, systems: impl FnOnce() -> Vec<EpsgCode>) -> &[Reading] {
    if readings.is_empty() {
        readings.extend(systems().into_iter().filter_map(|system| Reading::new(system, false).ok()));
    }
    readings
}

impl Pair {
    fn compare(&mut self, row: u64, at: Coord, order: Order, readings: &[Reading], shape: &Placed) {
        let is_north_first = order == Order::NorthFirst;
        let upright = if is_north_first { swapped(at) } else { at };
        let off_m = |reading: &Reading| shape.distance_m(reading.degrees(upright)?);
        let last = readings.get(self.last).and_then(|reading| Some((reading, off_m(reading)?)));
        let best = last.filter(|(_, off_m)| *off_m <= SAME_POINT_M).or_else(|| {
            let known = readings.iter().filter_map(|reading| Some((reading, off_m(reading)?)));
            known.min_by(|a, b| a.1.total_cmp(&b.1))
        });
        match best.filter(|(_, off_m)| *off_m <= shape.tolerance_m) {
            Some((reading, off_m)) => {
                self.last = readings.iter().position(|r| r.system() == reading.system()).unwrap_or(0);
                let found = self.matches.entry((reading.system(), is_north_first)).or_default();
                found.rows += 1;
                found.worst_m = found.worst_m.max(off_m);
            }
            None => self.elsewhere.add(row, ""),
        }
    }
}

/// A shape in metres around its first corner.
struct Placed {
    origin: Coord,
    scale_m: Coord,
    shape: Geometry,
    tolerance_m: f64,
}

impl Placed {
    fn of(shape: &Geometry, reading: &Reading) -> Option<Self> {
        use geo::CoordsIter;
        let origin = reading.degrees(shape.coords_iter().next()?)?;
        let scale_m = Coord { x: 111_320.0 * origin.y.to_radians().cos(), y: 110_574.0 };
        let is_point = matches!(shape, Geometry::Point(_) | Geometry::MultiPoint(_));
        let shape = shape.try_map_coords(|c| {
            let at = reading.degrees(c).ok_or(())?;
            Ok::<_, ()>(Coord { x: (at.x - origin.x) * scale_m.x, y: (at.y - origin.y) * scale_m.y })
        });
        let tolerance_m = if is_point { SAME_POINT_M } else { NEAR_SHAPE_M };
        Some(Self { origin, scale_m, shape: shape.ok()?, tolerance_m })
    }

    fn distance_m(&self, at: Coord) -> Option<f64> {
        let at = Point::new((at.x - self.origin.x) * self.scale_m.x, (at.y - self.origin.y) * self.scale_m.y);
        let distance_m = Euclidean.distance(&at, &self.shape);
        distance_m.is_finite().then_some(distance_m)
    }
}

/// Columns that differ in an x and a y at their beginning or end, or are known to belong together.
fn pairs_in(columns: &[String]) -> Vec<(String, String)> {
    let folded: Vec<String> = columns.iter().map(|column| fold(column)).collect();
    let mut pairs = Vec::new();
    for (x, name) in columns.iter().zip(&folded) {
        let of_x = [
            name.strip_prefix('x').map(|rest| format!("y{rest}")),
            name.strip_suffix('x').map(|rest| format!("{rest}y")),
        ];
        let known = PAIRS.iter().filter(|(x, _)| x == name).map(|(_, y)| (*y).to_owned());
        let wanted: Vec<String> = of_x.into_iter().flatten().chain(known).collect();
        let partner = folded.iter().position(|other| wanted.contains(other));
        pairs.extend(partner.map(|place| (x.clone(), columns[place].clone())));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::columns::Kind;
    use geo_types::{line_string, point};
    use serde_json::json;

    fn told(rows: &[(serde_json::Value, Geometry)]) -> FileReport {
        let contents: Vec<Content> = rows
            .iter()
            .map(|(properties, shape)| {
                Content::of_properties(properties.as_object().unwrap().clone(), Some(shape.clone()))
            })
            .collect();
        let contents: Vec<&Content> = contents.iter().collect();
        let shapes = Reading::new(EpsgCode::WGS84, false).unwrap();
        let mut columns = CoordinateColumns::find(&contents, shapes).unwrap();
        contents.iter().zip(1..).for_each(|(row, number)| columns.see(number, row));
        let mut report = FileReport::new("file".to_owned(), Kind::Landmarks);
        columns.tell(&mut report);
        report
    }

    #[test]
    fn pairs_are_known_by_their_names() {
        let columns = [
            "ToaDoX",
            "ToaDoY",
            "XDiemDau",
            "YDiemDau",
            "x",
            "y",
            "Kinh độ",
            "Vĩ độ",
            "prefix",
            "xe",
            "index",
        ];
        let pairs = pairs_in(&columns.map(str::to_owned));
        let expected = [("ToaDoX", "ToaDoY"), ("XDiemDau", "YDiemDau"), ("x", "y"), ("Kinh độ", "Vĩ độ")];
        assert_eq!(pairs, expected.map(|(x, y)| (x.to_owned(), y.to_owned())));
    }

    /// A real manhole of Hà Nội, with the numbers other people's software made.
    #[test]
    fn columns_of_several_systems_are_told_apart_by_the_shape() {
        let place: Geometry = point!(x: 105.801_364_214_25, y: 21.029_408_734_82).into();
        let (east, north) = (583_099.269_5, 2_326_417.445_2);
        let report = told(&[
            (json!({"x": east, "y": north}), place.clone()),
            (json!({"x": north, "y": east}), place.clone()),
            (json!({"x": "105.80136421", "y": "21.02940873"}), place.clone()),
            (json!({"x": 1, "y": 2}), place.clone()),
            (json!({"x": east + 30.0, "y": north}), place.clone()),
        ]);
        let [sentence] = report.coordinates.as_slice() else { panic!("{:?}", report.coordinates) };
        for part in [
            "columns x, y",
            "EPSG:5897 in 1 rows (at most 0.00",
            "EPSG:5897, northing first, in 1 rows",
            "EPSG:4326 in 1 rows",
        ] {
            assert!(sentence.contains(part), "{part}: {sentence}");
        }
        let notes: Vec<_> = report.notes.values().map(|group| (group.count, group.first.clone())).collect();
        assert_eq!(notes, [(1, vec!["row 5".to_owned()])]);
    }

    #[test]
    fn ends_of_a_line_in_utm_are_not_taken_for_vn_2000() {
        let to_utm = crate::geometry::Projector::new(EpsgCode(32648)).unwrap();
        let end = crate::geometry::LngLat { lng: 105.80, lat: 21.03 };
        let (x, y) = to_utm.point(end).unwrap();
        let line: Geometry = line_string![(x: end.lng, y: end.lat), (x: 105.81, y: 21.04)].into();
        let report = told(&[(json!({"XDiemDau": x, "YDiemDau": y}), line)]);
        assert_eq!(report.coordinates.len(), 1);
        assert!(
            report.coordinates[0].contains("EPSG:32648 in 1 rows (at most 0.000 m off)"),
            "{:?}",
            report.coordinates
        );
    }
}

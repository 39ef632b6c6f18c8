//! A table's column of shapes: WKT, EWKT (`SRID=9210;POLYGON((…))`) or PostGIS's EWKB in hexadecimal digits.
//!
//! It is known by its name, and a cell by how it begins; cells that are something else are counted. The text
//! stays in its column.

use csv::StringRecord;
use geo_types::Geometry;

use super::curves::Unit;
use super::from_geozero::{of_ewkb, of_wkt};
use super::parts::{Parts, Tally, note};
use super::read_rows::{NamedCrs, Remark};

/// Names of such columns, in small letters.
const NAMES: [&str; 8] = ["wkt", "ewkt", "geom", "geometry", "the_geom", "wkb_geometry", "shape", "wkt_geom"];

/// What the text of a shape begins with.
const KINDS: [&str; 7] =
    ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"];

/// The shapes of a table's rows.
#[derive(Debug, Default)]
pub struct ShapeColumn {
    at: Option<usize>,
    crs: Option<NamedCrs>,
    tally: Tally,
    unread: u64,
}

impl ShapeColumn {
    /// The first column with such a name.
    pub fn of(names: &[String]) -> Self {
        let is_it = |name: &String| NAMES.contains(&name.trim().to_lowercase().as_str());
        Self { at: names.iter().position(is_it), ..Self::default() }
    }

    /// The shape of a row. A cell that begins as a shape and is none spoils its row.
    pub fn read(&mut self, cells: &StringRecord) -> Result<Option<Geometry>, String> {
        let Some(cell) = self.at.and_then(|at| cells.get(at)).map(str::trim) else { return Ok(None) };
        if cell.is_empty() || cell.eq_ignore_ascii_case("null") {
            return Ok(None);
        }
        let Some((parts, srid)) = self.parts_of(cell).transpose()? else {
            self.unread += 1;
            return Ok(None);
        };
        if let Some(srid) = srid {
            let crs = NamedCrs::Epsg(srid);
            if *self.crs.get_or_insert_with(|| crs.clone()) != crs {
                return Err("the shape is in another coordinate system than those before it".to_owned());
            }
        }
        let done = parts.done;
        let geometry = parts.into_geometry()?;
        self.tally.count(done);
        Ok(Some(geometry))
    }

    /// Nothing where the cell begins like no shape.
    fn parts_of(&self, cell: &str) -> Option<Result<(Parts, Option<u32>), String>> {
        if let Some(bytes) = from_hex(cell) {
            return Some(of_ewkb(&bytes, Unit::of(self.crs.as_ref())));
        }
        let (srid, text) = match cell.get(..5).filter(|start| start.eq_ignore_ascii_case("SRID=")) {
            Some(_) => {
                let (srid, text) = cell[5..].split_once(';')?;
                (Some(srid.trim().parse().ok()?), text.trim_start())
            }
            None => (None, cell),
        };
        let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let kind = text[..end].to_ascii_uppercase();
        let kind = kind.strip_suffix("ZM").or_else(|| kind.strip_suffix(['Z', 'M'])).unwrap_or(&kind);
        KINDS
            .contains(&kind)
            .then(|| of_wkt(text, Unit::Unknown).map(|parts| (parts, srid.filter(|&srid| srid != 0))))
    }

    /// The system the shapes name.
    pub fn crs(&self) -> Option<NamedCrs> {
        self.crs.clone()
    }

    /// What was done to them.
    pub fn remarks(&self) -> Vec<Remark> {
        let mut remarks = self.tally.remarks();
        note(&mut remarks, "cells of the column of shapes that are no shape", self.unread);
        remarks
    }
}

/// The bytes of an EWKB, whose first says the order of the others.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() < 18 || !text.len().is_multiple_of(2) || !(text.starts_with("00") || text.starts_with("01"))
    {
        return None;
    }
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect::<Option<_>>()?;
    Some(digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Area;
    use proptest::prelude::*;

    fn column() -> ShapeColumn {
        ShapeColumn::of(&["code".to_owned(), " The_Geom ".to_owned()])
    }

    fn read(column: &mut ShapeColumn, cell: &str) -> Result<Option<Geometry>, String> {
        column.read(&StringRecord::from(vec!["1", cell]))
    }

    #[test]
    fn shapes_in_words_and_in_digits_are_read_with_their_system() {
        let mut column = column();
        let square =
            read(&mut column, "SRID=9210;POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 1))").unwrap().unwrap();
        assert_eq!(square.unsigned_area(), 15.5);
        assert_eq!(column.crs(), Some(NamedCrs::Epsg(9210)));
        let point = Some(Geometry::Point((10.0, -20.0).into()));
        assert_eq!(read(&mut column, "point z (10 -20 3)"), Ok(point.clone()));
        // PostGIS: SELECT 'SRID=9210;POINT(10 -20)'::geometry
        assert_eq!(read(&mut column, "0101000020FA230000000000000000244000000000000034C0"), Ok(point));
        assert!(read(&mut column, "SRID=4326;POINT(1 2)").unwrap_err().contains("another coordinate system"));
        assert!(matches!(read(&mut column, "MULTIPOLYGON EMPTY"), Ok(Some(_))));
        assert_eq!(column.remarks().iter().map(|remark| remark.rows).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn what_begins_like_no_shape_is_counted_and_what_does_and_is_none_spoils_the_row() {
        let mut column = column();
        for cell in ["round", "SRID=x;POINT(1 2)", "Pointless", "0101", "", "NULL"] {
            assert_eq!(read(&mut column, cell), Ok(None), "{cell}");
        }
        assert_eq!(column.remarks()[0].rows, 4);
        for cell in ["POLYGON((0 0,1", "POINT(1 x)", "010100000000000000000024", "POINT(NaN 1)"] {
            assert!(read(&mut column, cell).is_err(), "{cell}");
        }
        let deep = format!("{}POINT(1 2){}", "GEOMETRYCOLLECTION(".repeat(100_000), ")".repeat(100_000));
        assert!(read(&mut column, &deep).unwrap_err().contains("too deep"));
        assert_eq!(read(&mut ShapeColumn::of(&["code".to_owned()]), "POINT(1 2)"), Ok(None));
    }

    proptest! {
        #[test]
        fn any_cell_is_a_shape_or_counted_or_refused(
            cell in "(SRID=[0-9]{0,6};)?(POINT|POLYGON|MULTIPOINT|GEOMETRYCOLLECTION)?[ (),.0-9eZM-]{0,60}|(00|01)[0-9a-f]{16,80}",
        ) {
            let _: Result<Option<Geometry>, String> = read(&mut column(), &cell);
        }
    }
}

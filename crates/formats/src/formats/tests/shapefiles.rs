//! What stands in the files of a shapefile, right and wrong.

use geo_types::{Geometry, MultiLineString, MultiPoint, MultiPolygon, Point};

use super::made::{HOLE, ISLAND, LINES, POINT, POLYGON, SQUARE, dbf, header, parts, point, record, shp, shx};
use super::{Given, NamedCrs, ReadError, polygon, read_files, read_one, ring};

fn turned(ring: &[(f64, f64)]) -> Vec<(f64, f64)> {
    ring.iter().rev().copied().collect()
}

fn shapes(kind: i32, records: &[Vec<u8>]) -> Given {
    read_one(&[("a.shp", &shp(kind, records))], "a.shp")
}

fn points(count: usize) -> Vec<Vec<u8>> {
    (1..=count).map(|i| point(i as f64, 0.0)).collect()
}

#[test]
fn a_polygon_keeps_its_hole_and_what_lies_in_the_hole() {
    let given = shapes(POLYGON, &[parts(POLYGON, &[&SQUARE, &HOLE, &ISLAND], &[])]);
    let expected = MultiPolygon(vec![polygon(&SQUARE, &[&HOLE]), polygon(&ISLAND, &[])]);
    assert_eq!(given.geometry(0), Some(&Geometry::MultiPolygon(expected)));
    assert_eq!(given.remarked("wrong way"), None);
    let alone = shapes(POLYGON, &[parts(POLYGON, &[&SQUARE], &[])]);
    assert_eq!(alone.geometry(0), Some(&Geometry::Polygon(polygon(&SQUARE, &[]))));
}

#[test]
fn rings_that_run_the_wrong_way_are_told_from_what_lies_in_what() {
    let [square, hole, island] = [turned(&SQUARE), turned(&HOLE), turned(&ISLAND)];
    for rings in [[&square[..], &hole, &island], [&SQUARE[..], &hole, &ISLAND], [&square[..], &HOLE, &island]]
    {
        // in any order
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let given = shapes(POLYGON, &[parts(POLYGON, &order.map(|i| rings[i]), &[])]);
            let Some(Geometry::MultiPolygon(found)) = given.geometry(0) else { panic!("{given:?}") };
            let mut areas: Vec<f64> = found.iter().map(geo::Area::unsigned_area).collect();
            areas.sort_by(f64::total_cmp);
            assert_eq!(areas, [4.0, 64.0]);
            assert_eq!(given.remarked("wrong way"), Some(1));
        }
    }
}

#[test]
fn polygons_side_by_side_and_a_hole_that_touches_the_edge_are_told() {
    let beside = SQUARE.map(|(x, y)| (x + 10.0, y));
    let touching = [(0.0, 5.0), (5.0, 4.0), (5.0, 6.0), (0.0, 5.0)];
    let given = shapes(POLYGON, &[parts(POLYGON, &[&SQUARE, &beside, &touching], &[])]);
    let expected = MultiPolygon(vec![polygon(&SQUARE, &[&touching]), polygon(&beside, &[])]);
    assert_eq!(given.geometry(0), Some(&Geometry::MultiPolygon(expected)));
}

#[test]
fn points_and_lines_are_read() {
    assert_eq!(shapes(POINT, &[point(1.5, 2.5)]).geometry(0), Some(&Point::new(1.5, 2.5).into()));
    let lines = shapes(LINES, &[parts(LINES, &[&SQUARE[..2]], &[]), parts(LINES, &[&SQUARE, &HOLE], &[])]);
    assert_eq!(lines.geometry(0), Some(&Geometry::LineString(ring(&SQUARE[..2]))));
    let both = MultiLineString(vec![ring(&SQUARE), ring(&HOLE)]);
    assert_eq!(lines.geometry(1), Some(&Geometry::MultiLineString(both)));
    let mut many = [8_i32.to_le_bytes().as_slice(), &[0; 32], &2_i32.to_le_bytes()].concat();
    many.extend([1.0_f64, 2.0, 3.0, 4.0].iter().flat_map(|number| number.to_le_bytes()));
    let expected = MultiPoint(vec![Point::new(1.0, 2.0), Point::new(3.0, 4.0)]);
    assert_eq!(shapes(8, &[many]).geometry(0), Some(&Geometry::MultiPoint(expected)));
}

#[test]
fn heights_and_measures_are_left_out_and_counted() {
    let heights = [0; 16 + 5 * 8];
    let with_heights = shapes(15, &[parts(15, &[&SQUARE], &heights), parts(15, &[&SQUARE], &heights)]);
    assert_eq!(with_heights.geometry(1), Some(&Geometry::Polygon(polygon(&SQUARE, &[]))));
    assert_eq!((with_heights.remarked("heights"), with_heights.remarked("measures")), (Some(2), None));
    let with_measures = shapes(23, &[parts(23, &[&SQUARE], &heights)]);
    assert_eq!((with_measures.remarked("heights"), with_measures.remarked("measures")), (None, Some(1)));
    let mut height = point(1.0, 2.0);
    height[0] = 11;
    height.extend([0; 16]);
    assert_eq!(shapes(11, &[height]).geometry(0), Some(&Point::new(1.0, 2.0).into()));
}

#[test]
fn a_null_shape_is_a_row_and_a_surface_in_space_is_refused_by_row() {
    let given = shapes(POLYGON, &[vec![0; 4], vec![31, 0, 0, 0], parts(POLYGON, &[&SQUARE], &[])]);
    assert_eq!(given.numbers(), [1, 2, 3]);
    assert_eq!(given.geometry(0), None);
    assert!(given.rows[1].content.as_ref().unwrap_err().contains("MultiPatch"));
    assert!(given.geometry(2).is_some());
}

#[test]
fn a_record_that_says_more_than_it_holds_spoils_its_own_row_only() {
    let mut too_many_points = parts(POLYGON, &[&SQUARE], &[]);
    too_many_points[40..44].copy_from_slice(&1000_i32.to_le_bytes());
    let mut parts_backwards = parts(POLYGON, &[&SQUARE, &HOLE], &[]);
    parts_backwards[44..48].copy_from_slice(&7_i32.to_le_bytes());
    let mut below_nothing = parts(POLYGON, &[&SQUARE], &[]);
    below_nothing[36..40].copy_from_slice(&(-1_i32).to_le_bytes());
    let short = parts(POLYGON, &[&SQUARE], &[])[..60].to_vec();
    let wrong = [too_many_points, parts_backwards, below_nothing, short];
    for wrong in wrong {
        let given = shapes(POLYGON, &[wrong, parts(POLYGON, &[&SQUARE], &[])]);
        assert!(given.rows[0].content.is_err(), "{given:?}");
        assert_eq!(given.geometry(1), Some(&Geometry::Polygon(polygon(&SQUARE, &[]))));
    }
}

#[test]
fn a_file_that_was_cut_off_says_after_which_row() {
    let (shapes, table) = (shp(POINT, &points(3)), dbf(&[(b"ten", b'C', 4)], &[b" a", b" b", b" c"]));
    let cut_shapes = read_files(&[("a.shp", &shapes[..shapes.len() - 10])], "a.shp").unwrap_err();
    assert!(matches!(cut_shapes, ReadError::PartCutOff { part: ".shp", after: 2 }), "{cut_shapes}");
    // between two records, where only the header knows that there were more
    let between = read_files(&[("a.shp", &shapes[..shapes.len() - 28])], "a.shp").unwrap_err();
    assert!(matches!(between, ReadError::PartCutOff { part: ".shp", after: 2 }), "{between}");
    let files = [("a.shp", &shapes[..]), ("a.dbf", &table[..table.len() - 3])];
    let cut_table = read_files(&files, "a.shp").unwrap_err();
    assert!(matches!(cut_table, ReadError::PartCutOff { part: ".dbf", after: 2 }), "{cut_table}");
}

#[test]
fn a_record_of_a_wrong_length_is_passed_over_by_the_index_and_ends_the_reading_without_it() {
    let mut shapes = shp(POINT, &points(3));
    // 4 bytes too few: what follows is the end of a coordinate
    shapes[104..108].copy_from_slice(&8_i32.to_be_bytes());
    let without = read_files(&[("a.shp", &shapes)], "a.shp").unwrap_err();
    assert!(matches!(without, ReadError::LostTrack { .. } | ReadError::PartCutOff { .. }), "{without}");
    let index = shx(POINT, &[(100, 20), (128, 20), (156, 20)]);
    let given = read_one(&[("a.shp", &shapes), ("a.shx", &index)], "a.shp");
    assert!(given.rows[0].content.is_err());
    assert_eq!(given.geometry(2), Some(&Point::new(3.0, 0.0).into()));
}

#[test]
fn a_shape_written_anew_at_the_end_is_found_by_the_index() {
    let old =
        [record(1, &point(1.0, 1.0)), record(2, &point(2.0, 2.0)), record(1, &point(9.0, 9.0))].concat();
    let shapes = [header(POINT, 100 + old.len()), old].concat();
    let index = shx(POINT, &[(156, 20), (128, 20)]);
    let given = read_one(&[("a.shp", &shapes), ("a.shx", &index)], "a.shp");
    assert_eq!(given.geometry(0), Some(&Point::new(9.0, 9.0).into()));
    assert_eq!(given.geometry(1), Some(&Point::new(2.0, 2.0).into()));
    // an index of another file
    let foreign = shx(POINT, &[(156, 20), (12_800, 20)]);
    let given = read_one(&[("a.shp", &shapes), ("a.shx", &foreign)], "a.shp");
    assert_eq!((given.rows.len(), given.remarked(".shx does not fit")), (3, Some(1)));
}

#[test]
fn a_missing_table_and_tables_of_another_length_are_said_and_no_row_is_lost() {
    let shapes = shp(POINT, &points(3));
    let alone = read_one(&[("a.shp", &shapes)], "a.shp");
    assert_eq!((alone.rows.len(), alone.remarked("no .dbf")), (3, Some(3)));
    assert!(alone.content(0).columns().is_empty());
    for (rows, remark, of) in [(2, "shapes without texts", 1), (5, "rows without a shape", 2)] {
        let table = dbf(&[(b"ten", b'C', 4)], &vec![b" abc".as_slice(); rows]);
        let given = read_one(&[("a.shp", &shapes), ("a.dbf", &table)], "a.shp");
        assert_eq!((given.rows.len(), given.remarked(remark)), (rows.max(3), Some(of)));
    }
    let mut table = dbf(&[(b"ten", b'C', 4)], &[b" a", b" b", b" c"]);
    table[4] = 2;
    let given = read_one(&[("a.shp", &shapes), ("a.dbf", &table)], "a.shp");
    assert_eq!(given.remarked("has room for more"), Some(1));
}

#[test]
fn a_deleted_row_is_left_out_with_its_shape_and_counted() {
    let table = dbf(&[(b"ten", b'C', 4)], &[b" a", b"*b", b" c"]);
    let given = read_one(&[("a.shp", &shp(POINT, &points(3))), ("a.dbf", &table)], "a.shp");
    assert_eq!((given.numbers(), given.remarked("deleted")), (vec![1, 3], Some(1)));
    assert_eq!(given.text(1, "ten").as_deref(), Some("c"));
    assert_eq!(given.geometry(1), Some(&Point::new(3.0, 0.0).into()));
}

#[test]
fn the_byte_that_ends_a_table_does_not_end_it_within_a_text() {
    let table = dbf(&[(b"ten", b'C', 8)], &[b" Chi\x1au s", b"\x1aab", b" c"]);
    let given = read_one(&[("a.dbf", &table)], "a.dbf");
    assert_eq!(given.rows.len(), 3);
    assert_eq!(given.text(2, "ten").as_deref(), Some("c"));
}

#[test]
fn cells_are_given_as_they_stand_without_blanks_and_nuls() {
    let columns = [
        (b"ten".as_slice(), b'C', 10),
        (b"so", b'N', 8),
        (b"thuc", b'F', 8),
        (b"ngay", b'D', 8),
        (b"dung", b'L', 1),
        (b"nguyen", b'I', 4),
    ];
    let rows: [[&[u8]; 6]; 4] = [
        [b" a b      ", b" 007.500", b"1.20e+01", b"202506 3", b"T", b"*\0\0\0"],
        [b"a\0xxxxxxxx", b"12.5\0\0\0\0", b"********", b"20250630", b"N", b"\xff\xff\xff\xff"],
        [b"          ", b"        ", b"  ******", b"00000000", b"?", b"\0\0\0\0"],
        [b"\0\0\0\0\0\0\0\0\0\0", b"\0\0\0\0\0\0\0\0", b"        ", b"\0\0\0\0\0\0\0\0", b"Y", b"\0\0\0\0"],
    ];
    let rows = rows.map(|cells| [b" ".as_slice(), &cells.concat()].concat());
    let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
    let given = read_one(&[("a.dbf", &dbf(&columns, &rows))], "a.dbf");
    let texts = |row: usize| columns.map(|(name, _, _)| given.text(row, std::str::from_utf8(name).unwrap()));
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        texts(0),
        [some("a b"), some("007.500"), some("1.20e+01"), some("202506 3"), some("true"), some("42")]
    );
    assert_eq!(texts(1), [some("a"), some("12.5"), None, some("2025-06-30"), some("false"), some("-1")]);
    assert_eq!(texts(2), [None, None, None, None, None, some("0")]);
    assert_eq!(texts(3), [None, None, None, None, some("true"), some("0")]);
    assert_eq!((given.remarked("only stars"), given.remarked("behind a NUL")), (Some(2), Some(1)));
}

#[test]
fn names_cut_in_a_letter_and_names_that_differ_in_case_only_are_columns() {
    let cut = &"Công_suất".as_bytes()[..10];
    assert!(std::str::from_utf8(cut).is_err());
    let columns = [(cut, b'C', 2), (b"shape_leng", b'C', 2), (b"shape_Leng", b'C', 2), (b"", b'C', 2)];
    let given = read_one(&[("a.dbf", &dbf(&columns, &[b" aabbccdd"]))], "a.dbf");
    assert_eq!(given.content(0).columns(), ["Công_su", "shape_leng", "shape_Leng", "column 4"]);
    assert_eq!(given.text(0, "shape_Leng").as_deref(), Some("cc"));
    assert!(!given.content(0).is_doubled("shape_Leng"));
}

#[test]
fn memos_are_not_read_and_that_is_said() {
    let given = read_one(
        &[("a.dbf", &dbf(&[(b"ten", b'C', 2), (b"ghichu", b'M', 10)], &[b" aa         7"]))],
        "a.dbf",
    );
    assert_eq!((given.text(0, "ghichu"), given.remarked("ghichu")), (None, Some(1)));
}

#[test]
fn the_text_of_the_prj_names_the_system() {
    let shapes = shp(POINT, &points(1));
    let given = read_one(&[("a.shp", &shapes), ("a.prj", b"PROJCS[\"VN_2000\"]\r\n")], "a.shp");
    assert_eq!(given.crs, Some(NamedCrs::Text("PROJCS[\"VN_2000\"]".to_owned())));
    assert_eq!(read_one(&[("a.shp", &shapes)], "a.shp").crs, None);
}

#[test]
fn the_parts_of_a_set_are_found_whatever_the_case_and_any_of_them_may_be_named() {
    let (shapes, table) = (shp(POINT, &points(2)), dbf(&[(b"ten", b'C', 2)], &[b" a", b" b"]));
    let files: [(&str, &[u8]); 3] = [
        ("Thua_Dat.SHP", &shapes),
        ("THUA_DAT.dbf", &table),
        ("Thua_Dat.shx", &shx(POINT, &[(100, 20), (128, 20)])),
    ];
    for name in ["Thua_Dat.SHP", "THUA_DAT.dbf", "Thua_Dat.shx"] {
        let given = read_one(&files, name);
        assert_eq!(given.text(1, "ten").as_deref(), Some("b"));
        assert_eq!(given.geometry(1), Some(&Point::new(2.0, 0.0).into()));
    }
    let without_shapes = read_files(&[("a.shx", &shx(POINT, &[]))], "a.shx").unwrap_err();
    assert!(matches!(without_shapes, ReadError::PartOfSet), "{without_shapes}");
}

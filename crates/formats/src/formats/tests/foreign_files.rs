//! Formats that are not read: each is known by its bytes or its name, and answered in one sentence.

use super::made::zip;
use super::{ReadError, read_files};

const TAB: &[u8] = b"!table\n!version 300\n!charset Neutral\n\nDefinition Table\n";
const MIF: &[u8] = b"Version 300\nCharset \"Neutral\"\nDelimiter \",\"\nColumns 1\n  ten char(2)\nData\n";
const DXF: &[u8] = b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n";
const DXF_WITH_A_COMMENT: &[u8] = b"999\nmade by a program\n  0\nSECTION\n  2\nHEADER\n";
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0";

fn answer(name: &str, bytes: &[u8]) -> String {
    match read_files(&[(name, bytes)], name) {
        Err(ReadError::Foreign(foreign)) => foreign.to_string(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn what_gdal_reads_is_answered_with_the_line_to_type() {
    for (name, bytes, line) in [
        ("ranh.tab", TAB, "`ogr2ogr -f GPKG ranh.gpkg ranh.tab`"),
        ("RANH.TAB", TAB, "`ogr2ogr -f GPKG RANH.gpkg RANH.TAB`"),
        ("thua đất.mif", MIF, "`ogr2ogr -f GPKG 'thua đất.gpkg' 'thua đất.mif'`"),
        ("-a.dxf", DXF, "`ogr2ogr -f GPKG ./-a.gpkg -a.dxf`"),
        ("ban_do.dxf", DXF_WITH_A_COMMENT, "`ogr2ogr -f GPKG ban_do.gpkg ban_do.dxf`"),
        ("dc5.dgn", b"\x08\x09\xfe\x02\x01\x08", "`ogr2ogr -f GPKG dc5.gpkg dc5.dgn`"),
        ("dc5.dgn", b"\xc8\x09\xfe\x02\x01\x08", "`ogr2ogr -f GPKG dc5.gpkg dc5.dgn`"),
        ("a.fgb", b"fgb\x03fgb\x01\0", "a.gpkg a.fgb`"),
        // parts of a set name the file that ogr2ogr wants
        ("RANH.MAP", b"\0\0\0\0", "`ogr2ogr -f GPKG RANH.gpkg RANH.TAB`"),
        ("ranh.mid", b"\"a\",1\n", "`ogr2ogr -f GPKG ranh.gpkg ranh.mif`"),
    ] {
        let answer = answer(name, bytes);
        assert!(answer.ends_with(line), "{answer}");
    }
}

#[test]
fn what_gdal_does_not_read_is_answered_with_what_to_ask_for() {
    for (name, bytes, says) in [
        ("a.dwg", b"AC1032\0\0\0\0\0\x01".as_slice(), "AutoCAD drawing"),
        ("a.dxf", b"AutoCAD Binary DXF\r\n\x1a\0\0\0SECTION", "binary DXF"),
        ("a.dgn", OLE, "DGN V8"),
        ("a.xls", OLE, "save it as CSV"),
        ("a.mdb", b"\0\x01\0\0Standard Jet DB\0", "Access"),
        ("a.gtp", b"\x1f\x02\x99whatever", "only gCadas reads"),
        ("a.pdf", b"%PDF-1.7", "the data behind the map"),
        ("a.rar", b"Rar!\x1a\x07\x01\0", "unpack it"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04", "unpack it"),
        ("a.tif", b"II*\0\x08\0\0\0", "an image"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "an image"),
        ("a.docx", &zip(&[("[Content_Types].xml", b"<a/>")]), "text document"),
        ("a.geojson", b"<!DOCTYPE html><html><body>Login</body></html>", "the download went wrong"),
    ] {
        let answer = answer(name, bytes);
        assert!(answer.contains(says), "{name}: {answer}");
        assert_eq!(answer.lines().count(), 1);
    }
}

#[test]
fn bytes_are_believed_and_not_names() {
    // AutoCAD's file called a table, and a table called a drawing
    assert!(answer("a.csv", b"AC1027\0\0\0\0\0").contains("AutoCAD"));
    assert!(answer("a.shp", DXF).contains("DXF"));
    let table = read_files(&[("a.dwg", b"ten,so\na,1\n")], "a.dwg").unwrap();
    assert_eq!(table[0].rows.len(), 1);
    // a table separated by tabs is called so too
    let tabs = read_files(&[("a.tab", b"ten\tso\na\t1\n")], "a.tab").unwrap();
    assert_eq!(tabs[0].text(0, "so").as_deref(), Some("1"));
}

#[test]
fn a_geodatabase_is_known_as_a_folder_in_a_folder_and_in_a_zip() {
    let inside = [("d/dat.gdb/a00000001.gdbtable", b"\x03\0\0\0".as_slice()), ("d/dat.gdb/gdb", b"\x05")];
    let said = |files: &[(&str, &[u8])], name: &str| match read_files(files, name) {
        Err(ReadError::Foreign(foreign)) => foreign.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(said(&inside, "d/dat.gdb").ends_with("`ogr2ogr -f GPKG dat.gpkg dat.gdb`"));
    assert!(said(&inside, "d").ends_with("`ogr2ogr -f GPKG dat.gpkg d/dat.gdb`"));
    let packed = zip(&inside);
    assert!(said(&[("goi.zip", &packed)], "goi.zip").ends_with("dat.gpkg /vsizip/goi.zip/d/dat.gdb`"));
}

#[test]
fn a_zip_of_foreign_files_alone_names_the_line_for_the_first() {
    let packed = zip(&[("ban do/RANH.TAB", TAB), ("ban do/RANH.DAT", b"\x03"), ("ban do/RANH.MAP", b"\0")]);
    let answer = answer("goi.zip", &packed);
    assert!(answer.ends_with("RANH.gpkg '/vsizip/goi.zip/ban do/RANH.TAB'`"), "{answer}");
}

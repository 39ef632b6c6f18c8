use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::super::{Content, Layer, ReadError, open};

/// What surrounds the sheets of a workbook.
const PARTS: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/styles.xml",
        r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
    ),
    (
        "xl/sharedStrings.xml",
        r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Số tờ
bản đồ</t></si><si><r><t>80210000</t></r><r><t>000000000000025</t></r></si></sst>"#,
    ),
];

/// A workbook of sheets: name, state, and XML of the data and what follows it.
fn workbook(path: &Path, sheets: &[(&str, &str, &str)]) {
    let (mut entries, mut links) = (String::new(), String::new());
    for (i, (name, state, _)) in sheets.iter().enumerate() {
        entries += &format!(r#"<sheet name="{name}" sheetId="{}" state="{state}" r:id="r{i}"/>"#, i + 1);
        links += &format!(
            r#"<Relationship Id="r{i}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{i}.xml"/>"#
        );
    }
    let main = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
    let mut parts: Vec<(String, String)> =
        PARTS.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
    parts.push((
        "xl/workbook.xml".to_owned(),
        format!("<workbook {main}><sheets>{entries}</sheets></workbook>"),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>"#),
    ));
    for (i, (_, _, data)) in sheets.iter().enumerate() {
        parts.push((format!("xl/worksheets/sheet{i}.xml"), format!("<worksheet {main}>{data}</worksheet>")));
    }
    let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

/// Rows of cells given as `A1=text`; `#` before the text makes it a number, `@` a day, `$` a shared text.
fn data(cells: &[&str]) -> String {
    let mut xml = String::from("<sheetData>");
    let mut row = String::new();
    for cell in cells {
        let (at, text) = cell.split_once('=').unwrap();
        let of_row: String = at.chars().filter(char::is_ascii_digit).collect();
        if of_row != row {
            xml += if row.is_empty() { "" } else { "</row>" };
            xml += &format!("<row r=\"{of_row}\">");
            row = of_row;
        }
        xml += &match text.chars().next() {
            Some('#') => format!("<c r=\"{at}\"><v>{}</v></c>", &text[1..]),
            Some('@') => format!("<c r=\"{at}\" s=\"1\"><v>{}</v></c>", &text[1..]),
            Some('$') => format!("<c r=\"{at}\" t=\"s\"><v>{}</v></c>", &text[1..]),
            Some('=') => format!("<c r=\"{at}\" t=\"str\"><f>A1&amp;\"\"</f><v>{}</v></c>", &text[1..]),
            Some('!') => format!("<c r=\"{at}\" t=\"e\"><v>{}</v></c>", &text[1..]),
            _ => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        };
    }
    xml + if row.is_empty() { "</sheetData>" } else { "</row></sheetData>" }
}

fn rows(layer: &mut Layer) -> Vec<(u64, Content)> {
    layer.map(|row| row.unwrap()).map(|row| (row.number, row.content.unwrap())).collect()
}

fn in_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    (folder, path)
}

#[test]
fn the_header_is_the_fullest_of_the_first_rows_and_cells_are_as_typed() {
    let (_folder, path) = in_folder();
    let cells = data(&[
        "A1=SỔ MỤC KÊ",
        "A2=Năm",
        "B2=#2025",
        "A4=$0",
        "B4=Số thửa",
        "C4=Mã",
        "D4=Ngày",
        "E4=Tính",
        "A5=#12",
        "B5=#1.5",
        "C5=$1",
        "D5=@45996",
        "E5==25645",
        "A7=#13",
        "C7=!#N/A",
        "G7=lost",
    ]);
    workbook(&path, &[("Thửa", "visible", &cells)]);
    let mut layers = open(&path).unwrap();
    assert_eq!(layers[0].name.as_deref(), Some("Thửa"));
    let rows = rows(&mut layers[0]);
    assert_eq!(rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [5, 7]);
    for (column, value) in [
        ("Số tờ bản đồ", "12"),
        ("Số thửa", "1.5"),
        ("Mã", "80210000000000000000025"),
        ("Ngày", "2025-12-05"),
        ("Tính", "25645"),
    ] {
        assert_eq!(rows[0].1.text(column).as_deref(), Some(value), "{column}");
    }
    assert_eq!(rows[1].1.text("Mã").as_deref(), Some("#N/A"));
    let remarks: Vec<u64> = layers[0].remarks().into_iter().map(|remark| remark.rows).collect();
    assert_eq!(remarks, [2, 1], "two titles, one cell beside the table");
}

#[test]
fn a_cell_merged_over_rows_holds_for_each_and_a_header_of_two_rows_is_the_lower() {
    let (_folder, path) = in_folder();
    let cells = data(&[
        "A1=Tờ",
        "B1=Tọa độ",
        "A2=",
        "B2=X",
        "C2=Y",
        "A3=#5",
        "B3=#1",
        "C3=#2",
        "B4=#3",
        "C4=#4",
        "A5=#6",
        "B5=#7",
    ]);
    let merges = r#"<mergeCells count="4"><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="A3:A4"/><mergeCell ref="A9:A12"/></mergeCells>"#;
    workbook(&path, &[("s", "visible", &format!("{cells}{merges}"))]);
    let mut layers = open(&path).unwrap();
    let rows = rows(&mut layers[0]);
    let sheets: Vec<_> = rows.iter().map(|(_, row)| row.text("Tờ").unwrap().into_owned()).collect();
    assert_eq!(sheets, ["5", "5", "6"]);
    assert_eq!(rows[1].1.text("Y").as_deref(), Some("4"));
}

#[test]
fn empty_and_hidden_sheets_are_no_layers_and_the_hidden_are_counted() {
    let (_folder, path) = in_folder();
    let filled = data(&["A1=code", "A2=#1"]);
    let empty = data(&[]);
    workbook(
        &path,
        &[
            ("a", "visible", &filled),
            ("Sheet2", "visible", &empty),
            ("lists", "hidden", &filled),
            ("b", "visible", &filled),
        ],
    );
    let mut layers = open(&path).unwrap();
    let names: Vec<_> = layers.iter().map(|layer| layer.name.clone().unwrap()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(rows(&mut layers[0]).len(), 1);
    assert_eq!(layers[0].remarks()[0].rows, 1);
    workbook(&path, &[("Sheet1", "visible", &empty)]);
    assert!(matches!(open(&path), Err(ReadError::Empty)));
}

#[test]
fn cells_far_away_cost_nothing_and_a_part_that_unpacks_without_end_is_refused() {
    let (_folder, path) = in_folder();
    workbook(&path, &[("far", "visible", &data(&["A1=code", "B1=name", "XFD1048576=x"]))]);
    assert_eq!(rows(&mut open(&path).unwrap()[0]).len(), 1);
    let mut zip =
        zip::ZipWriter::new_append(File::options().read(true).write(true).open(&path).unwrap()).unwrap();
    zip.start_file("xl/more.xml", zip::write::SimpleFileOptions::default()).unwrap();
    for _ in 0..257 {
        zip.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    zip.finish().unwrap();
    assert!(matches!(open(&path), Err(ReadError::ZipBomb { .. })));
}

#[test]
fn the_records_of_a_planning_package_are_read() {
    let Some(data) = std::env::var_os("BANDOSO_TEST_DATA") else {
        eprintln!("BANDOSO_TEST_DATA is not set: the real workbook was not read");
        return;
    };
    let path = Path::new(&data).join("planning/CSDL_QHPK_HoaThanh_HuCau/HoSoScan/80QPK0010001.xlsx");
    let mut layers = open(&path).unwrap();
    let read: Vec<(String, usize, usize)> = layers
        .iter_mut()
        .map(|layer| {
            let name = layer.name.clone().unwrap();
            let rows = rows(layer);
            (name, rows.len(), rows[0].1.columns().len())
        })
        .collect();
    assert_eq!(read, [("HoSo".to_owned(), 1, 20), ("BanVe".to_owned(), 2, 8), ("VanBan".to_owned(), 1, 10)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_workbook_with_any_bytes_changed_ends_in_rows_or_an_error(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let (_folder, path) = in_folder();
        workbook(&path, &[("s", "visible", &data(&["A1=code", "B1=$0", "A2=#1", "B2=@45996"]))]);
        let mut bytes = std::fs::read(&path).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(layers) = open(&path) {
            for layer in layers {
                prop_assert!(layer.count() <= bytes.len());
            }
        }
    }
}

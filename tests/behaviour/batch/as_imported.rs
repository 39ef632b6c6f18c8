//! One reader of tables: what import understands of a table, a batch understands, on the same files.

use unicode_normalization::UnicodeNormalization;

use super::town::{post, rows_of};
use crate::support::TwoWards;

/// Tables as spreadsheets save them: what is peculiar, the bytes, and the delimiter. Each has two addresses in one ward,
/// the second without its last cell.
fn tables() -> Vec<(&'static str, Vec<u8>, u8)> {
    let comma = "so_nha,duong,ma_xa,vi_do,kinh_do,ghi_chu\n\
        12,Hùng Vương,25633,11.2881,106.1300,a\n14,Hùng Vương,25633,11.2882,106.1301\n";
    let semicolon = "Số nhà;Đường;Mã xã;Vĩ độ;Kinh độ;Ghi chú\r\n\
        12;Hùng Vương;25633;11,2881;106,1300;a\r\n14;Hùng Vương;25633;11,2882;106,1301\r\n";
    let utf16 = format!("\u{feff}{semicolon}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("as it is exported", comma.into(), b','),
        ("decimal commas", semicolon.into(), b';'),
        ("a first line that names the delimiter", format!("sep=;\r\n{semicolon}").into(), b';'),
        ("a header whose accents stand apart", semicolon.nfd().collect::<String>().into(), b';'),
        (
            "a header in capitals",
            comma.replace("so_nha,duong,ma_xa,vi_do", "SO_NHA,Duong,MA XA,Vi_Do").into(),
            b',',
        ),
        (
            "empty cells too many",
            comma.replace(",a\n", ",a,,,\n").replace(",106.1301\n", ",106.1301,,,,\n").into(),
            b',',
        ),
        ("a byte order mark", format!("\u{feff}{comma}").into(), b','),
        ("UTF-16", utf16, b';'),
    ]
}

#[test]
fn a_table_is_read_alike_by_import_and_by_a_batch() {
    let town = TwoWards::new();
    for (what, bytes, delimiter) in tables() {
        let file = town.folder.path().join("addresses.csv");
        std::fs::write(&file, &bytes).unwrap();
        let report = crate::support::import(&town.database, &[file], &["--as", "addresses", "--replace"]);
        assert!(report.contains("2 rows read, 2 loaded, 0 refused"), "{what}: {report}");
        let numbers = "SELECT string_agg(number, ' ' ORDER BY number) FROM bandoso.address";
        assert_eq!(town.database.value(numbers), "12 14", "{what}: {report}");
        let query = "columns=S%E1%BB%91%20nh%C3%A0&columns=duong&ward=M%C3%A3%20x%C3%A3&lat=vi_do&lon=Kinh%20%C4%91%E1%BB%99";
        let mut reply = post(&format!("/v1/batch?{query}"), "text/csv", bytes);
        if reply.body.starts_with(b"\xef\xbb\xbf") {
            reply.body.drain(..3);
        }
        let rows = rows_of(&reply, delimiter);
        assert_eq!(rows.len(), 2, "{what}");
        for row in rows {
            assert_eq!(row["result_status"], "ok", "{what}: {row:?}");
            assert_eq!(row["result_ward_code"], "25633", "{what}: {row:?}");
        }
    }
}

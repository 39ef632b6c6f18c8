//! What happens to a dataset from month to month: delivered again, corrected, cut off, taken back.

use crate::support::{Database, Server, migrated};

/// One month's delivery of parcels: number and use.
fn parcels(rows: &[(u32, &str)]) -> String {
    let feature = |(number, use_code): &(u32, &str)| {
        let (west, south) = (106.1 + f64::from(*number) * 0.002, 11.3);
        let ring = [(0.0, 0.0), (0.001, 0.0), (0.001, 0.001), (0.0, 0.001), (0.0, 0.0)]
            .map(|(x, y)| format!("[{:.4},{:.4}]", west + x, south + y))
            .join(",");
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"soHieuToBanDo\":7,\"soThuTuThua\":{number},\"loaiDat\":\"{use_code}\",\"maXa\":\"25630\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{ring}]]}}}}\n"
        )
    };
    rows.iter().map(feature).collect()
}

/// Doors along a street: number and place.
fn doors(rows: &[(&str, f64)]) -> String {
    let row = |(number, lon): &(&str, f64)| format!("{number},Lê Lợi,25630,11.3,{lon:.5}\n");
    format!("number,street,ward_code,lat,lon\n{}", rows.iter().map(row).collect::<String>())
}

struct Office {
    database: Database,
    folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        Self { database: migrated(), folder: tempfile::tempdir().unwrap() }
    }

    fn run(&self, text: &str, more: &[&str]) -> (i32, String, String) {
        let file = self.folder.path().join("delivery");
        std::fs::write(&file, text).unwrap();
        let named = ["import", file.to_str().unwrap(), "--into", &self.database.url, "--name", "cadastre"];
        Server::run(&[&named, more].concat())
    }

    /// The report of an import that goes through.
    fn import(&self, text: &str, more: &[&str]) -> String {
        let (code, report, log) = self.run(text, more);
        assert_eq!(code, 0, "{report}{log}");
        report
    }

    fn verb(&self, verb: &str) -> (i32, String) {
        let (code, _, log) = Server::run(&[verb, "cadastre", "--from", &self.database.url]);
        (code, log)
    }

    /// Every row of the tables of datasets, as text.
    fn content(&self) -> Vec<String> {
        ["street", "parcel", "address"]
            .iter()
            .map(|table| {
                let key = format!("{table}_id");
                self.database.value(&format!(
                    "SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY {key}), '') FROM bandoso.{table} t"
                ))
            })
            .collect()
    }
}

#[test]
fn a_delivery_that_comes_again_writes_only_what_is_other() {
    let office = Office::new();
    office.import(&parcels(&[(1, "ONT"), (2, "CLN"), (3, "LUC"), (4, "ONT"), (5, "ONT"), (6, "BHK")]), &[]);
    let written = |number: u32| {
        office
            .database
            .value(&format!("SELECT parcel_id || ' ' || xmin FROM bandoso.parcel WHERE number = '{number}'"))
    };
    let (same, other) = (written(1), written(2));
    let next = parcels(&[(1, "ONT"), (2, "ONT"), (3, "LUC"), (4, "ONT"), (5, "ONT"), (7, "ONT")]);
    let report = office.import(&next, &["--mode", "replace"]);
    assert!(report.contains("added 1, changed 1, unchanged 4, removed 1"), "{report}");
    assert_eq!(written(1), same, "a row that did not change is not written");
    let id = |written: &str| written.split(' ').next().unwrap().to_owned();
    assert_eq!(id(&written(2)), id(&other), "a row that changed keeps its id");
    assert_ne!(written(2), other);
    assert_eq!(office.database.value("SELECT count(*) FROM bandoso.parcel WHERE number = '6'"), "0");
}

#[test]
fn an_update_removes_nothing_and_an_append_matches_nothing() {
    let office = Office::new();
    office.import(&parcels(&[(1, "ONT"), (2, "CLN")]), &[]);
    let report = office.import(&parcels(&[(2, "ONT"), (3, "ONT")]), &["--mode", "update"]);
    assert!(report.contains("added 1, changed 1, unchanged 0, removed 0"), "{report}");
    office.import(&parcels(&[(3, "ONT")]), &["--mode", "append"]);
    let numbers = "SELECT string_agg(number, ' ' ORDER BY number, parcel_id) FROM bandoso.parcel";
    assert_eq!(office.database.value(numbers), "1 2 3 3");
}

#[test]
fn every_batch_is_undone_to_the_last_byte() {
    let office = Office::new();
    let months = [
        (parcels(&[(1, "ONT"), (2, "CLN"), (3, "LUC"), (4, "ONT"), (5, "ONT"), (6, "BHK")]), vec![]),
        (parcels(&[(1, "ONT"), (2, "ONT"), (3, "LUC"), (4, "ONT"), (5, "ONT")]), vec!["--mode", "replace"]),
        (parcels(&[(5, "CLN"), (9, "ONT")]), vec!["--mode", "update"]),
        (parcels(&[(10, "ONT")]), vec!["--mode", "append"]),
    ];
    let mut before = vec![office.content()];
    for (text, how) in &months {
        office.import(text, how);
        before.push(office.content());
    }
    assert_eq!(office.verb("remove").0, 0);
    assert_eq!(office.database.value("SELECT count(*) FROM bandoso.dataset"), "0");
    while let Some(content) = before.pop() {
        assert_eq!(office.verb("undo").0, 0, "{} batches are left", before.len());
        assert_eq!(office.content(), content);
        if before.len() == 1 {
            break;
        }
    }
    assert_eq!(office.verb("undo").0, 0);
    assert_eq!(office.content(), before[0]);
    assert_eq!(office.database.value("SELECT count(*) FROM bandoso.dataset"), "0");
    let (code, message) = office.verb("undo");
    assert!(code == 1 && message.contains("no batch that could be undone"), "{message}");
}

#[test]
fn an_undo_that_would_lose_the_edit_of_a_person_is_refused_and_names_it() {
    let office = Office::new();
    office.import(&parcels(&[(1, "ONT"), (2, "CLN"), (3, "LUC")]), &[]);
    office.database.execute("UPDATE bandoso.parcel SET uses = '{ODT}' WHERE number = '2'");
    let id = office.database.value("SELECT parcel_id FROM bandoso.parcel WHERE number = '2'");
    let content = office.content();
    let (code, message) = office.verb("undo");
    assert!(code == 1 && message.contains(&format!("parcel {id}")), "{message}");
    assert_eq!(office.content(), content);
    office.database.execute("DELETE FROM bandoso.parcel WHERE number = '2'");
    let (code, message) = office.verb("undo");
    assert!(code == 1 && message.contains("1 rows that the import brought were removed since"), "{message}");
}

#[test]
fn a_delivery_that_was_cut_off_does_not_empty_the_town() {
    let office = Office::new();
    office.import(&parcels(&[(1, "ONT"), (2, "CLN"), (3, "LUC"), (4, "ONT")]), &[]);
    let content = office.content();
    let half = parcels(&[(1, "ONT"), (2, "CLN")]);
    let (code, _, message) = office.run(&half, &["--mode", "replace"]);
    assert!(code == 1 && message.contains("would remove 2 of 4 rows"), "{message}");
    assert_eq!(office.content(), content);
    let report = office.import(&half, &["--mode", "replace", "--allow-removal"]);
    assert!(report.contains("removed 2"), "{report}");
}

#[test]
fn doors_delivered_again_keep_their_ids_and_codes_and_an_undo_brings_back_both() {
    let office = Office::new();
    let first = doors(&[("1", 106.1), ("3", 106.1005), ("5", 106.101), ("7", 106.1015), ("9", 106.102)]);
    office.import(&first, &["--as", "addresses"]);
    office.database.execute("UPDATE bandoso.address SET door_code = 'A2345678' || number");
    let code_of = |number: &str| {
        office.database.value(&format!(
            "SELECT coalesce(door_code, '') || ' ' || address_id FROM bandoso.address WHERE number = '{number}'"
        ))
    };
    let (three, five) = (code_of("3"), code_of("5"));
    // number 5 moved by 11 m, number 9 is gone, 11 is new
    let next = doors(&[("1", 106.1), ("3", 106.1005), ("5", 106.1011), ("7", 106.1015), ("11", 106.103)]);
    let before = office.content();
    let report = office.import(&next, &["--as", "addresses", "--mode", "replace"]);
    assert!(report.contains("added 1, changed 1, unchanged 3, removed 1"), "{report}");
    assert_eq!((code_of("3"), code_of("5")), (three, five));
    assert_eq!(code_of("11").split(' ').next(), Some(""));
    assert_eq!(office.verb("undo").0, 0);
    assert_eq!(office.content(), before);
}

#[test]
fn the_list_names_every_batch_with_its_file_and_who_brought_it() {
    let office = Office::new();
    let text = parcels(&[(1, "ONT"), (2, "CLN")]);
    office.import(&text, &["--from", "Văn phòng đăng ký đất đai"]);
    office.import(&text, &["--mode", "update"]);
    let (code, list, log) = Server::run(&["datasets", "--from", &office.database.url]);
    assert_eq!(code, 0, "{log}");
    for part in [
        "cadastre: 2 × parcel (EPSG:4326, public)",
        "Văn phòng đăng ký đất đai",
        "added 2, changed 0, unchanged 0, removed 0, refused 0",
        "added 0, changed 0, unchanged 2, removed 0, refused 0",
    ] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let role = office.database.value("SELECT current_user");
    assert!(list.contains(&format!(" by {role}")), "{list}");
    let sums: Vec<&str> = list.lines().filter_map(|line| line.trim().strip_prefix("delivery ")).collect();
    assert!(sums.len() == 2 && sums.iter().all(|sum| sum.len() == 64), "{list}");
    assert!(!list.contains(office.folder.path().to_str().unwrap()), "no path of a file: {list}");
}

#[test]
fn a_person_adds_a_parcel_without_knowing_an_id() {
    let office = Office::new();
    office.import(&parcels(&[(1, "ONT")]), &[]);
    office.database.execute(
        "INSERT INTO bandoso.parcel (dataset_id, survey_unit_id, sheet, number, uses, unit_id, geom)
         SELECT dataset_id, survey_unit_id, '7', '2', '{2L}', unit_id, geom FROM bandoso.parcel",
    );
    assert_eq!(office.database.value("SELECT count(DISTINCT parcel_id) FROM bandoso.parcel"), "2");
    office.import(&parcels(&[(3, "ONT")]), &["--mode", "append"]);
    assert_eq!(office.database.value("SELECT count(*) FROM bandoso.parcel"), "3");
}

#[test]
fn a_removed_dataset_comes_back_beside_one_that_was_made_since() {
    let office = Office::new();
    office.import(&parcels(&[(1, "ONT")]), &[]);
    assert_eq!(office.verb("remove").0, 0);
    let file = office.folder.path().join("other");
    std::fs::write(&file, parcels(&[(2, "ONT")])).unwrap();
    let (code, _, log) = Server::run(&["import", file.to_str().unwrap(), "--into", &office.database.url]);
    assert_eq!(code, 0, "{log}");
    let (code, log) = office.verb("undo");
    assert_eq!(code, 0, "{log}");
    let names = "SELECT string_agg(name || ' ' || number, ',' ORDER BY name)
                 FROM bandoso.parcel JOIN bandoso.dataset USING (dataset_id)";
    assert_eq!(office.database.value(names), "cadastre 1,other 2");
}

#[test]
fn two_files_of_one_import_do_not_share_a_dataset() {
    let office = Office::new();
    let second = office.folder.path().join("second");
    std::fs::write(&second, parcels(&[(2, "ONT")])).unwrap();
    let (code, _, message) = office.run(&parcels(&[(1, "ONT")]), &[second.to_str().unwrap()]);
    assert!(
        code == 1 && message.contains("two files of this import go into dataset “cadastre”"),
        "{message}"
    );
    assert_eq!(office.database.value("SELECT count(*) FROM bandoso.parcel"), "0");
}

#[test]
fn a_key_that_is_no_column_is_answered_with_those_there_are() {
    let office = Office::new();
    office.import(&parcels(&[(1, "ONT")]), &[]);
    let (code, _, message) = office.run(&parcels(&[(1, "ONT")]), &["--mode", "update", "--key", "so_thua"]);
    assert!(
        code == 1 && message.contains("so_thua") && message.contains("survey_unit_id, sheet, number"),
        "{message}"
    );
    let report = office.import(&parcels(&[(1, "CLN")]), &["--mode", "update", "--key", "number"]);
    assert!(report.contains("added 0, changed 1, unchanged 0, removed 0"), "{report}");
}

#[test]
fn an_undo_that_others_stand_on_is_refused_in_words() {
    let office = Office::new();
    office.import(&doors(&[("1", 106.1)]), &["--as", "addresses"]);
    let street = office.database.value("SELECT street_id FROM bandoso.street");
    office.database.execute(&format!(
        "INSERT INTO bandoso.dataset (dataset_id, name, srid) VALUES (900, 'other', 4326);
         INSERT INTO bandoso.address (address_id, dataset_id, number, street_id, unit_id, geom)
         SELECT 900, 900, '2', {street}, unit_id, geom FROM bandoso.address"
    ));
    let content = office.content();
    let (code, message) = office.verb("undo");
    assert!(code == 1 && message.contains("rows of other datasets refer to"), "{message}");
    assert_eq!(office.content(), content);
}

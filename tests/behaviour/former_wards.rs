//! Old wards in lines of addresses: a table's become units, others are kept as written and searched for.

use crate::support::{Server, import, migrated};

#[test]
fn the_old_ward_at_the_end_of_a_line_is_kept_and_leads_to_where_its_doors_are_today() {
    let database = migrated();
    let lines = [
        ("1 Lê Lợi, Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh", "25633"),
        ("2 Lê Lợi, Phường Cây Sung, Thị xã Hòa Thành, Tỉnh Tây Ninh 80000, Việt Nam", "25630"),
        ("3 Lê Lợi, Phường Cây Sung, Hòa Thành, Tây Ninh", "25630"),
        ("4 Lê Lợi, Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh", "25645"),
        ("5 Lê Lợi, Phường Long Hoa, Tỉnh Tây Ninh", "25630"),
    ];
    let rows: String = lines
        .iter()
        .enumerate()
        .map(|(i, (line, ward))| format!("{},\"{line}\",106.1{i},11.25,{ward}\n", i + 1))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("doors.csv");
    std::fs::write(&file, format!("address_id,address,lon,lat,ward\n{rows}")).unwrap();
    let report = import(&database, &[file], &[]);
    assert!(report.contains("5 loaded, 0 refused"), "{report}");
    assert!(report.contains("note 1 × the old ward in the address line did not become"), "{report}");
    let kept = database.value(
        "SELECT string_agg(coalesce(a.former_place, v.code, '-'), ' | ' ORDER BY a.address_id)
         FROM bandoso.address a LEFT JOIN bandoso.unit_latest v ON v.unit_id = a.former_unit_id",
    );
    assert_eq!(
        kept,
        "25633 | Phường Cây Sung, Thị xã Hòa Thành, Tỉnh Tây Ninh | Phường Cây Sung, Hòa Thành, Tây Ninh | - | -"
    );
    let server = Server::start(&["serve", "--source", &database.url]);
    let shown = server.get("/tiles/addresses").text();
    assert!(
        shown.contains("hamlet") && !shown.contains("former_place"),
        "the words of a line are no column of a map"
    );
    let found = server.get("/v1/search?text=9%20Tran%20Phu,%20P.%20Cay%20Sung,%20TX%20Hoa%20Thanh").json();
    let first = &found["features"][0]["properties"];
    assert_eq!(first["ward_code"], "25630", "{found}");
    assert!(first["former_code"].is_null(), "what was learnt has no code: {found}");
}

#[test]
fn a_ward_that_ended_before_2025_is_kept_by_its_unit_or_as_written_where_the_database_has_it_not() {
    let place = "Phường An Nghiệp, Quận Ninh Kiều, Thành phố Cần Thơ";
    let kept = |prepare: &str| {
        let database = migrated();
        database.execute(prepare);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("doors.csv");
        // the second row lies in a ward that the old one never became
        let rows = format!(
            "1,\"1 Lê Lợi, {place}\",105.78,10.03,31135\n2,\"2 Lê Lợi, {place}\",105.78,10.03,31120\n"
        );
        std::fs::write(&file, format!("address_id,address,lon,lat,ward\n{rows}")).unwrap();
        let report = import(&database, &[file], &[]);
        assert!(report.contains("2 loaded, 0 refused"), "{report}");
        assert!(
            report.contains("31126") && !report.contains("An Nghiệp"),
            "the code, not the line: {report}"
        );
        database.value(
            "SELECT string_agg(coalesce(former_unit_id::text, former_place, '-'), ' | ' ORDER BY address_id)
             FROM bandoso.address",
        )
    };
    assert_eq!(kept("SELECT"), "3031126 | -");
    assert_eq!(kept("DELETE FROM bandoso.unit WHERE unit_id = 3031126"), format!("{place} | -"));
}

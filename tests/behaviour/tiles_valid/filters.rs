//! `?filter=` on a table of PostGIS keeps the rows that the same condition keeps in SQL.

use std::collections::BTreeSet;

use super::decode::layer;
use super::sweep::{number, path};
use crate::support::{Cluster, Server, tile_at};

/// `(filter, SQL)`; an empty SQL is the filter itself.
const SAME_AS_SQL: [(&str, &str); 32] = [
    ("land_use = 'ONT'", ""),
    ("land_use <> 'ONT'", ""),
    ("NOT land_use = 'ONT'", ""),
    (
        "land_use > 'CLN' AND land_use <= 'ONT'",
        "land_use > 'CLN' COLLATE \"C\" AND land_use <= 'ONT' COLLATE \"C\"",
    ),
    ("land_use BETWEEN 'CLN' AND 'ODT'", "land_use COLLATE \"C\" BETWEEN 'CLN' AND 'ODT'"),
    ("land_use IN ('ONT', 'ODT', 'CLN')", ""),
    ("land_use NOT IN ('ONT', 'ODT')", ""),
    ("land_use not in ('ONT') or note is null", ""),
    ("street LIKE 'Lê%'", ""),
    ("street LIKE '%Thị%'", ""),
    ("street LIKE 'L_ L_i'", ""),
    ("street LIKE 'Lê Lợi'", ""),
    ("street NOT LIKE '%i'", ""),
    ("note LIKE '50\\%%'", ""),
    ("note LIKE '%a\\\\b%'", ""),
    ("note = 'O''Neil'", ""),
    ("note LIKE ''", ""),
    ("area_m2 > 100", ""),
    ("area_m2 <= 120.5", ""),
    ("area_m2 BETWEEN 5e1 AND 1.5E2", ""),
    ("area_m2 NOT BETWEEN 50 AND 150", ""),
    ("floors = 2.5", ""),
    ("floors > 2.5 AND floors <> 4.0", ""),
    ("floors IN (1, 2.5, 3)", ""),
    ("floors > -1 AND floors < 9223372036854775808", ""),
    ("is_public = TRUE", ""),
    ("is_public <> TRUE OR is_public IS NULL", ""),
    ("valid_from >= DATE('2025-07-01')", ""),
    ("valid_from BETWEEN '2024-01-01' AND DATE('2025-06-30')", ""),
    ("NOT (note = 'x' AND floors = 3) AND TRUE", ""),
    ("floors = 1 OR floors = 3 AND land_use = 'ONT' OR NOT is_public = FALSE", ""),
    ("\"land_use\" IS NOT NULL AND NOT (note IS NULL OR note NOT IN ('x', 'y'))", ""),
];

#[test]
fn a_filter_keeps_the_rows_that_sql_keeps() {
    let database = Cluster::shared().fresh_database();
    database.execute(
        r"CREATE TABLE door AS SELECT i AS id,
            (ARRAY['ONT', 'ODT', 'CLN', 'LUC', 'BCS', NULL])[1 + i % 6] AS land_use,
            (ARRAY['Lê Lợi', 'Lê Thị Riêng', 'Nguyễn Thị Minh Khai', 'Lý Lai', NULL])[1 + i / 6 % 5] AS street,
            (ARRAY['50%', 'a\b', 'O''Neil', '', 'x', 'y', '50 m', NULL])[1 + i / 30 % 8] AS note,
            CASE WHEN i % 11 > 0 THEN (i * 37 % 300)::float8 / 2 END AS area_m2,
            CASE WHEN i % 7 > 0 THEN i % 6 END AS floors,
            (ARRAY[true, false, NULL])[1 + i % 3] AS is_public,
            CASE WHEN i % 13 > 0 THEN DATE '2023-12-01' + i % 700 END AS valid_from,
            ST_Point(106.1 + i / 1e7, 11.25, 4326) AS geom
          FROM generate_series(1, 2000) AS i;
          ALTER TABLE door ADD PRIMARY KEY (id)",
    );
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    let columns = r#"["land_use", "street", "note", "area_m2", "floors", "is_public", "valid_from"]"#;
    let table = format!("[layers.doors]\ntable = \"door\"\nid = \"id\"\ncolumns = {columns}\n");
    std::fs::write(&config, table).unwrap();
    let server = Server::start(&["serve", "--source", &database.url, "--config", config.to_str().unwrap()]);
    let tile = path("doors", tile_at((106.1001, 11.25), 14));
    for (filter, sql) in SAME_AS_SQL {
        let sql = if sql.is_empty() { filter.replace("DATE(", "date(") } else { sql.to_owned() };
        let rows = database.query(&format!("SELECT id FROM door WHERE {sql}"));
        let expected: BTreeSet<u64> = rows.iter().map(|row| number(&row[0]) as u64).collect();
        let escaped: String = filter.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let reply = server.get(&format!("{tile}?filter={escaped}"));
        assert!(matches!(reply.status, 200 | 204), "{filter}: {} {}", reply.status, reply.text());
        let kept: BTreeSet<u64> = layer(&reply.body, "doors", filter).iter().map(|door| door.id).collect();
        assert_eq!(kept, expected, "{filter}");
    }
}

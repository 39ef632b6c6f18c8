//! The town as written, read back from its file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use geo::{Area, BooleanOps, Contains, Intersects, Validation};
use geo_types::{Geometry, MultiPolygon, Point};
use geozero::{ToGeo, wkb::GpkgWkb};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row, SqliteConnection};

use super::{RECORDED_AT, TownOptions, TownReport, examples, write_town};
use crate::geocode::codes::DoorCode;
use crate::schema::SchemaWriter;

async fn build(path: &Path, options: TownOptions) -> TownReport {
    let mut writer = SchemaWriter::geopackage(path, RECORDED_AT).await.unwrap();
    let report = write_town(&options, &mut writer, |_| ()).await.unwrap();
    writer.commit().await.unwrap();
    report
}

async fn open(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).read_only(true).connect().await.unwrap()
}

async fn town(options: TownOptions) -> (tempfile::TempDir, SqliteConnection, TownReport) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("town.gpkg");
    let report = build(&path, options).await;
    let connection = open(&path).await;
    (folder, connection, report)
}

async fn small() -> (tempfile::TempDir, SqliteConnection, TownReport) {
    town(TownOptions { parcels: 3_000, ..TownOptions::default() }).await
}

async fn count(db: &mut SqliteConnection, question: &'static str) -> i64 {
    sqlx::query_scalar(question).fetch_one(db).await.unwrap()
}

fn areas(blob: &[u8]) -> MultiPolygon {
    match GpkgWkb(blob).to_geo().unwrap() {
        Geometry::MultiPolygon(shape) => shape,
        other => panic!("{other:?}"),
    }
}

async fn surveyed_parcels(db: &mut SqliteConnection, unit_id: i32) -> Vec<MultiPolygon> {
    let rows = sqlx::query("SELECT geom_src FROM parcel WHERE unit_id = ?").bind(unit_id);
    rows.fetch_all(db).await.unwrap().iter().map(|row| areas(row.get(0))).collect()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_file_and_another_seed_another_town() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (i, seed) in [7, 7, 8].into_iter().enumerate() {
        let path = folder.path().join(format!("{i}.gpkg"));
        build(&path, TownOptions { parcels: 1_000, seed }).await;
        files.push(std::fs::read(&path).unwrap());
    }
    assert!(files[0] == files[1], "two runs differ");
    assert!(files[0] != files[2]);
    assert!(!folder.path().join("0.gpkg.part").exists());
}

#[tokio::test]
async fn every_surveyed_shape_is_valid_and_has_seven_vertices_or_more_on_average() {
    let (_folder, mut db, report) = small().await;
    let (mut vertices, mut parcels, mut holed, mut in_parts) = (0, 0, 0, 0);
    for table in ["parcel", "plan_zone", "unit_area"] {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT geom_src, geom FROM {table}")))
            .fetch_all(&mut db)
            .await
            .unwrap();
        for row in rows {
            let (source, wgs84) = (areas(row.get(0)), areas(row.get(1)));
            assert!(source.is_valid(), "{table}: {:?}", source.validation_errors());
            assert_eq!(source.0.len(), wgs84.0.len());
            if table == "parcel" {
                parcels += 1;
                in_parts += i32::from(source.0.len() > 1);
                holed += i32::from(source.iter().any(|p| !p.interiors().is_empty()));
                let rings = source.iter().flat_map(|p| p.interiors().iter().chain([p.exterior()]));
                vertices += rings.map(|ring| ring.0.len() - 1).sum::<usize>();
            }
        }
    }
    assert_eq!(report.road_pieces_left_out, 0);
    assert!(vertices as f64 / f64::from(parcels) >= 7.0, "{vertices} over {parcels}");
    assert!(holed >= 3 && in_parts >= 1, "{holed} with holes, {in_parts} in parts");
}

#[tokio::test]
async fn parcels_cover_their_ward_share_their_corners_and_do_not_overlap() {
    let (_folder, mut db, _) = small().await;
    let unit_id = 2_025_645; // phường Hòa Thành
    let parcels = surveyed_parcels(&mut db, unit_id).await;
    let ward = sqlx::query("SELECT geom_src FROM unit_area WHERE unit_id = ?").bind(unit_id);
    let ward = areas(ward.fetch_one(&mut db).await.unwrap().get(0));
    let covered: f64 = parcels.iter().map(Area::unsigned_area).sum();
    assert!((covered / ward.unsigned_area() - 1.0).abs() < 1e-4, "{covered} of {}", ward.unsigned_area());

    let mut owners: BTreeMap<(u64, u64), u32> = BTreeMap::new();
    for parcel in &parcels {
        let mut own = BTreeSet::new();
        for c in parcel.iter().flat_map(|p| p.exterior().0.iter()) {
            own.insert((c.x.to_bits(), c.y.to_bits()));
        }
        own.into_iter().for_each(|corner| *owners.entry(corner).or_default() += 1);
    }
    let shared = owners.values().filter(|&&n| n > 1).count() as f64 / owners.len() as f64;
    assert!(shared > 0.85, "only {shared} of the corners are shared");

    // corners are rounded to a millimetre, so a T-junction may reach in by half of one
    for (i, a) in parcels.iter().enumerate().take(150) {
        for b in parcels.iter().skip(i + 1).filter(|b| a.intersects(*b)) {
            let overlap = a.intersection(b).unsigned_area();
            assert!(overlap < 0.03, "{overlap} m²");
        }
    }
}

#[tokio::test]
async fn slivers_of_centimetres_lie_between_some_neighbours() {
    let (_folder, mut db, _) = small().await;
    let parcels = surveyed_parcels(&mut db, 2_025_645).await;
    let ward: f64 = parcels.iter().map(Area::unsigned_area).sum();
    let row = sqlx::query("SELECT geom_src FROM unit_area WHERE unit_id = 2025645");
    let gaps = areas(row.fetch_one(&mut db).await.unwrap().get(0)).unsigned_area() - ward;
    assert!(gaps > 0.1, "{gaps} m² of gaps");
}

#[tokio::test]
async fn sheets_count_from_one_in_every_old_ward_so_that_numbers_collide_in_the_new_one() {
    let (_folder, mut db, _) = small().await;
    let collisions = "SELECT count(*) FROM (SELECT 1 FROM parcel GROUP BY unit_id, sheet, number
                      HAVING count(DISTINCT survey_unit_id) > 1)";
    assert!(count(&mut db, collisions).await > 100);
    let starts = "SELECT count(DISTINCT survey_unit_id) FROM parcel WHERE sheet = '1' AND number = '1'";
    assert_eq!(count(&mut db, starts).await, 19, "9 old wards of Hòa Thành and 10 of Uông Bí");
    let split = "SELECT count(DISTINCT unit_id) FROM parcel WHERE survey_unit_id = 1006820";
    assert_eq!(count(&mut db, split).await, 2, "Trưng Vương went to two wards");
}

#[tokio::test]
async fn every_key_and_every_code_is_there_and_nothing_national_is_invented() {
    let (_folder, mut db, report) = small().await;
    let broken = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut db).await.unwrap();
    assert_eq!(broken.len(), 0);
    let rows =
        sqlx::query("SELECT DISTINCT uses FROM parcel UNION SELECT code FROM plan_zone WHERE plan_id = 1");
    let known =
        sqlx::query("SELECT code FROM land_use WHERE valid_to IS NULL").fetch_all(&mut db).await.unwrap();
    let known: BTreeSet<String> = known.iter().map(|row| row.get(0)).collect();
    for row in rows.fetch_all(&mut db).await.unwrap() {
        let uses: String = row.get(0);
        assert!(uses.split('+').all(|code| known.contains(code)), "{uses}");
    }
    for nothing in [
        "SELECT count(*) FROM address WHERE coalesce(national_place_id, post_address_code, postal_code) NOT NULL",
        "SELECT count(*) FROM parcel WHERE official_id NOT NULL",
        "SELECT count(*) FROM dataset WHERE NOT is_generated",
        "SELECT count(*) FROM address WHERE parcel_id NOT IN (SELECT parcel_id FROM parcel)",
        "SELECT (SELECT count(*) FROM parcel) - (SELECT count(*) FROM layer_parcels)",
        "SELECT count(*) FROM plan_zone WHERE name = ''",
    ] {
        assert_eq!(count(&mut db, nothing).await, 0, "{nothing}");
    }
    let codes: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT door_code FROM address").fetch_all(&mut db).await.unwrap();
    assert_eq!(codes.len() as u64, report.addresses, "a code for every door and none twice");
    assert!(
        codes.iter().all(|code| code.parse::<DoorCode>().is_ok_and(|code| code.issuer().to_string() == "DM"))
    );
    let ratio = report.addresses as f64 / report.parcels as f64;
    assert!((0.6..0.85).contains(&ratio), "{ratio} addresses a parcel");
}

#[tokio::test]
async fn doors_stand_in_their_parcels_and_zones_cut_across_parcels() {
    let (_folder, mut db, _) = small().await;
    let rows = "SELECT a.geom, p.geom, p.unit_id FROM address a JOIN parcel p USING (parcel_id)";
    let rows = sqlx::query(rows).fetch_all(&mut db).await.unwrap();
    let inside = rows.iter().filter(|row| {
        let at: Point = GpkgWkb(row.get::<&[u8], _>(0)).to_geo().unwrap().try_into().unwrap();
        areas(row.get(1)).contains(&at)
    });
    assert!(inside.count() * 1000 >= rows.len() * 998);

    let zones = sqlx::query("SELECT geom FROM plan_zone").fetch_all(&mut db).await.unwrap();
    let zones: Vec<MultiPolygon> = zones.iter().map(|row| areas(row.get(0))).collect();
    let parcels =
        sqlx::query("SELECT geom FROM parcel WHERE unit_id = 2025645").fetch_all(&mut db).await.unwrap();
    let parcels: Vec<MultiPolygon> = parcels.iter().map(|row| areas(row.get(0))).collect();
    let cut = parcels.iter().filter(|p| zones.iter().any(|z| p.intersects(z) && !z.contains(*p)));
    assert!(cut.count() > 20);
}

#[tokio::test]
async fn landmarks_stand_on_land_of_their_kind_and_former_names_belong_to_named_streets() {
    let (_folder, mut db, report) = small().await;
    let rows = "SELECT l.geom, p.geom, l.kind || ' ' || p.uses FROM landmark l JOIN parcel p USING (unit_id)";
    let rows = sqlx::query(rows).fetch_all(&mut db).await.unwrap();
    let stands = rows.iter().filter(|row| {
        let at: Point = GpkgWkb(row.get::<&[u8], _>(0)).to_geo().unwrap().try_into().unwrap();
        areas(row.get(1)).contains(&at)
    });
    let stands: Vec<String> = stands.map(|row| row.get(2)).collect();
    assert_eq!(stands.len() as u64, report.landmarks);
    let fits = |pair: &str| match pair.split_once(' ') {
        Some(("market", uses)) => uses == "TMD",
        Some(("school", uses)) => ["DGD", "DVH"].contains(&uses),
        Some(("hospital", uses)) => ["DYT", "DKV"].contains(&uses),
        Some(("religious", uses)) => ["TON", "TIN"].contains(&uses),
        Some(("office", uses)) => ["TSC", "DVH"].contains(&uses),
        _ => false,
    };
    assert!(stands.iter().all(|pair| fits(pair)), "{stands:?}");
    let twice = "SELECT count(*) - count(DISTINCT name) FROM landmark";
    assert_eq!(count(&mut db, twice).await, 0);

    assert!(report.former_street_names > 0, "{report:?}");
    let of_named = "SELECT count(*) FROM former_street_name JOIN street s USING (street_id)
                    WHERE s.kind = 'street' AND s.name NOT LIKE 'Số %' AND s.name NOT IN (SELECT name FROM former_street_name)";
    assert_eq!(count(&mut db, of_named).await as u64, report.former_street_names);
}

#[tokio::test]
async fn the_default_town_is_as_large_as_asked_and_knows_its_examples() {
    let (_folder, mut db, report) = town(TownOptions::default()).await;
    assert!(report.parcels.abs_diff(20_000) < 1_500, "{report:?}");
    assert!(report.addresses.abs_diff(15_000) < 2_000, "{report:?}");
    assert!(report.landmarks > 60 && report.former_street_names > 15, "{report:?}");
    assert_eq!(count(&mut db, "SELECT count(DISTINCT kind) FROM landmark").await, 5);
    let door = "SELECT count(*) FROM address a JOIN street s USING (street_id)
                WHERE a.number || ' ' || s.name = ?1 AND EXISTS (SELECT 1 FROM unit_version v
                    WHERE v.unit_id IN (a.unit_id, a.former_unit_id) AND 'phường ' || v.name = ?2)";
    for (kind, text) in examples() {
        let found: i64 = match kind {
            "old_address" | "new_address" => {
                let mut parts = text.split(", ");
                let question = sqlx::query_scalar(door).bind(parts.next()).bind(parts.next());
                question.fetch_one(&mut db).await.unwrap()
            }
            "parcel" => {
                let question =
                    "SELECT count(DISTINCT parcel_id) FROM parcel p JOIN unit_version v ON v.unit_id = p.survey_unit_id
                                WHERE 'thửa ' || number || ' tờ ' || sheet || ' phường ' || v.name = ?";
                sqlx::query_scalar(question).bind(text).fetch_one(&mut db).await.unwrap()
            }
            _ => {
                let numbers: Vec<f64> = text.split(['=', ' ']).filter_map(|word| word.parse().ok()).collect();
                let parcels = surveyed_parcels(&mut db, 2_025_633).await;
                let corners = parcels.iter().flat_map(|p| p.iter().flat_map(|p| p.exterior().0.iter()));
                i64::from(corners.into_iter().any(|c| (c.y, c.x) == (numbers[0], numbers[1])))
            }
        };
        assert!(found >= 1, "{kind}: {text}");
        assert!(kind != "parcel" || found == 1, "{text} is not the only one");
    }
}

//! Making the town: written once into a GeoPackage and once into PostGIS.

use std::path::Path;
use std::time::Instant;

use bandoso::demo::{RECORDED_AT, TownOptions, write_town};
use bandoso::schema::{SchemaWriter, migrate};

use super::common::machine;
use super::common::table::{Table, whole};
use super::support::Database;

pub async fn print(parcels: u32, file: &Path, database: &Database) {
    let options = TownOptions { parcels, ..TownOptions::default() };
    let mut table = Table::new(&[
        "Made in",
        "parcels",
        "addresses",
        "streets",
        "zones",
        "seconds",
        "own CPU s",
        "peak MB",
        "size MB",
    ]);
    for form in ["GeoPackage", "PostGIS"] {
        eprintln!("making {parcels} parcels: {form}");
        machine::reset_peak();
        let (started, cpu) = (Instant::now(), machine::cpu_seconds());
        let mut writer = if form == "GeoPackage" {
            SchemaWriter::geopackage(file, RECORDED_AT).await.unwrap()
        } else {
            migrate(&database.url.parse().unwrap()).await.unwrap();
            SchemaWriter::postgis(&database.url.parse().unwrap(), RECORDED_AT).await.unwrap()
        };
        let report = write_town(&options, &mut writer, |_| {}).await.unwrap();
        writer.commit().await.unwrap();
        let (seconds, cpu_s) = (started.elapsed().as_secs_f64(), machine::cpu_seconds() - cpu);
        let bytes = if form == "GeoPackage" {
            file.metadata().unwrap().len()
        } else {
            database.value("SELECT pg_database_size(current_database())").parse().unwrap()
        };
        table.row(vec![
            form.to_owned(),
            whole(report.parcels),
            whole(report.addresses),
            whole(report.streets),
            whole(report.zones),
            format!("{seconds:.1}"),
            format!("{cpu_s:.1}"),
            machine::peak(),
            whole(bytes / 1_000_000),
        ]);
    }
    // as autovacuum leaves a table that has been there for an hour
    database.execute("VACUUM ANALYZE");
    table.print("Making the town");
}

//! A small place to import into: our schema, the country's units, and two wards of Tây Ninh (25630, 25645) as
//! squares side by side. A test file adds what it asks of it by an `impl` of its own.

use std::path::PathBuf;

use super::{Cluster, Database, Server};

/// The database, and a folder for the files that go in.
pub struct TwoWards {
    pub database: Database,
    pub folder: tempfile::TempDir,
}

impl TwoWards {
    pub fn new() -> Self {
        let town = Self { database: migrated(), folder: tempfile::tempdir().unwrap() };
        let ward = |code: u32, west: f64| {
            let east = west + 0.1;
            format!(
                r#"{{"type":"Feature","properties":{{"ward_code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},11.2],[{east},11.2],[{east},11.3],[{west},11.3],[{west},11.2]]]}}}}"#
            )
        };
        town.import("wards", &format!("{}\n{}\n", ward(25630, 106.1), ward(25645, 106.2)), &[]);
        town
    }

    /// Imports a text as the dataset of this name and gives the report.
    pub fn import(&self, dataset: &str, text: &str, more: &[&str]) -> String {
        let file = self.folder.path().join(dataset);
        std::fs::write(&file, text).unwrap();
        import(&self.database, &[file], more)
    }
}

/// A database with our schema and the country's units.
pub fn migrated() -> Database {
    let database = Cluster::shared().fresh_database();
    let (code, _, log) = Server::run(&["migrate", "--into", &database.url]);
    assert_eq!(code, 0, "{log}");
    database
}

/// Imports files and gives the report.
pub fn import(database: &Database, files: &[PathBuf], more: &[&str]) -> String {
    let mut args = vec!["import", "--into", &database.url];
    args.extend(files.iter().map(|file| file.to_str().unwrap()));
    args.extend(more);
    let (code, report, log) = Server::run(&args);
    assert_eq!(code, 0, "{log}");
    report
}

/// A street through the first ward, as a line of GeoJSON.
pub fn street_line(name: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"LineString","coordinates":[[106.12,11.25],[106.18,11.25]]}}}}
"#
    )
}

//! The real binary over a town's own PostGIS tables, and its import verb.

use crate::support::{Cluster, Server};

#[test]
fn a_town_s_own_table_is_served_and_reloaded_on_hangup() {
    let town = Cluster::shared().fresh_database();
    town.execute(
        "CREATE TABLE thua (ma text PRIMARY KEY, loai text, geom geometry);
         INSERT INTO thua SELECT 'HT-' || i, 'ONT', ST_MakeEnvelope(557000 + i * 10, 1250000, 557009 + i * 10, 1250020, 9209)
           FROM generate_series(1, 100) i",
    );
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, "[layers.thua]\ntable = \"thua\"\nid = \"ma\"\ncolumns = [\"loai\"]\n").unwrap();
    let server = Server::start(&["serve", "--source", &town.url, "--config", config.to_str().unwrap()]);
    let catalog = server.get("/catalog");
    assert_eq!(catalog.status, 200);
    let revision = catalog.json()["layers"]["thua"]["revision"].clone();
    assert!(revision.is_string(), "{}", catalog.text());
    assert_eq!(server.get("/tiles/thua/16/52069/30696").status, 200, "{}", server.log());
    town.execute("DELETE FROM thua WHERE ma = 'HT-1'");
    server.signal("HUP");
    let started = std::time::Instant::now();
    while server.get("/catalog").json()["layers"]["thua"]["revision"] == revision {
        assert!(started.elapsed().as_secs() < 30, "{}", server.log());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    server.stop();
}

#[test]
fn a_fault_in_the_source_ends_the_program_with_a_sentence_and_without_the_password() {
    let town = Cluster::shared().fresh_database();
    town.execute("CREATE TABLE here (id int, geom geometry)");
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, "[layers.l]\ntable = \"gone\"\nid = \"id\"\n").unwrap();
    let args =
        ["serve", "--listen", "127.0.0.1:0", "--source", &town.url, "--config", config.to_str().unwrap()];
    let (code, message) = Server::expect_failure(&args);
    assert_eq!(code, 1);
    assert!(message.contains("table gone does not exist"), "{message}");
    let nobody = "postgres://town:s3cret@127.0.0.1:1/land";
    let (_, message) =
        Server::expect_failure(&["serve", "--listen", "127.0.0.1:0", "--wait", "1", "--source", nobody]);
    assert!(message.contains("next try in") && message.contains("127.0.0.1:1/land"), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
}

#[test]
fn an_import_into_a_database_without_our_schema_says_what_to_run() {
    let empty = Cluster::shared().fresh_database();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "text,lat,lon\n1 Hùng Vương,11.2,106.1\n").unwrap();
    let (code, message) = Server::expect_failure(&["import", file.to_str().unwrap(), "--into", &empty.url]);
    assert_eq!(code, 1);
    assert!(message.contains("bandoso migrate"), "{message}");
}

//! A connection string is never printed, whole or in part: not by any verb, not by a library that reads it, at any level
//! of the log, whether the database answers or not.

use crate::support::{Cluster, Server};

/// Stands wherever a secret may stand; no byte of output may hold it.
const CANARY: &str = "c4n4ry";

/// Every form of an address that libpq takes, and what people write in place of one.
fn forms(host: &str, port: u16, user: &str, database: &str) -> Vec<String> {
    vec![
        format!("postgres://{user}:{CANARY}@{host}:{port}/{database}"),
        format!("postgresql://{user}:{CANARY}@{host}:{port}/{database}"),
        format!("postgis://{user}:{CANARY}@{host}:{port}/{database}"),
        format!("POSTGRES://{user}:{CANARY}@{host}:{port}/{database}"),
        format!("postgres://{user}@{host}:{port}/{database}?password={CANARY}"),
        format!("postgres://{user}@{host}:{port}/{database}?sslpassword={CANARY}&{CANARY}={CANARY}"),
        format!("postgres:///{database}?host={host}&port={port}&user={user}&password={CANARY}"),
        format!("postgres://{user}:{CANARY}@/{database}?host={host}&port={port}&sslmode=disable"),
        format!("host={host} port={port} user={user} password={CANARY} dbname={database}"),
        format!("dbname = '{database}' password='{CANARY} {CANARY}' host={host} port={port} user = {user}"),
        format!(
            "sslpassword={CANARY} host={host} port={port} user={user} dbname={database} {CANARY}={CANARY}"
        ),
    ]
}

/// Not to be read in one way, or not at all.
fn broken_forms() -> Vec<String> {
    vec![
        format!("postgres://town:{CANARY}/x@127.0.0.1:1/land"),
        format!("postgres://town:12/{CANARY}@127.0.0.1:1/land"),
        format!("postgres://town:12?{CANARY}@127.0.0.1:1/land"),
        format!("postgres://127.0.0.1:{CANARY}/land"),
        format!("host=127.0.0.1 password='{CANARY}"),
        format!("host=127.0.0.1 {CANARY}"),
        format!("host=127.0.0.1 port=1 sslmode={CANARY}"),
        format!("host=127.0.0.1 port=1 sslrootcert=/{CANARY} sslmode=verify-ca"),
        format!("postgres:/town:{CANARY}@127.0.0.1/land"),
        format!("mysql://town:{CANARY}@127.0.0.1/land.gpkg"),
        format!("hots=127.0.0.1 password={CANARY}"),
    ]
}

/// Every verb that takes an address, with the address where it belongs.
fn right_places(address: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["serve", "--wait", "0", "--listen", "127.0.0.1:0", "--source", address],
        vec!["export", "--wait", "0", "--out", "never-written.pmtiles", "--source", address],
        vec!["codes", "assign", "--dry-run", "--issuer", "T7", "--source", address],
        vec![
            "codes",
            "plates",
            "--out",
            "/nowhere/plates.pdf",
            "--public-url",
            "http://h",
            "--source",
            address,
        ],
        vec!["migrate", "--into", address],
        vec!["import", "/nowhere/wards.geojson", "--into", address],
        vec!["check", "/nowhere/wards.geojson", "--into", address],
        vec!["demo", "--parcels", "100", "--into", address],
    ]
}

/// Places where an address does not belong.
fn wrong_places(address: &str) -> Vec<Vec<&str>> {
    vec![
        vec![address],
        vec!["serve", address],
        vec!["serve", "--listen", address],
        vec!["serve", "--config", address],
        vec!["serve", "--wait", address],
        vec!["import", address, "--into", "postgres://127.0.0.1:1/land"],
        vec!["import", "a.csv", "--as", address, "--into", "postgres://127.0.0.1:1/land"],
        vec!["demo", "--out", address, "--parcels", address],
        vec!["export", "--out", address],
    ]
}

fn assert_nothing_leaks(args: &[&str]) -> (i32, String) {
    let (code, out, err) = Server::run_with(args, &[("RUST_LOG", "trace")]);
    assert!(!out.contains(CANARY) && !err.contains(CANARY), "{args:?} printed it:\n{out}\n{err}");
    (code, err)
}

#[test]
fn no_verb_prints_an_address_whose_database_does_not_answer() {
    for address in forms("127.0.0.1", 1, "town", "land").iter().chain(&broken_forms()) {
        for args in right_places(address) {
            let (code, err) = assert_nothing_leaks(&args);
            assert_eq!(code, 1, "{args:?}: {err}");
        }
    }
}

#[test]
fn no_verb_prints_an_address_that_stands_where_none_belongs() {
    let address = format!("postgres://town:{CANARY}@127.0.0.1:1/land");
    let pairs = format!("host=127.0.0.1 password={CANARY}");
    for address in [&address, &pairs] {
        for args in wrong_places(address) {
            let (code, err) = assert_nothing_leaks(&args);
            assert_ne!(code, 0, "{args:?}: {err}");
        }
    }
}

#[test]
fn every_form_reaches_a_database_that_answers_over_tcp_and_over_its_socket() {
    let cluster = Cluster::shared();
    let database = cluster.fresh_database();
    let socket = cluster.socket_folder();
    let over_socket = socket.to_str().expect("a short path of ASCII");
    let tcp = forms("127.0.0.1", cluster.port(), "postgres", database.name());
    // only where the socket's folder is the host's: a host cannot be a path before the database's name
    let by_socket = forms(over_socket, cluster.port(), "postgres", database.name()).into_iter();
    let by_socket = by_socket.filter(|form| form.contains(&format!("host={over_socket}")));
    let mut reached = 0;
    for address in tcp.into_iter().chain(by_socket) {
        // it answers, and has not our tables
        let (code, err) = assert_nothing_leaks(&right_places(&address)[2]);
        assert!(code == 1 && err.contains("bandoso migrate"), "{address}: {err}");
        reached += 1;
    }
    assert!(reached > 11, "{reached} forms");
}

#[test]
fn help_does_not_show_what_the_environment_holds() {
    let address = format!("postgres://town:{CANARY}@127.0.0.1:1/land");
    for verb in ["serve", "export", "migrate", "import", "check", "demo"] {
        for how in ["-h", "--help"] {
            let (code, out, err) = Server::run_with(&[verb, how], &[("BANDOSO_SOURCE", &address)]);
            assert!(code == 0 && !out.contains(CANARY) && !err.contains(CANARY), "{verb} {how}:\n{out}{err}");
        }
    }
}

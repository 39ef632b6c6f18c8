//! Loading again: which keys of the configuration are taken over, which are said to need a restart, and what a
//! source that is frozen does to the server.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::support::Server;

/// A folder with a small town and a configuration beside it.
struct Installation {
    folder: tempfile::TempDir,
}

impl Installation {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let installation = Self { folder };
        let (code, _, log) =
            Server::run(&["demo", "--parcels", "1000", "--out", installation.town().to_str().unwrap()]);
        assert_eq!(code, 0, "{log}");
        installation
    }

    fn town(&self) -> PathBuf {
        self.folder.path().join("town.gpkg")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("bandoso.toml")
    }

    fn write(&self, keys: &str) {
        self.write_with_source(&self.town().display().to_string(), keys);
    }

    fn write_with_source(&self, source: &str, keys: &str) {
        std::fs::write(self.file(), format!("source = \"{source}\"\n{keys}")).unwrap();
    }

    fn start(&self) -> Server {
        Server::start(&["serve", "--config", text(&self.file())])
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// How often the log says this.
fn count(server: &Server, line: &str) -> usize {
    server.log().matches(line).count()
}

const RELOADED: &str = "the new snapshot is served";

#[test]
fn a_reload_takes_over_title_geocoding_root_and_public_address() {
    let installation = Installation::new();
    installation.write("title = \"Before\"");
    let server = installation.start();
    assert_eq!(server.get("/catalog").json()["title"], "Before");
    assert_eq!(server.get("/api?q=hiep+tan").status, 404, "no dialect owns the root yet");

    installation.write(
        "title = \"After\"\npublic_url = \"https://map.example.vn\"\ntile_cache_control = \"public, max-age=7\"\n\
         [geocoding]\nroot = \"photon\"",
    );
    server.signal("HUP");
    server.wait_for_log(RELOADED);
    assert_eq!(server.get("/catalog").json()["title"], "After");
    assert_eq!(server.get("/api?q=hiep+tan").status, 200);
    let description = server.get("/tiles/parcels").json();
    assert!(description["tiles"][0].as_str().unwrap().starts_with("https://map.example.vn/tiles/"));
    assert_eq!(server.get("/tiles/parcels/14/1/1").header("cache-control"), "public, max-age=7");
    assert!(!server.log().contains("take a restart"), "{}", server.log());
    server.stop();
}

#[test]
fn keys_that_need_a_restart_are_named_and_the_rest_is_taken_over() {
    let installation = Installation::new();
    installation.write("title = \"Before\"");
    let server = installation.start();
    installation.write("title = \"After\"\ntile_cache_mb = 1\n[limits]\ntables = 3");
    server.signal("HUP");
    server.wait_for_log(RELOADED);
    let log = server.log();
    let said = log.lines().find(|line| line.contains("take a restart")).expect("it is said");
    assert!(said.contains("tile_cache_mb, limits.tables") && !said.contains("listen"), "{said}");
    assert_eq!(server.get("/catalog").json()["title"], "After");
    server.stop();
}

#[test]
fn a_hangup_during_the_first_load_loads_again_after_it() {
    let installation = Installation::new();
    installation.write("title = \"Before\"");
    // one that takes its time, so that the signal comes before its first town is there
    let large = installation.folder.path().join("large.gpkg");
    assert_eq!(Server::run(&["demo", "--parcels", "8000", "--out", text(&large)]).0, 0);
    installation.write_with_source(text(&large), "");
    let server = Server::start_unready(&["serve", "--config", text(&installation.file())]);
    server.signal("HUP");
    server.wait_for_log(RELOADED);
    let log = server.log();
    let place = |line: &str| log.find(line).unwrap_or_else(|| panic!("{line:?} is not in\n{log}"));
    assert!(place("INFO loaded ") < place("SIGHUP: loading again"), "{log}");
    assert_eq!(server.get("/health/ready").status, 200);
    server.stop();
}

#[test]
fn a_source_that_freezes_ends_the_load_in_its_time_and_the_old_town_stays() {
    let installation = Installation::new();
    installation.write("title = \"Before\"");
    let server = installation.start();
    // it accepts connections and never says a word
    let frozen = TcpListener::bind("127.0.0.1:0").unwrap();
    let source = format!("postgres://reader@{}/town", frozen.local_addr().unwrap());
    installation.write_with_source(&source, "title = \"After\"\nload_s = 1");
    assert_eq!(metric(&server, "load_failures_total"), 0.0);
    let loaded_at = metric(&server, "load_last_success_timestamp_seconds");
    server.signal("HUP");
    server.wait_for_log("took longer than 1 s: the source stopped answering");
    server.wait_for_log("the old snapshot stays");
    assert_eq!(metric(&server, "load_failures_total"), 1.0);
    assert_eq!(metric(&server, "load_last_success_timestamp_seconds"), loaded_at);
    assert!(metric(&server, "data_age_seconds") >= 1.0, "the load alone took longer");
    assert_eq!(server.get("/catalog").json()["title"], "Before");

    installation.write("title = \"After\"");
    server.signal("HUP");
    server.wait_for_log(RELOADED);
    assert_eq!(server.get("/catalog").json()["title"], "After");
    assert_eq!(count(&server, "loading again beside"), 2);
    server.stop();
}

#[test]
fn a_source_that_is_frozen_at_the_start_ends_it_with_a_sentence() {
    let frozen = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bandoso.toml");
    std::fs::write(&file, "load_s = 1\nlisten = \"127.0.0.1:0\"").unwrap();
    let source = format!("postgres://reader@{}/town", frozen.local_addr().unwrap());
    let (code, message) = Server::expect_failure(&["serve", "--config", text(&file), "--source", &source]);
    assert_eq!(code, 1);
    assert!(message.contains("`load_s` is too short"), "{message}");
}

/// The value of a metric without labels.
fn metric(server: &Server, name: &str) -> f64 {
    let metrics = server.get("/metrics").text();
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {metrics}")).parse().unwrap()
}

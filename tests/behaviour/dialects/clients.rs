//! geopy's four classes, unchanged. `scripts/test` installs them beneath `target/`; what runs in a browser is
//! tested in `tests/browser/clients.test.mjs`.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::town::{address, server};

#[test]
fn geopy_finds_an_address_by_all_four_of_its_classes() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("\n*** SKIPPED: there is no python3, so geopy was not tried ***\n");
        return;
    }
    let python = project.join("target/clients/bin/python");
    assert!(python.exists(), "geopy is missing: run `scripts/clients`, which installs it beneath target/");
    let wanted = json!({
        "text": address().text,
        "lat": address().lat,
        "lon": address().lon,
        "label": address().property("label"),
        "name": address().property("name"),
        "housenumber": address().property("housenumber"),
        "street": address().property("street"),
        "ward": address().property("locality"),
        "province": address().property("region"),
    });
    let output = Command::new(python)
        .arg(project.join("tests/clients/geopy_classes.py"))
        .args([server().base_url.trim_start_matches("http://"), &wanted.to_string()])
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("geopy 2.4.1: 4 classes"), "{said}");
}

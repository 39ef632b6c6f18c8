//! No route without a description: routes are made by `OpenApiRouter::routes` alone, which takes both from one handler.

use std::collections::BTreeSet;

use bandoso::config::is_base_path;

use crate::sources::rust_files;

/// Ways to add a route that say nothing of it.
const UNDESCRIBED: [&str; 9] = [
    ".route(\"",
    ".route(&",
    ".route_service(",
    ".nest(\"/",
    ".nest_service(",
    "routing::get",
    "routing::post",
    "routing::{",
    "fallback_service(",
];

/// What answers beside the routes, with the reason why it is no operation.
const BESIDE_THE_ROUTES: [(&str, &str); 2] = [
    // files of the page by their names, `/icon.svg`; all other addresses are 404
    ("http/serve.rs", ".fallback(page::file)"),
    // 405, the `default` of every operation
    ("http/serve.rs", ".method_not_allowed_fallback("),
];

#[test]
fn every_route_is_made_with_its_description() {
    let (mut files, mut described, mut beside) = (0, 0, Vec::new());
    for (name, path) in rust_files().into_iter().filter(|(name, _)| name.starts_with("http/")) {
        let whole = std::fs::read_to_string(&path).unwrap();
        // unit tests make routers of their own
        let text = whole.split("#[cfg(test)]").next().unwrap();
        files += 1;
        described += text.matches("routes!(").count();
        for way in UNDESCRIBED {
            assert!(!text.contains(way), "{name} adds a route without a description: {way}");
        }
        for line in text.lines().filter(|line| line.contains("fallback(")) {
            beside.push((name.clone(), line.trim().to_owned()));
        }
    }
    assert!(files > 80 && described > 35, "{described} routes in {files} files");
    assert_eq!(beside.len(), BESIDE_THE_ROUTES.len(), "{beside:?}");
    for ((name, line), (known_name, known)) in beside.iter().zip(BESIDE_THE_ROUTES) {
        assert!(name == known_name && line.contains(known), "{name}: {line}");
    }
}

#[test]
fn no_path_of_the_server_can_be_a_base_path() {
    let mut first_parts = BTreeSet::new();
    for path in super::document()["paths"].as_object().unwrap().keys() {
        let mut parts = path.split('/').skip(1).filter(|part| !part.is_empty());
        let Some(first) = parts.next() else { continue };
        first_parts.insert(first);
        // what a dialect answers when it stands at the root
        if ["photon", "nominatim", "ban"].contains(&first) {
            first_parts.extend(parts.next());
        }
    }
    let accepted: Vec<_> = first_parts.iter().filter(|part| is_base_path(&format!("/{part}"))).collect();
    assert!(first_parts.len() > 20 && accepted.is_empty(), "{accepted:?} of {first_parts:?}");
    assert!(is_base_path("/bando"));
}

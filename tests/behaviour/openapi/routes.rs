//! No route without a description: routes are made by `OpenApiRouter::routes` alone, which takes both from one handler.

use std::path::Path;

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
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut files, mut folders, mut described, mut beside) = (0, vec![source.join("http")], 0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let whole = std::fs::read_to_string(&path).unwrap();
            // unit tests make routers of their own
            let text = whole.split("#[cfg(test)]").next().unwrap();
            let name = path.strip_prefix(&source).unwrap().to_str().unwrap().to_owned();
            files += 1;
            described += text.matches("routes!(").count();
            for way in UNDESCRIBED {
                assert!(!text.contains(way), "{name} adds a route without a description: {way}");
            }
            for line in text.lines().filter(|line| line.contains("fallback(")) {
                beside.push((name.clone(), line.trim().to_owned()));
            }
        }
    }
    assert!(files > 80 && described > 35, "{described} routes in {files} files");
    assert_eq!(beside.len(), BESIDE_THE_ROUTES.len(), "{beside:?}");
    for ((name, line), (known_name, known)) in beside.iter().zip(BESIDE_THE_ROUTES) {
        assert!(name == known_name && line.contains(known), "{name}: {line}");
    }
}

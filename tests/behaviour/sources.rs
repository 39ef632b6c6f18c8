//! The sources of the house, for tests that read them: `src` and the `src` of every crate below it.

use std::path::{Path, PathBuf};

/// All Rust files by their path below the `src` they stand in (`http/serve.rs`, `store/base.rs`), sorted.
pub fn rust_files() -> Vec<(String, PathBuf)> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut roots = vec![project.join("src")];
    roots.extend(
        std::fs::read_dir(project.join("crates")).unwrap().map(|entry| entry.unwrap().path().join("src")),
    );
    let mut files = Vec::new();
    for root in roots {
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                    files.push((name, path));
                }
            }
        }
    }
    files.sort();
    assert!(files.len() > 300, "{} files", files.len());
    files
}

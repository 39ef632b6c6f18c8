//! Has a release build compile the page again when its files changed: which files there are is looked up while
//! compiling. A debug build reads them when it starts.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        // Not a folder that is missing: cargo would run this on every build.
        let built = ["../../web/dist", "../../web"].into_iter().find(|folder| Path::new(folder).exists());
        println!("cargo::rerun-if-changed={}", built.unwrap_or("build.rs"));
    }
}

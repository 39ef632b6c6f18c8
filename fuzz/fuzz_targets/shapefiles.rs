//! Any bytes as the shapes, the table or the zip of a delivery: an error or rows, and never a panic. Run with
//! `cargo +nightly fuzz run shapefiles`. The same is a property test in `crates/formats/src/formats/tests/any_bytes.rs`.
#![no_main]

use std::path::Path;

use bandoso_formats::formats::open;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|files: (&[u8], &[u8], &[u8])| {
    let (shapes, index, table) = files;
    let Ok(folder) = tempfile::tempdir() else { return };
    let write = |name: &str, bytes: &[u8]| _ = std::fs::write(folder.path().join(name), bytes);
    write("a.shp", shapes);
    write("a.shx", index);
    write("a.dbf", table);
    write("b.zip", shapes);
    for name in ["", "a.shp", "a.dbf", "b.zip"] {
        read(&folder.path().join(name));
    }
});

fn read(path: &Path) {
    let Ok(layers) = open(path) else { return };
    for mut layer in layers {
        let rows = layer.by_ref().take_while(Result::is_ok).count();
        assert!(rows == 0 || layer.remarks().iter().all(|remark| remark.rows > 0));
    }
}

//! Any bytes as GML and as KML: reading never panics, ends, and gives no more rows than there are bytes. Run with
//! `cargo +nightly fuzz run markup`. The same is a property test beside each reader.
#![no_main]

use bandoso_formats::formats;
use libfuzzer_sys::fuzz_target;

/// Beginnings that lead into the readers.
const BEGINNINGS: [&str; 4] = ["<", "<FeatureCollection><member>", "<kml><Placemark>", "<kml>"];

fuzz_target!(|bytes: &[u8]| {
    for beginning in BEGINNINGS {
        let text = [beginning.as_bytes(), bytes].concat();
        let length = text.len();
        if let Ok(layer) = formats::of_text(std::io::Cursor::new(text), "file", 0, None, formats::ReadOptions::default()) {
            assert!(layer.count() <= length);
        }
    }
});

//! Any bytes as a shape of PostGIS or of a GeoPackage: reading never panics and never makes more vertices than there
//! are bytes for them. Run with `cargo +nightly fuzz run geometry_blobs`.
#![no_main]

use bandoso::geometry::{EpsgCode, Shape, Transformer};
use libfuzzer_sys::fuzz_target;

/// A vertex is two numbers of 8 bytes.
const BYTES_A_VERTEX: usize = 16;

fuzz_target!(|bytes: &[u8]| {
    let mut shape = Shape::default();
    let readers: [fn(&mut Shape, &[u8]) -> bool; 2] =
        [|shape, bytes| shape.read_ewkb(bytes).is_ok(), |shape, bytes| shape.read_geopackage(bytes).is_ok()];
    for read in readers {
        if read(&mut shape, bytes) {
            let Ok(transformer) = Transformer::new(EpsgCode::WGS84) else { return };
            if shape.project(&transformer).is_ok() {
                assert!(shape.world().0.len() <= bytes.len() / BYTES_A_VERTEX);
            }
        }
    }
});

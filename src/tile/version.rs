//! What tiles depend on beside rows: the renderer, and how the layers are published.

use xxhash_rust::xxh3::Xxh3;

use super::{MapLayer, RENDERER_VERSION};

/// A number for how these layers are published, equal on every replica: a column that gets another
/// name, or comes at another zoom, changes tiles and no row.
pub fn configuration_version<'a>(layers: impl IntoIterator<Item = &'a MapLayer>) -> u64 {
    let mut hash = Xxh3::new();
    let mut add = |text: &str| {
        hash.update(text.as_bytes());
        // so that "a", "bc" is not "ab", "c"
        hash.update(&[0xff]);
    };
    add(&RENDERER_VERSION.to_string());
    for layer in layers {
        add(layer.name());
        for range in layer.zoom_ranges() {
            add(&format!("{:?} {}", range.zooms, range.is_dissolved));
            for field in range.fields {
                add(&field.name);
                add(field.column_type.name());
            }
        }
        add("");
    }
    hash.digest()
}

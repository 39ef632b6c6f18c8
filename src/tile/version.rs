//! What tiles depend on beside rows and the renderer: the public columns of the layers.

use xxhash_rust::xxh3::Xxh3;

use crate::store::Layer;

/// A number for how these layers are published, equal on every replica: a column that gets another
/// name changes every tile and no row.
pub fn configuration_version<'a>(layers: impl IntoIterator<Item = &'a Layer>) -> u64 {
    let mut hash = Xxh3::new();
    let mut add = |text: &str| {
        hash.update(text.as_bytes());
        // so that "a", "bc" is not "ab", "c"
        hash.update(&[0xff]);
    };
    for layer in layers {
        add(layer.id());
        for field in layer.fields() {
            add(&field.name);
            add(field.column_type.name());
        }
        add("");
    }
    hash.digest()
}

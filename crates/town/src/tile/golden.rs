//! What the renderer draws of a small invented town, as a number: a change of what is drawn fails here until
//! [`RENDERER_VERSION`] is raised too, because clients keep tiles under tags that hold it.

use std::collections::BTreeSet;

use time::macros::date;
use xxhash_rust::xxh3::Xxh3;

use super::small_town::{SmallTown, at, draw, tile_at};
use super::{Encoding, RENDERER_VERSION, TileId, compress, to_mlt};

/// Of every layer at every zoom, in both formats and packed in every form.
const DRAWN: (u32, u64) = (5, 0x46c5_ff08_10b6_bc34);

#[test]
fn whoever_changes_what_is_drawn_raises_the_version_of_the_renderer() {
    let map = SmallTown::new().map();
    let mut tiles: BTreeSet<(u8, u32, u32)> = BTreeSet::new();
    for z in 6..=20 {
        for place in [at(210.0, 310.0), at(1650.0, 3205.0), at(3000.0, 3000.0), at(4500.0, 330.0)] {
            let tile = tile_at(z, place);
            tiles.insert((z, tile.x(), tile.y()));
        }
    }
    let (mut hash, mut bodies) = (Xxh3::new(), 0);
    for (z, x, y) in tiles {
        let tile = TileId::new(z, x, y).unwrap();
        for layer in map.iter().filter(|layer| layer.config().request_zooms().contains(&z)) {
            for day in [None, Some(date!(2025 - 01 - 01))] {
                let Some((_, drawn)) = draw(layer, tile, day).filter(|(_, drawn)| !drawn.bytes.is_empty())
                else {
                    continue;
                };
                bodies += 1;
                let mlt = to_mlt(&drawn.bytes).unwrap();
                for written in [drawn.bytes, mlt] {
                    for encoding in [Encoding::Identity, Encoding::Gzip, Encoding::Brotli, Encoding::Zstd] {
                        let packed = compress(written.clone(), encoding).unwrap();
                        hash.update(&(packed.len() as u64).to_le_bytes());
                        hash.update(&packed);
                    }
                }
            }
        }
    }
    assert!(bodies > 200, "{bodies} tiles are too few to say anything");
    let drawn = (RENDERER_VERSION, hash.digest());
    assert_eq!(
        drawn, DRAWN,
        "tiles have other bytes: raise RENDERER_VERSION in render.rs, and put the new pair here: ({}, {:#018x})",
        drawn.0, drawn.1
    );
}

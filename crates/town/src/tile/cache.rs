//! Tiles ready to be sent: drawn, compressed, and kept as long as there is room.
//!
//! A key holds the revision of what the tile was drawn from, so a tile of an older town is never found
//! again; it ages out. However many ask for a tile that is not there, one of them makes it and the
//! others wait for that one. HTTP is elsewhere.

use bytes::Bytes;
use quick_cache::sync::Cache;
use quick_cache::{OptionsBuilder, Weighter};
use xxhash_rust::xxh3::xxh3_64;

use super::{Encoding, TileId};
use crate::store::Revision;

/// Which part of the room a tile may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Share {
    /// Tiles as the layers are: what a map asks for.
    Plain,
    /// Tiles with a selection of rows or columns: anybody can think of a new one, so they have a tenth
    /// of the room to push each other out of.
    Chosen,
}

/// A format a tile is sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TileFormat {
    /// Mapbox Vector Tile 2.1, which every client reads.
    Mvt,
    /// MapLibre Tile 1.
    Mlt,
}

impl TileFormat {
    /// Its media type; `application/x-protobuf` is only a habit.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Mvt => "application/vnd.mapbox-vector-tile",
            Self::Mlt => "application/vnd.maplibre-tile",
        }
    }

    /// The letter in an ETag, before the one of the encoding.
    fn letter(self) -> char {
        match self {
            Self::Mvt => 'v',
            Self::Mlt => 'l',
        }
    }
}

/// What the bytes of a tile depend on, equal on every replica.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TileKey {
    /// Of the rows, the configuration and the renderer.
    pub revision: Revision,
    /// Where it lies.
    pub tile: TileId,
    /// What it is written in.
    pub format: TileFormat,
    /// How it is packed.
    pub encoding: Encoding,
    /// The selection in its canonical form; `None` where nothing is selected.
    pub query: Option<Box<str>>,
}

impl TileKey {
    /// The share it belongs to.
    pub fn share(&self) -> Share {
        if self.query.is_some() { Share::Chosen } else { Share::Plain }
    }

    /// The text of a strong entity tag, without quotes.
    pub fn tag(&self) -> String {
        let Self { revision, tile, format, encoding, query } = self;
        let place = format!("{revision}-{}-{}-{}", tile.z(), tile.x(), tile.y());
        let form = format!("{}{}", format.letter(), encoding.letter());
        match query {
            None => format!("{place}-{form}"),
            Some(query) => format!("{place}-{:016x}-{form}", xxh3_64(query.as_bytes())),
        }
    }
}

/// A tile ready to be sent; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedTile {
    /// `None` where nothing lies in the tile.
    pub body: Option<Bytes>,
    /// Its entity tag with the quotes, made once.
    pub tag: Bytes,
    /// Features that are not in it because it would be too large.
    pub left_out: u64,
}

impl PackedTile {
    /// The tile of this key.
    pub fn new(key: &TileKey, body: Option<Vec<u8>>, left_out: u64) -> Self {
        Self { body: body.map(Bytes::from), tag: format!("\"{}\"", key.tag()).into(), left_out }
    }
}

/// A cache bounded in bytes.
#[derive(Debug)]
pub struct TileCache {
    plain: Cache<TileKey, PackedTile, ByBytes>,
    chosen: Cache<TileKey, PackedTile, ByBytes>,
}

impl TileCache {
    /// A cache of so many bytes; `None` for none.
    pub fn new(bytes: u64) -> Option<Self> {
        let chosen = bytes / 10;
        Some(Self { plain: share(bytes - chosen)?, chosen: share(chosen)? })
    }

    /// The tile, if it is there.
    pub fn get(&self, key: &TileKey) -> Option<PackedTile> {
        self.of(key).get(key)
    }

    /// The tile as it is there, or as `make` makes it; while one caller makes it, others wait. Where
    /// that one fails or goes away, the next makes it.
    pub async fn get_or_make<E>(
        &self,
        key: &TileKey,
        make: impl Future<Output = Result<PackedTile, E>>,
    ) -> Result<PackedTile, E> {
        self.of(key).get_or_insert_async(key, make).await
    }

    /// The room taken, both shares.
    pub fn bytes(&self) -> u64 {
        self.plain.weight() + self.chosen.weight()
    }

    fn of(&self, key: &TileKey) -> &Cache<TileKey, PackedTile, ByBytes> {
        match key.share() {
            Share::Plain => &self.plain,
            Share::Chosen => &self.chosen,
        }
    }
}

/// One share; `None` where there is no room at all.
fn share(bytes: u64) -> Option<Cache<TileKey, PackedTile, ByBytes>> {
    /// A guess: it only sizes the first table.
    const TILE_BYTES: u64 = 16 * 1024;
    /// The room is divided among the shards, and what is larger than one of them is never kept: so
    /// there are few, though more would mean less waiting for a lock.
    const SHARD_BYTES: u64 = 8 * 1024 * 1024;
    const MAX_SHARDS: u64 = 64;
    if bytes == 0 {
        return None;
    }
    let options = OptionsBuilder::new()
        .estimated_items_capacity((bytes / TILE_BYTES).max(1) as usize)
        .weight_capacity(bytes)
        .shards((bytes / SHARD_BYTES).clamp(1, MAX_SHARDS) as usize)
        .build()
        .ok()?;
    Some(Cache::with_options(options, ByBytes, Default::default(), Default::default()))
}

/// Weighs a tile by what it takes in memory.
#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<TileKey, PackedTile> for ByBytes {
    fn weight(&self, key: &TileKey, tile: &PackedTile) -> u64 {
        // key, value, tag and the place in the table: also what an empty tile takes
        const ENTRY_BYTES: usize = 256;
        let body = tile.body.as_ref().map_or(0, Bytes::len);
        (ENTRY_BYTES + body + key.query.as_deref().map_or(0, str::len)) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn key(x: u32) -> TileKey {
        TileKey {
            revision: Revision(7),
            tile: TileId::new(14, x, 1).unwrap(),
            format: TileFormat::Mvt,
            encoding: Encoding::Gzip,
            query: None,
        }
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    fn put(cache: &TileCache, key: &TileKey, body: Option<Vec<u8>>) {
        let made = async { Ok::<_, Infallible>(PackedTile::new(key, body, 0)) };
        block_on(cache.get_or_make(key, made)).unwrap();
    }

    #[test]
    fn a_tag_tells_apart_all_that_a_body_depends_on() {
        let plain = key(1);
        let variants = [
            TileKey { revision: Revision(8), ..plain.clone() },
            TileKey { tile: TileId::new(14, 1, 2).unwrap(), ..plain.clone() },
            TileKey { format: TileFormat::Mlt, ..plain.clone() },
            TileKey { encoding: Encoding::Zstd, ..plain.clone() },
            TileKey { query: Some("filter=a".into()), ..plain.clone() },
            TileKey { query: Some("filter=b".into()), ..plain.clone() },
        ];
        assert_eq!(plain.tag(), "0000000000000007-14-1-1-vg");
        let mut tags: Vec<String> = variants.iter().chain([&plain]).map(TileKey::tag).collect();
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 7);
    }

    #[test]
    fn an_empty_tile_is_kept_as_such() {
        let cache = TileCache::new(1 << 20).unwrap();
        put(&cache, &key(1), None);
        assert_eq!(cache.get(&key(1)).unwrap().body, None);
        assert_eq!(cache.get(&key(2)), None);
        assert!(cache.bytes() > 0, "an empty tile takes room too");
    }

    #[test]
    fn the_room_is_never_exceeded() {
        let cache = TileCache::new(100_000).unwrap();
        for x in 0..1000 {
            put(&cache, &key(x), Some(vec![0; 1000]));
            assert!(cache.bytes() <= 100_000);
        }
        assert!(cache.bytes() > 50_000, "and is used");
    }

    #[test]
    fn selections_push_out_only_each_other() {
        let cache = TileCache::new(100_000).unwrap();
        put(&cache, &key(1), Some(vec![0; 1000]));
        for n in 0..1000 {
            let chosen = TileKey { query: Some(format!("filter={n}").into()), ..key(1) };
            put(&cache, &chosen, Some(vec![0; 1000]));
        }
        assert!(cache.get(&key(1)).is_some());
        assert!(cache.bytes() < 12_000);
    }

    #[test]
    fn a_tile_that_many_wait_for_is_made_once_and_again_only_after_a_failure() {
        let cache = TileCache::new(1 << 20).unwrap();
        let (made, key) = (AtomicUsize::new(0), key(1));
        let make = |fails: bool| {
            let (made, key) = (&made, &key);
            async move {
                made.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                if fails { Err("no") } else { Ok(PackedTile::new(key, Some(vec![1]), 0)) }
            }
        };
        let answers =
            block_on(futures_util::future::join_all((0..50).map(|n| cache.get_or_make(&key, make(n == 0)))));
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 49);
        assert_eq!(made.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn no_room_is_no_cache() {
        assert!(TileCache::new(0).is_none());
    }
}

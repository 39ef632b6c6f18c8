//! Which tiles there are, and which of them are looked into.

use crate::support::{Dice, Reply, Server};

/// Zoom, column, row.
pub type Address = (u32, u32, u32);

/// Whether every tile is looked into, not a sample.
pub fn is_full() -> bool {
    std::env::var_os("BANDOSO_FULL_SWEEP").is_some()
}

/// Whether a tile belongs to the sample of this many parts in a hundred: the same in every run.
pub fn is_sampled((z, x, y): Address, percent: u64) -> bool {
    let seed = u64::from(z) << 58 ^ u64::from(x) << 29 ^ u64::from(y);
    is_full() || Dice(seed).roll(100) < percent
}

pub fn children((z, x, y): Address) -> [Address; 4] {
    [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| (z + 1, 2 * x + dx, 2 * y + dy))
}

pub fn path(layers: &str, (z, x, y): Address) -> String {
    format!("/tiles/{layers}/{z}/{x}/{y}")
}

/// The bytes of a tile; `None` where nothing lies in it.
pub fn fetch(server: &Server, layers: &str, address: Address) -> Option<Vec<u8>> {
    let path = path(layers, address);
    let Reply { status, body, .. } = server.get(&path);
    assert!(status == 200 || status == 204, "{path}: {status} {}", String::from_utf8_lossy(&body));
    (status == 200).then_some(body)
}

/// Every tile from the world down to this zoom whose parents have something of the layers.
pub fn addresses(server: &Server, layers: &str, last_zoom: u32) -> Vec<Address> {
    let (mut all, mut row) = (Vec::new(), vec![(0, 0, 0)]);
    loop {
        row.retain(|&address| fetch(server, layers, address).is_some());
        all.extend(&row);
        if row.first().is_none_or(|&(z, ..)| z == last_zoom) {
            return all;
        }
        row = row.into_iter().flat_map(children).collect();
    }
}

/// A number as PostgreSQL writes it.
pub fn number(text: &Option<String>) -> f64 {
    text.as_deref().unwrap().parse().unwrap()
}

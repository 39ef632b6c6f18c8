//! bandoso: *bản đồ số và địa chỉ số*, the digital map and digital address server of a Vietnamese
//! town. `ARCHITECTURE.md` shows the rooms and the way of the data.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod cli;
pub mod http;

// the rooms below, so that a path reads the same in every crate
pub use bandoso_base::{accents, cost, database, geometry, letters, privacy, schema, table};
pub use bandoso_commands::{codes, demo, export, import, verify};
pub use bandoso_geocode::geocode;
pub use bandoso_page::{page, plate};
pub use bandoso_store::{filter, generalise, store};
pub use bandoso_town::{answers, config, planning, source, tile, town};

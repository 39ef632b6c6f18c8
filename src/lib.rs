//! bandoso: *bản đồ số và địa chỉ số*, the digital map and digital address server of a Vietnamese
//! town. `ARCHITECTURE.md` shows the rooms and the way of the data.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod accents;
pub mod answers;
pub mod cli;
pub mod codes;
pub mod config;
pub mod cost;
pub mod database;
pub mod demo;
pub mod export;
pub mod filter;
pub mod generalise;
pub mod geocode;
pub mod geometry;
pub mod http;
pub mod import;
pub mod page;
pub mod planning;
pub mod plate;
pub mod privacy;
pub mod schema;
pub mod source;
pub mod store;
pub mod table;
pub mod tile;
pub mod town;
pub mod verify;

//! Black-box tests over the real binary and a real PostGIS, one module a behaviour. One binary: linked once, and
//! one private database cluster for all of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod answers;
mod attacks;
mod batch;
mod batches;
mod borders;
mod cluster;
mod codes;
mod connection_strings;
mod contract;
mod cost;
mod dialects;
mod export;
mod former_wards;
mod geocoders;
mod geopackage_source;
mod geopackage_tables;
mod history;
mod http;
mod import;
mod landmarks;
mod migrate;
mod openapi;
mod peers;
mod personal_columns;
mod postgis_source;
mod reload;
mod serve_postgis;
mod sources;
mod spellings;
mod streets_by_name;
#[path = "../support/mod.rs"]
mod support;
mod tags;
mod tiles_http;
mod tiles_valid;
mod town;
mod town_tables;
mod verify;
mod walls;

//! The dialects of geocoding over the real binary: shapes and errors as their own servers give them, hostile
//! input, and the clients people have, unchanged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ban;
mod clients;
mod geocodejson;
mod hostile;
mod nominatim;
mod pelias;
mod photon;
mod root;
#[path = "../support/mod.rs"]
mod support;
mod town;

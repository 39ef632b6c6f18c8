//! The shapes of all JSON answers, as the document describes them. They are types of the document alone: an answer is
//! written by its handler, and `tests/behaviour/openapi` holds what the handlers write against these.
//!
//! Two rules hold for all of them. A shape is closed unless it says otherwise, so that a new key is noticed; and a key
//! that may be missing is never null: `Option` means missing, and `#[schema(required = true)]` beside it means null.

pub(in crate::http) mod ban;
pub(in crate::http) mod geocodejson;
pub(in crate::http) mod geojson;
pub(in crate::http) mod map;
pub(in crate::http) mod native;
pub(in crate::http) mod nominatim;
pub(in crate::http) mod pelias;
pub(in crate::http) mod photon;
pub(in crate::http) mod problem;
pub(in crate::http) mod tables;

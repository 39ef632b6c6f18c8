//! Addresses over HTTP, in the dialects existing clients speak: Photon, Nominatim, BAN and, at `/v1`, Pelias.
//!
//! Each dialect stands under a path of its own, and one of them may also own the root (`/search` means one
//! thing only). All of them read [`parameters`] alike, ask the same questions of [`crate::answers`] and word the
//! same places; a dialect is its parameters, its words and its errors. Every text can be sent by POST, so that no
//! address need stand in a URL.

mod ban;
mod explain;
mod geocodejson;
mod json;
mod language;
pub(super) mod layers;
mod nominatim;
mod osm;
pub(super) mod parameters;
mod pelias;
mod photon;
pub(super) mod refusal;
mod text;

pub(super) use ban::{FILTERS as BAN_FILTERS, Filters as BanFilters, kind as ban_kind};
pub(super) use explain::match_type;
pub(super) use text::{readable, unmatched};

use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use super::App;
use crate::answers::Place;
use crate::config::Dialect;

/// A place as a feature in the words of `/v1`.
pub(super) fn feature(place: &Place) -> serde_json::Value {
    serde_json::from_slice(&pelias::feature(place).into_bytes()).unwrap_or_default()
}

/// All paths, and those of the dialect at the root.
pub(super) fn routes(root: Option<Dialect>) -> OpenApiRouter<App> {
    let mut router = OpenApiRouter::new();
    for (base, paths) in [
        ("/v1", pelias_paths()),
        ("/photon", photon_paths()),
        ("/nominatim", nominatim_paths()),
        ("/ban", ban_paths()),
    ] {
        router = with(router, base, paths);
    }
    match root {
        None => router,
        Some(Dialect::Photon) => with(router, "", photon_paths()),
        Some(Dialect::Nominatim) => with(router, "", nominatim_paths()),
        Some(Dialect::Ban) => with(router, "", ban_paths()),
    }
}

/// What stands under the base of a dialect: paths with their methods and what is said of them.
type Paths = Vec<UtoipaMethodRouter<App>>;

/// Adds paths under a base.
fn with(router: OpenApiRouter<App>, base: &str, paths: Paths) -> OpenApiRouter<App> {
    paths.into_iter().fold(router, |router, one| router.routes(renamed(one, |path| format!("{base}{path}"))))
}

/// The same under another path.
fn renamed(
    (schemas, mut paths, methods): UtoipaMethodRouter<App>,
    name: impl Fn(&str) -> String,
) -> UtoipaMethodRouter<App> {
    paths.paths = paths.paths.into_iter().map(|(path, item)| (name(&path), item)).collect();
    (schemas, paths, methods)
}

fn pelias_paths() -> Paths {
    vec![
        routes!(pelias::search),
        routes!(pelias::autocomplete),
        routes!(pelias::structured),
        routes!(pelias::reverse),
        routes!(pelias::place),
        routes!(pelias::unit),
    ]
}

fn photon_paths() -> Paths {
    vec![routes!(photon::api), routes!(photon::structured), routes!(photon::reverse), routes!(photon::status)]
}

/// Each also under its old name.
fn nominatim_paths() -> Paths {
    let paths = || {
        [
            routes!(nominatim::search),
            routes!(nominatim::reverse),
            routes!(nominatim::lookup),
            routes!(nominatim::status),
        ]
    };
    paths().into_iter().chain(paths().map(|one| renamed(one, |path| format!("{path}.php")))).collect()
}

fn ban_paths() -> Paths {
    vec![routes!(ban::search), routes!(ban::reverse), routes!(ban::health)]
}

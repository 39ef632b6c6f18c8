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
pub(super) use text::readable;

use axum::Router;
use axum::routing::{MethodRouter, get};

use super::App;
use crate::answers::Place;
use crate::config::Dialect;

/// A place as a feature in the words of `/v1`.
pub(super) fn feature(place: &Place) -> serde_json::Value {
    serde_json::from_slice(&pelias::feature(place).into_bytes()).unwrap_or_default()
}

/// All paths, and those of the dialect at the root.
pub(super) fn routes(root: Option<Dialect>) -> Router<App> {
    let mut router = Router::new();
    for (base, paths) in [
        ("/v1", pelias_paths()),
        ("/photon", photon_paths()),
        ("/nominatim", nominatim_paths()),
        ("/ban", ban_paths()),
    ] {
        router = with(router, base, paths);
    }
    router = router.route("/v1/units/{code}", get(pelias::unit));
    match root {
        None => router,
        Some(Dialect::Photon) => with(router, "", photon_paths()),
        Some(Dialect::Nominatim) => with(router, "", nominatim_paths()),
        Some(Dialect::Ban) => with(router, "", ban_paths()),
    }
}

type Paths = Vec<(&'static str, MethodRouter<App>)>;

/// Adds paths under a base.
fn with(mut router: Router<App>, base: &str, paths: Paths) -> Router<App> {
    for (path, method) in paths {
        router = router.route(&format!("{base}{path}"), method);
    }
    router
}

fn pelias_paths() -> Paths {
    vec![
        ("/search", get(pelias::search).post(pelias::search)),
        ("/autocomplete", get(pelias::autocomplete).post(pelias::autocomplete)),
        ("/search/structured", get(pelias::structured).post(pelias::structured)),
        ("/reverse", get(pelias::reverse).post(pelias::reverse)),
        ("/place", get(pelias::place).post(pelias::place)),
    ]
}

fn photon_paths() -> Paths {
    vec![
        ("/api", get(photon::api).post(photon::api)),
        ("/structured", get(photon::structured).post(photon::structured)),
        ("/reverse", get(photon::reverse).post(photon::reverse)),
        ("/status", get(photon::status)),
    ]
}

fn nominatim_paths() -> Paths {
    let search = || get(nominatim::search).post(nominatim::search);
    let reverse = || get(nominatim::reverse).post(nominatim::reverse);
    let lookup = || get(nominatim::lookup).post(nominatim::lookup);
    vec![
        ("/search", search()),
        ("/search.php", search()),
        ("/reverse", reverse()),
        ("/reverse.php", reverse()),
        ("/lookup", lookup()),
        ("/lookup.php", lookup()),
        ("/status", get(nominatim::status)),
        ("/status.php", get(nominatim::status)),
    ]
}

fn ban_paths() -> Paths {
    vec![
        ("/search", get(ban::search).post(ban::search)),
        ("/reverse", get(ban::reverse).post(ban::reverse)),
        ("/health", get(ban::health)),
    ]
}

//! `/tiles/{ids}` and `/tiles/{ids}/{z}/{x}/{y}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::App;
use super::base_url::BaseUrl;
use super::conditional::EntityTag;
use super::encoding::{Encoding, gzip};
use super::layers::named;
use super::problem::Problem;
use crate::config::LayerConfig;
use crate::store::Layer;
use crate::tile::{TileId, render, revision, tilejson};

/// The registered media type (IANA); `application/x-protobuf` is only a habit.
const TILE_TYPE: HeaderValue = HeaderValue::from_static("application/vnd.mapbox-vector-tile");

/// `GET /tiles/{ids}`: TileJSON. The tile URL carries the revision, so that a client that keeps
/// tiles asks for new ones after a change.
pub(super) async fn describe(
    State(app): State<App>,
    BaseUrl(base): BaseUrl,
    Path(ids): Path<String>,
) -> Result<Response, Problem> {
    let town = app.town()?;
    let layers = named(&town, &ids)?;
    let names: Vec<&str> = layers.iter().map(|(layer, _)| layer.id()).collect();
    let names = names.join(",");
    let version = layers.iter().fold(0u64, |sum, (l, _)| sum.rotate_left(7) ^ l.revision().0);
    let url = format!("{base}/tiles/{names}/{{z}}/{{x}}/{{y}}?v={version:016x}");
    let pairs: Vec<(&Layer, &LayerConfig)> = layers.iter().map(|(l, c)| (l.as_ref(), *c)).collect();
    let title = app.config().title.clone().unwrap_or(names);
    let cache = [(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    Ok((cache, Json(tilejson(&pairs, url, &title))).into_response())
}

/// `GET /tiles/{ids}/{z}/{x}/{y}`: 200 with a tile, 204 where nothing lies, 304 where the client has
/// it; the tag is known before anything is drawn.
pub(super) async fn tile(
    State(app): State<App>,
    Path((ids, z, x, y)): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let town = app.town()?;
    let tile = TileId::parse(&z, &x, &y).map_err(Problem::bad_request)?;
    let layers = visible(named(&town, &ids)?, tile)?;
    let encoding = Encoding::negotiate(&headers).ok_or_else(|| {
        Problem::not_acceptable("tiles come as identity or gzip; allow one in Accept-Encoding")
    })?;
    let revision = revision(layers.iter().map(Arc::as_ref), tile);
    let tag = format!("{revision}-{}-{}-{}-{}", tile.z(), tile.x(), tile.y(), encoding.tag());
    let tag = EntityTag::new(&tag);
    let cache_control = HeaderValue::from_str(&app.config().tile_cache_control)
        .unwrap_or_else(|_| HeaderValue::from_static("no-cache"));
    if tag.is_held(&headers) {
        return Ok(tag.not_modified(&cache_control));
    }
    let drawn = app.work(move || draw(&layers, tile, encoding)).await??;
    let headers = [
        (header::ETAG, tag.to_header()),
        (header::CACHE_CONTROL, cache_control),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    Ok(match drawn {
        None => (StatusCode::NO_CONTENT, headers).into_response(),
        Some(bytes) => {
            let mut response = (headers, [(header::CONTENT_TYPE, TILE_TYPE)], bytes).into_response();
            if let Some(name) = encoding.name() {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
            }
            response
        }
    })
}

/// The layers that have something to show at this zoom; 404 where none has.
fn visible(layers: Vec<(&Arc<Layer>, &LayerConfig)>, tile: TileId) -> Result<Vec<Arc<Layer>>, Problem> {
    let range = |config: &LayerConfig| {
        let is_finest = config.maxzoom == LayerConfig::MAX_ZOOM;
        config.minzoom..=if is_finest { LayerConfig::MAX_REQUEST_ZOOM } else { config.maxzoom }
    };
    let lowest = layers.iter().map(|(_, config)| *range(config).start()).min().unwrap_or(0);
    let highest = layers.iter().map(|(_, config)| *range(config).end()).max().unwrap_or(0);
    let shown: Vec<Arc<Layer>> = layers
        .into_iter()
        .filter(|(_, config)| range(config).contains(&tile.z()))
        .map(|(layer, _)| Arc::clone(layer))
        .collect();
    if shown.is_empty() {
        return Err(Problem::not_found(format!("these layers have tiles from zoom {lowest} to {highest}")));
    }
    Ok(shown)
}

fn draw(layers: &[Arc<Layer>], tile: TileId, encoding: Encoding) -> Result<Option<Vec<u8>>, Problem> {
    let drawn = render(layers.iter().map(Arc::as_ref), tile).map_err(|error| {
        tracing::error!(z = tile.z(), x = tile.x(), y = tile.y(), %error, "a tile could not be drawn");
        Problem::internal()
    })?;
    match (drawn, encoding) {
        (Some(bytes), Encoding::Gzip) => gzip(&bytes).map(Some).ok_or_else(Problem::internal),
        (drawn, _) => Ok(drawn),
    }
}

//! `/tiles/{ids}` and `/tiles/{ids}/{z}/{x}/{y}`.
//!
//! A tile is asked for far more often than it is drawn, so reading what is asked ([`Asked`]) takes
//! microseconds and neither waits nor copies: [`at_once`] answers from it what needs no drawing, even
//! before the router, and [`tile`] the rest.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;

use super::App;
use super::accept::tile_format;
use super::base_url::BaseUrl;
use super::conditional::{EntityTag, is_conditional};
use super::encoding::{Encoding, OF_TILES, negotiate};
use super::extract::InPath;
use super::layers::named;
use super::openapi::parameters::map::TileChoice;
use super::openapi::responses::{BadRequest, NotFound, NotModified, NotReady};
use super::openapi::schemas;
use super::problem::Problem;
use super::state::{ServingState, TileAge};
use super::tile_query::TileQuery;
use crate::answers::{TileFault, TileQuestion};
use crate::store::Revision;
use crate::tile::{MapLayer, PackedTile, TileId, TileKey, tilejson, version_of};
use crate::town::Town;

/// How many features are not in a tile because it would be too large.
const LEFT_OUT: HeaderName = HeaderName::from_static("x-features-left-out");

/// What a tile at an address depends on besides the address.
const VARIES: HeaderValue = HeaderValue::from_static("accept, accept-encoding");

/// The route of a tile, as its description has it: it is counted without the router where it is answered at once.
pub(super) const TILE_ROUTE: &str = "/tiles/{ids}/{z}/{x}/{y}";

/// TileJSON of one layer, or of several in one tile.
///
/// The tile URL carries the revision, so that a client that keeps tiles asks for new ones after a change.
#[utoipa::path(
    get, path = "/tiles/{ids}", tag = "map",
    params(("ids" = String, Path, description = "Names of layers, with commas", example = "parcels,plan_zones")),
    responses((status = 200, description = "TileJSON 3.0.0.", body = schemas::map::TileJson), BadRequest, NotFound, NotReady)
)]
pub(super) async fn describe(
    State(app): State<App>,
    base: BaseUrl,
    InPath(ids): InPath<String>,
) -> Result<Response, Problem> {
    let serving = app.serving()?;
    let layers = named(&serving.town, &ids)?;
    let names: Vec<&str> = layers.iter().map(|layer| layer.name()).collect();
    let names = names.join(",");
    let version = version_of(layers.iter().copied());
    let url = format!("{base}/tiles/{names}/{{z}}/{{x}}/{{y}}?v={version}");
    let title = serving.config.title.clone().unwrap_or(names);
    let cache = [(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    Ok((cache, Json(tilejson(&layers, url, &title))).into_response())
}

/// A vector tile, as MVT or, where `Accept` asks for it, as MLT.
///
/// 204 where nothing lies. Compressed by gzip, brotli or zstd where `Accept-Encoding` allows it.
#[utoipa::path(
    get, path = TILE_ROUTE, tag = "map",
    params(
        ("ids" = String, Path, description = "Names of layers, with commas", example = "parcels"),
        ("z" = u8, Path, description = "Zoom", example = 16),
        ("x" = u32, Path, description = "Column, from the west", example = 52085),
        ("y" = u32, Path, description = "Row, from the north", example = 30705),
        TileChoice,
    ),
    responses(
        (
            status = 200, description = "The tile.",
            content(("application/vnd.mapbox-vector-tile"), ("application/vnd.maplibre-tile"))
        ),
        (status = 204, description = "Nothing lies there."),
        NotModified,
        BadRequest,
        NotFound,
        (status = 422, description = "More rows than one answer looks at.", content_type = "application/problem+json", body = schemas::problem::Problem),
        NotReady,
    )
)]
pub(super) async fn tile(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let serving = app.serving()?;
    let asked = Asked::read(&serving, &uri, &headers)?;
    if let Some(response) = asked.at_once(&app, &headers) {
        return Ok(response);
    }
    app.meters().tile_miss(asked.key.encoding);
    let making = async {
        let made = app.ask(&serving.town, asked.question(&serving.town)).await?;
        let made = made.map_err(|error| at_fault(asked.key.tile, &error))?;
        Ok(PackedTile::new(&asked.key, made.body, made.left_out))
    };
    let made = match app.tiles() {
        Some(tiles) => tiles.get_or_make(&asked.key, making).await?,
        None => making.await?,
    };
    Ok(asked.answer(made))
}

/// The answer to a request for a tile that needs no drawing: a tile from the cache, or 304. `None` is
/// everything else, for the router.
pub(super) fn at_once(app: &App, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let serving = app.serving().ok()?;
    Asked::read(&serving, uri, headers).ok()?.at_once(app, headers)
}

/// A tile somebody asks for, found to be possible.
struct Asked<'a> {
    /// Those with something to show at this zoom.
    layers: Vec<&'a MapLayer>,
    query: TileQuery,
    key: TileKey,
    /// Whether the address holds the revision that is served.
    is_versioned: bool,
    age: &'a TileAge,
}

impl<'a> Asked<'a> {
    fn read(serving: &'a ServingState, uri: &Uri, headers: &HeaderMap) -> Result<Self, Problem> {
        let [ids, z, x, y] = segments(uri.path())?;
        let tile = TileId::parse(z, x, y).map_err(Problem::bad_request)?;
        let ids = percent_decode_str(ids).decode_utf8();
        let mut layers = named(&serving.town, &ids.map_err(|_| Problem::bad_request("names are UTF-8"))?)?;
        let is_versioned = v_of(uri).is_some_and(|v| v == version_of(layers.iter().copied()));
        keep_visible(&mut layers, tile)?;
        let encoding = negotiate(headers, &OF_TILES).ok_or_else(|| {
            Problem::not_acceptable("tiles come as identity, gzip, br or zstd; allow one in Accept-Encoding")
        })?;
        let query = TileQuery::read(uri, &layers, tile.z(), serving.town.today())?;
        let revision = revision_of(&layers, tile, &query);
        let format = tile_format(headers);
        let key = TileKey { revision, tile, format, encoding, query: query.canonical() };
        Ok(Self { layers, query, key, is_versioned, age: &serving.tile_age })
    }

    /// What has to be drawn.
    fn question(&self, town: &Town) -> TileQuestion {
        let TileKey { tile, format, encoding, .. } = self.key;
        let numbered = self.layers.iter().enumerate().filter_map(|(place, &layer)| {
            let number = town.map().iter().position(|known| std::ptr::eq(known, layer))?;
            Some(self.query.of_layer(place, layer, number, tile.z()))
        });
        TileQuestion { layers: numbered.collect(), tile, format, encoding }
    }

    fn at_once(&self, app: &App, headers: &HeaderMap) -> Option<Response> {
        if is_conditional(headers) {
            let tag = EntityTag::new(&self.key.tag());
            if tag.is_held(headers) {
                let mut response = tag.not_modified(self.cache_control());
                response.headers_mut().insert(header::VARY, VARIES);
                return Some(response);
            }
        }
        let found = app.tiles()?.get(&self.key)?;
        app.meters().tile_hit(self.key.encoding);
        Some(self.answer(found))
    }

    fn cache_control(&self) -> &HeaderValue {
        if self.is_versioned { &self.age.versioned } else { &self.age.usual }
    }

    fn answer(&self, tile: PackedTile) -> Response {
        // those below and those of every answer
        const HEADERS: usize = 13;
        let mut headers = HeaderMap::with_capacity(HEADERS);
        if let Ok(tag) = HeaderValue::from_maybe_shared(tile.tag) {
            headers.insert(header::ETAG, tag);
        }
        headers.insert(header::CACHE_CONTROL, self.cache_control().clone());
        headers.insert(header::VARY, VARIES);
        if tile.left_out > 0 {
            headers.insert(LEFT_OUT, HeaderValue::from(tile.left_out));
        }
        let status = if tile.body.is_some() { StatusCode::OK } else { StatusCode::NO_CONTENT };
        if tile.body.is_some() {
            let media_type = HeaderValue::from_static(self.key.format.media_type());
            headers.insert(header::CONTENT_TYPE, media_type);
            if self.key.encoding != Encoding::Identity {
                let name = HeaderValue::from_static(self.key.encoding.name());
                headers.insert(header::CONTENT_ENCODING, name);
            }
        }
        let mut response = Response::new(tile.body.map_or_else(Body::empty, Body::from));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}

/// The four parts of the path of a tile.
fn segments(path: &str) -> Result<[&str; 4], Problem> {
    let mut parts = path.strip_prefix("/tiles/").unwrap_or_default().split('/');
    match [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()] {
        [Some(ids), Some(z), Some(x), Some(y), None] => Ok([ids, z, x, y]),
        _ => Err(Problem::not_found("tiles are at /tiles/{ids}/{z}/{x}/{y}")),
    }
}

/// The revision in `?v=`.
fn v_of(uri: &Uri) -> Option<Revision> {
    let v = uri.query()?.split('&').find_map(|parameter| parameter.strip_prefix("v="))?;
    u64::from_str_radix(v, 16).ok().map(Revision)
}

/// All that the tile is drawn from, known without drawing it. Order counts: layers are drawn in it.
fn revision_of(layers: &[&MapLayer], tile: TileId, query: &TileQuery) -> Revision {
    layers.iter().enumerate().fold(Revision::default(), |sum, (place, layer)| {
        sum.then(layer.revision_in(tile, query.epoch(place)).0)
    })
}

/// Keeps the layers that have something to show at this zoom; 404 where none has.
fn keep_visible(layers: &mut Vec<&MapLayer>, tile: TileId) -> Result<(), Problem> {
    let zooms = |layer: &&MapLayer| layer.config().request_zooms();
    let lowest = layers.iter().map(|layer| *zooms(layer).start()).min().unwrap_or(0);
    let highest = layers.iter().map(|layer| *zooms(layer).end()).max().unwrap_or(0);
    layers.retain(|layer| zooms(layer).contains(&tile.z()));
    if layers.is_empty() {
        return Err(Problem::not_found(format!("these layers have tiles from zoom {lowest} to {highest}")));
    }
    Ok(())
}

fn at_fault(tile: TileId, error: &TileFault) -> Problem {
    if let TileFault::TooManyRows = error {
        return Problem::unprocessable(error);
    }
    tracing::error!(z = tile.z(), x = tile.x(), y = tile.y(), %error, "a tile could not be made");
    Problem::internal()
}

//! The page, the styles and the glyphs.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;

use super::App;
use super::base_url::BaseUrl;
use super::conditional::EntityTag;
use super::encoding::{Encoding, negotiate};
use super::extract::InPath;
use super::openapi::responses::{BadRequest, NotFound, NotModified, NotReady};
use super::openapi::schemas;
use super::problem::Problem;
use crate::page::{Asset, asset, door_page, glyph_range, index, sprite, style, style_names};
use crate::tile::compress;

/// Nothing of the page comes from elsewhere; workers of the map run from a blob.
pub(super) const PAGE_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
     worker-src 'self' blob:; child-src blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'";

/// The map page.
#[utoipa::path(
    get, path = "/", tag = "server",
    responses((status = 200, description = "The page.", content_type = "text/html", body = String), NotModified)
)]
pub(super) async fn page(headers: HeaderMap) -> Result<Response, Problem> {
    let page = index().ok_or_else(Problem::internal)?;
    let mut response = serve_asset(&page, &headers);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    Ok(response)
}

/// What the page is made of: scripts and style sheets, under names that hold a hash.
#[utoipa::path(
    get, path = "/assets/{*file}", tag = "server",
    params(("file" = String, Path, description = "The name of a file that a page asks for", example = json!(file_of_a_page()))),
    responses(
        (status = 200, description = "The file.", content(("text/javascript"), ("text/css"), ("application/octet-stream"))),
        NotModified,
        NotFound,
    )
)]
pub(super) async fn file(uri: axum::http::Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let path = percent_decode_str(uri.path()).decode_utf8_lossy();
    let found = asset(&path)
        .ok_or_else(|| Problem::not_found("nothing here; the map is at /, the layers at /catalog"))?;
    Ok(serve_asset(&found, &headers))
}

/// A file that is there in this build; none where the page was not built.
fn file_of_a_page() -> &'static str {
    let script = door_page().script.as_deref().unwrap_or_default();
    script.strip_prefix("assets/").unwrap_or(script)
}

fn serve_asset(asset: &Asset, request: &HeaderMap) -> Response {
    let cache = HeaderValue::from_static(if asset.is_immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    });
    let compressed = asset.gzip.as_ref().filter(|_| takes_gzip(request));
    let suffix = if compressed.is_some() { "-g" } else { "" };
    let tag = EntityTag::new(&format!("{}{suffix}", asset.etag.trim_matches('"')));
    if tag.is_held(request) {
        return tag.not_modified(&cache);
    }
    let headers = [
        (header::ETAG, tag.to_header()),
        (header::CACHE_CONTROL, cache),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
    ];
    match compressed {
        Some(bytes) => {
            let encoded = [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
            (headers, encoded, bytes.to_vec()).into_response()
        }
        None => (headers, asset.bytes.clone().into_owned()).into_response(),
    }
}

/// A style for MapLibre, with the addresses of this server in it.
#[utoipa::path(
    get, path = "/styles/{name}", tag = "map",
    params(("name" = String, Path, description = "A name that `/styles` lists, with or without `.json`", example = "thua-dat.json")),
    responses((status = 200, description = "The style.", body = schemas::map::MapStyle), BadRequest, NotFound, NotReady)
)]
pub(super) async fn map_style(
    State(app): State<App>,
    base: BaseUrl,
    InPath(name): InPath<String>,
) -> Result<Response, Problem> {
    let town = app.town()?;
    let name = name.strip_suffix(".json").unwrap_or(&name);
    let has_layer = |id: &str| town.snapshot().layer(id).is_some_and(|layer| !layer.is_empty());
    let body = style(name, &base.to_string(), has_layer).ok_or_else(|| {
        let known: Vec<&str> = style_names().collect();
        Problem::not_found(format!("no such style; there are: {}", known.join(", ")))
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    Ok((headers, body).into_response())
}

/// The names of the styles.
#[utoipa::path(
    get, path = "/styles", tag = "map",
    responses((status = 200, description = "The names.", body = Vec<String>))
)]
pub(super) async fn map_styles() -> Json<Vec<&'static str>> {
    Json(style_names().collect())
}

/// Glyphs of a font for MapLibre.
#[utoipa::path(
    get, path = "/fonts/{stack}/{range}", tag = "map",
    params(
        ("stack" = String, Path, description = "Names of fonts with commas; the first known one serves", example = "Be Vietnam Pro Regular"),
        ("range" = String, Path, description = "256 characters, from a multiple of 256", example = "0-255.pbf"),
    ),
    responses((status = 200, description = "The glyphs.", content(("application/x-protobuf"))), BadRequest, NotFound)
)]
pub(super) async fn glyphs(
    State(app): State<App>,
    InPath((stack, range)): InPath<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let start: Option<u32> = range.split('-').next().and_then(|start| start.parse().ok());
    let not_found = || {
        Problem::not_found(format!(
            "glyphs are at /fonts/{}/0-255.pbf, in steps of 256",
            crate::page::FONT_STACK
        ))
    };
    let start = start.ok_or_else(not_found)?;
    let takes_gzip = takes_gzip(&headers);
    let written = app.work(move || {
        let glyphs = glyph_range(&stack, start)?.to_vec();
        let packed = if takes_gzip { compress(glyphs.clone(), Encoding::Gzip).ok() } else { None };
        Some((glyphs, packed))
    });
    let (glyphs, packed) = written.await?.ok_or_else(not_found)?;
    let answer = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    if let Some(packed) = packed {
        let encoded = [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
        return Ok((answer, encoded, packed).into_response());
    }
    Ok((answer, glyphs).into_response())
}

/// The patterns of the styles: `hatches.json`, `hatches.png`, and both at `@2x`.
#[utoipa::path(
    get, path = "/sprites/{file}", tag = "map",
    params(("file" = String, Path, description = "A file of the sprite", example = "hatches@2x.json")),
    responses(
        (status = 200, description = "The index, or the picture.", content((schemas::map::SpriteIndex = "application/json"), ("image/png"))),
        BadRequest,
        NotFound,
    )
)]
pub(super) async fn sprite_file(InPath(file): InPath<String>) -> Result<Response, Problem> {
    let (content_type, bytes) = sprite(&file).ok_or_else(|| {
        Problem::not_found(
            "the sprite is at /sprites/hatches.json and .png, for fine screens at /sprites/hatches@2x.…",
        )
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
    ];
    Ok((headers, bytes).into_response())
}

/// What the page is made of is kept as it is and in one other form.
fn takes_gzip(headers: &HeaderMap) -> bool {
    negotiate(headers, &[Encoding::Gzip]) == Some(Encoding::Gzip)
}

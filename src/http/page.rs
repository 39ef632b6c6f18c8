//! The page, the styles and the glyphs.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::App;
use super::base_url::BaseUrl;
use super::conditional::EntityTag;
use super::encoding::{Encoding, negotiate};
use super::extract::InPath;
use super::problem::Problem;
use crate::page::{Asset, asset, glyph_range, index, sprite, style, style_names};
use crate::tile::compress;

/// Nothing of the page comes from elsewhere; workers of the map run from a blob.
pub(super) const PAGE_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
     worker-src 'self' blob:; child-src blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'";

/// `GET /`.
pub(super) async fn page(headers: HeaderMap) -> Result<Response, Problem> {
    let page = index().ok_or_else(Problem::internal)?;
    let mut response = serve_asset(&page, &headers);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    Ok(response)
}

/// `GET /{file}` and `GET /assets/{file}`: what the page is made of.
pub(super) async fn file(uri: axum::http::Uri, headers: HeaderMap) -> Result<Response, Problem> {
    let found = asset(uri.path())
        .ok_or_else(|| Problem::not_found("nothing here; the map is at /, the layers at /catalog"))?;
    Ok(serve_asset(&found, &headers))
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

/// `GET /styles/{name}.json`.
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

/// `GET /styles`: the names.
pub(super) async fn map_styles() -> Json<Vec<&'static str>> {
    Json(style_names().collect())
}

/// `GET /fonts/{stack}/{range}`: `0-255.pbf` and so on.
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

/// `GET /sprites/{file}`: the patterns of the styles, `hatches.json`, `hatches.png` and both at `@2x`.
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

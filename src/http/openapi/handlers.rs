//! `/openapi.json` and `/docs`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use super::description::{Description, tag_of};
use super::responses::NotModified;
use crate::answers::Examples;
use crate::http::App;
use crate::http::base_url::BaseUrl;
use crate::http::conditional::EntityTag;
use crate::http::page::PAGE_POLICY;

const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// This document: OpenAPI 3.1.
#[utoipa::path(
    get, path = "/openapi.json", tag = "server",
    responses((status = 200, description = "The document.", content_type = "application/json", body = Object), NotModified)
)]
pub(super) async fn document(
    Extension(description): Extension<Arc<Description>>,
    base: BaseUrl,
    headers: HeaderMap,
) -> Response {
    let document = description.document(&base.to_string());
    let tag = EntityTag::new(&tag_of(&document));
    if tag.is_held(&headers) {
        return tag.not_modified(&NO_CACHE);
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, NO_CACHE),
        (header::ETAG, tag.to_header()),
    ];
    (headers, document).into_response()
}

/// This document as a page, with examples of this server's own town.
#[utoipa::path(
    get, path = "/docs", tag = "server",
    responses((status = 200, description = "The page.", content_type = "text/html", body = String))
)]
pub(super) async fn docs(
    State(app): State<App>,
    Extension(description): Extension<Arc<Description>>,
    base: BaseUrl,
) -> Response {
    // until a town is there the examples are those of the document
    let searches = match app.town() {
        Ok(town) => app.ask(&town, Examples).await.map(|found| found.searches).unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let page = description.page().filled(base.path(), &searches);
    let headers = [
        (header::CACHE_CONTROL, NO_CACHE),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY)),
    ];
    (headers, Html(page)).into_response()
}

//! The description of this API: OpenAPI 3.1 at `/openapi.json`, and at `/docs` the same as a page.
//!
//! It is made from the routes that answer: a handler carries `#[utoipa::path(…)]`, `OpenApiRouter` keeps what it says
//! beside its route, and [`described`] turns that into a [`Description`]. `schemas` are the shapes of the answers,
//! `parameters` the tables of what the dialects take, `responses` the errors they share.

mod complete;
mod description;
mod handlers;
mod page;
pub(super) mod parameters;
pub(super) mod responses;
pub(super) mod schemas;
mod vietnamese;

use std::sync::Arc;

use axum::{Extension, Router};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;
use description::Description;

/// Groups of operations, in the order of the page.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "bandoso",
        description = include_str!("description.md"),
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "search", description = "Tìm địa chỉ, tìm ngược: API chính, theo Pelias · Addresses: the native API, after Pelias"),
        (name = "codes", description = "Mã địa chỉ, biển số nhà · Codes of doors and points, plates"),
        (name = "units", description = "Đơn vị hành chính trước và sau sắp xếp · Units before and after the reform"),
        (name = "parcels", description = "Thửa đất, quy hoạch · Parcels and what is planned on them"),
        (name = "tables", description = "Tra cứu cả bảng · Tables in, tables out"),
        (name = "map", description = "Bản đồ: ô vectơ, kiểu, phông chữ · Vector tiles, styles, glyphs"),
        (name = "photon", description = "Theo Photon · For clients of Photon"),
        (name = "nominatim", description = "Theo Nominatim · For clients of Nominatim"),
        (name = "ban", description = "Theo addok, BAN · For clients of addok and BAN"),
        (name = "server", description = "Trang, tài liệu, tình trạng máy chủ · Pages, this document, health"),
    ),
    components(schemas(
        schemas::problem::Problem,
        schemas::pelias::PeliasRefusal,
        schemas::photon::PhotonRefusal,
        schemas::nominatim::NominatimRefusal,
        schemas::ban::BanRefusal,
    ))
)]
struct Api;

/// A router whose operations are described.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Api::openapi())
}

/// The routes with those of their description.
pub(super) fn described(routes: OpenApiRouter<App>) -> Router<App> {
    let own = OpenApiRouter::new().routes(routes!(handlers::document)).routes(routes!(handlers::docs));
    let (own, own_api) = own.split_for_parts();
    let (router, mut api) = routes.split_for_parts();
    api.merge(own_api);
    router.merge(own.layer(Extension(Arc::new(Description::of(&api)))))
}

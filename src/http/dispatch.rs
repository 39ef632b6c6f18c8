//! Which router answers a request, and for which path: without the base path, which a proxy may leave in or take out,
//! and without slashes at the end, which mean nothing here (Leaflet asks for `/api/`).
//!
//! The dialect at the root is a matter of configuration and may change with a reload,
//! so there is a router for every choice, made once; the configuration that is served says which one counts.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::Request;
use hyper::body::Body;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::App;
use super::base_url::{Peer, base_path};
use super::common_headers::add_headers;
use super::problem::Problem;
use crate::config::Dialect;

type RouterService = TowerToHyperService<Router>;

/// The routers and what chooses among them.
#[derive(Clone)]
pub(super) struct Dispatch {
    app: App,
    /// One for each choice of [`Dialect`] at the root, and one for none.
    routers: Vec<(Option<Dialect>, RouterService)>,
}

impl Dispatch {
    /// Makes the routers.
    pub fn new(app: App, router: impl Fn(Option<Dialect>) -> Router) -> Self {
        let roots = [None, Some(Dialect::Photon), Some(Dialect::Nominatim), Some(Dialect::Ban)];
        let routers = roots.map(|root| (root, TowerToHyperService::new(router(root))));
        Self { app, routers: routers.into() }
    }

    /// The request with the path that the routes are written for; else the answer that leads there.
    pub fn prepared<B>(
        &self,
        mut request: Request<B>,
        peer: Option<IpAddr>,
    ) -> Result<Request<B>, Box<Response>> {
        let base_path = base_path(&self.app.config(), peer, request.headers());
        let path = request.uri().path();
        let inner = path.strip_prefix(&base_path).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        if inner == Some("") && !base_path.is_empty() {
            // the page's own addresses are relative: they need the slash
            let query = request.uri().query().map_or_else(String::new, |query| format!("?{query}"));
            return Err(Box::new(moved(&format!("{base_path}/{query}"))));
        }
        let inner = match inner.unwrap_or(path).trim_end_matches('/') {
            "" => "/",
            inner => inner,
        };
        if inner != path
            && let Some(uri) = with_path(request.uri(), inner)
        {
            *request.uri_mut() = uri;
        }
        if let Some(peer) = peer {
            request.extensions_mut().insert(Peer(peer));
        }
        Ok(request)
    }

    /// Has the router of the configuration answer.
    pub fn call<B>(
        &self,
        request: Request<B>,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + use<B>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let root = self.app.config().geocoding.root;
        let router = self.routers.iter().find(|(of, _)| *of == root).or(self.routers.first());
        let answer = router.map(|(_, router)| router.call(request));
        async move {
            match answer {
                Some(answer) => answer.await,
                None => Ok(Problem::internal().into_response()),
            }
        }
    }
}

/// The same address with another path.
fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    parts.path_and_query = Some(format!("{path}{query}").parse().ok()?);
    Uri::from_parts(parts).ok()
}

/// 308: for good, and with the same method.
fn moved(to: &str) -> Response {
    let Ok(to) = HeaderValue::from_str(to) else { return Problem::internal().into_response() };
    let mut response = (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]).into_response();
    add_headers(response.headers_mut());
    response
}

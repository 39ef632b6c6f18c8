//! Which router answers a request. The dialect at the root is a matter of configuration and may change with a reload,
//! so there is a router for every choice, made once; the configuration that is served says which one counts.

use std::convert::Infallible;

use axum::Router;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::Request;
use hyper::body::Body;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::App;
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

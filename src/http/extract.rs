//! What a request of the native API says in its path and its parameters; what cannot be read is a [`Problem`].
//!
//! Dialects take their parameters by `geocoding::parameters`, which this stands on, and refuse in their own words.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::geocoding::parameters::{Asked as AskedInDialect, Parameters};
use super::geocoding::refusal::Refusal;
use super::problem::Problem;

/// The values in a path.
pub(super) struct InPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let values = Path::from_request_parts(parts, state).await;
        // the routes hold as many values as their handlers take, so it can only be the text
        values.map(|Path(values)| Self(values)).map_err(|_| Problem::bad_request("the path is not UTF-8"))
    }
}

/// The parameters, each given once.
pub(super) struct Asked(Parameters);

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Ok(AskedInDialect(asked)) = AskedInDialect::from_request(request, state).await;
        asked.map(Self).map_err(Refusal::into_problem)
    }
}

impl Asked {
    /// The value of a name, unless it is blank.
    pub fn get(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.0.names().filter(|known| *known == name).count() {
            0 | 1 => Ok(self.0.get(name)),
            _ => Err(Problem::bad_request(format!("give `{name}` once"))),
        }
    }
}

//! Tables in, tables out: a place for every row, or its units of today.
//!
//! `upload` takes the bytes in and `spool` keeps what is not read yet; `table` tells delimiter and encoding;
//! `pipeline` answers chunk by chunk with one of the kinds of answers (`search`, `convert`, `ban`), whose columns
//! `header` puts behind those that came. What is asked of one text is the geocoder's and the town's.

mod ban;
mod cells;
mod convert;
mod fault;
mod header;
mod parameters;
mod pipeline;
mod search;
mod spool;
mod spreadsheet;
mod table;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header as headers};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use self::convert::Convert;
use self::fault::Fault;
use self::header::{Header, SameName};
use self::parameters::Parameters;
use self::pipeline::{Answers, Work};
use self::search::Search;
use self::table::Told;
use self::upload::Upload;
use super::App;
use super::problem::Problem;
use crate::privacy::holds_number;
use crate::town::Town;

/// The routes of tables. Bodies are read piece by piece, so no limit of length applies.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/batch", post(batch))
        .route("/v1/units/convert", get(convert::one).post(convert_all))
        .route("/ban/search/csv", post(ban_search))
        .route("/ban/search/csv/", post(ban_search))
        .route("/ban/reverse/csv", post(ban_reverse))
        .route("/ban/reverse/csv/", post(ban_reverse))
        .layer(axum::extract::DefaultBodyLimit::disable())
}

/// `POST /v1/batch`.
async fn batch(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    answer(&app, request, SameName::Renamed, Search::prepare).await.map_err(Fault::into_problem)
}

/// `POST /v1/units/convert`.
async fn convert_all(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    answer(&app, request, SameName::Renamed, Convert::prepare).await.map_err(Fault::into_problem)
}

/// `POST /ban/search/csv`.
async fn ban_search(State(app): State<App>, request: Request) -> Response {
    let answer = answer(&app, request, SameName::Replaced, ban::Search::prepare).await;
    answer.unwrap_or_else(ban::refusal)
}

/// `POST /ban/reverse/csv`.
async fn ban_reverse(State(app): State<App>, request: Request) -> Response {
    let answer = answer(&app, request, SameName::Replaced, ban::Reverse::prepare).await;
    answer.unwrap_or_else(ban::refusal)
}

/// Answers a table with all rows of one moment's town.
async fn answer<A: Answers + 'static>(
    app: &App,
    request: Request,
    same_name: SameName,
    prepare: fn(Arc<Town>, &Parameters, &Header) -> Result<A, Fault>,
) -> Result<Response, Fault> {
    let town = app.town()?;
    let place = app.batch_place()?;
    let upload = Upload::take(request).await?;
    let told = Told::by(&upload)?;
    let Upload { parameters, name, table, .. } = upload;
    let work = Work {
        table,
        told,
        prepare: Box::new(move |header| Ok(Box::new(prepare(town, &parameters, header)?))),
        same_name,
        max_rows: app.config().batch_max_rows,
        place,
    };
    let body = work.start().await?;
    let mut response = body.into_response();
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    response.headers_mut().insert(headers::CONTENT_TYPE, kind);
    response.headers_mut().insert(headers::CONTENT_DISPOSITION, attachment(name.as_deref()));
    Ok(response)
}

/// `NAME.geocoded.csv`, as a browser saves it; a name beyond ASCII as RFC 6266 has it.
fn attachment(name: Option<&str>) -> HeaderValue {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    let name = name.filter(|name| !name.is_empty() && !holds_number(name)).unwrap_or("batch");
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " -_.()".contains(c) { c } else { '_' })
        .collect();
    let mut text = format!("attachment; filename=\"{plain}.geocoded.csv\"");
    if plain != name {
        text.push_str(&format!("; filename*=UTF-8''{}.geocoded.csv", utf8_percent_encode(name, ESCAPED)));
    }
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

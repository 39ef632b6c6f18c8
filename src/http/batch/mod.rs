//! Tables in, tables out: a place for every row, or its units of today.
//!
//! `tables` says how many at once; `upload` takes the bytes in (a form through a `gate`) and `upload_buffer` keeps what is not
//! read yet; `table` opens it; `pipeline` answers chunk by chunk with one of the kinds of answers (`search`, `convert`,
//! `ban`), whose columns `layout` puts behind those that came. What is asked of one text is the geocoder's and the
//! town's.

mod ban;
mod cells;
mod convert;
mod fault;
mod gate;
mod layout;
mod parameters;
mod pipeline;
mod search;
mod spreadsheet;
mod table;
mod tables;
mod upload;
mod upload_buffer;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header as headers};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::time::Instant;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::convert::Convert;
use self::fault::Fault;
use self::layout::SameName;
use self::parameters::Parameters;
use self::pipeline::{Answers, Work};
use self::search::Search;
use self::table::DeclaredFormat;
pub(super) use self::tables::Tables;
use self::upload::Upload;
use super::App;
use super::connections::RequestClient;
use super::openapi::parameters::tables::{BanReverseTable, BanSearchTable, BatchTable, ConvertTable};
use super::openapi::responses::{BanTableRefused, TableRefused};
use super::openapi::schemas::tables::TableForm;
use super::problem::Problem;
use crate::config::Limits;
use crate::privacy::holds_number;
use crate::table::Header;
use crate::town::Town;

/// What all tables share, for the life of the process.
pub(super) fn tables(limits: &Limits) -> Arc<Tables> {
    upload_buffer::check_disk();
    Arc::new(Tables::new(limits))
}

/// The routes of tables. Bodies are read piece by piece, so no limit of length applies but that of tables.
pub(super) fn routes(tables: &Arc<Tables>) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(batch))
        .routes(routes!(convert::one, convert_all))
        .routes(routes!(ban_search))
        .routes(routes!(ban_reverse))
        .layer(Extension(Arc::clone(tables)))
        .layer(axum::extract::DefaultBodyLimit::disable())
}

/// What all routes of tables take.
type Asked = (State<App>, Extension<Arc<Tables>>, Option<Extension<RequestClient>>);

/// A kind of answer to a table.
struct Kind<A> {
    same_name: SameName,
    /// Names of parameters beside [`COMMON_PARAMETERS`]; `None` where others are passed over.
    parameters: Option<&'static [&'static str]>,
    prepare: fn(Arc<Town>, &Parameters, &Header) -> Result<A, Fault>,
}

/// A table as its description shows it; the first row is a street of the demonstration town.
const EXAMPLE: &str = "address,ward,district,province,lat,lon\n\
    Hùng Vương,Phường Thanh Điền,,Tây Ninh,11.2592,106.1159\n\
    ,25630,Thị xã Hòa Thành,Tây Ninh,11.2592,106.1159\n";

/// A list of lines without a header.
const EXAMPLE_LINES: &str = "Hùng Vương, Phường Thanh Điền, Tây Ninh\nPhường Hiệp Tân, Hòa Thành\n";

/// Parameters of the native API's tables, whatever is asked.
const COMMON_PARAMETERS: [&str; 11] = [
    "columns",
    "address",
    "ward",
    "district",
    "province",
    "delimiter",
    "quote",
    "encoding",
    "lines",
    "with_bom",
    "filename",
];

/// A table or a list of lines in, the same with a place for every row out.
#[utoipa::path(
    post, path = "/v1/batch", tag = "tables",
    params(BatchTable),
    request_body(
        description = "The table: its bytes, or a form with the table as `data` and parameters as fields.",
        content(
            (String = "text/csv", example = json!(EXAMPLE)),
            (String = "text/plain", example = json!(EXAMPLE_LINES)),
            (TableForm = "multipart/form-data"),
        )
    ),
    responses((status = 200, description = "The table with more columns, in UTF-8.", content_type = "text/csv", body = String), TableRefused)
)]
async fn batch(asked: Asked, request: Request) -> Result<Response, Problem> {
    let kind = Kind {
        same_name: SameName::Renamed,
        parameters: Some(&["lat", "lon", "min_score", "layers", "bbox"]),
        prepare: Search::prepare,
    };
    answer(asked, request, kind).await.map_err(Fault::into_problem)
}

/// A table in, the same with the units of today for every row out; or with `direction=old` those of before.
#[utoipa::path(
    post, path = "/v1/units/convert", tag = "tables",
    params(ConvertTable),
    request_body(
        description = "The table: its bytes, or a form with the table as `data` and parameters as fields.",
        content(
            (String = "text/csv", example = json!(EXAMPLE)),
            (String = "text/plain", example = json!(EXAMPLE_LINES)),
            (TableForm = "multipart/form-data"),
        )
    ),
    responses((status = 200, description = "The table with more columns, in UTF-8.", content_type = "text/csv", body = String), TableRefused)
)]
async fn convert_all(asked: Asked, request: Request) -> Result<Response, Problem> {
    let kind = Kind {
        same_name: SameName::Renamed,
        parameters: Some(&["direction", "from"]),
        prepare: Convert::prepare,
    };
    answer(asked, request, kind).await.map_err(Fault::into_problem)
}

/// A table in, the same with a place for every row out, as addok's clients send and read it.
#[utoipa::path(
    post, path = "/ban/search/csv", tag = "ban",
    params(BanSearchTable),
    request_body(
        description = "The table: its bytes, or a form with the table as `data` and parameters as fields.",
        content(
            (String = "text/csv", example = json!(EXAMPLE)),
            (TableForm = "multipart/form-data"),
        )
    ),
    responses((status = 200, description = "The table with more columns, in UTF-8.", content_type = "text/csv", body = String), BanTableRefused)
)]
async fn ban_search(asked: Asked, request: Request) -> Response {
    let kind = Kind { same_name: SameName::Replaced, parameters: None, prepare: ban::Search::prepare };
    answer(asked, request, kind).await.unwrap_or_else(ban::refusal)
}

/// A table of points in, the same with the nearest place for every row out, as addok's clients send and read it.
#[utoipa::path(
    post, path = "/ban/reverse/csv", tag = "ban",
    params(BanReverseTable),
    request_body(
        description = "The table: its bytes, or a form with the table as `data` and parameters as fields.",
        content(
            (String = "text/csv", example = json!(EXAMPLE)),
            (TableForm = "multipart/form-data"),
        )
    ),
    responses((status = 200, description = "The table with more columns, in UTF-8.", content_type = "text/csv", body = String), BanTableRefused)
)]
async fn ban_reverse(asked: Asked, request: Request) -> Response {
    let kind = Kind { same_name: SameName::Replaced, parameters: None, prepare: ban::Reverse::prepare };
    answer(asked, request, kind).await.unwrap_or_else(ban::refusal)
}

/// Answers a table with all rows of one moment's town.
async fn answer<A: Answers + 'static>(
    asked: Asked,
    request: Request,
    kind: Kind<A>,
) -> Result<Response, Fault> {
    let (State(app), Extension(tables), client) = asked;
    let town = app.town()?;
    let place = match tables.admit(client.map(|Extension(RequestClient(client))| client)) {
        Ok(place) => place,
        Err(full) => {
            tokio::spawn(upload::throw_away(request.into_body().into_data_stream()));
            return Err(full.into());
        }
    };
    let deadline = Instant::now() + tables.time_of_one();
    let upload = Upload::take(request, &tables, deadline).await?;
    if let Some(own) = kind.parameters {
        upload.parameters.allow_only(&[&COMMON_PARAMETERS, own].concat())?;
    }
    let format = DeclaredFormat::by(&upload)?;
    let Upload { parameters, name, table, .. } = upload;
    let work = Work {
        table,
        format,
        prepare: Box::new(move |header| Ok(Box::new((kind.prepare)(town, &parameters, header)?))),
        same_name: kind.same_name,
        max_rows: app.config().batch_max_rows,
        tables,
        place,
        deadline,
    };
    let body = work.start().await?;
    let mut response = body.into_response();
    let content_type = HeaderValue::from_static("text/csv; charset=utf-8");
    response.headers_mut().insert(headers::CONTENT_TYPE, content_type);
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

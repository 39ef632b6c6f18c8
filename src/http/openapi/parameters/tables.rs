//! What a table is sent with. Forms may hold the same as fields.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::{Query, conversion, flag, number, table, text};

/// Parameters of `/v1/batch`.
pub(in crate::http) struct BatchTable;

/// Parameters of `POST /v1/units/convert`.
pub(in crate::http) struct ConvertTable;

/// Parameters of `/ban/search/csv`.
pub(in crate::http) struct BanSearchTable;

/// Parameters of `/ban/reverse/csv`.
pub(in crate::http) struct BanReverseTable;

impl IntoParams for BatchTable {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let own = vec![
            text("layers", "Kinds of places, with commas", "address,street,ward"),
            text("bbox", "West,south,east,north: nothing beyond", "106.0,11.0,106.5,11.5"),
        ];
        table([columns(), focus(), vec![least_score()], own, form()])
    }
}

impl IntoParams for ConvertTable {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        table([columns(), conversion(), form()])
    }
}

impl IntoParams for BanSearchTable {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let columns = text(
            "columns",
            "A column that holds the text; may be repeated; all where none is named",
            "address",
        );
        table([vec![columns], focus(), vec![least_score()], of_addok(), shape()])
    }
}

impl IntoParams for BanReverseTable {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        table([focus(), of_addok(), shape()])
    }
}

fn columns() -> Vec<Query> {
    vec![
        text("columns", "A column that holds the text; may be repeated; all where none is named", "address"),
        text("address", "The column of house numbers and streets", "address"),
        text("ward", "The column of wards, by name or code; a code is held to", "ward"),
        text("district", "The column of old districts", "district"),
        text("province", "The column of provinces", "province"),
    ]
}

fn focus() -> Vec<Query> {
    vec![
        text("lat", "The column of latitudes", "lat").with("place"),
        text("lon", "The column of longitudes", "lon").with("place"),
    ]
}

fn least_score() -> Query {
    number("min_score", "The score below which a row is not found, 0 to 1", 0.3)
}

fn of_addok() -> Vec<Query> {
    vec![
        text("result_columns", "A column to add; may be repeated; all where none is named", "result_label"),
        text("citycode", "The column of codes of wards", "ward"),
        text("postcode", "The column of postal codes", "postcode"),
        text("type", "The column of kinds of places", "kind"),
    ]
}

fn form() -> Vec<Query> {
    let mut form = shape();
    form.push(flag("lines", "The body is a list of lines without a header; so is `text/plain`").alone());
    form
}

fn shape() -> Vec<Query> {
    vec![
        text(
            "delimiter",
            "One character, or `comma`, `semicolon`, `tab`, `pipe`; else found from the rows",
            "comma",
        ),
        text("quote", "The character around cells", "\""),
        text(
            "encoding",
            "The encoding, `tcvn3` and `vni` too; else found from the bytes of each column",
            "utf-8",
        ),
        flag("with_bom", "Whether the answer begins with a byte order mark"),
        text("filename", "The name of the file, for that of the answer", "danh-sach.csv"),
    ]
}

//! What operations of the map and of a point take.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::{latitude, longitude, table, text};

/// Which rows and columns of which day a tile has.
pub(in crate::http) struct TileChoice;

/// A point.
pub(in crate::http) struct Place;

impl IntoParams for TileChoice {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        table([vec![
            text("filter", "Which rows, in CQL2 text", "sheet = '1'"),
            text("properties", "Which columns, with commas", "sheet,number"),
            text("at", "The day that is shown; today where none is given", "2025-07-01"),
            text("v", "The revision in the URL of TileJSON: such a tile may be kept for a year", "0"),
        ]])
    }
}

impl IntoParams for Place {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        table([vec![latitude("lat", "Latitude").required(), longitude("lon", "Longitude").required()]])
    }
}

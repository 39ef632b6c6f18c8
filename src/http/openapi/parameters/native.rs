//! What operations of our own take.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::{conversion, latitude, longitude, searched, table, text};

/// Parameters of `/v1/parcels`.
pub(in crate::http) struct ParcelsWanted;

/// Parameters of `GET /v1/units/convert`.
pub(in crate::http) struct UnitsWanted;

impl IntoParams for ParcelsWanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        table([vec![
            latitude("lat", "Latitude"),
            longitude("lon", "Longitude"),
            text("sheet", "Số tờ", "1"),
            text("number", "Số thửa", "1"),
            text("unit", "The code of a ward of today, or of the unit that surveyed the sheet", "25630"),
        ]])
    }
}

impl IntoParams for UnitsWanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let what = "A unit, its code or an address; also `q`";
        table([vec![searched("text", what, "Phường Hiệp Tân, Hòa Thành").required()], conversion()])
    }
}

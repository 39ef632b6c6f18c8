//! What the dialect of addok and BAN takes.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::{Query, flag, latitude, longitude, searched, table, text, whole};

/// Parameters of `/ban/search`.
pub(in crate::http) struct BanSearch;

/// Parameters of `/ban/reverse`.
pub(in crate::http) struct BanReverse;

impl IntoParams for BanSearch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let what = vec![
            searched("q", "The text", "190 Yết Kiêu, Phường Thanh Điền, Tây Ninh").required().from("address"),
            whole("limit", "How many answers, 1 to 100", 5),
            flag("autocomplete", "Whether the last word may be unfinished, as it usually may"),
            latitude("lat", "Where the person looks; also `latitude`").with("focus"),
            longitude("lon", "Where the person looks; also `lng`, `long`, `longitude`").with("focus"),
        ];
        table([what, filters()])
    }
}

impl IntoParams for BanReverse {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let place = vec![
            latitude("lat", "Latitude; also `latitude`").required(),
            longitude("lon", "Longitude; also `lng`, `long`, `longitude`").required(),
            whole("limit", "How many answers, at most 500", 3),
        ];
        table([place, filters()])
    }
}

fn filters() -> Vec<Query> {
    vec![
        text("type", "A kind of place: `housenumber`, `street`, `locality`, `municipality` …", "housenumber"),
        text("postcode", "A postal code, where the source has them", "80000"),
        text("citycode", "The code of a ward", "25633"),
    ]
}

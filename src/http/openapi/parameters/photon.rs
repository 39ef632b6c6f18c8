//! What Photon's dialect takes.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::{Query, flag, latitude, longitude, number, searched, table, text, whole, word};

/// Parameters of `/photon/api`.
pub(in crate::http) struct PhotonSearch;

/// Parameters of `/photon/structured`.
pub(in crate::http) struct PhotonStructured;

/// Parameters of `/photon/reverse`.
pub(in crate::http) struct PhotonReverse;

impl IntoParams for PhotonSearch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let what = "The text; may be missing where `include` names a category";
        let searched =
            searched("q", what, "190 Yết Kiêu, Phường Thanh Điền, Tây Ninh").required().from("address");
        table([vec![searched], focus(), choosing(), form()])
    }
}

impl IntoParams for PhotonStructured {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parts = vec![
            searched("housenumber", "The house number", "190"),
            searched("street", "The street", "Yết Kiêu"),
            searched("city", "The ward", "Phường Thanh Điền"),
            searched("district", "The old district", "Huyện Châu Thành"),
            searched("county", "The old district", "Huyện Châu Thành"),
            searched("state", "The province", "Tây Ninh"),
            text("postcode", "The postal code, where the source has them", "80000"),
        ];
        table([parts, focus(), choosing(), form()])
    }
}

impl IntoParams for PhotonReverse {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let place = vec![
            latitude("lat", "Latitude").required(),
            longitude("lon", "Longitude").required(),
            number("radius", "How far to look, in kilometres; 1 where none is given", 2.0),
        ];
        table([place, choosing(), form()])
    }
}

fn focus() -> Vec<Query> {
    vec![
        latitude("lat", "Where the person looks").with("focus"),
        longitude("lon", "Where the person looks").with("focus"),
        whole("zoom", "How far is near: 0.1 km · 2.2^(18 − zoom); a fraction is cut off", 14).with("focus"),
        number("location_bias_scale", "How much importance counts beside nearness, 0 to 1", 0.2)
            .with("focus"),
        text("bbox", "West,south,east,north: nothing beyond", "106.0,11.0,106.5,11.5"),
    ]
}

fn choosing() -> Vec<Query> {
    const LAYERS: [&str; 9] =
        ["house", "street", "locality", "district", "city", "county", "state", "country", "other"];
    vec![
        whole("limit", "How many answers, 1 to 50", 5),
        word("layer", "A kind of place; may be repeated", &LAYERS, "house"),
        text(
            "osm_tag",
            "A tag to be there (`place:house`) or not (`!place:house`); may be repeated",
            "place:house",
        ),
        text("include", "A category; may be repeated", "osm.place.house"),
        text("exclude", "A category; may be repeated", "osm.highway"),
        text("countrycode", "Countries; without Việt Nam there are no places here", "VN"),
    ]
}

fn form() -> Vec<Query> {
    vec![
        word("lang", "`en` gives the country an English name", &["default", "vi", "en"], "en"),
        flag("debug", "Add what each part of the text was taken for"),
    ]
}

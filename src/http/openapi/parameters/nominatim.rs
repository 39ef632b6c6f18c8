//! What Nominatim's dialect takes.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::{Query, flag, latitude, longitude, searched, table, text, whole, word};

/// Parameters of `/nominatim/search`.
pub(in crate::http) struct NominatimSearch;

/// Parameters of `/nominatim/reverse`.
pub(in crate::http) struct NominatimReverse;

/// Parameters of `/nominatim/lookup`.
pub(in crate::http) struct NominatimLookup;

impl IntoParams for NominatimSearch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let what = vec![
            searched(
                "q",
                "The text; not together with the parts of an address",
                "190 Yết Kiêu, Phường Thanh Điền, Tây Ninh",
            )
            .from("address"),
            text("amenity", "Ignored", "chợ"),
            searched("street", "House number and street", "190 Yết Kiêu"),
            searched("city", "The ward", "Phường Thanh Điền"),
            searched("county", "The old district", "Huyện Châu Thành"),
            searched("state", "The province", "Tây Ninh"),
            text("postalcode", "The postal code, where the source has them", "80000"),
            text("country", "The country; another one than Việt Nam has no places here", "Việt Nam"),
        ];
        let choosing = vec![
            whole("limit", "How many answers, 1 to 50", 5),
            text(
                "viewbox",
                "Two corners, longitude before latitude: what is there comes first",
                "106.0,11.0,106.5,11.5",
            )
            .with("box"),
            flag("bounded", "Nothing beyond the viewbox").with("box"),
            text("countrycodes", "Countries; without Việt Nam there are no places here", "vn"),
            word("featureType", "Kinds of units", &["country", "state", "city", "settlement"], "settlement"),
            text("layer", "There is one layer, `address`", "address"),
            text("exclude_place_ids", "Places to leave out, with commas", "1,2"),
        ];
        table([what, choosing, form()])
    }
}

impl IntoParams for NominatimReverse {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let place = vec![
            latitude("lat", "Latitude").required(),
            longitude("lon", "Longitude").required(),
            whole("zoom", "How coarse: 18 door, 16 street, 14 hamlet, 10 ward, below that the province", 18),
            text("layer", "There is one layer, `address`", "address"),
        ];
        table([place, form()])
    }
}

impl IntoParams for NominatimLookup {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let what = "Ids that `extratags=1` shows, at most 50, with commas";
        let ids = text("osm_ids", what, "address:256300000001").required();
        table([vec![ids], form()])
    }
}

fn form() -> Vec<Query> {
    const FORMATS: [&str; 5] = ["xml", "json", "jsonv2", "geojson", "geocodejson"];
    vec![
        word("format", "The form of the answer", &FORMATS, "jsonv2"),
        text("json_callback", "The name of a function to call with the answer (JSONP)", "done"),
        flag("addressdetails", "Whether the parts of the address are given"),
        flag("extratags", "Whether our ids, codes and the old address are given"),
        flag("namedetails", "Whether names are given"),
        text("accept-language", "`en` gives the country an English name", "en"),
    ]
}

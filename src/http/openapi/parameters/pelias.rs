//! What the native dialect takes, after Pelias.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::{Query, flag, latitude, longitude, number, searched, table, text, whole, word};

/// Parameters of `/v1/search` and `/v1/autocomplete`.
pub(in crate::http) struct PeliasSearch;

/// Parameters of `/v1/search/structured`.
pub(in crate::http) struct PeliasStructured;

/// Parameters of `/v1/reverse`.
pub(in crate::http) struct PeliasReverse;

/// Parameters of `/v1/place`.
pub(in crate::http) struct PeliasPlace;

impl IntoParams for PeliasSearch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let what =
            "An address, a street, a unit, a place, a parcel (thửa 57 tờ 2), coordinates or a code; also `q`";
        let searched =
            searched("text", what, "190 Yết Kiêu, Phường Thanh Điền, Tây Ninh").required().from("address");
        table([vec![searched], choosing(), focus(), form()])
    }
}

impl IntoParams for PeliasStructured {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parts = vec![
            searched("address", "House number and street", "190 Yết Kiêu"),
            searched("neighbourhood", "Khu phố, tổ, ấp, thôn", "Ấp Trường An"),
            searched("borough", "A part of a ward", "Ấp Trường An"),
            searched("locality", "The ward, of today or of before", "Phường Thanh Điền"),
            searched("county", "The old district", "Huyện Châu Thành"),
            searched("region", "The province", "Tây Ninh"),
            text("postalcode", "The postal code, where the source has them", "80000"),
            text("country", "The country; another one than Việt Nam has no places here", "VN"),
        ];
        table([parts, choosing(), focus(), form()])
    }
}

impl IntoParams for PeliasReverse {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let place = vec![
            latitude("lat", "Latitude; also `point.lat`").required(),
            longitude("lon", "Longitude; also `point.lon`").required(),
            text("include", "`parcel` (the usual), `zones` or both; blank for neither", "parcel,zones"),
            word("prefer", "The doors of the parcel under the place first", &["parcel"], "parcel"),
        ];
        table([place, choosing(), form()])
    }
}

impl IntoParams for PeliasPlace {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let ids =
            text("ids", "Ids that answers gave, at most 40, with commas", "address:256300000001").required();
        table([vec![ids], form()])
    }
}

/// How many, and which of what is found.
fn choosing() -> Vec<Query> {
    const RECT: &str = "boundary.rect";
    const CIRCLE: &str = "boundary.circle";
    vec![
        whole("size", "How many answers, 1 to 40; also `limit`", 5),
        text("layers", "Kinds of places, with commas", "address,street,ward"),
        text("boundary.country", "Countries; without Việt Nam there are no places here", "VN"),
        latitude_of("boundary.rect.min_lat", "South of a box", 11.0).with(RECT),
        longitude_of("boundary.rect.min_lon", "West of a box", 106.0).with(RECT),
        latitude_of("boundary.rect.max_lat", "North of a box", 11.5).with(RECT),
        longitude_of("boundary.rect.max_lon", "East of a box", 106.5).with(RECT),
        latitude("boundary.circle.lat", "Middle of a circle").with(CIRCLE),
        longitude("boundary.circle.lon", "Middle of a circle").with(CIRCLE),
        number("boundary.circle.radius", "Radius of the circle in kilometres; 50 where none is given", 20.0)
            .with(CIRCLE),
    ]
}

/// Where the person looks.
fn focus() -> Vec<Query> {
    vec![
        latitude("focus.point.lat", "Where the person looks: what is near comes first; also `lat`")
            .with("focus"),
        longitude("focus.point.lon", "Where the person looks; also `lon`").with("focus"),
    ]
}

/// How it is worded.
fn form() -> Vec<Query> {
    vec![
        text("lang", "`en` gives the country an English name", "en"),
        word(
            "format",
            "GeoJSON in Pelias's envelope, or GeocodeJSON",
            &["geojson", "json", "geocodejson"],
            "geocodejson",
        ),
        flag("explain", "Add to every place what each part of the text was taken for"),
    ]
}

fn latitude_of(name: &'static str, meaning: &'static str, example: f64) -> Query {
    super::degrees(name, meaning, 90.0, example)
}

fn longitude_of(name: &'static str, meaning: &'static str, example: f64) -> Query {
    super::degrees(name, meaning, 180.0, example)
}

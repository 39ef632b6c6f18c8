//! The form of an answer: five formats, three sorts of errors, JSONP.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::details::{Details, LICENCE};
use super::request::flag;
use super::{json, xml};
use crate::answers::Place;
use crate::http::geocoding::geocodejson;
use crate::http::geocoding::json::{Object, list, respond};
use crate::http::geocoding::language::prefers_english;
use crate::http::geocoding::parameters::Parameters;
use crate::http::geocoding::refusal::Refusal;
use crate::http::geocoding::text::may_be_repeated;

const UNKNOWN_FORMAT: &str = "Parameter 'format' must be one of: xml, geojson, geocodejson, json, jsonv2";

/// geopy takes exactly this text for "nothing there".
const NONE: &str = "Unable to geocode";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Xml,
    GeoJson,
    GeocodeJson,
    Json,
    JsonV2,
}

/// Why an answer has no form.
#[derive(Debug)]
pub(super) enum NoForm {
    UnknownFormat,
    BadCallback(Format),
}

/// How to answer.
#[derive(Debug)]
pub(super) struct Answer {
    format: Format,
    details: Details,
    /// The function of JSONP.
    callback: Option<String>,
    /// What XML says again of a reverse search.
    place: String,
}

impl Format {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "xml" => Self::Xml,
            "geojson" => Self::GeoJson,
            "geocodejson" => Self::GeocodeJson,
            "json" => Self::Json,
            "jsonv2" => Self::JsonV2,
            _ => return None,
        })
    }

    /// An error in the form of the format.
    pub fn refuse(self, refused: &Refusal) -> Response {
        let code = refused.status.as_u16();
        if self == Self::Xml {
            return refused.dress(as_xml(xml::error(code, &refused.reason)));
        }
        let mut error = Object::new();
        error.put("code", code).put("message", &refused.reason);
        let mut body = Object::new();
        body.nest("error", error);
        refused.respond(body)
    }
}

impl NoForm {
    /// The error; as text where not even the format is known.
    pub fn respond(&self) -> Response {
        match self {
            Self::UnknownFormat => {
                let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
                (StatusCode::BAD_REQUEST, plain, UNKNOWN_FORMAT).into_response()
            }
            Self::BadCallback(format) => format.refuse(&Refusal::bad_request("Invalid json_callback value")),
        }
    }
}

impl Answer {
    /// Reads what the form depends on.
    pub fn read(asked: &Parameters, usual: Format, headers: &HeaderMap) -> Result<Self, NoForm> {
        let format = asked.get("format").map_or(Some(usual), Format::read).ok_or(NoForm::UnknownFormat)?;
        let callback = asked.given("json_callback").map(str::to_owned);
        if callback.as_ref().is_some_and(|name| format != Format::Xml && !is_callback(name)) {
            return Err(NoForm::BadCallback(format));
        }
        let has = |name: &str| flag(asked, name);
        // a reverse search and a look-up are XML and give the address unless asked otherwise
        let has_address = has("addressdetails").unwrap_or(usual == Format::Xml);
        let number = |name: &str| asked.number(name).ok().flatten().filter(|number| number.abs() <= 180.0);
        let place = ["lat", "lon", "zoom"].map(|name| number(name).map(|number| format!("{name}={number}")));
        let place: Vec<String> = place.into_iter().flatten().collect();
        Ok(Self {
            format,
            callback,
            details: Details {
                has_address,
                has_extra_tags: has("extratags").unwrap_or(false),
                has_names: has("namedetails").unwrap_or(false),
                is_english: prefers_english(asked.get("accept-language"), headers),
            },
            place: place.join("&"),
        })
    }

    /// All places of a search.
    pub fn list(&self, places: &[Place], text: &str) -> Response {
        let query = Some(text).filter(|text| !text.is_empty() && may_be_repeated(text, places));
        let details = &self.details;
        match self.format {
            Format::Xml => as_xml(xml::list(places, query.unwrap_or_default(), details)),
            Format::Json => self.as_json(list(places.iter().map(|p| json::plain(p, details, "class")))),
            Format::JsonV2 => self.as_json(list(places.iter().map(|p| json::plain(p, details, "category")))),
            Format::GeoJson => self.as_json(self.geojson(places).into_bytes()),
            Format::GeocodeJson => self.as_json(self.geocodejson(places, query).into_bytes()),
        }
    }

    /// The place of a reverse search.
    pub fn one(&self, place: Option<&Place>) -> Response {
        if self.format == Format::Xml {
            return as_xml(xml::one(place, &self.place, &self.details));
        }
        let Some(place) = place else {
            let mut none = Object::new();
            none.put("error", NONE);
            return self.as_json(none.into_bytes());
        };
        let alone = std::slice::from_ref(place);
        let body = match self.format {
            Format::Json | Format::Xml => json::plain(place, &self.details, "class"),
            Format::JsonV2 => json::plain(place, &self.details, "category"),
            Format::GeoJson => self.geojson(alone),
            Format::GeocodeJson => self.geocodejson(alone, None),
        };
        self.as_json(body.into_bytes())
    }

    /// An error.
    pub fn refuse(&self, refused: &Refusal) -> Response {
        self.format.refuse(refused)
    }

    fn geojson(&self, places: &[Place]) -> Object {
        let mut collection = Object::new();
        collection
            .put("type", "FeatureCollection")
            .put("licence", LICENCE)
            .nest_all("features", places.iter().map(|place| json::feature(place, &self.details)));
        collection
    }

    fn geocodejson(&self, places: &[Place], query: Option<&str>) -> Object {
        let features = places.iter().map(|place| json::geocode_feature(place, &self.details));
        geocodejson::collection(features, query)
    }

    fn as_json(&self, body: Vec<u8>) -> Response {
        let Some(callback) = &self.callback else { return respond(StatusCode::OK, body) };
        let mut script = format!("{callback}(").into_bytes();
        script.extend(body);
        script.push(b')');
        let kind = [(header::CONTENT_TYPE, "application/javascript; charset=utf-8")];
        (StatusCode::OK, kind, script).into_response()
    }
}

fn as_xml(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], text).into_response()
}

/// Names with dots between them, which cannot be anything but the name of a function.
fn is_callback(text: &str) -> bool {
    let is_name = |part: &str| {
        let mut chars = part.chars();
        chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    text.len() <= 100 && text.split('.').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_is_a_name_and_no_program() {
        assert!(is_callback("jQuery123_4.done") && is_callback("_jqjsp"));
        for text in ["", "a b", "alert(1)//", "a..b", "1a", ".a", "é", "a;b"] {
            assert!(!is_callback(text), "{text}");
        }
    }
}

//! Pelias's envelope around features: what was asked, what was noticed, when.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::HeaderMap;
use serde_json::json;

use super::request::warnings;
use super::{Outcome, words};
use crate::answers::{Place, seven_decimals};
use crate::http::geocoding::geocodejson;
use crate::http::geocoding::json::Object;
use crate::http::geocoding::language::prefers_english;
use crate::http::geocoding::parameters::Parameters;
use crate::http::geocoding::refusal::Refusal;
use crate::http::geocoding::text::{unmatched, word};

/// How to answer.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    warnings: Vec<String>,
    lang: Option<String>,
    is_english: bool,
    is_geocodejson: bool,
    explains: bool,
}

impl Envelope {
    /// Reads what the form depends on.
    pub fn read(asked: &Parameters, headers: &HeaderMap) -> Result<Self, Refusal> {
        let is_geocodejson = match asked.get("format") {
            None | Some("geojson" | "json") => false,
            Some("geocodejson") => true,
            Some(_) => return Err(Refusal::bad_request("invalid param 'format': geojson or geocodejson")),
        };
        let lang = asked.get("lang");
        Ok(Self {
            warnings: warnings(asked),
            lang: lang.map(|lang| word(lang).to_owned()),
            is_english: prefers_english(lang, headers),
            is_geocodejson,
            explains: asked.flag("explain").unwrap_or(false),
        })
    }

    /// The envelope with what was found.
    pub fn hold(&self, outcome: &Outcome) -> Object {
        if self.is_geocodejson {
            return self.as_geocodejson(outcome);
        }
        let mut geocoding = self.geocoding(Some(outcome), &[]);
        if outcome.is_ambiguous {
            geocoding.put("ambiguous", true);
        }
        if outcome.is_cut {
            geocoding.put("truncated", true);
        }
        if self.explains {
            geocoding.set("reading", outcome.reading);
        }
        let features = outcome
            .places
            .iter()
            .map(|(place, details)| words::feature(place, details.as_ref(), self.is_english, self.explains));
        let mut envelope = Object::new();
        envelope
            .nest("geocoding", geocoding)
            .put("type", "FeatureCollection")
            .nest_all("features", features)
            .set("bbox", bbox_around(outcome.places.iter().map(|(place, _)| place)));
        envelope
    }

    /// The envelope with what is wrong and nothing else.
    pub fn refuse(&self, refused: &Refusal) -> Object {
        let mut envelope = Object::new();
        envelope
            .nest("geocoding", self.geocoding(None, &[&refused.reason]))
            .put("type", "FeatureCollection")
            .nest_all("features", []);
        envelope
    }

    fn geocoding(&self, outcome: Option<&Outcome>, errors: &[&str]) -> Object {
        let mut geocoding = Object::new();
        geocoding.put("version", "0.2").put("attribution", "/catalog");
        if let Some(outcome) = outcome {
            geocoding.nest("query", self.query(outcome));
        }
        geocoding
            .set("warnings", (!self.warnings.is_empty()).then_some(&self.warnings))
            .set("errors", (!errors.is_empty()).then_some(errors))
            .put(
                "engine",
                json!({ "name": "bandoso", "author": "bandoso", "version": env!("CARGO_PKG_VERSION") }),
            )
            .set("timestamp", now_ms());
        geocoding
    }

    /// What was asked. A text that may be a person's number is not said again.
    fn query(&self, outcome: &Outcome) -> Object {
        let (request, text) = (&outcome.request, outcome.text_to_repeat());
        let mut query = Object::new();
        query.set("text", text).set("size", (request.size > 0).then_some(request.size));
        if let Some(point) = request.point {
            query.put("point.lat", point.lat).put("point.lon", point.lng);
        }
        if let Some(focus) = request.focus.filter(|_| request.point.is_none()) {
            let focus = focus.to_lnglat();
            query.put("focus.point.lat", seven_decimals(focus.lat));
            query.put("focus.point.lon", seven_decimals(focus.lng));
        }
        query.set("lang", self.lang.as_ref());
        query
    }

    fn as_geocodejson(&self, outcome: &Outcome) -> Object {
        let features = outcome.places.iter().map(|(place, _)| {
            let mut geocoding = Object::new();
            geocodejson::describe(&mut geocoding, place, &place.label, true, self.is_english);
            geocoding.put("id", &place.id).set("ward_code", place.ward_code.as_deref());
            geocoding
                .set("label_old", place.label_old.as_deref())
                .set("interpolated", place.is_interpolated().then_some(true))
                .set("across_border", place.is_across_border.then_some(true))
                .set("unmatched", unmatched(place))
                .set("border_wards", Some(&place.border_wards).filter(|wards| !wards.is_empty()));
            geocodejson::feature(place, geocoding)
        });
        let query = outcome.text_to_repeat();
        geocodejson::collection(features, query)
    }
}

fn now_ms() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|now| u64::try_from(now.as_millis()).ok())
}

fn bbox_around<'a>(places: impl Iterator<Item = &'a Place>) -> Option<[f64; 4]> {
    let boxes = places.filter_map(|place| place.bbox().or(place.lon_lat().map(|[x, y]| [x, y, x, y])));
    boxes.reduce(|a, [w, s, e, n]| [a[0].min(w), a[1].min(s), a[2].max(e), a[3].max(n)])
}

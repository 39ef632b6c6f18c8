//! What a request asks, from its URL and, with POST, from its body: every dialect reads the same way.
//!
//! Names may be repeated; where one value is wanted the last counts, and the body wins over the URL.
//! Names nobody knows are ignored. Numbers are finite or refused: a NaN would pass every comparison.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::refusal::Refusal;
use super::text::word;

/// Names with values, in the order they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::http) struct Parameters(Vec<(String, String)>);

/// Why a value is no number that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Unusable {
    NotANumber,
    OutOfRange,
}

impl Parameters {
    /// Reads `a=1&b=2` as the WHATWG URL standard says: a plus is a space.
    pub fn from_form(text: &str) -> Result<Self, Refusal> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name).unwrap_or_default();
            match decode(value) {
                Some(value) => Ok((name, value)),
                None => Err(Refusal::bad_request(format!("parameter '{}' is not UTF-8", word(&name)))),
            }
        });
        Ok(Self(pairs.collect::<Result<_, _>>()?))
    }

    fn from_json(text: &str) -> Result<Self, Refusal> {
        let wrong = |_| Refusal::bad_request("the body is not a JSON object such as {\"text\": \"…\"}");
        let object: Map<String, Value> = serde_json::from_str(text).map_err(wrong)?;
        let mut pairs = Vec::with_capacity(object.len());
        for (name, value) in object {
            match value {
                Value::Null => {}
                Value::Array(values) => {
                    pairs.extend(values.into_iter().map(|value| (name.clone(), as_text(value))));
                }
                value => pairs.push((name, as_text(value))),
            }
        }
        Ok(Self(pairs))
    }

    /// The value of a name, also where it is empty.
    pub fn given(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name, unless it is blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.given(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The value of the first of these names that has one.
    pub fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// All values of a name that are not blank.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = self.0.iter().filter(move |(known, _)| known == name);
        of_name.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All values of a name, each taken apart at commas.
    pub fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all(name).flat_map(|values| values.split(',')).map(str::trim).filter(|value| !value.is_empty())
    }

    /// All names, each as often as it was given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// A finite number.
    pub fn number(&self, name: &str) -> Result<Option<f64>, Unusable> {
        self.get(name).map(number).transpose()
    }

    /// A whole number: fractions are cut off (Leaflet sends a fractional zoom), what is too large for the
    /// type becomes the largest it has.
    pub fn whole(&self, name: &str) -> Result<Option<i64>, Unusable> {
        Ok(self.number(name)?.map(|value| value as i64))
    }

    /// Degrees, within plus and minus the limit.
    pub fn degrees(&self, name: &str, limit: f64) -> Result<Option<f64>, Unusable> {
        match self.number(name)? {
            Some(value) if value.abs() > limit => Err(Unusable::OutOfRange),
            value => Ok(value),
        }
    }

    /// Yes, unless it says no; `None` where it says nothing.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name).map(|value| !matches!(value, "0" | "false" | "False" | "f" | "no" | "n" | "off"))
    }
}

/// A finite number from a text.
pub(super) fn number(text: &str) -> Result<f64, Unusable> {
    text.trim().parse().ok().filter(|value: &f64| value.is_finite()).ok_or(Unusable::NotANumber)
}

/// So many finite numbers between commas.
pub(super) fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let numbers: Result<Vec<f64>, Unusable> = text.split(',').map(number).collect();
    numbers.ok()?.try_into().ok()
}

fn as_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// `None` where the bytes are not UTF-8: a lone surrogate, another encoding.
fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(|text| text.into_owned())
}

/// What a request asks, or why it cannot be read: a dialect refuses in its own words.
pub(in crate::http) struct Asked(pub Result<Parameters, Refusal>);

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        Ok(Self(read(request, state).await))
    }
}

/// Whether a body may be parameters by what its type says; scripts send forms and JSON without a type, or as text.
fn is_readable(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(header::CONTENT_TYPE) else { return true };
    let media_type = content_type.to_str().unwrap_or("?").split(';').next().unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    let known = ["", "application/x-www-form-urlencoded", "application/json", "text/json", "text/plain"];
    known.contains(&media_type.as_str()) || media_type.ends_with("+json")
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Parameters, Refusal> {
    let mut parameters = Parameters::from_form(request.uri().query().unwrap_or_default())?;
    if request.method() != Method::POST {
        return Ok(parameters);
    }
    if !is_readable(request.headers()) {
        return Err(Refusal::unsupported_media_type());
    }
    let body = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::body_too_long(),
        _ => Refusal::bad_request("the body could not be read to its end"),
    })?;
    let body = std::str::from_utf8(&body).map_err(|_| Refusal::bad_request("the body is not UTF-8"))?;
    let sent = match body.trim() {
        object if object.starts_with('{') => Parameters::from_json(object)?,
        form => Parameters::from_form(form)?,
    };
    parameters.0.extend(sent.0);
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str) -> Parameters {
        Parameters::from_form(form).unwrap()
    }

    #[test]
    fn the_last_of_a_repeated_name_counts_and_all_are_there() {
        let asked = read("q=a+b&layer=city&layer=house,street&q=%C4%91%C6%B0%E1%BB%9Dng&empty=&bare");
        assert_eq!(asked.get("q"), Some("đường"));
        assert_eq!(asked.all("layer").collect::<Vec<_>>(), ["city", "house,street"]);
        assert_eq!(asked.list("layer").collect::<Vec<_>>(), ["city", "house", "street"]);
        assert_eq!((asked.given("empty"), asked.get("empty"), asked.given("none")), (Some(""), None, None));
        assert_eq!(asked.given("bare"), Some(""));
    }

    #[test]
    fn what_is_no_finite_number_is_none() {
        let asked = read("a=NaN&b=inf&c=1e999&d=12.7&e=0&f=-91&g=99999999999999999999&h=abc");
        for name in ["a", "b", "c", "h"] {
            assert_eq!(asked.number(name), Err(Unusable::NotANumber), "{name}");
        }
        assert_eq!(asked.whole("d"), Ok(Some(12)));
        assert_eq!(asked.degrees("e", 90.0), Ok(Some(0.0)));
        assert_eq!(asked.degrees("f", 90.0), Err(Unusable::OutOfRange));
        assert_eq!(asked.whole("g"), Ok(Some(i64::MAX)));
        assert_eq!(asked.whole("none"), Ok(None));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_by_the_name_of_the_parameter() {
        for bytes in ["%FF", "%ED%A0%80", "a%C0%80"] {
            let refused = Parameters::from_form(&format!("q={bytes}")).unwrap_err();
            assert_eq!(refused.reason, "parameter 'q' is not UTF-8", "{bytes}");
        }
        assert_eq!(read("q=100%&r=%zz").get("q"), Some("100%"));
    }

    #[test]
    fn yes_and_no_have_many_words() {
        let asked = read("a=1&b=true&c=yes&d=0&e=false&f=no&g=True");
        assert_eq!(["a", "b", "c", "g"].map(|name| asked.flag(name)), [Some(true); 4]);
        assert_eq!(["d", "e", "f"].map(|name| asked.flag(name)), [Some(false); 3]);
        assert_eq!(asked.flag("h"), None);
    }

    #[test]
    fn a_json_body_may_hold_numbers_and_lists() {
        let sent = Parameters::from_json(r#"{"q": "a", "limit": 3, "layer": ["city", "house"], "x": null}"#);
        let sent = sent.unwrap();
        assert_eq!((sent.get("q"), sent.whole("limit")), (Some("a"), Ok(Some(3))));
        assert_eq!(sent.all("layer").count(), 2);
        assert!(Parameters::from_json(r#"{"q": "\ud800"}"#).is_err());
    }
}

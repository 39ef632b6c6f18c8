//! Answers that many operations share: errors, in the shape of the native API or of a dialect, and answers without a
//! body.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// The media type of [`super::schemas::problem::Problem`].
const PROBLEM: (&str, &str) = ("application/problem+json", "Problem");

/// 400 of the native API.
pub(in crate::http) struct BadRequest;

/// 404 of the native API.
pub(in crate::http) struct NotFound;

/// 410: there was such a code.
pub(in crate::http) struct Gone;

/// 413: a text or a body is longer than is read.
pub(in crate::http) struct TooLong;

/// 503 of the native API.
pub(in crate::http) struct NotReady;

/// 304: the client has it.
pub(in crate::http) struct NotModified;

/// 308: the address to use is in `Location`.
pub(in crate::http) struct Moved;

/// How a table is refused by the native API.
pub(in crate::http) struct TableRefused;

/// How a search is refused in Pelias's words.
pub(in crate::http) struct PeliasRefused;

/// How a unit is refused in Pelias's words.
pub(in crate::http) struct PeliasUnitRefused;

/// How a search is refused in Photon's words.
pub(in crate::http) struct PhotonRefused;

/// How a search is refused in Nominatim's words.
pub(in crate::http) struct NominatimRefused;

/// How a search is refused in addok's words.
pub(in crate::http) struct BanRefused;

/// How a table is refused in addok's words.
pub(in crate::http) struct BanTableRefused;

const BAD_REQUEST: (&str, &str) = ("400", "The request is wrong; the answer says what to change.");
const NOT_FOUND: (&str, &str) = ("404", "There is nothing of that name.");
const TOO_SLOW: (&str, &str) = ("408", "The table stopped coming in, or came too slowly.");
const TOO_LONG: (&str, &str) = ("413", "The text or the body is longer than is read.");
const WRONG_TYPE: (&str, &str) = ("415", "The body is of a kind that holds no parameters.");
const TOO_MANY: (&str, &str) =
    ("429", "This client has as much under way as one may have; wait as `Retry-After` says.");
const NOT_READY: (&str, &str) = ("503", "Not loaded yet, or too much to do; wait as `Retry-After` says.");

type Responses = BTreeMap<String, RefOr<Response>>;
type Content = (&'static str, &'static str);

/// The same contents, media type and name of the shape, under several statuses. Without a shape it is text.
fn refusals(statuses: &[(&str, &str)], contents: &[Content]) -> Responses {
    let one = |&(status, meaning): &(&str, &str)| {
        // what waits, is too slow or too much may be refused before a dialect is asked
        let by_server = matches!(status, "408" | "429" | "503") && !contents.contains(&PROBLEM);
        let contents = contents.iter().chain(by_server.then_some(&PROBLEM));
        let response =
            contents.fold(ResponseBuilder::new().description(meaning), |response, (media_type, shape)| {
                let schema = (!shape.is_empty()).then(|| Ref::from_schema_name(*shape));
                response.content(*media_type, ContentBuilder::new().schema(schema).build())
            });
        (status.to_owned(), response.build().into())
    };
    statuses.iter().map(one).collect()
}

fn bare(status: &str, meaning: &str) -> Responses {
    [(status.to_owned(), ResponseBuilder::new().description(meaning).build().into())].into()
}

impl IntoResponses for BadRequest {
    fn responses() -> Responses {
        refusals(&[BAD_REQUEST], &[PROBLEM])
    }
}

impl IntoResponses for NotFound {
    fn responses() -> Responses {
        refusals(&[NOT_FOUND], &[PROBLEM])
    }
}

impl IntoResponses for Gone {
    fn responses() -> Responses {
        refusals(&[("410", "The code is no longer in use, and nothing took its place.")], &[PROBLEM])
    }
}

impl IntoResponses for TooLong {
    fn responses() -> Responses {
        refusals(&[TOO_LONG], &[PROBLEM])
    }
}

impl IntoResponses for NotReady {
    fn responses() -> Responses {
        refusals(&[NOT_READY], &[PROBLEM])
    }
}

impl IntoResponses for NotModified {
    fn responses() -> Responses {
        bare("304", "The client has it: `If-None-Match` names its tag.")
    }
}

impl IntoResponses for Moved {
    fn responses() -> Responses {
        bare("308", "Another spelling, or a retired code: the one to use is in `Location`.")
    }
}

impl IntoResponses for TableRefused {
    fn responses() -> Responses {
        refusals(&[BAD_REQUEST, TOO_SLOW, TOO_LONG, TOO_MANY, NOT_READY], &[PROBLEM])
    }
}

impl IntoResponses for PeliasRefused {
    fn responses() -> Responses {
        refusals(&[BAD_REQUEST, TOO_LONG, WRONG_TYPE, NOT_READY], &[("application/json", "PeliasRefusal")])
    }
}

impl IntoResponses for PeliasUnitRefused {
    fn responses() -> Responses {
        let mut responses = refusals(&[NOT_FOUND, NOT_READY], &[("application/json", "PeliasRefusal")]);
        // a path that is not UTF-8 is refused before the code is read
        responses.extend(refusals(&[BAD_REQUEST], &[("application/json", "PeliasRefusal"), PROBLEM]));
        responses
    }
}

impl IntoResponses for PhotonRefused {
    fn responses() -> Responses {
        refusals(&[BAD_REQUEST, TOO_LONG, WRONG_TYPE, NOT_READY], &[("application/json", "PhotonRefusal")])
    }
}

impl IntoResponses for NominatimRefused {
    fn responses() -> Responses {
        let (json, xml) = (("application/json", "NominatimRefusal"), ("text/xml", ""));
        let mut responses = refusals(&[TOO_LONG, WRONG_TYPE, NOT_READY], &[json, xml]);
        // text where not even the format is known
        responses.extend(refusals(&[BAD_REQUEST], &[json, xml, ("text/plain", "")]));
        responses
    }
}

impl IntoResponses for BanRefused {
    fn responses() -> Responses {
        refusals(&[BAD_REQUEST, TOO_LONG, WRONG_TYPE, NOT_READY], &[("application/json", "BanRefusal")])
    }
}

impl IntoResponses for BanTableRefused {
    fn responses() -> Responses {
        let statuses = [BAD_REQUEST, TOO_SLOW, TOO_LONG, TOO_MANY, NOT_READY];
        refusals(&statuses, &[("application/json", "BanRefusal")])
    }
}

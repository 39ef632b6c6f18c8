//! Pelias's parameters, those of the search and those that choose among what is found.
//!
//! What is out of range is brought into it with a warning; what has no meaning is refused.

use crate::answers::PlaceKind;
use crate::geometry::{LngLat, World, WorldBox};
use crate::http::geocoding::layers;
use crate::http::geocoding::osm;
use crate::http::geocoding::parameters::Parameters;
use crate::http::geocoding::refusal::Refusal;
use crate::http::geocoding::text::word;

/// Answers a client may ask for.
pub(super) const MAX_SIZE: usize = 40;

/// Radius of a circle that has none, in km, as Pelias has it.
const CIRCLE_KM: f64 = 50.0;

/// Names that are understood, for the warning about others.
const KNOWN: [&str; 43] = [
    "text",
    "q",
    "size",
    "limit",
    "lang",
    "layers",
    "sources",
    "format",
    "explain",
    "include",
    "prefer",
    "ids",
    "lat",
    "lon",
    "point.lat",
    "point.lon",
    "focus.point.lat",
    "focus.point.lon",
    "boundary.country",
    "boundary.rect.min_lat",
    "boundary.rect.max_lat",
    "boundary.rect.min_lon",
    "boundary.rect.max_lon",
    "boundary.circle.lat",
    "boundary.circle.lon",
    "boundary.circle.radius",
    "address",
    "neighbourhood",
    "borough",
    "locality",
    "county",
    "region",
    "postalcode",
    "country",
    "api_key",
    // Pelias's own, without a meaning here
    "categories",
    "debug",
    "view",
    "accept-language",
    "exclude_gid",
    "boundary.gid",
    "confidence",
    "extra",
];

/// What was asked, as it is repeated in the answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Request {
    pub text: Option<String>,
    pub size: usize,
    pub focus: Option<World>,
    pub point: Option<LngLat>,
    pub within: Option<WorldBox>,
    pub circle: Option<(World, f64)>,
    pub kinds: Option<Vec<PlaceKind>>,
    pub has_viet_nam: bool,
}

impl Request {
    /// Reads everything but the text and the points.
    pub fn read(asked: &Parameters, usual_size: usize) -> Result<Self, Refusal> {
        Ok(Self {
            text: None,
            size: size(asked, usual_size).0,
            focus: None,
            point: None,
            within: rect(asked)?,
            circle: circle(asked)?,
            kinds: kinds(asked)?,
            has_viet_nam: osm::has_viet_nam(asked.list("boundary.country").chain(asked.get("country"))),
        })
    }
}

/// Where the person looks.
pub(super) fn focus(asked: &Parameters) -> Result<Option<World>, Refusal> {
    let focus = point(asked, ["focus.point.lat", "lat"], ["focus.point.lon", "lon"])?;
    Ok(focus.map(World::from_lnglat))
}

/// What was read otherwise than it was written.
pub(super) fn warnings(asked: &Parameters) -> Vec<String> {
    let mut warnings: Vec<String> = size(asked, 10).1.into_iter().collect();
    let mut unknown: Vec<&str> = asked.names().filter(|name| !KNOWN.contains(name)).collect();
    unknown.sort_unstable();
    unknown.dedup();
    // a name may be an address somebody did not encode
    if !unknown.is_empty() {
        warnings.push(format!("{} unknown parameters are ignored", unknown.len()));
    }
    if asked.get("boundary.gid").is_some() {
        warnings.push("'boundary.gid' is ignored".to_owned());
    }
    warnings
}

/// How many answers, with the warning if that is not as asked.
fn size(asked: &Parameters, usual: usize) -> (usize, Option<String>) {
    let Some(name) = ["size", "limit"].into_iter().find(|name| asked.get(name).is_some()) else {
        return (usual, None);
    };
    match asked.whole(name) {
        Ok(Some(size)) if size < 1 => (1, Some("out-of-range integer 'size', using MIN_SIZE".to_owned())),
        Ok(Some(size)) if size > MAX_SIZE as i64 => {
            (MAX_SIZE, Some("out-of-range integer 'size', using MAX_SIZE".to_owned()))
        }
        Ok(Some(size)) => (size as usize, None),
        _ => (usual, Some("invalid integer 'size', using DEFAULT_SIZE".to_owned())),
    }
}

/// A place by the first of these names that is given; both or neither.
pub(super) fn point(asked: &Parameters, lat: [&str; 2], lon: [&str; 2]) -> Result<Option<LngLat>, Refusal> {
    let one = |names: [&str; 2], limit: f64| -> Result<(String, Option<f64>), Refusal> {
        let name = names.into_iter().find(|name| asked.get(name).is_some()).unwrap_or(names[0]);
        Ok((name.to_owned(), degrees(asked, name, limit)?))
    };
    match (one(lat, 90.0)?, one(lon, 180.0)?) {
        ((_, Some(lat)), (_, Some(lng))) => Ok(Some(LngLat { lat, lng })),
        ((_, None), (_, None)) => Ok(None),
        ((missing, None), _) | (_, (missing, None)) => {
            Err(Refusal::bad_request(format!("missing param '{missing}'")))
        }
    }
}

fn degrees(asked: &Parameters, name: &str, limit: f64) -> Result<Option<f64>, Refusal> {
    let wrong = |_| format!("invalid param '{name}': must be a number from -{limit} to {limit}");
    asked.degrees(name, limit).map_err(wrong).map_err(Refusal::bad_request)
}

fn rect(asked: &Parameters) -> Result<Option<WorldBox>, Refusal> {
    let side = |name: &str, limit: f64| degrees(asked, &format!("boundary.rect.{name}"), limit);
    let sides =
        [side("min_lon", 180.0)?, side("min_lat", 90.0)?, side("max_lon", 180.0)?, side("max_lat", 90.0)?];
    match sides {
        [None, None, None, None] => Ok(None),
        [Some(west), Some(south), Some(east), Some(north)] => {
            let mut bounds = WorldBox::of(World::from_lnglat(LngLat { lng: west, lat: south }));
            bounds.include(World::from_lnglat(LngLat { lng: east, lat: north }));
            Ok(Some(bounds))
        }
        _ => Err(Refusal::bad_request("'boundary.rect' needs min_lat, max_lat, min_lon and max_lon")),
    }
}

fn circle(asked: &Parameters) -> Result<Option<(World, f64)>, Refusal> {
    const LAT: &str = "boundary.circle.lat";
    const LON: &str = "boundary.circle.lon";
    let Some(middle) = point(asked, [LAT, LAT], [LON, LON])? else { return Ok(None) };
    match asked.number("boundary.circle.radius") {
        Ok(radius) => {
            let km = radius.filter(|km| *km > 0.0).unwrap_or(CIRCLE_KM);
            Ok(Some((World::from_lnglat(middle), km * 1000.0)))
        }
        Err(_) => Err(Refusal::bad_request("invalid param 'boundary.circle.radius': must be a number of km")),
    }
}

/// Layers asked for by name.
fn kinds(asked: &Parameters) -> Result<Option<Vec<PlaceKind>>, Refusal> {
    let mut kinds: Option<Vec<PlaceKind>> = None;
    for name in asked.list("layers") {
        let named = layers::named(name).ok_or_else(|| {
            let options = layers::NAMES.replace(", ", ",");
            let reason = format!("'{}' is an invalid layers parameter. Valid options: {options}", word(name));
            Refusal::bad_request(reason)
        })?;
        kinds.get_or_insert_default().extend(named);
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(form: &str) -> Parameters {
        Parameters::from_form(form).unwrap()
    }

    #[test]
    fn a_size_out_of_range_is_clamped_with_a_warning() {
        assert_eq!(size(&asked("size=0"), 10).0, 1);
        assert_eq!(size(&asked("size=99999999999999999999"), 10).0, MAX_SIZE);
        assert_eq!(size(&asked("size=many"), 10).0, 10);
        assert_eq!(size(&asked("size=7"), 10), (7, None));
        assert_eq!(warnings(&asked("size=41")), ["out-of-range integer 'size', using MAX_SIZE"]);
        assert_eq!(warnings(&asked("text=a&colour=red")), ["1 unknown parameters are ignored"]);
    }

    #[test]
    fn half_a_point_and_half_a_box_are_refused() {
        let reason = |form: &str| Request::read(&asked(form), 10).unwrap_err().reason;
        let unfocused = |form: &str| focus(&asked(form)).unwrap_err().reason;
        assert_eq!(unfocused("focus.point.lat=1"), "missing param 'focus.point.lon'");
        assert!(unfocused("focus.point.lat=91&focus.point.lon=1").contains("from -90 to 90"));
        assert!(reason("boundary.rect.min_lat=1").contains("max_lon"));
        assert!(reason("layers=moon").starts_with("'moon' is an invalid layers parameter."));
    }

    #[test]
    fn another_country_has_no_places_here() {
        let has = |form: &str| Request::read(&asked(form), 10).unwrap().has_viet_nam;
        assert!(has("") && has("boundary.country=VN") && has("boundary.country=LA,vnm"));
        assert!(has("country=Vi%E1%BB%87t Nam") && !has("boundary.country=LA"));
    }
}

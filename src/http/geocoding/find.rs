//! Searching, the same for every dialect: names by the geocoder, parcels and points beside it, and what
//! a dialect wants to have left out.

use super::place::{Place, PlaceKind};
use crate::geocode::codes::{self, Code, ParcelQuery};
use crate::geocode::{Answer, Focus, HitKind, Problem, Query, Reading};
use crate::geometry::{World, WorldBox, distance_m};
use crate::town::Town;

/// Places looked at where a dialect chooses among them by what the geocoder does not know.
const MANY: usize = 200;

/// What a dialect wants besides.
pub(in crate::http) type Choice = Box<dyn Fn(&Place) -> bool + Send>;

/// A search.
pub(in crate::http) struct Wanted {
    pub text: String,
    pub limit: usize,
    /// Near places come first.
    pub focus: Option<Focus>,
    /// The last word may be unfinished.
    pub is_prefix: bool,
    pub within: Option<WorldBox>,
    /// Only places so many metres around.
    pub around: Option<(World, f64)>,
    /// Only these; all where `None`.
    pub kinds: Option<Vec<PlaceKind>>,
    pub choice: Option<Choice>,
}

/// What was found.
#[derive(Debug)]
pub(in crate::http) struct Found {
    /// Best first.
    pub places: Vec<Place>,
    pub is_ambiguous: bool,
    /// What the text was taken for as a whole: `text`, `parcel`, `coordinates`, `code`.
    pub reading: &'static str,
    /// Why nothing was searched.
    pub problem: Option<Problem>,
}

impl Wanted {
    /// A finished text, wherever it may be.
    pub fn new(text: String, limit: usize) -> Self {
        Self {
            text,
            limit,
            focus: None,
            is_prefix: false,
            within: None,
            around: None,
            kinds: None,
            choice: None,
        }
    }

    fn admits(&self, place: &Place) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&place.kind))
            && self.within.is_none_or(|bounds| place.point.is_some_and(|at| bounds.contains(at)))
            && self
                .around
                .is_none_or(|(middle, metres)| place.point.is_some_and(|at| distance_m(middle, at) <= metres))
            && self.choice.as_ref().is_none_or(|choice| choice(place))
    }

    /// Asks the geocoder and what lies beside it.
    pub fn find(&self, town: &Town) -> Found {
        let is_chosen = self.choice.is_some() || self.around.is_some() || self.kinds.is_some();
        let (mut found, is_cut) = self.ask(town, self.limit);
        if is_chosen && is_cut && found.places.len() < self.limit {
            (found, _) = self.ask(town, MANY);
        }
        found.places.truncate(self.limit);
        if let Some(focus) = self.focus {
            for place in &mut found.places {
                place.set_distance_from(focus.at);
            }
        }
        found
    }

    /// The places among so many hits, and whether there may be more hits.
    fn ask(&self, town: &Town, limit: usize) -> (Found, bool) {
        let known: Vec<HitKind> = self.kinds.iter().flatten().filter_map(|kind| kind.known()).collect();
        let answer = town.index().search(&Query {
            limit,
            focus: self.focus,
            is_prefix: self.is_prefix,
            within: self.within,
            kinds: &known,
            ..Query::new(&self.text)
        });
        let is_cut = answer.hits.len() >= limit;
        let (is_ambiguous, problem, reading) = (answer.ambiguous, answer.problem, reading(&answer.reading));
        let places = self.places(town, answer, limit);
        (Found { places, is_ambiguous, reading, problem }, is_cut)
    }

    /// The hits of an answer with parcels looked up and points made places; no more parcels than there is room for.
    fn places(&self, town: &Town, answer: Answer, limit: usize) -> Vec<Place> {
        let admitted = |place: &Place| self.admits(place);
        let parcels = |query: &ParcelQuery, room: usize| -> Vec<Place> {
            let found = if room == 0 { Vec::new() } else { town.parcels_of(query) };
            found.iter().map(|parcel| Place::parcel(town, parcel)).filter(admitted).take(room).collect()
        };
        let mut places: Vec<Place> = match &answer.reading {
            Reading::Parcel(query) => parcels(query, limit),
            Reading::Coordinates(places) => {
                places.iter().map(|place| coordinates(town, place)).filter(admitted).collect()
            }
            Reading::Code(Code::Plus { code, at, .. } | Code::Geohash { code, at }) => {
                let point = Place::point(town, PlaceKind::Code, code, *at);
                Some(point).filter(admitted).into_iter().collect()
            }
            Reading::Code(_) | Reading::Text | Reading::TextOrParcel(_) => Vec::new(),
        };
        places.extend(answer.hits.into_iter().map(Place::from).filter(admitted));
        // a number with a slash is first of all a house
        if let Reading::TextOrParcel(query) = &answer.reading {
            places.extend(parcels(query, limit.saturating_sub(places.len())));
        }
        places
    }
}

impl PlaceKind {
    fn known(self) -> Option<HitKind> {
        match self {
            Self::Known(kind) => Some(kind),
            _ => None,
        }
    }
}

fn reading(reading: &Reading) -> &'static str {
    match reading {
        Reading::Text => "text",
        Reading::Parcel(_) => "parcel",
        Reading::TextOrParcel(_) => "text or parcel",
        Reading::Coordinates(_) => "coordinates",
        Reading::Code(_) => "code",
    }
}

/// A point somebody typed, with the system it was read in.
fn coordinates(town: &Town, place: &codes::Place) -> Place {
    let degrees = place.at.to_lnglat();
    let label = match place.system {
        Some(system) => format!("{:.6}, {:.6} ({system})", degrees.lat, degrees.lng),
        None => format!("{:.6}, {:.6}", degrees.lat, degrees.lng),
    };
    Place::point(town, PlaceKind::Coordinates, &label, place.at)
}

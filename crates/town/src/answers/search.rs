//! Searching, the same for every dialect: names by the geocoder, parcels and points beside it, and what
//! a dialect wants to have left out.

use super::crossing::crossing;
use super::kind_words::{KindWord, landmarks_near};
use super::place::{Place, PlaceKind};
use super::{Cost, Question};
use crate::cost::RowBudget;
use crate::geocode::codes::{self, Code, ParcelQuery};
use crate::geocode::{Answer, Focus, HitKind, Index, MatchType, Problem, Query, Reading};
use crate::geometry::{World, WorldBox, distance_m};
use crate::schema::system_name;
use crate::town::Town;

/// Places looked at where a dialect chooses among them by what the geocoder does not know.
const MANY: usize = 200;

/// What a parcel loses where others bear its number too.
const OF_SEVERAL: f64 = 0.8;

/// What a dialect wants besides.
pub type PlaceFilter = Box<dyn Fn(&Place) -> bool + Send>;

/// A search.
pub struct Search {
    /// As typed, of at most [`MAX_CHARS`](crate::geocode::MAX_CHARS) characters.
    pub text: String,
    /// At most this many places.
    pub limit: usize,
    /// Near places come first.
    pub focus: Option<Focus>,
    /// The last word may be unfinished.
    pub is_prefix: bool,
    /// Only places in this box.
    pub within: Option<WorldBox>,
    /// Only places so many metres around.
    pub around: Option<(World, f64)>,
    /// Only these; all where `None`.
    pub kinds: Option<Vec<PlaceKind>>,
    /// Only places that pass.
    pub place_filter: Option<PlaceFilter>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// Best first.
    pub places: Vec<Place>,
    /// Several places fit equally well.
    pub is_ambiguous: bool,
    /// What the text was taken for as a whole: `text`, `parcel`, `coordinates`, `code`.
    pub reading: &'static str,
    /// Why nothing was searched.
    pub problem: Option<Problem>,
    /// More was to be looked at than one answer may cost: a better place may be missing.
    pub is_cut: bool,
}

impl Question for Search {
    type Answer = Found;

    /// Light, but for VN-2000 metres: a search looks at few rows, or is asked again with more.
    fn cost(&self, _: &Town) -> Cost {
        if Index::is_projected(&self.text) { Cost::Heavy } else { Cost::Light }
    }

    fn answer(&self, town: &Town, budget: &RowBudget) -> Found {
        let is_chosen = self.place_filter.is_some() || self.around.is_some() || self.kinds.is_some();
        let (mut found, is_full) = self.among(town, self.limit, budget);
        if is_chosen && is_full && found.places.len() < self.limit {
            (found, _) = self.among(town, MANY, budget);
        }
        found.places.truncate(self.limit);
        if let Some(focus) = self.focus {
            for place in &mut found.places {
                place.set_distance_from(focus.at);
            }
        }
        found.is_cut = budget.is_cut();
        found
    }
}

impl Search {
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
            place_filter: None,
        }
    }

    fn admits(&self, place: &Place) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&place.kind))
            && self.within.is_none_or(|bounds| place.point.is_some_and(|at| bounds.contains(at)))
            && self
                .around
                .is_none_or(|(middle, metres)| place.point.is_some_and(|at| distance_m(middle, at) <= metres))
            && self.place_filter.as_ref().is_none_or(|filter| filter(place))
    }

    /// The places among so many hits, and whether there may be more hits.
    fn among(&self, town: &Town, limit: usize, budget: &RowBudget) -> (Found, bool) {
        let near = self.of_a_kind(town, limit, budget);
        if !near.is_empty() {
            let is_ambiguous = near.len() > 1;
            return (
                Found { places: near, is_ambiguous, reading: "text", problem: None, is_cut: false },
                false,
            );
        }
        let known: Vec<HitKind> = self.kinds.iter().flatten().filter_map(|kind| kind.known()).collect();
        let query = Query {
            limit,
            focus: self.focus,
            is_prefix: self.is_prefix,
            within: self.within,
            kinds: &known,
            ..Query::new(&self.text)
        };
        let answer = town.index().search_within(&query, budget);
        let is_full = answer.hits.len() >= limit;
        let (is_ambiguous, problem, reading) = (answer.ambiguous, answer.problem, reading(&answer.reading));
        let places = self.places(town, answer, limit, budget);
        let parcels = places.iter().filter(|place| place.kind == PlaceKind::Parcel).count();
        let is_ambiguous = is_ambiguous || parcels > 1;
        (Found { places, is_ambiguous, reading, problem, is_cut: false }, is_full)
    }

    /// The hits of an answer with parcels looked up and points made places; no more parcels than there is room for.
    fn places(&self, town: &Town, answer: Answer, limit: usize, budget: &RowBudget) -> Vec<Place> {
        let admitted = |place: &Place| self.admits(place);
        let mut places: Vec<Place> = match &answer.reading {
            Reading::Parcel(query) => self.parcels(town, query, limit, budget),
            Reading::Coordinates(candidates) => {
                let mut places: Vec<Place> =
                    candidates.iter().map(|place| coordinates(town, place, budget)).collect();
                // of equally likely ones, those that lie in a ward
                places.sort_by(|a, b| {
                    b.confidence.total_cmp(&a.confidence).then(b.ward.is_some().cmp(&a.ward.is_some()))
                });
                places.into_iter().filter(admitted).collect()
            }
            Reading::Code(Code::Plus { code, at, .. } | Code::Geohash { code, at }) => {
                let point = Place::point(town, PlaceKind::Code, code, *at, budget);
                Some(point).filter(admitted).into_iter().collect()
            }
            Reading::Crossing(pairs) => {
                let corners = pairs.iter().filter_map(|(one, other)| crossing(town, one, other, budget));
                corners.filter(admitted).take(limit).collect()
            }
            Reading::Code(_) | Reading::Text | Reading::TextOrParcel(_) => Vec::new(),
        };
        places.extend(answer.hits.into_iter().map(Place::from).filter(admitted));
        // a number with a slash is first of all a house
        if let Reading::TextOrParcel(query) = &answer.reading {
            places.extend(self.parcels(town, query, limit.saturating_sub(places.len()), budget));
        }
        places
    }

    /// The parcels that a text names and this search admits, among [`MANY`] where it chooses; the nearest where
    /// it has a focus.
    fn parcels(&self, town: &Town, query: &ParcelQuery, room: usize, budget: &RowBudget) -> Vec<Place> {
        let is_wanted = self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&PlaceKind::Parcel));
        if room == 0 || !is_wanted {
            return Vec::new();
        }
        let chooses = self.within.is_some() || self.around.is_some() || self.place_filter.is_some();
        let most = if chooses { room.max(MANY) } else { room };
        let found = town.parcels_of(query, self.focus.map(|focus| focus.at), most, budget);
        if chooses && found.len() == most {
            budget.cut();
        }
        // one of several is as likely as the others
        let confidence = if found.len() > 1 { query.share_read * OF_SEVERAL } else { query.share_read };
        let match_type = if query.share_read < 1.0 { MatchType::Fallback } else { MatchType::Exact };
        let places =
            found.iter().map(|parcel| Place { confidence, match_type, ..Place::parcel(town, parcel) });
        places.filter(|place| self.admits(place)).take(room).collect()
    }

    /// The landmarks around the focus, nearest first, where the text is nothing but a word for what they are.
    fn of_a_kind(&self, town: &Town, room: usize, budget: &RowBudget) -> Vec<Place> {
        let (Some(focus), Some(word)) = (self.focus, KindWord::of(&self.text)) else { return Vec::new() };
        landmarks_near(town, focus.at, word, room, budget)
            .into_iter()
            .filter(|place| self.admits(place))
            .collect()
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
        Reading::Crossing(_) => "crossing",
        Reading::Code(_) => "code",
    }
}

/// A point somebody typed, with the system it was read in.
pub(super) fn coordinates(town: &Town, place: &codes::Place, budget: &RowBudget) -> Place {
    let degrees = place.at.to_lnglat();
    let label = match place.system {
        Some(system) => {
            let name = system_name(system);
            format!("{:.6}, {:.6} ({name}, {system})", degrees.lat, degrees.lng)
        }
        None => format!("{:.6}, {:.6}", degrees.lat, degrees.lng),
    };
    let match_type = if place.confidence < 1.0 { MatchType::Fallback } else { MatchType::Exact };
    let point = Place::point(town, PlaceKind::Coordinates, &label, place.at, budget);
    Place { confidence: place.confidence, match_type, ..point }
}

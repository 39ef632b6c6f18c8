//! The same questions to every geocoder: what it finds, in how long, how often, in how much memory.

use std::time::{Duration, Instant};

use bandoso::geometry::LngLat;

use super::answers::places;
use super::common::asking::{crowd, serial};
use super::common::connection::Connection;
use super::common::doors::Doors;
use super::common::machine;
use super::common::questions::{CATEGORIES, Question};
use super::servers::{ANSWERS, Running, Subject};
use super::support::Dice;

/// Places asked for.
const PLACES: usize = 1_000;
/// Searches before anything is counted.
const WARMING: usize = 50;
/// How long several clients ask, and the serial one for places at most.
const CROWDED: Duration = Duration::from_secs(10);
const PLACES_LIMIT: Duration = Duration::from_secs(30);

/// What is asked, by category.
pub struct Questions {
    by_category: Vec<Vec<Question>>,
    places: Vec<LngLat>,
}

/// How much of a category was found.
pub struct Share {
    pub asked: usize,
    pub first: usize,
    pub among_five: usize,
    /// Answered with something else than 200, and so not found.
    pub errors: usize,
}

/// What one geocoder came to.
pub struct Measured {
    /// In the order of [`CATEGORIES`].
    pub found: Vec<Share>,
    /// Milliseconds of each search, all categories together.
    pub search_ms: Vec<f64>,
    pub answers_per_s: f64,
    /// Milliseconds of each reverse search.
    pub reverse_ms: Vec<f64>,
    /// Answers to all of it that were not 200.
    pub errors: usize,
    pub memory_mb: f64,
    pub load_s: f64,
    pub version: String,
}

/// Of every geocoder, or why it was not measured.
pub type Results = Vec<(Subject, Result<Measured, String>)>;

impl Questions {
    pub fn about(doors: &Doors<'_>, asked: usize, dice: &mut Dice) -> Self {
        Self {
            by_category: CATEGORIES.iter().map(|name| doors.questions(name, asked, dice)).collect(),
            places: (0..PLACES).map(|_| doors.place_near(dice).to_lnglat()).collect(),
        }
    }

    /// Asks a geocoder all of it.
    pub fn put_to(&self, server: &Running) -> Result<Measured, String> {
        let searches = self.mixed_searches(server.subject);
        serial(server.address, &searches, WARMING, CROWDED)?;
        let (mut found, mut search_ms) = (Vec::new(), Vec::new());
        for (name, questions) in CATEGORIES.iter().zip(&self.by_category) {
            let share = ask(server, name, questions, &mut search_ms)?;
            eprintln!("  {name}: {} and {} of {}", share.first, share.among_five, share.asked);
            found.push(share);
        }
        let crowd = crowd(server.address, &searches, CROWDED)?;
        let places: Vec<String> = self.places.iter().map(|&at| server.subject.reverse(at)).collect();
        let reverse = serial(server.address, &places, places.len(), PLACES_LIMIT)?;
        let failed: usize = found.iter().map(|share: &Share| share.errors).sum();
        Ok(Measured {
            found,
            search_ms,
            answers_per_s: crowd.per_second(),
            errors: failed + crowd.errors + reverse.errors,
            reverse_ms: reverse.times.into_iter().map(|us| us / 1e3).collect(),
            memory_mb: machine::memory_mb(&server.processes),
            load_s: server.load_s,
            version: server.version.clone(),
        })
    }

    /// Searches of all categories in turn.
    fn mixed_searches(&self, subject: Subject) -> Vec<String> {
        let longest = self.by_category.iter().map(Vec::len).max().unwrap_or(0);
        (0..longest)
            .flat_map(|i| self.by_category.iter().filter_map(move |questions| questions.get(i)))
            .map(|question| subject.search(&question.text))
            .collect()
    }
}

/// One question after the other; says the first that was not answered.
fn ask(
    server: &Running,
    name: &str,
    questions: &[Question],
    times_ms: &mut Vec<f64>,
) -> Result<Share, String> {
    let mut connection = Connection::open(server.address).map_err(|e| format!("no connection: {e}"))?;
    let mut share = Share { asked: questions.len(), first: 0, among_five: 0, errors: 0 };
    let mut missed = None;
    for question in questions {
        let path = server.subject.search(&question.text);
        let asked = Instant::now();
        let answer = connection.get(&path, "identity").map_err(|e| format!("{path}: {e}"))?;
        times_ms.push(asked.elapsed().as_secs_f64() * 1e3);
        let rank = match answer.status {
            200 => rank(question, answer.body).map_err(|why| format!("{path} is answered with {why}"))?,
            _ => None,
        };
        share.errors += usize::from(answer.status != 200);
        share.first += usize::from(rank == Some(0));
        share.among_five += usize::from(rank.is_some());
        if rank.is_none() {
            missed.get_or_insert(&question.text);
        }
    }
    if let Some(text) = missed {
        eprintln!("  {name}: {text:?} is not found");
    }
    Ok(share)
}

/// Where the door stands in the answer.
fn rank(question: &Question, body: &[u8]) -> Result<Option<usize>, String> {
    let Question { number, street, ward, .. } = question;
    Ok(places(body)?.iter().take(ANSWERS).position(|place| place.is_door(number, street, ward)))
}

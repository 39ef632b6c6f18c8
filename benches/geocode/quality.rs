//! How much of what was asked for came first, by category, how long each answer took in process, and how well the
//! confidence says it.

use std::time::Instant;

use bandoso::geocode::Query;

use super::common::doors::Doors;
use super::common::questions::{CATEGORIES, Question};
use super::common::sample::percentile;
use super::common::table::Table;
use super::support::Dice;

/// Addresses asked for in each category.
pub const ASKED: usize = 1_000;
/// Addresses typed letter by letter.
const TYPED: usize = 200;

/// Writes the tables.
pub fn print(doors: &Doors<'_>, dice: &mut Dice) {
    let mut table =
        Table::new(&["Written", "asked", "exact@1 %", "exact@5 %", "p50 µs", "p99 µs", "longest µs"]);
    let mut buckets = Buckets::default();
    for category in CATEGORIES {
        let questions = doors.questions(category, ASKED, dice);
        let (mut first, mut five, mut times) = (0, 0, Vec::new());
        let mut missed = None;
        for question in &questions {
            let started = Instant::now();
            let answer = doors.index.search(&Query { limit: 5, ..Query::new(&question.text) });
            times.push(started.elapsed().as_secs_f64() * 1e6);
            if let Some(hit) = answer.hits.first() {
                buckets.add(hit.confidence, question.is_answered_by(hit));
            }
            let rank = answer.hits.iter().position(|hit| question.is_answered_by(hit));
            first += usize::from(rank == Some(0));
            five += usize::from(rank.is_some());
            if rank != Some(0) && missed.is_none() {
                missed = Some((&question.text, answer.hits.first().map(|hit| hit.label.clone())));
            }
        }
        if let Some((text, got)) = missed {
            eprintln!("{category}: {text:?} found {got:?}");
        }
        let percent = |part: usize| format!("{:.1}", part as f64 * 100.0 / questions.len().max(1) as f64);
        table.row(vec![
            category.to_owned(),
            questions.len().to_string(),
            percent(first),
            percent(five),
            format!("{:.0}", percentile(times.clone(), 50)),
            format!("{:.0}", percentile(times.clone(), 99)),
            format!("{:.0}", percentile(times, 100)),
        ]);
    }
    table.print("Found, and in how long, in process on one thread");
    buckets.print();
    typing(doors, dice);
}

/// Answers by what was said of them, in tenths.
#[derive(Default)]
struct Buckets([(usize, f64, usize); 10]);

impl Buckets {
    fn add(&mut self, confidence: f64, is_right: bool) {
        let (count, said, right) = &mut self.0[((confidence * 10.0) as usize).min(9)];
        *count += 1;
        *said += confidence;
        *right += usize::from(is_right);
    }

    fn print(&self) {
        let all = self.0.iter().map(|(count, ..)| count).sum::<usize>() as f64;
        let mut table = Table::new(&["Answers", "confidence said", "right"]);
        let mut error = 0.0;
        for (count, said, right) in self.0.iter().filter(|(count, ..)| *count > 0) {
            let of = *count as f64;
            error += (said - *right as f64).abs() / all;
            table.row(vec![
                count.to_string(),
                format!("{:.3}", said / of),
                format!("{:.3}", *right as f64 / of),
            ]);
        }
        table.print(&format!(
            "What the confidence said and what was right (expected calibration error {error:.3})"
        ));
    }
}

/// Letters typed until the address comes first, and how long each keystroke takes.
fn typing(doors: &Doors<'_>, dice: &mut Dice) {
    let (mut share, mut never, mut times) = (0.0, 0, Vec::new());
    let asked: Vec<Question> = doors.questions("without province", TYPED, dice);
    for question in &asked {
        let ends: Vec<usize> = question.text.char_indices().map(|(i, c)| i + c.len_utf8()).collect();
        let mut at = None;
        for (i, &end) in ends.iter().enumerate() {
            let started = Instant::now();
            let answer = doors.index.search(&Query { limit: 10, ..Query::typing(&question.text[..end]) });
            times.push(started.elapsed().as_secs_f64() * 1e6);
            if at.is_none() && answer.hits.first().is_some_and(|hit| question.is_answered_by(hit)) {
                at = Some(i + 1);
            }
        }
        never += usize::from(at.is_none());
        share += at.unwrap_or(ends.len()) as f64 / ends.len() as f64;
    }
    let total: f64 = times.iter().sum();
    let mut table = Table::new(&[
        "Addresses typed",
        "typed until first %",
        "never first",
        "p50 µs",
        "p99 µs",
        "a second",
    ]);
    table.row(vec![
        asked.len().to_string(),
        format!("{:.0}", share * 100.0 / asked.len() as f64),
        never.to_string(),
        format!("{:.0}", percentile(times.clone(), 50)),
        format!("{:.0}", percentile(times.clone(), 99)),
        format!("{:.0}", times.len() as f64 * 1e6 / total),
    ]);
    table.print("Autocomplete, every keystroke of `number street, ward`, ten suggestions");
}

//! How likely the first hit is right, learnt from real addresses and judged on rows it was not learnt from.
//!
//! Every row is asked in its old and its new form, once with the doors of the other four fifths loaded and once with
//! the national tables alone. The weights are fitted on four fifths and judged on the fifth; those printed for the
//! table in `search/confidence.rs` are of all rows.

use crate::geocode::*;
use crate::import::FormerPlaces;
use crate::import::tests::measure::{Known, fifth_of, in_parallel, load, read, rows};

/// A text that was asked, and whether its first hit is right.
struct Sample {
    values: Vec<f32>,
    is_right: bool,
    fifth: u64,
    /// The form of the text and what was loaded.
    set: &'static str,
    text: String,
    label: String,
    wanted: String,
}

/// Log odds: a sum of weights, the last one of which always counts.
struct Model {
    weights: Vec<f32>,
}

const RIDGE: f64 = 2.0;

impl Model {
    /// Newton steps, a weight at a time, each held to its sign, until nothing moves.
    fn fit(samples: &[&Sample]) -> Self {
        let count = Evidence::TABLE.len() + 1;
        let mut weights = vec![0.0_f64; count];
        let mut log_odds = vec![0.0_f64; samples.len()];
        let columns: Vec<Vec<(u32, f32)>> = (0..count)
            .map(|column| {
                let value = |sample: &Sample| sample.values.get(column).copied().unwrap_or(1.0);
                let with = samples.iter().enumerate().map(|(i, sample)| (i as u32, value(sample)));
                with.filter(|(_, value)| *value != 0.0).collect()
            })
            .collect();
        for _ in 0..200 {
            let mut moved = 0.0_f64;
            for (column, values) in columns.iter().enumerate() {
                let (mut slope, mut curve) = (RIDGE * weights[column] * 0.1, RIDGE * 0.1);
                for &(i, value) in values {
                    let p = 1.0 / (1.0 + (-log_odds[i as usize]).exp());
                    let value = f64::from(value);
                    slope += (p - f64::from(u8::from(samples[i as usize].is_right))) * value;
                    curve += p * (1.0 - p) * value * value;
                }
                let sign = Evidence::TABLE.get(column).map_or(Sign::Either, |factor| factor.sign);
                let wanted = weights[column] - (slope / curve).clamp(-1.0, 1.0);
                let wanted = match sign {
                    Sign::For => wanted.max(0.0),
                    Sign::Against => wanted.min(0.0),
                    Sign::Either => wanted,
                };
                let step = wanted - weights[column];
                weights[column] = wanted;
                moved = moved.max(step.abs());
                for &(i, value) in values {
                    log_odds[i as usize] += step * f64::from(value);
                }
            }
            if moved < 1e-4 {
                break;
            }
        }
        Self { weights: weights.into_iter().map(|weight| weight as f32).collect() }
    }

    fn probability(&self, values: &[f32]) -> f64 {
        let terms = values.iter().zip(&self.weights).map(|(value, weight)| value * weight);
        let log_odds = terms.sum::<f32>() + self.weights.last().copied().unwrap_or_default();
        1.0 / (1.0 + f64::from(-log_odds).exp())
    }
}

/// Expected calibration error, area under the curve, and what stands above 0.9 and 0.8.
fn judge(name: &str, judged: &[(f64, bool)]) {
    let count = judged.len() as f64;
    let right = judged.iter().filter(|(_, is_right)| *is_right).count() as f64;
    let mut error = 0.0;
    for bucket in 0..10 {
        let inside: Vec<_> = judged.iter().filter(|(p, _)| ((p * 10.0) as usize).min(9) == bucket).collect();
        let of = inside.len() as f64;
        let (mean, share) = (
            inside.iter().map(|(p, _)| p).sum::<f64>() / of.max(1.0),
            inside.iter().filter(|(_, is_right)| *is_right).count() as f64 / of.max(1.0),
        );
        error += of / count * (mean - share).abs();
        if name.starts_with("all") {
            eprintln!(
                "  {:.1} to {:.1}: {of:6} answers, said {mean:.3}, right {share:.3}",
                bucket as f64 / 10.0,
                (bucket + 1) as f64 / 10.0
            );
        }
    }
    let mut sorted = judged.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut wrong_below, mut pairs) = (0.0, 0.0);
    for (_, is_right) in &sorted {
        if *is_right { pairs += wrong_below } else { wrong_below += 1.0 }
    }
    let auc = pairs / (right * (count - right)).max(1.0);
    let above = |limit: f64| {
        let above: Vec<_> = judged.iter().filter(|(p, _)| *p >= limit).collect();
        let right_above = above.iter().filter(|(_, is_right)| *is_right).count() as f64;
        (100.0 * right_above / (above.len() as f64).max(1.0), 100.0 * right_above / right)
    };
    let (nine, eight) = (above(0.9), above(0.8));
    eprintln!(
        "{name:22} {count:6} right {:5.1} %  ECE {error:.3}  AUC {auc:.3}  >= 0.9: {:.2} % right, {:.1} % of the right  >= 0.8: {:.2} %, {:.1} %",
        100.0 * right / count,
        nine.0,
        nine.1,
        eight.0,
        eight.1
    );
}

fn ask(known: &[&Known], index: &Index, sets: [&'static str; 2], fifth: u64) -> Vec<Sample> {
    let asked: Vec<(&Known, usize)> = known.iter().flat_map(|known| [(*known, 0), (*known, 1)]).collect();
    let samples = in_parallel(asked, |(known, form)| {
        let text = [&known.row.text, &known.row.text_new][form];
        let answer = index.search(&Query { limit: 1, ..Query::new(text) });
        let hit = answer.hits.first()?;
        Some(Sample {
            values: hit.evidence?.values().to_vec(),
            is_right: hit.ward_code.as_deref() == Some(&*known.row.ward_code),
            fifth,
            set: sets[form],
            text: text.clone(),
            label: hit.label.clone(),
            wanted: known.row.ward_code.clone(),
        })
    });
    samples.into_iter().flatten().collect()
}

#[test]
#[ignore = "needs the real data that BANDOSO_TEST_DATA names"]
fn a_confidence_is_the_share_of_right_answers() {
    let folder =
        std::env::var_os("BANDOSO_TEST_DATA").expect("BANDOSO_TEST_DATA names the folder of real data");
    let mut places = FormerPlaces::national().unwrap();
    let known: Vec<Known> = rows(&folder).into_iter().map(|row| read(row, &mut places)).collect();
    let national = load(&[]);
    let mut samples: Vec<Sample> = Vec::new();
    for fifth in 0..5 {
        let (held_back, others): (Vec<&Known>, Vec<&Known>) =
            known.iter().partition(|known| fifth_of(known) == fifth);
        let is_asked = |known: &&Known| known.row.agrees == 1 && known.row.text.chars().count() <= MAX_CHARS;
        let asked: Vec<&Known> = held_back.into_iter().filter(is_asked).collect();
        samples.extend(ask(&asked, &load(&others), ["old, doors", "new, doors"], fifth));
        samples.extend(ask(&asked, &national, ["old, national", "new, national"], fifth));
    }
    let mut judged: Vec<(&Sample, f64)> = Vec::new();
    for fifth in 0..5 {
        let (held_back, others): (Vec<&Sample>, Vec<&Sample>) =
            samples.iter().partition(|sample| sample.fifth == fifth);
        let model = Model::fit(&others);
        judged.extend(held_back.into_iter().map(|sample| (sample, model.probability(&sample.values))));
    }
    if std::env::var_os("DUMP").is_some() {
        let mut out = String::new();
        for (sample, p) in &judged {
            out += &format!(
                "{}\t{}\t{}\t{}\t{:.4}\t{:?}\t{}\t{}\n",
                sample.set,
                sample.fifth,
                u8::from(sample.is_right),
                sample.wanted,
                p,
                sample.values,
                sample.text,
                sample.label
            );
        }
        std::fs::write("/tmp/h/dump.tsv", out).unwrap();
    }
    for set in ["old, doors", "new, doors", "old, national", "new, national", "all"] {
        let of: Vec<(f64, bool)> = judged
            .iter()
            .filter(|(sample, _)| set == "all" || sample.set == set)
            .map(|(sample, p)| (*p, sample.is_right))
            .collect();
        judge(set, &of);
    }
    let all: Vec<&Sample> = samples.iter().collect();
    let model = Model::fit(&all);
    for (factor, weight) in Evidence::TABLE.iter().zip(&model.weights) {
        let with: Vec<&&Sample> = all
            .iter()
            .filter(|sample| {
                let at = Evidence::TABLE.iter().position(|other| other.name == factor.name).unwrap();
                sample.values[at] != 0.0
            })
            .collect();
        let right = with.iter().filter(|sample| sample.is_right).count();
        eprintln!(
            "{:28} {weight:7.2}   {:6} with it, {:5.1} % right",
            factor.name,
            with.len(),
            100.0 * right as f64 / (with.len() as f64).max(1.0)
        );
    }
    eprintln!("{:28} {:7.2}", "base", model.weights.last().unwrap());
    if std::env::var_os("SHOW_MISSES").is_some() {
        for (sample, p) in judged.iter().filter(|(sample, p)| !sample.is_right && *p >= 0.8) {
            eprintln!("WRONG {p:.2} [{}] {} -> {}", sample.set, sample.text, sample.label);
        }
        for (sample, p) in judged.iter().filter(|(sample, p)| sample.is_right && *p < 0.8) {
            eprintln!("RIGHT {p:.2} [{}] {} -> {}", sample.set, sample.text, sample.label);
        }
    }
}

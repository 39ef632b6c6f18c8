//! Places of rows spread evenly over a file of any length, in bounded memory: every row while they are few, then every
//! second, every fourth …

use geo_types::Coord;

/// A row that is looked at once all are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// In the file's own coordinates.
    pub at: Coord,
    /// Code of the ward the row names.
    pub ward: Option<String>,
}

/// At most this many are kept.
const MOST: usize = 4096;

/// The samples of a file.
#[derive(Debug)]
pub struct Samples {
    kept: Vec<Sample>,
    met: u64,
    step: u64,
}

impl Default for Samples {
    fn default() -> Self {
        Self { kept: Vec::new(), met: 0, step: 1 }
    }
}

impl Samples {
    /// Takes a row, or passes over it. `make` is asked for rows that are taken only.
    pub fn add(&mut self, make: impl FnOnce() -> Option<Sample>) {
        let is_taken = self.met.is_multiple_of(self.step);
        self.met += 1;
        if !is_taken {
            return;
        }
        let Some(sample) = make() else { return };
        if self.kept.len() == MOST {
            let mut place = 0;
            self.kept.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.step *= 2;
        }
        self.kept.push(sample);
    }

    pub fn kept(&self) -> &[Sample] {
        &self.kept
    }

    /// Whether some rows were passed over.
    pub fn is_a_part(&self) -> bool {
        self.step > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn samples_are_few_and_spread_over_the_whole_file(rows in 1_u32..60_000) {
            let mut samples = Samples::default();
            for row in 0..rows {
                samples.add(|| Some(Sample { at: Coord { x: f64::from(row), y: 0.0 }, ward: None }));
            }
            let kept: Vec<f64> = samples.kept().iter().map(|sample| sample.at.x).collect();
            prop_assert!(kept.len() <= MOST && kept.len() >= MOST.min(rows as usize) / 2);
            let widest = kept.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::from(rows) - kept[kept.len() - 1], f64::max);
            prop_assert!(widest <= 2.0 * f64::from(rows) / kept.len() as f64 + 2.0, "{} of {}", widest, rows);
            prop_assert_eq!(samples.is_a_part(), rows as usize > MOST);
        }
    }
}

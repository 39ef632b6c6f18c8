//! Chance from the operating system: the next code of a town must not be guessed from the last.

use super::AssignError;
use crate::geocode::codes::SYMBOLS;

/// Bytes fetched at once.
const BUFFER: usize = 4_096;
/// Bytes from here on would make the first symbols likelier than the last.
const FAIR_BELOW: u8 = u8::MAX / SYMBOLS * SYMBOLS;

/// A stream of symbols' values, each as likely as any other.
#[derive(Debug)]
pub struct RandomSource {
    bytes: Vec<u8>,
}

impl RandomSource {
    /// Nothing is fetched until it is needed.
    pub fn new() -> Self {
        Self { bytes: Vec::new() }
    }

    /// A value below [`SYMBOLS`].
    pub fn symbol(&mut self) -> Result<u8, AssignError> {
        loop {
            match self.bytes.pop() {
                Some(byte) if byte < FAIR_BELOW => return Ok(byte % SYMBOLS),
                Some(_) => {}
                None => {
                    self.bytes.resize(BUFFER, 0);
                    getrandom::fill(&mut self.bytes).map_err(|_| AssignError::NoChance)?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_comes_about_as_often_as_any_other() {
        let mut random_source = RandomSource::new();
        let mut seen = [0u32; SYMBOLS as usize];
        (0..31_000).for_each(|_| seen[usize::from(random_source.symbol().unwrap())] += 1);
        // 1,000 each; six standard deviations are 190
        assert!(seen.iter().all(|count| (810..=1_190).contains(count)), "{seen:?}");
    }
}

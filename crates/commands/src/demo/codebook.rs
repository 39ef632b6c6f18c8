//! Door codes of the demo town: drawn by the town's own dice, so that the same town has the same codes.

use std::collections::BTreeSet;
use std::convert::Infallible;

use super::random::Dice;
use crate::geocode::codes::{DoorCode, Issuer, SYMBOLS};

/// Nobody's: no real town may be allotted it.
const ISSUER: &str = "DM";
/// A stream of dice that nothing else of the town uses.
const STREAM: u64 = 900_001;

/// Gives every door a code no other has.
#[derive(Debug)]
pub struct Codebook {
    issuer: Option<Issuer>,
    dice: Dice,
    given: BTreeSet<DoorCode>,
}

impl Codebook {
    /// The codes of the town with this seed.
    pub fn new(seed: u64) -> Self {
        Self { issuer: ISSUER.parse().ok(), dice: Dice::new(seed, STREAM), given: BTreeSet::new() }
    }

    /// The next code.
    pub fn next(&mut self) -> Option<String> {
        let issuer = self.issuer?;
        loop {
            let symbol = || Ok::<_, Infallible>(self.dice.below(usize::from(SYMBOLS)) as u8);
            let Ok(code) = DoorCode::draw(issuer, symbol);
            if self.given.insert(code) {
                return Some(code.as_str().to_owned());
            }
        }
    }
}

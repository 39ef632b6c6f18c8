//! Dealing out names of streets and hamlets from the seeds in `data/demo`.

use std::collections::BTreeMap;

use super::random::Dice;

const STREETS: &str = include_str!("../../../../data/demo/street_names.csv");
const HAMLETS: &str = include_str!("../../../../data/demo/hamlet_words.csv");

/// The names of an area, each dealt once; then numbers.
#[derive(Debug)]
pub struct NameDeck {
    streets: Vec<&'static str>,
    hamlets: Vec<&'static str>,
    dealt_hamlets: usize,
    numbers: BTreeMap<&'static str, u32>,
}

impl NameDeck {
    /// A shuffled deck for the area, without the names its border roads have.
    pub fn new(area: &str, taken: &[&str], dice: &mut Dice) -> Self {
        let mut streets: Vec<&str> = lines(STREETS)
            .filter(|cells| (cells[0] == area || cells[0] == "any") && cells[1] == "main")
            .map(|cells| cells[2])
            .filter(|name| !taken.contains(name))
            .collect();
        for i in (1..streets.len()).rev() {
            streets.swap(i, dice.below(i + 1));
        }
        let hamlets = lines(HAMLETS).filter(|cells| cells[0] == area).map(|cells| cells[1]).collect();
        Self { streets, hamlets, dealt_hamlets: 0, numbers: BTreeMap::new() }
    }

    /// A name no other street of the area has.
    pub fn street(&mut self, ward: &'static str) -> String {
        self.streets.pop().map_or_else(|| self.numbered(ward), str::to_owned)
    }

    /// `Số 7`: numbered through in every new ward.
    pub fn numbered(&mut self, ward: &'static str) -> String {
        let number = self.numbers.entry(ward).or_default();
        *number += 1;
        format!("Số {number}")
    }

    /// The n-th hamlet of a ward: khu phố are numbered, those of a former xã have names.
    pub fn hamlet(&mut self, number: u32, is_rural: bool, word: &str) -> String {
        if !is_rural || self.hamlets.is_empty() {
            return format!("Khu phố {number}");
        }
        let name = self.hamlets[self.dealt_hamlets % self.hamlets.len()];
        let round = self.dealt_hamlets / self.hamlets.len();
        self.dealt_hamlets += 1;
        if round == 0 { format!("{word} {name}") } else { format!("{word} {name} {}", round + 1) }
    }
}

/// The rows of a table below its header.
pub fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split(',').collect())
}

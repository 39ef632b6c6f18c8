//! Names that were meant where a typo was typed: one letter more, less, other, or two neighbours swapped,
//! once in a name, or once in each of two words of a long one. Only words that nothing else explains are
//! doubted.

use std::ops::Range;

use crate::cost::RowBudget;
use crate::geocode::index::indices::{IndexRange, KeyRange};
use crate::geocode::index::names::Names;
use crate::geocode::search::found::{Found, MAX_NAME_TOKENS};
use crate::geocode::text::token::Token;

/// Two typos are forgiven from so many letters on.
const MIN_FOR_TWO: usize = 9;
/// More corrections of one query are not looked at.
const MAX_FOUND: usize = 96;

/// A run of tokens and the names it may have been meant for.
pub type Correction = (Range<usize>, KeyRange, Found);

/// All corrections of runs that touch one of the `doubted` tokens.
/// Every word that is compared counts against the budget.
pub fn corrected(
    tokens: &[Token],
    doubted: u64,
    is_prefix: bool,
    names: &Names,
    budget: &RowBudget,
) -> Vec<Correction> {
    let is_doubted = |i: usize| i < 64 && doubted >> i & 1 == 1;
    let near: Vec<Vec<&str>> = tokens
        .iter()
        .enumerate()
        .map(|(i, token)| {
            let near = if is_doubted(i) { names.words_near(&token.key) } else { Vec::new() };
            if budget.look_at(near.len() as u64) { near } else { Vec::new() }
        })
        .collect();
    let mut search = Search { tokens, near, is_prefix, names, key: String::new(), found: Vec::new() };
    for from in 0..tokens.len() {
        search.extend(from, from, 0);
    }
    search.whole_runs(is_doubted);
    search.found
}

struct Search<'a> {
    tokens: &'a [Token],
    /// For each doubted token the words it may have been.
    near: Vec<Vec<&'a str>>,
    is_prefix: bool,
    names: &'a Names,
    /// What the run reads so far.
    key: String,
    found: Vec<Correction>,
}

impl Search<'_> {
    /// Goes on from a run that ends before token `at`, with the token as typed and as each word near it.
    fn extend(&mut self, from: usize, at: usize, typos: u8) {
        let Some(token) = self.tokens.get(at) else { return };
        if at - from >= MAX_NAME_TOKENS || token.part != self.tokens[from].part {
            return;
        }
        self.step(from, at, &token.key, typos, true);
        if typos < 2 {
            for word in std::mem::take(&mut self.near[at]) {
                self.step(from, at, word, typos + 1, false);
                self.near[at].push(word);
            }
        }
    }

    fn step(&mut self, from: usize, at: usize, word: &str, typos: u8, is_as_typed: bool) {
        let length = self.key.len();
        self.key.push_str(word);
        let (is_begun, whole) = self.names.begins(&self.key);
        if is_begun && self.found.len() < MAX_FOUND {
            let found = if typos == 2 { Found::TwoTypos } else { Found::Typo };
            if typos == 1 || (typos == 2 && self.key.len() >= MIN_FOR_TWO) {
                let run = from..at + 1;
                if self.is_prefix && is_as_typed && at + 1 == self.tokens.len() {
                    self.found.push((run, self.names.starting_with(&self.key), found));
                } else if let Some(name) = whole {
                    self.found.push((run, IndexRange::one(name), found));
                }
            }
            self.extend(from, at + 1, typos);
        }
        self.key.truncate(length);
    }

    /// Slips across words: a space too much or too few, words run together.
    fn whole_runs(&mut self, is_doubted: impl Fn(usize) -> bool) {
        for from in 0..self.tokens.len() {
            let mut key = String::new();
            for to in from + 1..=self.tokens.len().min(from + 5) {
                if self.tokens[from].part != self.tokens[to - 1].part {
                    break;
                }
                key.push_str(&self.tokens[to - 1].key);
                if (from..to).any(&is_doubted) && self.names.find(&key).is_none() {
                    let near = self.names.one_typo_away(&key);
                    let new = near.into_iter().map(|key| (from..to, IndexRange::one(key), Found::Typo));
                    let new: Vec<Correction> = new.filter(|new| !self.found.contains(new)).collect();
                    self.found.extend(new);
                }
            }
        }
    }
}

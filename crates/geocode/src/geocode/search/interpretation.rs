//! What the parts of a query may mean: every run of tokens that is a name, with the type word
//! before it, all readings kept. Which reading is right is decided in `rank`, by what fits together.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::cost::RowBudget;
use crate::geocode::index::gazetteer::Level;
use crate::geocode::index::indices::{IndexRange, KeyIndex, KeyRange, UnitIndex};
use crate::geocode::index::names::{NameTarget, Names};
use crate::geocode::index::variants::without_leading_zeros;
use crate::geocode::search::found::{Found, MAX_NAME_TOKENS};
use crate::geocode::search::typos;
use crate::geocode::search::weights::Weights;
use crate::geocode::text::address_line::first_address;
use crate::geocode::text::fold::Letter;
use crate::geocode::text::token::Token;
use crate::geocode::text::tokens::tokenise;
use crate::geocode::text::words::{self, Kinds, TypeWord};

/// A prefix that more names than this begin with is not spread out unit by unit.
const MAX_SPREAD: usize = 400;

/// More runs of one text are not read.
const MAX_MENTIONS: usize = 512;
/// So many postings are run over in the time that one reading is weighed.
const POSTINGS_A_ROW: u64 = 64;

/// A run of tokens that may be a name.
#[derive(Debug, Clone)]
pub struct Mention {
    /// The tokens of the name.
    pub tokens: Range<usize>,
    /// The same, one bit each.
    pub mask: u64,
    /// The type words right before it, the longest first.
    pub type_words: Vec<TypeWord>,
    /// The dictionary keys it may be.
    pub keys: KeyRange,
    pub found: Found,
    /// Weight of the tokens of the name.
    pub weight: f32,
    /// Digits only: `13`, a name only after its type word.
    pub is_number: bool,
    /// The letters as typed.
    pub sound: Vec<Letter>,
}

/// How well a mention fits a thing of some kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    pub gain: f32,
    /// Tokens explained: one bit each.
    pub mask: u64,
}

/// A query and everything its parts may mean.
#[derive(Debug)]
pub struct Interpretation {
    pub tokens: Vec<Token>,
    /// What counts how much.
    pub ranking: Weights,
    /// What explaining each token is worth.
    pub weights: Vec<f32>,
    pub mentions: Vec<Mention>,
    /// Mentions that may be this unit.
    of_unit: FxHashMap<UnitIndex, Vec<u16>>,
    /// Mentions with too many names to spread.
    broad: Vec<u16>,
    pub is_prefix: bool,
    /// Addresses behind the first, as typed: they are not read.
    pub other_addresses: Option<String>,
}

impl Interpretation {
    /// Reads a text; `is_prefix`: its last word may be unfinished.
    pub fn read(text: &str, is_prefix: bool, names: &Names, ranking: &Weights, budget: &RowBudget) -> Self {
        let (text, other_addresses) = first_address(text);
        let tokens = tokenise(text);
        let ends_open = is_prefix && text.chars().next_back().is_some_and(char::is_alphanumeric);
        let weights = weigh(&tokens, ranking);
        let mut reading = Self {
            tokens,
            ranking: *ranking,
            weights,
            mentions: Vec::new(),
            of_unit: FxHashMap::default(),
            broad: Vec::new(),
            is_prefix: ends_open,
            other_addresses: other_addresses.map(str::to_owned),
        };
        reading.find_names(names, budget);
        reading
    }

    /// The sum of all weights.
    pub fn total_weight(&self) -> f32 {
        self.weights.iter().sum()
    }

    /// The weight of the tokens in a mask.
    pub fn weight_of(&self, mask: u64) -> f32 {
        let mut rest = mask;
        let mut sum = 0.0;
        while rest != 0 {
            sum += self.weights.get(rest.trailing_zeros() as usize).copied().unwrap_or(0.0);
            rest &= rest - 1;
        }
        sum
    }

    /// Whether a mask of tokens holds a word such as *phường*.
    pub fn has_type_word(&self, mask: u64) -> bool {
        self.weights
            .iter()
            .enumerate()
            .any(|(i, &weight)| mask >> i & 1 == 1 && weight == self.ranking.type_word)
    }

    fn find_names(&mut self, names: &Names, budget: &RowBudget) {
        for from in 0..self.tokens.len() {
            self.find_names_from(from, names, budget, |token| &token.key);
            if self.tokens[from..].iter().take(MAX_NAME_TOKENS).any(|token| token.other_key.is_some()) {
                self.find_names_from(from, names, budget, Token::bare);
                self.find_names_from(from, names, budget, Token::typed);
            }
        }
    }

    /// The names that begin at a token, each token read in one of its ways. A comma inside a name
    /// happens ("Hòa, Thành").
    fn find_names_from(
        &mut self,
        from: usize,
        names: &Names,
        budget: &RowBudget,
        read: impl Fn(&Token) -> &str,
    ) {
        let count = self.tokens.len();
        let mut key = String::new();
        for to in from + 1..=count.min(from + MAX_NAME_TOKENS) {
            key.push_str(read(&self.tokens[to - 1]));
            let wanted = without_leading_zeros(&key);
            if let Some(whole) = names.find(wanted) {
                self.add(from..to, IndexRange::one(whole), Found::Exact, names, budget);
            }
            if self.is_prefix && to == count {
                let range = names.starting_with(&key);
                // The finished word alone is no news.
                let is_news = names.key(range.start) != key || range.len() > 1;
                if !range.is_empty() && is_news {
                    self.add(from..to, range, Found::Prefix, names, budget);
                }
            }
        }
    }

    /// Looks for names a typo away in runs that touch one of the `unexplained` tokens. Returns
    /// whether any was found.
    pub fn find_typos(&mut self, unexplained: u64, names: &Names, budget: &RowBudget) -> bool {
        let known = self.mentions.len();
        for (tokens, keys, found) in
            typos::corrected(&self.tokens, unexplained, self.is_prefix, names, budget)
        {
            self.add(tokens, keys, found, names, budget);
        }
        self.mentions.len() > known
    }

    fn add(&mut self, tokens: Range<usize>, keys: KeyRange, found: Found, names: &Names, budget: &RowBudget) {
        let postings = names.postings(keys);
        if self.mentions.len() >= MAX_MENTIONS {
            budget.cut();
            return;
        }
        if !budget.look_at(postings.len() as u64 / POSTINGS_A_ROW) {
            return;
        }
        let at = self.mentions.len() as u16;
        let is_broad = keys.len() > MAX_SPREAD;
        if is_broad {
            self.broad.push(at);
        } else {
            for posting in postings {
                if let NameTarget::Unit(unit) = posting.target {
                    let mentions = self.of_unit.entry(unit).or_default();
                    if mentions.last() != Some(&at) {
                        mentions.push(at);
                    }
                }
            }
        }
        self.mentions.push(Mention {
            type_words: words::before(&self.tokens, tokens.start),
            weight: self.weights[tokens.clone()].iter().sum(),
            is_number: self.tokens[tokens.clone()].iter().all(Token::is_digits),
            sound: self.tokens[tokens.clone()].iter().flat_map(|t| t.sound.iter().copied()).collect(),
            mask: mask_of(&tokens),
            tokens,
            keys,
            found,
        });
    }

    /// The mentions that may be this unit, whose names have these keys.
    pub fn mentions_of<'a>(
        &'a self,
        unit: UnitIndex,
        keys: &'a [KeyIndex],
    ) -> impl Iterator<Item = &'a Mention> {
        let spread = self.of_unit.get(&unit).into_iter().flatten();
        let broad = self.broad.iter().filter(|&&at| {
            let wanted = &self.mentions[at as usize].keys;
            keys.iter().any(|key| wanted.contains(*key))
        });
        spread.chain(broad).map(|&at| &self.mentions[at as usize])
    }

    /// How well a mention fits a thing whose kinds are `kinds`, on a level (of units) or none.
    pub fn fit(&self, mention: &Mention, kinds: Kinds, level: Option<Level>) -> Option<Fit> {
        let is_of_street = |word: &TypeWord| word.kinds.meets(Kinds::STREET | Kinds::ALLEY | Kinds::HAMLET);
        let is_of_unit =
            |word: &TypeWord| word.kinds.meets(Kinds::WARDS.and(Kinds::DISTRICTS).and(Kinds::PROVINCES));
        let is_corrected = matches!(mention.found, Found::Typo | Found::TwoTypos);
        // "đường Song Hành" is not Đông Thạnh with two letters put right
        if is_corrected
            && level.is_some()
            && mention.type_words.iter().any(is_of_street)
            && !mention.type_words.iter().any(is_of_unit)
        {
            return None;
        }
        let weights = &self.ranking;
        let unfinished = mention.tokens.end.checked_sub(1).and_then(|last| self.weights.get(last));
        let gain = match mention.found {
            Found::Exact => mention.weight,
            Found::Prefix => {
                mention.weight - weights.unfinished_word_penalty * unfinished.copied().unwrap_or(0.0)
            }
            // a street known nowhere has words in it that look like many a name
            Found::Typo if mention.tokens.len() == 1 && self.stands_among_others(mention) => {
                mention.weight * weights.typo_among_words_factor
            }
            Found::Typo | Found::TwoTypos if level.is_some() && self.is_inside_a_part(mention) => {
                mention.weight * weights.typo_inside_part_factor
            }
            Found::Typo => mention.weight * weights.typo_factor,
            Found::TwoTypos => mention.weight * weights.two_typos_factor,
        };
        let gain =
            if self.runs_over_a_comma(mention) { gain - weights.name_over_comma_penalty } else { gain };
        let bare = mention.mask;
        let level_kinds = match level {
            Some(Level::Province) => Kinds::PROVINCES,
            Some(Level::District) => Kinds::DISTRICTS,
            Some(Level::Ward) => Kinds::WARDS,
            None => kinds,
        };
        let mut best: Option<Fit> = None;
        let mut keep_best = |fit: Fit| {
            if best.is_none_or(|known| known.gain <= fit.gain) {
                best = Some(fit);
            }
        };
        let mut is_worded = false;
        for word in &mention.type_words {
            let mask = bare | mask_of(&(word.from..mention.tokens.start));
            let words_weight: f32 = self.weights[word.from..mention.tokens.start].iter().sum();
            if word.kinds.meets(kinds) {
                is_worded = true;
                keep_best(Fit { gain: gain + words_weight + weights.own_type_word_bonus, mask });
            } else if word.kinds.meets(level_kinds) {
                // Another word of the same level: units changed their kinds.
                is_worded = true;
                keep_best(Fit { gain: gain + words_weight - weights.other_type_word_penalty, mask });
            }
        }
        if !mention.is_number {
            // A type word of something else right before it speaks against this reading; the
            // longest is the word meant ("thị xã", not "xã").
            let against = match mention.type_words.first() {
                Some(word) if !is_worded && !word.kinds.meets(Kinds::HOUSE) => {
                    if mention.weight > 1.0 {
                        weights.wrong_type_word_penalty
                    } else {
                        weights.wrong_type_word_of_a_word_penalty
                    }
                }
                _ => 0.0,
            };
            keep_best(Fit { gain: gain - against, mask: bare });
        }
        best
    }

    /// The part of the text that ends before a token, commas being the borders; country and postal code say
    /// nothing and are no part.
    pub fn part_before(&self, token: usize) -> Option<Range<usize>> {
        let end = self.weights.get(..token)?.iter().rposition(|&weight| weight > 0.0)? + 1;
        let part = self.tokens.get(end - 1)?.part;
        let start = self.tokens.iter().position(|token| token.part == part)?;
        Some(start..end)
    }

    /// Whether a word or number that is no type word stands before a name in its part of the text.
    fn is_inside_a_part(&self, mention: &Mention) -> bool {
        let from = mention.type_words.first().map_or(mention.tokens.start, |word| word.from);
        let part = |at: usize| self.tokens.get(at).map(|token| token.part);
        from.checked_sub(1).is_some_and(|before| part(before) == part(mention.tokens.start))
    }

    /// The same behind it, or before it.
    fn stands_among_others(&self, mention: &Mention) -> bool {
        let behind = self.tokens.get(mention.tokens.end).map(|token| token.part);
        let is_followed =
            behind.is_some() && behind == self.tokens.get(mention.tokens.start).map(|token| token.part);
        let is_after_number =
            mention.tokens.start.checked_sub(1).is_some_and(|before| self.number_at(before, 0));
        is_followed || (self.is_inside_a_part(mention) && !is_after_number)
    }

    /// Whether a run of tokens is a part of the text by itself, between commas.
    pub fn is_whole_part(&self, mask: u64) -> bool {
        let (from, to) = (mask.trailing_zeros() as usize, 64 - mask.leading_zeros() as usize);
        let part = |at: usize| self.tokens.get(at).map(|token| token.part);
        let is_border = |one: Option<usize>, other: usize| match one {
            None => true,
            Some(one) => part(one) != part(other),
        };
        to > 0
            && is_border(from.checked_sub(1), from)
            && is_border(Some(to), to - 1)
            && part(from) == part(to - 1)
    }

    /// Whether nothing that counts stands between two runs of tokens.
    pub fn are_neighbours(&self, one: u64, other: u64) -> bool {
        let (first, second) = if one < other { (one, other) } else { (other, one) };
        let (from, to) = (64 - first.leading_zeros() as usize, second.trailing_zeros() as usize);
        self.weights.get(from..to).is_some_and(|between| between.iter().all(|&weight| weight < 0.5))
    }

    /// Whether the name of a mention is over where it ends: before a comma, a word of a kind or another name. The last
    /// word of a text that is still typed may become another one.
    pub fn ends_a_name(&self, mention: &Mention) -> bool {
        let at = mention.tokens.end;
        let Some(next) = self.tokens.get(at) else { return !self.is_prefix };
        let is_next_part = self.tokens.get(at - 1).is_none_or(|last| last.part != next.part);
        is_next_part
            || self.weights.get(at) == Some(&self.ranking.type_word)
            || self.mentions.iter().any(|other| other.tokens.start == at && other.found == Found::Exact)
    }

    /// Whether a name is made of words on both sides of a comma.
    pub fn runs_over_a_comma(&self, mention: &Mention) -> bool {
        let tokens = self.tokens.get(mention.tokens.clone()).unwrap_or_default();
        tokens.windows(2).any(|pair| pair[0].part != pair[1].part)
    }

    /// The runs of words outside of a mask, as typed, each within its part of the text; words that say nothing of their
    /// own (the country, postal codes, a word of a kind without a name) are left out.
    pub fn unmatched(&self, read: u64) -> Vec<String> {
        let mut runs: Vec<String> = Vec::new();
        let mut run: Range<usize> = 0..0;
        let count = self.tokens.len().min(64);
        for at in 0..=count {
            let is_unread = at < count && read >> at & 1 == 0 && self.weights[at] > 0.0;
            if is_unread && !run.is_empty() && self.tokens[at].part == self.tokens[run.start].part {
                run.end = at + 1;
                continue;
            }
            if self.weights[run.clone()].iter().any(|&weight| weight > self.ranking.type_word) {
                let words: Vec<&str> = self.tokens[run].iter().map(|token| token.text.as_str()).collect();
                runs.push(words.join(" "));
            }
            run = if is_unread { at..at + 1 } else { at..at };
        }
        runs.extend(self.other_addresses.clone());
        runs
    }

    /// Whether a ward is named with its kind outside of these tokens.
    pub fn words_a_ward_beside(&self, taken: u64) -> bool {
        let is_worded =
            |mention: &Mention| mention.type_words.iter().any(|word| word.kinds.meets(Kinds::WARDS));
        self.mentions.iter().any(|mention| mention.mask & taken == 0 && is_worded(mention))
    }

    /// The tokens that follow each other as a house number might, outside of `taken`.
    pub fn number_at(&self, at: usize, taken: u64) -> bool {
        taken >> at & 1 == 0 && self.tokens[at].is_number()
    }
}

/// One bit for each token of a range.
pub fn mask_of(tokens: &Range<usize>) -> u64 {
    tokens.clone().filter(|&i| i < 64).fold(0, |mask, i| mask | 1 << i)
}

/// What explaining a token is worth: a word or number 1, a type word little, the country and
/// postal codes nothing.
fn weigh(tokens: &[Token], ranking: &Weights) -> Vec<f32> {
    let mut weights: Vec<f32> = tokens
        .iter()
        .enumerate()
        .map(|(i, token)| {
            let is_postal = i > 0 && token.is_digits() && matches!(token.key.len(), 5 | 6);
            let has_next = tokens.get(i + 1).is_some_and(|next| next.part == token.part);
            if is_postal {
                0.0
            } else if has_next && words::kinds_of(&tokens[i..=i]).is_some() {
                ranking.type_word
            } else if token.key.len() == 1 && !token.is_digits() {
                ranking.lone_letter
            } else {
                1.0
            }
        })
        .collect();
    for i in 1..tokens.len() {
        let pair = (tokens[i - 1].key.as_str(), tokens[i].key.as_str());
        let is_alone = i < 2 || tokens[i - 2].part != tokens[i].part || i + 1 == tokens.len();
        if matches!(pair, ("viet", "nam")) && i > 1 && is_alone {
            weights[i - 1] = 0.0;
            weights[i] = 0.0;
        }
        // Two-syllable type words: "thị xã", "thành phố", "thị trấn", "khu phố".
        let has_next = tokens.get(i + 1).is_some_and(|next| next.part == tokens[i].part);
        if has_next && words::kinds_of(&tokens[i - 1..=i]).is_some() {
            weights[i - 1] = ranking.type_word;
            weights[i] = ranking.type_word;
        }
    }
    weights
}

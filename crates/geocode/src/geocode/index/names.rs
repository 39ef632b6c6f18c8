//! All names in one sorted dictionary: a key is a folded name without spaces, its number is its
//! rank, so the names that begin with what was typed are a range of numbers.
//!
//! Typos are found through tables of all keys, and of all words of names, with one letter left
//! out, checked with a true edit distance. Which thing a name
//! belongs to is a [`Posting`]; what the thing is, the other rooms know.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::geocode::index::indices::{
    FormIndex, IndexRange, KeyIndex, KeyRange, TableIndex, UnitIndex, WayIndex,
};
use crate::geocode::text::fold::{self, Letter};

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameTarget {
    /// A unit.
    Unit(UnitIndex),
    /// A street, an alley, a hamlet or a landmark.
    Way(WayIndex),
}

/// One target of a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posting {
    /// Who.
    pub target: NameTarget,
    /// The written name, for comparing tones.
    pub form: FormIndex,
    /// 100 for the name itself, less for initials and other short forms.
    pub quality: u8,
}

/// Keys shorter than this are not corrected: `Hà` is one letter from too much.
const MIN_CORRECTED: usize = 4;
/// The same for a word among others.
const MIN_CORRECTED_WORD: usize = 3;

/// The dictionary.
#[derive(Debug, Default)]
pub struct Names {
    text: String,
    /// Where key `i` begins in `text`; one more than there are keys.
    starts: Vec<u32>,
    postings: Vec<Posting>,
    /// Where the postings of key `i` begin; one more than there are keys.
    postings_at: Vec<u32>,
    /// First key of each pair of first bytes, and the end: a search begins there.
    first_of_pair: Vec<KeyIndex>,
    forms: Vec<Box<str>>,
    /// The letters of every form, one after the other.
    sounds: Vec<Letter>,
    /// Where the letters of form `i` begin; one more than there are forms.
    sounds_at: Vec<u32>,
    typos: TypoTable,
    /// All words of all names, sorted.
    words: Vec<Box<str>>,
    word_typos: TypoTable,
}

/// (hash of a text with one letter left out, its number), sorted: two texts at most one edit apart share
/// such a shortening.
#[derive(Debug, Default)]
struct TypoTable(Vec<(u32, u32)>);

impl TypoTable {
    /// Enters every alphabetic text whole and with each of its letters left out.
    fn build<'a>(texts: impl Iterator<Item = &'a str>, shortest: usize) -> Self {
        let mut entries = Vec::new();
        for (id, text) in texts.enumerate() {
            let text = &one_i(text);
            if is_corrected(text, shortest) {
                entries.push((hash_without(text, None), id as u32));
                entries.extend((0..text.len()).map(|cut| (hash_without(text, Some(cut)), id as u32)));
            }
        }
        entries.sort_unstable();
        entries.dedup();
        Self(entries)
    }

    /// Texts that may be one edit away; some are not.
    fn near(&self, text: &str) -> Vec<u32> {
        let text = &one_i(text);
        let mut found = Vec::new();
        let cuts = std::iter::once(None).chain((0..text.len()).map(Some));
        for hash in cuts.map(|cut| hash_without(text, cut)) {
            let from = self.0.partition_point(|entry| entry.0 < hash);
            found.extend(self.0[from..].iter().take_while(|e| e.0 == hash).map(|e| e.1));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// One typo may change whether a `y` is read as an `i` (`fold`), so typos do not tell them apart.
fn one_i(text: &str) -> String {
    text.replace('y', "i")
}

/// Whether two texts are one edit apart, or only `y` and `i` are.
fn is_typo(one: &str, other: &str) -> bool {
    one != other && strsim::osa_distance(&one_i(one), &one_i(other)) <= 1
}

/// Digits are not corrected: `Phường 13` is not `Phường 12`.
fn is_corrected(text: &str, shortest: usize) -> bool {
    (shortest..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Collects names for [`Names`].
#[derive(Debug, Default)]
pub struct NamesBuilder {
    rows: Vec<(String, Posting)>,
    forms: Vec<Box<str>>,
    form_ids: rustc_hash::FxHashMap<Box<str>, FormIndex>,
}

impl NamesBuilder {
    /// The index of a written name; the same for the same name.
    pub fn form(&mut self, written: &str) -> FormIndex {
        if let Some(&id) = self.form_ids.get(written) {
            return id;
        }
        let id = FormIndex::new(self.forms.len());
        self.forms.push(written.into());
        self.form_ids.insert(written.into(), id);
        id
    }

    /// Says that `key` finds `target`.
    pub fn add(&mut self, key: String, target: NameTarget, form: FormIndex, quality: u8) {
        if !key.is_empty() {
            self.rows.push((key, Posting { target, form, quality }));
        }
    }

    /// A name as written.
    pub fn written(&self, form: FormIndex) -> &str {
        self.forms.get(form.get()).map_or("", |name| name)
    }

    /// Sorts everything.
    pub fn build(mut self) -> Names {
        self.rows
            .sort_by(|a, b| (&a.0, a.1.target).cmp(&(&b.0, b.1.target)).then(b.1.quality.cmp(&a.1.quality)));
        self.rows.dedup_by(|b, a| a.0 == b.0 && a.1.target == b.1.target);
        let mut names = Names { forms: self.forms, ..Names::default() };
        let mut last: Option<String> = None;
        for (key, posting) in self.rows {
            if last.as_ref() != Some(&key) {
                names.starts.push(names.text.len() as u32);
                names.postings_at.push(names.postings.len() as u32);
                names.text.push_str(&key);
                last = Some(key);
            }
            names.postings.push(posting);
        }
        names.starts.push(names.text.len() as u32);
        names.postings_at.push(names.postings.len() as u32);
        names.index_pairs();
        names.take_sounds();
        let mut words: Vec<Box<str>> = names
            .forms
            .iter()
            .flat_map(|form| form.split([' ', '-']).map(|word| fold::key(word).into_boxed_str()))
            .collect();
        words.sort_unstable();
        words.dedup();
        (names.word_typos, names.typos) = rayon::join(
            || TypoTable::build(words.iter().map(|word| &**word), MIN_CORRECTED_WORD),
            || TypoTable::build(names.all_keys().iter().map(|key| names.key(key)), MIN_CORRECTED),
        );
        names.words = words;
        names
    }
}

impl Names {
    fn index_pairs(&mut self) {
        let mut last = KeyIndex::new(0);
        let mut first_of_pair = vec![last; PAIRS + 1];
        for key in self.all_keys().iter() {
            first_of_pair[pair(self.key(key)) + 1] = KeyRange::one(key).end;
        }
        for first in &mut first_of_pair {
            last = last.max(*first);
            *first = last;
        }
        self.first_of_pair = first_of_pair;
    }

    fn take_sounds(&mut self) {
        for form in &self.forms {
            self.sounds_at.push(self.sounds.len() as u32);
            self.sounds.extend(fold::sound(&fold::normalise(form)));
        }
        self.sounds_at.push(self.sounds.len() as u32);
    }

    /// How many distinct keys there are.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The indices of all keys.
    pub fn all_keys(&self) -> KeyRange {
        IndexRange::all(self.len())
    }

    /// The key with this index.
    pub fn key(&self, key: KeyIndex) -> &str {
        let i = key.get();
        match (self.starts.get(i), self.starts.get(i + 1)) {
            (Some(&from), Some(&to)) => &self.text[from as usize..to as usize],
            _ => "",
        }
    }

    /// What has the keys of a range.
    pub fn postings(&self, keys: KeyRange) -> &[Posting] {
        match (self.postings_at.get(keys.start.get()), self.postings_at.get(keys.end.get())) {
            (Some(&from), Some(&to)) => &self.postings[from as usize..to as usize],
            _ => &[],
        }
    }

    /// A name as written.
    pub fn written(&self, form: FormIndex) -> &str {
        self.forms.get(form.get()).map_or("", |name| name)
    }

    /// The index of exactly this key.
    pub fn find(&self, key: &str) -> Option<KeyIndex> {
        let found = self.first_at_least(key);
        (found.get() < self.len() && self.key(found) == key).then_some(found)
    }

    /// All keys that begin with this.
    pub fn starting_with(&self, beginning: &str) -> KeyRange {
        let start = self.first_at_least(beginning);
        let (mut low, mut high) = (start.get(), self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.key(KeyIndex::new(middle)).starts_with(beginning) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        KeyRange { start, end: KeyIndex::new(low) }
    }

    /// Whether any key begins with this, and whether one is just this.
    pub fn begins(&self, beginning: &str) -> (bool, Option<KeyIndex>) {
        let found = self.first_at_least(beginning);
        let key = self.key(found);
        let is_there = found.get() < self.len() && key.starts_with(beginning);
        (is_there, (is_there && key.len() == beginning.len()).then_some(found))
    }

    fn first_at_least(&self, key: &str) -> KeyIndex {
        let pair = pair(key);
        let bound = |pair: usize| self.first_of_pair.get(pair).map_or(0, |first| first.get());
        let (mut low, mut high) = (bound(pair), bound(pair + 1));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.key(KeyIndex::new(middle)) < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        KeyIndex::new(low)
    }

    /// The keys one edit away: a letter more, less, other, or two neighbours swapped.
    pub fn one_typo_away(&self, key: &str) -> Vec<KeyIndex> {
        if !is_corrected(key, MIN_CORRECTED) {
            return Vec::new();
        }
        let near = self.typos.near(key).into_iter().map(|id| KeyIndex::new(id as usize));
        near.filter(|&near| is_typo(self.key(near), key)).collect()
    }

    /// The words of names one edit away from a word.
    pub fn words_near(&self, word: &str) -> Vec<&str> {
        if !is_corrected(word, MIN_CORRECTED_WORD) {
            return Vec::new();
        }
        let near = self.word_typos.near(word);
        let words = near.into_iter().filter_map(|id| self.words.get(id as usize).map(|near| &**near));
        words.filter(|near| is_typo(near, word)).collect()
    }

    /// How well typed letters agree with a written name.
    pub fn agreement(&self, typed: &[Letter], form: FormIndex) -> f32 {
        if !typed.iter().any(|letter| letter.has_mark()) {
            return 0.0;
        }
        let at = |form: usize| self.sounds_at.get(form).map(|&at| at as usize);
        let written = at(form.get()).zip(at(form.get() + 1)).and_then(|(from, to)| self.sounds.get(from..to));
        fold::agreement(typed, written.unwrap_or_default())
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.text.len()
            + self.starts.len() * 4
            + self.postings.len() * size_of::<Posting>()
            + self.postings_at.len() * 4
            + (self.typos.0.len() + self.word_typos.0.len()) * 8
            + self.words.iter().map(|word| word.len() + 16).sum::<usize>()
            + self.first_of_pair.len() * 4
            + self.sounds.len() * size_of::<Letter>()
            + self.sounds_at.len() * 4
            + self.forms.iter().map(|f| f.len() + 16).sum::<usize>()
    }
}

/// Kinds of bytes in their order: nothing, signs, ten digits, signs, 26 letters, what lies beyond.
const KINDS_OF_BYTES: usize = 40;
const PAIRS: usize = KINDS_OF_BYTES * KINDS_OF_BYTES;

/// The number of a key's first two bytes, in the order of the keys.
fn pair(key: &str) -> usize {
    let kind = |at: usize| match key.as_bytes().get(at) {
        None => 0,
        Some(digit @ b'0'..=b'9') => 2 + usize::from(digit - b'0'),
        Some(letter @ b'a'..=b'z') => 13 + usize::from(letter - b'a'),
        Some(0..b'0') => 1,
        Some(b':'..b'a') => 12,
        Some(_) => 39,
    };
    let first = kind(0);
    // signs share a kind, and what follows them has not the order of the keys
    let second = if matches!(first, 0 | 1 | 12 | 39) { 0 } else { kind(1) };
    first * KINDS_OF_BYTES + second
}

fn hash_without(key: &str, cut: Option<usize>) -> u32 {
    let mut hasher = FxHasher::default();
    for (i, byte) in key.bytes().enumerate() {
        if Some(i) != cut {
            byte.hash(&mut hasher);
        }
    }
    (hasher.finish() >> 17) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::geocode::index::names::*;

    proptest! {
        #[test]
        fn keys_are_found_where_a_look_at_all_finds_them(
            keys in prop::collection::vec("[0-9a-d/é ]{1,3}", 0..40), wanted in "[0-9a-d/é ]{0,4}"
        ) {
            let mut builder = NamesBuilder::default();
            for key in &keys {
                let form = builder.form(key);
                builder.add(key.clone(), NameTarget::Way(WayIndex::new(0)), form, 100);
            }
            let names = builder.build();
            let all: Vec<&str> = names.all_keys().iter().map(|key| names.key(key)).collect();
            let place = all.iter().position(|key| *key == wanted);
            prop_assert_eq!(names.find(&wanted), place.map(KeyIndex::new));
            let beginning = all.iter().filter(|key| key.starts_with(&wanted)).count();
            prop_assert_eq!(names.starting_with(&wanted).len(), beginning);
        }
    }

    fn some() -> Names {
        let mut builder = NamesBuilder::default();
        for (i, name) in
            ["Hùng Vương", "Hưng Vượng", "Hùng Vương Nối Dài", "Long Hoa", "13"].iter().enumerate()
        {
            let form = builder.form(name);
            builder.add(fold::key(name), NameTarget::Way(WayIndex::new(i)), form, 100);
        }
        builder.build()
    }

    #[test]
    fn the_names_that_begin_alike_are_a_range() {
        let names = some();
        assert_eq!(names.postings(names.starting_with("hung")).len(), 3);
        assert_eq!(names.starting_with("x").len(), 0);
        assert_eq!(names.starting_with("").len(), names.len());
        let id = names.find("hungvuong").unwrap();
        assert_eq!(names.postings(IndexRange::one(id)).len(), 2);
    }

    #[test]
    fn one_slip_is_forgiven_and_two_are_not() {
        let names = some();
        let id = names.find("hungvuong").unwrap();
        for typo in ["hungvuog", "hungvuonng", "hugnvuong", "hungvuomg"] {
            assert_eq!(names.one_typo_away(typo), [id], "{typo}");
        }
        assert!(names.one_typo_away("hunvuog").is_empty());
        assert!(names.one_typo_away("12").is_empty());
    }
}

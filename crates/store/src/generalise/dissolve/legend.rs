//! The wards and uses of a layer, and a number for every pair of them.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::store::{Feature, Layer};

/// A ward and a use, numbered so that pairs in order are uses in order, and wards within a use.
pub(super) type Pair = u32;

/// Text tables of wards and uses.
#[derive(Debug)]
pub(super) struct Legend {
    ward_column: usize,
    use_column: usize,
    wards: Vec<Box<str>>,
    uses: Vec<Box<str>>,
    ward_numbers: FxHashMap<Box<str>, u32>,
    use_numbers: FxHashMap<Box<str>, u32>,
}

impl Legend {
    /// Reads the tables from every row; a row without a value has the empty text.
    pub fn read(layer: &Layer, ward_column: usize, use_column: usize) -> Self {
        let (mut wards, mut uses) = (BTreeSet::new(), BTreeSet::new());
        for feature in layer.all() {
            wards.insert(text(&feature, ward_column));
            uses.insert(first_code(text(&feature, use_column)));
        }
        let table = |texts: BTreeSet<&str>| texts.into_iter().map(Box::from).collect::<Vec<Box<str>>>();
        let numbers = |table: &[Box<str>]| (0..).zip(table).map(|(i, text)| (text.clone(), i)).collect();
        let (wards, uses) = (table(wards), table(uses));
        let (ward_numbers, use_numbers) = (numbers(&wards), numbers(&uses));
        Self { ward_column, use_column, wards, uses, ward_numbers, use_numbers }
    }

    /// The pair of a feature of the layer that was read.
    pub fn pair(&self, feature: &Feature<'_>) -> Pair {
        let number = |table: &FxHashMap<Box<str>, u32>, text: &str| table.get(text).copied().unwrap_or(0);
        let ward = number(&self.ward_numbers, text(feature, self.ward_column));
        let use_code = number(&self.use_numbers, first_code(text(feature, self.use_column)));
        use_code * self.wards.len() as u32 + ward
    }

    /// The ward of a pair.
    pub fn ward(&self, pair: Pair) -> &str {
        &self.wards[pair as usize % self.wards.len()]
    }

    /// The use of a pair.
    pub fn use_code(&self, pair: Pair) -> &str {
        &self.uses[pair as usize / self.wards.len()]
    }

    /// A feature id that is the same at every zoom: 53 bits of a hash, as browsers keep them.
    pub fn id(&self, pair: Pair) -> u64 {
        let name = format!("{}\0{}", self.ward(pair), self.use_code(pair));
        xxh3_64(name.as_bytes()) % ((1 << 53) - 1) + 1
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        let texts = |table: &[Box<str>]| table.iter().map(|text| 2 * text.len() + 64).sum::<usize>();
        texts(&self.wards) + texts(&self.uses)
    }
}

fn text<'a>(feature: &Feature<'a>, column: usize) -> &'a str {
    feature.value(column).as_text().unwrap_or_default()
}

/// `ONT+CLN` is dwelling land with a garden: the first code is the main use.
fn first_code(uses: &str) -> &str {
    uses.split_once('+').map_or(uses, |(first, _)| first)
}

//! The house number of a query, composed from the tokens that no name explains.
//!
//! `36/23`, `23 hẻm 36`, `số 10 ngách 17 ngõ 68`, `12 bis`. North and south write alleys in
//! opposite order and some guides explain the slash the other way round, so several readings are
//! offered, the likeliest first, and the houses that exist decide.

use crate::geocode::index::house_number;
use crate::geocode::search::interpretation::{Interpretation, mask_of};
use crate::geocode::text::words::{self, Kinds, TypeWord};

/// The key of *lô*.
const LOT: &str = "lo";

/// A possible house number.
#[derive(Debug, Clone, PartialEq)]
pub struct AlleyNumber {
    /// Canonical.
    pub text: String,
    /// The tokens it is made of, with the words before them.
    pub mask: u64,
    /// 1 as written, less where the order was changed.
    pub quality: f32,
    /// Only an alley was named, no house in it.
    pub is_alley: bool,
}

/// The tokens of a query that may be numbers, read once for all that is weighed.
#[derive(Debug)]
pub struct Numbers(Vec<Number>);

#[derive(Debug)]
struct Number {
    /// Its token.
    at: usize,
    /// Type words right before it, the longest first.
    words: Vec<TypeWord>,
    /// Canonical.
    text: String,
    /// The same as the number of a *lô*, where that word is before it.
    lot: Option<String>,
}

impl Numbers {
    /// Reads the tokens.
    pub fn of(reading: &Interpretation) -> Self {
        let tokens = reading.tokens.iter().enumerate().take(64).filter(|(_, token)| token.is_number());
        let numbers = tokens.map(|(at, token)| {
            let words = words::before(&reading.tokens, at);
            let may_be_lot = words.iter().any(|word| reading.tokens[word.from].key == LOT);
            let lot = may_be_lot.then(|| house_number::canonical(&format!("{LOT}{}", token.key)));
            Number { at, words, text: house_number::canonical(&token.key), lot }
        });
        Self(numbers.collect())
    }

    /// What explaining all of them counts at most, with the words before and a letter behind each.
    pub fn weight(&self, reading: &Interpretation) -> f32 {
        let mask = |number: &Number| {
            let from = number.words.first().map_or(number.at, |word| word.from);
            let end = number.at + 1 + usize::from(letter_behind(reading, number.at).is_some());
            mask_of(&(from..end))
        };
        reading.weight_of(self.0.iter().map(mask).fold(0, |all, mask| all | mask))
    }

    /// The readings of the tokens outside of `taken`, for a street that begins at token `street_at`.
    pub fn alley_numbers(&self, reading: &Interpretation, taken: u64, street_at: usize) -> Vec<AlleyNumber> {
        let (mut alleys, mut sub_alleys, mut houses) = (Vec::new(), Vec::new(), Vec::new());
        for number in self.0.iter().filter(|number| taken >> number.at & 1 == 0) {
            let at = number.at;
            let is_free = |word: &&TypeWord| (word.from..at).all(|i| taken >> i & 1 == 0);
            let word = number.words.iter().find(is_free);
            let mask = 1 << at | word.map_or(0, |word| mask_of(&(word.from..at)));
            let is_lot = word.is_some_and(|word| reading.tokens[word.from].key == LOT);
            let text = number.lot.as_deref().filter(|_| is_lot).unwrap_or(&number.text);
            match word.map(|word| word.kinds) {
                Some(kinds) if kinds.meets(Kinds::ALLEY) => alleys.push((at, text, mask)),
                Some(kinds) if kinds.meets(Kinds::SUB_ALLEY) => sub_alleys.push((at, text, mask)),
                Some(kinds) if kinds.meets(Kinds::HOUSE) => houses.insert(0, (at, text, mask)),
                Some(_) => {}
                None => houses.push((at, text, mask)),
            }
        }
        // The number nearest before the street; a number marked "số" stands first already.
        let is_marked = |at: usize| self.0.iter().any(|number| number.at == at && !number.words.is_empty());
        if houses.first().is_some_and(|(at, _, _)| !is_marked(*at)) {
            houses.sort_by_key(|(i, _, _)| if *i < street_at { street_at - i } else { i - street_at + 100 });
        }
        let house = houses.into_iter().next();
        // "số 7 hẻm 45 hẻm 36" goes from the inside out, "hẻm 36 hẻm 45 số 7" from the outside in.
        if let (Some((house_at, _, _)), Some((alley_at, _, _))) = (&house, alleys.first())
            && house_at < alley_at
        {
            alleys.reverse();
            sub_alleys.reverse();
        }
        let outer: Vec<&str> = alleys.iter().chain(&sub_alleys).map(|(_, number, _)| *number).collect();
        let alley = Alley {
            number: outer.join("/"),
            mask: alleys.iter().chain(&sub_alleys).fold(0, |mask, (_, _, m)| mask | m),
        };
        match house {
            Some((at, number, mask)) => alley.houses(reading, taken, (at, number, mask)),
            None if alley.number.is_empty() => Vec::new(),
            None => {
                vec![AlleyNumber { text: alley.number, mask: alley.mask, quality: 1.0, is_alley: true }]
            }
        }
    }
}

/// The letter or word behind a number that belongs to it.
fn letter_behind(reading: &Interpretation, at: usize) -> Option<&str> {
    let next = reading.tokens.get(at + 1)?.key.as_str();
    let is_letter = next.len() == 1 && next.bytes().all(|b| b.is_ascii_alphabetic());
    (is_letter || matches!(next, "bis" | "ter")).then_some(next)
}

/// The alleys of a number, the outermost first; empty where none is named.
struct Alley {
    number: String,
    mask: u64,
}

impl Alley {
    /// The readings of a house in it: its token, its number and the tokens that say it.
    fn houses(
        &self,
        reading: &Interpretation,
        taken: u64,
        (at, number, mask): (usize, &str, u64),
    ) -> Vec<AlleyNumber> {
        let (alley, weights) = (&self.number, &reading.ranking);
        let mut found = Vec::new();
        let mut keep_best = |text: String, mask: u64, quality: f32| {
            found.push(AlleyNumber { text, mask: mask | self.mask, quality, is_alley: false });
        };
        // "38 A", "130 Bis"
        if let Some(letter) = letter_behind(reading, at).filter(|_| taken >> (at + 1) & 1 == 0) {
            let whole = format!("{number}{}", letter.to_uppercase());
            keep_best(house_number::chain(alley, &whole), mask | 1 << (at + 1), 1.0);
        }
        keep_best(house_number::chain(alley, number), mask, 1.0);
        if !alley.is_empty() && !number.contains('/') {
            keep_best(format!("{number}/{alley}"), mask, weights.inside_out_number_factor);
        } else if let Some((first, second)) = number.split_once('/').filter(|(_, rest)| !rest.contains('/')) {
            keep_best(format!("{second}/{first}"), mask, weights.turned_number_factor);
        }
        // "K230/11": kiệt 230, house 11.
        if let Some(chain) = number.strip_prefix(['K', 'H']).filter(|chain| chain.contains('/')) {
            keep_best(house_number::chain(alley, chain), mask, weights.lettered_alley_number_factor);
        }
        if let Some((first, _)) = number.split_once('-') {
            keep_best(house_number::chain(alley, first), mask, weights.first_of_range_factor);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::cost::RowBudget;
    use crate::geocode::index::names::NamesBuilder;
    use crate::geocode::search::number::*;
    use crate::geocode::search::weights::Weights;

    fn first(text: &str, street_at: usize) -> String {
        let names = NamesBuilder::default().build();
        let reading = Interpretation::read(text, false, &names, &Weights::USUAL, &RowBudget::unlimited());
        let street = !0 << street_at;
        let found = Numbers::of(&reading).alley_numbers(&reading, street, street_at);
        found.first().map(|chain| chain.text.clone()).unwrap_or_default()
    }

    #[test]
    fn the_parts_of_a_number_make_one_chain() {
        assert_eq!(first("36/23 Lê Thị Riêng", 1), "36/23");
        assert_eq!(first("số 23 hẻm 36 Lê Thị Riêng", 4), "36/23");
        assert_eq!(first("10, ngách 17, ngõ 68 Lưu Hữu Phước", 5), "68/17/10");
        assert_eq!(first("130 Bis Hùng Vương", 2), "130BIS");
        assert_eq!(first("tầng 3 số 12 Hùng Vương", 4), "12");
        assert_eq!(first("hẻm 36 Lê Thị Riêng", 2), "36");
        assert_eq!(first("Sn06, ngõ 38", 4), "38/6");
        assert_eq!(first("số 7 hẻm 45 hẻm 36 Lê Thị Riêng", 6), "36/45/7");
        assert_eq!(first("Lô C12 Nguyễn Văn Linh", 2), "C12");
    }
}

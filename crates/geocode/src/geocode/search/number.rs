//! The house number of a query, composed from the tokens that no name explains.
//!
//! `36/23`, `23 hẻm 36`, `số 10 ngách 17 ngõ 68`, `12 bis`. North and south write alleys in
//! opposite order and some guides explain the slash the other way round, so several readings are
//! offered, the likeliest first, and the houses that exist decide.

use crate::geocode::search::interpretation::{Interpretation, mask_of};
use crate::geocode::text::address_line::{is_short, with_second};
use crate::geocode::text::house_number;
use crate::geocode::text::token::Token;
use crate::geocode::text::words::{self, Kinds, TypeWord};

/// Words that are part of the number behind them, where a house has such a number: *lô* C12, *km* 12.
const PARTS_OF_NUMBERS: [&str; 2] = ["lo", "km"];

/// How a reading of a number keeps to what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Every part of it in the order that its words or its slash say.
    Whole,
    /// Its parts turned round, or its letter left out: a door with this number is not surely the one meant.
    InPart,
}

/// A possible house number.
#[derive(Debug, Clone, PartialEq)]
pub struct AlleyNumber {
    /// Canonical.
    pub text: String,
    /// The tokens it is made of, with the words before them.
    pub mask: u64,
    /// 1 as written, less where the order was changed.
    pub quality: f32,
    /// Whether it is the number as typed.
    pub kept: Kept,
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
    /// The same with the word before it, where that is a part of numbers.
    worded: Option<String>,
}

impl Numbers {
    /// Reads the tokens.
    pub fn of(reading: &Interpretation) -> Self {
        let tokens = reading.tokens.iter().enumerate().take(64).filter(|(_, token)| token.is_number());
        let numbers = tokens.map(|(at, token)| {
            let words = words::before(&reading.tokens, at);
            let mut keys = words.iter().map(|word| reading.tokens[word.from].key.as_str());
            let word = keys.find(|word| PARTS_OF_NUMBERS.contains(word));
            let worded = word.map(|word| house_number::canonical(&format!("{word}{}", token.key)));
            Number { at, words, text: house_number::canonical(&token.key), worded }
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
            let key = word.map(|word| reading.tokens[word.from].key.as_str());
            let is_worded = key.is_some_and(|key| PARTS_OF_NUMBERS.contains(&key));
            let text = number.worded.as_deref().filter(|_| is_worded).unwrap_or(&number.text);
            match word.map(|word| word.kinds) {
                Some(kinds) if kinds.meets(Kinds::ALLEY) => alleys.push((at, text, mask)),
                Some(kinds) if kinds.meets(Kinds::SUB_ALLEY) => sub_alleys.push((at, text, mask)),
                Some(kinds) if kinds.meets(Kinds::HOUSE) => houses.insert(0, (at, text, mask)),
                Some(_) => {}
                None => houses.push((at, text, mask)),
            }
        }
        let free: Vec<(usize, u64)> = houses.iter().map(|(at, _, mask)| (*at, *mask)).collect();
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
        let alley = AlleyChain {
            number: outer.join("/"),
            mask: alleys.iter().chain(&sub_alleys).fold(0, |mask, (_, _, m)| mask | m),
        };
        match house {
            Some((at, number, mask)) => match self.chain_around(at, &free, reading) {
                Some((number, mask)) => vec![alley.spread_house(reading, &number, mask)],
                None => match self.pair_around(at, &free, street_at, reading) {
                    Some(Pair { at, number, mask }) => alley.houses(reading, taken, (at, &number, mask)),
                    None => alley.houses(reading, taken, (at, number, mask)),
                },
            },
            None if alley.number.is_empty() => Vec::new(),
            None => {
                let AlleyChain { number: text, mask } = alley;
                vec![AlleyNumber { text, mask, quality: 1.0, kept: Kept::Whole, is_alley: true }]
            }
        }
    }
}

impl Numbers {
    /// `154 34 Hồ Xuân Hương`, `154.34`: numbers with nothing between them but a sign that is none of numbers are
    /// the parts of one chain, and none of them alone is the number of the house. The chain around one of the
    /// `free` numbers and its tokens; `None` where it stands alone.
    fn chain_around(
        &self,
        at: usize,
        free: &[(usize, u64)],
        reading: &Interpretation,
    ) -> Option<(String, u64)> {
        let part_of_text = reading.tokens.get(at)?.part;
        let is_link = |at: usize| {
            let is_free = free.iter().any(|(free_at, _)| *free_at == at);
            // a postal code weighs nothing
            let weighs = reading.weights.get(at).is_some_and(|weight| *weight > 0.0);
            let is_beside = |token: &Token| {
                token.part == part_of_text && token.key.starts_with(|c: char| c.is_ascii_digit())
            };
            is_free && weighs && reading.tokens.get(at).is_some_and(is_beside)
        };
        let from = (0..at).rev().take_while(|&before| is_link(before)).last().unwrap_or(at);
        let end =
            (at + 1..reading.tokens.len()).take_while(|&behind| is_link(behind)).last().unwrap_or(at) + 1;
        if end - from < 2 || !is_link(at) {
            return None;
        }
        let links = self.0.iter().filter(|number| (from..end).contains(&number.at));
        let chain = links.map(|number| number.text.as_str()).collect::<Vec<_>>().join("/");
        let masks = free.iter().filter(|(free_at, _)| (from..end).contains(free_at));
        Some((chain, masks.fold(0, |all, (_, mask)| all | mask)))
    }

    /// `11, 230 Bùi Thị Xuân`: a number that is a part of the text by itself, before one that stands in front of
    /// the street. Both are one number, as in a line that is imported, and neither alone is that of the house.
    fn pair_around(
        &self,
        at: usize,
        free: &[(usize, u64)],
        street_at: usize,
        reading: &Interpretation,
    ) -> Option<Pair> {
        let part_of = |at: usize| reading.tokens.get(at).map(|token| token.part);
        let from = |number: &Number| {
            let is_of_house = |word: &&TypeWord| word.kinds.meets(Kinds::HOUSE);
            number.words.iter().find(is_of_house).map_or(number.at, |word| word.from)
        };
        let mask_at = |at: usize| free.iter().find(|(free_at, _)| *free_at == at).map(|(_, mask)| *mask);
        let mut numbers = self.0.windows(2).filter_map(|pair| <&[Number; 2]>::try_from(pair).ok());
        numbers.find_map(|[first, second]| {
            let mask = mask_at(first.at)? | mask_at(second.at)?;
            let before = reading.part_before(from(second))?;
            let is_pair = (at == first.at || at == second.at)
                && before == (from(first)..first.at + 1)
                && part_of(second.at) == part_of(street_at)
                && second.at < street_at
                && part_of(first.at) != part_of(second.at)
                && is_short(&first.text)
                && is_short(&second.text);
            let number = with_second(&first.text, &second.text);
            is_pair.then_some(Pair { at: second.at, number, mask })
        })
    }
}

/// Two numbers that are one: the token of the second, the number and the tokens that say it.
struct Pair {
    at: usize,
    number: String,
    mask: u64,
}

/// The letter or word behind a number that belongs to it.
fn letter_behind(reading: &Interpretation, at: usize) -> Option<&str> {
    let next = reading.tokens.get(at + 1)?.key.as_str();
    let is_letter = next.len() == 1 && next.bytes().all(|b| b.is_ascii_alphabetic());
    (is_letter || matches!(next, "bis" | "ter")).then_some(next)
}

/// The alleys of a number, the outermost first; empty where none is named.
struct AlleyChain {
    number: String,
    mask: u64,
}

impl AlleyChain {
    /// The one reading of a number whose parts stand beside each other.
    fn spread_house(&self, reading: &Interpretation, number: &str, mask: u64) -> AlleyNumber {
        AlleyNumber {
            text: house_number::chain(&self.number, number),
            mask: mask | self.mask,
            quality: reading.ranking.chain_without_slash_factor,
            kept: Kept::Whole,
            is_alley: false,
        }
    }

    /// The readings of a house in it: its token, its number and the tokens that say it.
    fn houses(
        &self,
        reading: &Interpretation,
        taken: u64,
        (at, number, mask): (usize, &str, u64),
    ) -> Vec<AlleyNumber> {
        let (alley, weights) = (&self.number, &reading.ranking);
        let mut found = Vec::new();
        let mut offer = |text: String, mask: u64, quality: f32, kept: Kept| {
            found.push(AlleyNumber { text, mask: mask | self.mask, quality, kept, is_alley: false });
        };
        // "38 A", "130 Bis"
        let letter = letter_behind(reading, at).filter(|_| taken >> (at + 1) & 1 == 0);
        if let Some(letter) = letter {
            let whole = format!("{number}{}", letter.to_uppercase());
            offer(house_number::chain(alley, &whole), mask | 1 << (at + 1), 1.0, Kept::Whole);
        }
        // what stands behind a number may be a word of a kind too: "12 P. Long Hoa"
        let is_word = reading.weights.get(at + 1) == Some(&weights.type_word);
        let (quality, kept) = match letter {
            Some(_) if !is_word => (weights.number_without_letter_factor, Kept::InPart),
            _ => (1.0, Kept::Whole),
        };
        offer(house_number::chain(alley, number), mask, quality, kept);
        if !alley.is_empty() && !number.contains('/') {
            offer(format!("{number}/{alley}"), mask, weights.inside_out_number_factor, Kept::InPart);
        } else if let Some((first, second)) =
            number.split_once('/').filter(|(_, rest)| alley.is_empty() && !rest.contains('/'))
        {
            offer(format!("{second}/{first}"), mask, weights.turned_number_factor, Kept::InPart);
        }
        // "K230/11": kiệt 230, house 11.
        if let Some(chain) = number.strip_prefix(['K', 'H']).filter(|chain| chain.contains('/')) {
            let chain = house_number::chain(alley, chain);
            offer(chain, mask, weights.lettered_alley_number_factor, Kept::Whole);
        }
        if let Some((first, last)) = number.split_once('-') {
            match house_number::plain(first) >= house_number::plain(last) {
                // no range goes down: the chain 154/34
                true => {
                    let chain = house_number::chain(alley, &number.replace('-', "/"));
                    offer(chain, mask, weights.chain_without_slash_factor, Kept::Whole);
                }
                // one of the doors that are named
                false => {
                    let chain = house_number::chain(alley, first);
                    offer(chain, mask, weights.first_of_range_factor, Kept::Whole);
                }
            }
        }
        // "38A" found under 38
        if let Some(bare) = house_number::without_letter(number) {
            let chain = house_number::chain(alley, bare);
            offer(chain, mask, weights.number_without_letter_factor, Kept::InPart);
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

    /// All readings of the numbers before a street of three words at the end.
    fn numbers(text: &str) -> Vec<String> {
        let names = NamesBuilder::default().build();
        let reading = Interpretation::read(text, false, &names, &Weights::USUAL, &RowBudget::unlimited());
        let street_at = reading.tokens.len() - 3;
        let found = Numbers::of(&reading).alley_numbers(&reading, !0 << street_at, street_at);
        found.into_iter().map(|number| number.text).collect()
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
        assert_eq!(first("Km12 QL22", 2), "KM12");
        assert_eq!(first("Km 12+300 QL22", 2), "KM12+300");
    }

    #[test]
    fn no_part_of_a_chain_is_left_out_whatever_sign_stands_between() {
        for text in ["154\\34", "154／34", "154.34", "154:34", "154_34", "154 34", "154//34", "154 \\ 34"] {
            let all = numbers(&format!("{text} Hồ Xuân Hương"));
            assert_eq!(all.first().map(String::as_str), Some("154/34"), "{text}");
            assert!(!all.contains(&"34".to_owned()) && !all.contains(&"154".to_owned()), "{text}: {all:?}");
        }
        assert!(!numbers("154-34 Hồ Xuân Hương").contains(&"154".to_owned()));
        assert_eq!(first("tầng 3 12 Hùng Vương", 3), "12");
    }
}

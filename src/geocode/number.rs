//! The house number of a query, composed from the tokens that no name explains.
//!
//! `36/23`, `23 hẻm 36`, `số 10 ngách 17 ngõ 68`, `12 bis`. North and south write alleys in
//! opposite order and some guides explain the slash the other way round, so several readings are
//! offered, the likeliest first, and the houses that exist decide.

use super::house;
use super::interpret::Interpretation;
use super::words::{self, Kinds};

/// A possible house number.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// Canonical.
    pub text: String,
    /// The tokens it is made of, with the words before them.
    pub mask: u64,
    /// 1 as written, less where the order was changed.
    pub quality: f32,
    /// Only an alley was named, no house in it.
    pub is_alley: bool,
}

/// The readings of the tokens outside of `taken`, for a street that begins at token `street_at`.
pub fn chains(reading: &Interpretation, taken: u64, street_at: usize) -> Vec<Chain> {
    let (mut alleys, mut sub_alleys, mut houses) = (Vec::new(), Vec::new(), Vec::new());
    for (i, token) in reading.tokens.iter().enumerate().take(64) {
        if !reading.number_at(i, taken) {
            continue;
        }
        let word = words::before(&reading.tokens, i)
            .into_iter()
            .find(|word| (word.from..i).all(|at| taken >> at & 1 == 0));
        let mask = 1 << i | word.map_or(0, |word| (word.from..i).fold(0, |mask, at| mask | 1 << at));
        let number = house::canonical(&token.key);
        match word.map(|word| word.kinds) {
            Some(kinds) if kinds.meets(Kinds::ALLEY) => alleys.push((number, mask)),
            Some(kinds) if kinds.meets(Kinds::SUB_ALLEY) => sub_alleys.push((number, mask)),
            Some(kinds) if kinds.meets(Kinds::HOUSE) => houses.insert(0, (i, number, mask)),
            Some(_) => {}
            None => houses.push((i, number, mask)),
        }
    }
    // The number nearest before the street; a number marked "số" stands first already.
    if houses.first().is_some_and(|(i, _, _)| words::before(&reading.tokens, *i).is_empty()) {
        houses.sort_by_key(|(i, _, _)| if *i < street_at { street_at - i } else { i - street_at + 100 });
    }
    let house = houses.into_iter().next();
    let outer: Vec<&str> = alleys.iter().chain(&sub_alleys).map(|(number, _)| number.as_str()).collect();
    let alley = outer.join("/");
    let alley_mask = alleys.iter().chain(&sub_alleys).fold(0, |mask, (_, m)| mask | m);
    let mut found = Vec::new();
    let Some((at, number, mask)) = house else {
        if !alley.is_empty() {
            found.push(Chain { text: alley, mask: alley_mask, quality: 1.0, is_alley: true });
        }
        return found;
    };
    let mut offer = |text: String, mask: u64, quality: f32| {
        found.push(Chain { text, mask: mask | alley_mask, quality, is_alley: false });
    };
    // "38 A", "130 Bis"
    if let Some(next) = reading.tokens.get(at + 1).filter(|_| taken >> (at + 1) & 1 == 0) {
        let is_letter = next.key.len() == 1 && next.key.bytes().all(|b| b.is_ascii_alphabetic());
        if is_letter || matches!(next.key.as_str(), "bis" | "ter") {
            let whole = format!("{number}{}", next.key.to_uppercase());
            offer(house::chain(&alley, &whole), mask | 1 << (at + 1), 1.0);
        }
    }
    offer(house::chain(&alley, &number), mask, 1.0);
    if !alley.is_empty() && !number.contains('/') {
        offer(format!("{number}/{alley}"), mask, 0.8);
    } else if let Some((first, second)) = number.split_once('/').filter(|(_, rest)| !rest.contains('/')) {
        offer(format!("{second}/{first}"), mask, 0.7);
    }
    if let Some((first, _)) = number.split_once('-') {
        offer(house::chain(&alley, first), mask, 0.9);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::names::NamesBuilder;
    use super::*;

    fn first(text: &str, street_at: usize) -> String {
        let reading = Interpretation::read(text, false, &NamesBuilder::default().build());
        let street = !0 << street_at;
        chains(&reading, street, street_at).first().map(|chain| chain.text.clone()).unwrap_or_default()
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
    }
}

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
        let is_lot = word.is_some_and(|word| reading.tokens[word.from].key == "lo");
        let number = house::canonical(&if is_lot { format!("lo{}", token.key) } else { token.key.clone() });
        match word.map(|word| word.kinds) {
            Some(kinds) if kinds.meets(Kinds::ALLEY) => alleys.push((i, number, mask)),
            Some(kinds) if kinds.meets(Kinds::SUB_ALLEY) => sub_alleys.push((i, number, mask)),
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
    // "số 7 hẻm 45 hẻm 36" goes from the inside out, "hẻm 36 hẻm 45 số 7" from the outside in.
    if let (Some((house_at, _, _)), Some((alley_at, _, _))) = (&house, alleys.first())
        && house_at < alley_at
    {
        alleys.reverse();
        sub_alleys.reverse();
    }
    let outer: Vec<&str> = alleys.iter().chain(&sub_alleys).map(|(_, number, _)| number.as_str()).collect();
    let alley = outer.join("/");
    let alley_mask = alleys.iter().chain(&sub_alleys).fold(0, |mask, (_, _, m)| mask | m);
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
    // "K230/11": kiệt 230, house 11.
    if let Some(chain) = number.strip_prefix(['K', 'H']).filter(|chain| chain.contains('/')) {
        offer(house::chain(&alley, chain), mask, 0.95);
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
        assert_eq!(first("số 7 hẻm 45 hẻm 36 Lê Thị Riêng", 6), "36/45/7");
        assert_eq!(first("Lô C12 Nguyễn Văn Linh", 2), "C12");
    }
}

//! Door codes: the number a door keeps whatever becomes of its ward, street or house number.
//!
//! Nine symbols, shown `XXX-XXX-XXX`: two of the issuer, six drawn by chance, one check symbol. The
//! alphabet has 31 symbols, the digits and capital letters without 0, 1, I, L and O, and 31 is prime: the
//! symbols are the field GF(31). With the values v₁ … v₉ of a code, 9·v₁ + 8·v₂ + … + 1·v₉ ≡ 0 (mod 31).
//! No weight is 0, so one wrong symbol changes the sum; no two weights are equal, so two symbols that
//! changed places do too, neighbours or not. `docs/door-codes.md` has the proof.
//!
//! A symbol that cannot be in a code (0 for Q, 1 for J) is one wrong symbol like any other: it is not
//! guessed at here, [`near`] lists what may have been meant and the register knows which of them exist.
//! Leaves out: where codes are kept and who gets one (`crate::codes`).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The symbols by their values: no 0 and O, no 1, I and L.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Symbols of a code.
pub const LENGTH: usize = 9;
const CHECK_AT: usize = LENGTH - 1;
/// Symbols in the alphabet.
pub const SYMBOLS: u8 = ALPHABET.len() as u8;

/// A door code whose check symbol is right and that has a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DoorCode([u8; LENGTH]);

/// The two symbols a code begins with: who gave it. Allotted in the configuration, no administrative code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Issuer([u8; 2]);

/// Why a text is no door code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum DoorCodeError {
    #[error("a door code has nine symbols, such as XXX-XXX-XXX; count them again")]
    Length,
    #[error(
        "a door code never holds 0, 1, I, L or O, nor anything but digits and letters; look at the plate again"
    )]
    Symbol,
    #[error("a door code has at least one letter; this is only digits")]
    NoLetter,
    #[error(
        "the check symbol does not fit: one symbol is wrong or two have changed places; look at the plate again"
    )]
    Check,
}

/// Why two symbols cannot be an issuer's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the issuer of door codes is two symbols of 23456789ABCDEFGHJKMNPQRSTUVWXYZ, such as \"T7\"")]
pub struct IssuerError;

impl DoorCode {
    /// A new code: `symbol` gives a value below [`SYMBOLS`] at each call. Draws again until there is a letter.
    pub fn draw<E>(issuer: Issuer, mut symbol: impl FnMut() -> Result<u8, E>) -> Result<Self, E> {
        loop {
            let mut code = [0; LENGTH];
            code[..2].copy_from_slice(&issuer.0);
            for place in &mut code[2..CHECK_AT] {
                *place = letter_of(u32::from(symbol()?));
            }
            code[CHECK_AT] = letter_of(31 - weighted_sum(&code[..CHECK_AT]).unwrap_or_default() % 31);
            if has_letter(&code) {
                return Ok(Self(code));
            }
        }
    }

    /// Without hyphens, as it is stored.
    pub fn as_str(&self) -> &str {
        // only ASCII symbols of the alphabet are ever put in
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Who gave it.
    pub fn issuer(&self) -> Issuer {
        Issuer([self.0[0], self.0[1]])
    }
}

impl FromStr for DoorCode {
    type Err = DoorCodeError;

    /// Capital or small, with or without hyphens, spaces and dots.
    fn from_str(text: &str) -> Result<Self, DoorCodeError> {
        let code = <[u8; LENGTH]>::try_from(compact(text).as_bytes()).map_err(|_| DoorCodeError::Length)?;
        let sum = weighted_sum(&code).ok_or(DoorCodeError::Symbol)?;
        match (has_letter(&code), sum % 31) {
            (false, _) => Err(DoorCodeError::NoLetter),
            (true, 0) => Ok(Self(code)),
            (true, _) => Err(DoorCodeError::Check),
        }
    }
}

/// In groups: `XXX-XXX-XXX`.
impl fmt::Display for DoorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_groups(self.as_str()))
    }
}

impl FromStr for Issuer {
    type Err = IssuerError;

    fn from_str(text: &str) -> Result<Self, IssuerError> {
        let issuer = <[u8; 2]>::try_from(text.as_bytes()).map_err(|_| IssuerError)?;
        issuer.iter().all(|&symbol| value_of(symbol).is_some()).then_some(Self(issuer)).ok_or(IssuerError)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|&symbol| write!(f, "{}", char::from(symbol)))
    }
}

/// Any code of nine symbols in groups of three; a town's own codes need not be of our scheme.
pub fn in_groups(code: &str) -> String {
    let groups: Vec<&str> =
        (0..code.len()).step_by(3).filter_map(|i| code.get(i..(i + 3).min(code.len()))).collect();
    groups.join("-")
}

/// A code as it is stored: capitals, without what people write between the groups.
pub fn compact(text: &str) -> String {
    let is_between = |c: &char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '‑' | '.' | '_' | '·');
    text.chars().filter(|c| !is_between(c)).map(|c| c.to_ascii_uppercase()).collect()
}

/// Every code that was meant if one symbol of the text is wrong or two neighbours changed places: at most
/// nine and eight. For another symbol at a given place there is exactly one that makes the check right.
pub fn near(text: &str) -> Vec<DoorCode> {
    let Ok(typed) = <[u8; LENGTH]>::try_from(compact(text).as_bytes()) else { return Vec::new() };
    let mut found = Vec::new();
    let mut keep_best = |code: [u8; LENGTH]| {
        let code = std::str::from_utf8(&code).ok().and_then(|code| code.parse().ok());
        found.extend(code.filter(|code| !found.contains(code)));
    };
    for place in 0..LENGTH {
        for &symbol in ALPHABET {
            let mut code = typed;
            code[place] = symbol;
            keep_best(code);
        }
    }
    for place in 1..LENGTH {
        let mut code = typed;
        code.swap(place - 1, place);
        keep_best(code);
    }
    found
}

/// Weights 9, 8, … 1; `None` where a symbol is not of the alphabet.
fn weighted_sum(symbols: &[u8]) -> Option<u32> {
    let weights = (1..=LENGTH as u32).rev();
    symbols.iter().zip(weights).map(|(&symbol, weight)| Some(value_of(symbol)? * weight)).sum()
}

fn value_of(symbol: u8) -> Option<u32> {
    ALPHABET.iter().position(|known| *known == symbol).map(|value| value as u32)
}

fn letter_of(value: u32) -> u8 {
    ALPHABET[value as usize % ALPHABET.len()]
}

fn has_letter(code: &[u8]) -> bool {
    code.iter().any(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use crate::geocode::codes::door_code::*;

    fn drawn(issuer: &str, symbols: [u8; 6]) -> DoorCode {
        let mut symbols = symbols.into_iter().cycle();
        let drawn = DoorCode::draw(issuer.parse().unwrap(), || Ok::<u8, Infallible>(symbols.next().unwrap()));
        drawn.unwrap()
    }

    /// A code written as bytes, right or wrong.
    fn parse(code: [u8; LENGTH]) -> Result<DoorCode, DoorCodeError> {
        String::from_utf8(code.to_vec()).unwrap().parse()
    }

    prop_compose! {
        fn any_code()(issuer in 0usize..961, symbols in any::<[u8; 6]>()) -> DoorCode {
            let issuer = [ALPHABET[issuer / 31], ALPHABET[issuer % 31]];
            // a code of digits alone is drawn again: the last symbol would repeat for ever
            let symbols = symbols.map(|s| s % 31);
            let symbols = if symbols.iter().all(|s| *s < 8) { [9, 1, 2, 3, 4, 5] } else { symbols };
            drawn(std::str::from_utf8(&issuer).unwrap(), symbols)
        }
    }

    #[test]
    fn the_alphabet_has_31_symbols_and_none_that_looks_like_another_of_0_and_1() {
        let unique: std::collections::BTreeSet<u8> = ALPHABET.iter().copied().collect();
        assert_eq!((unique.len(), SYMBOLS), (31, 31));
        assert!(b"01ILO".iter().all(|symbol| value_of(*symbol).is_none()));
    }

    #[test]
    fn a_code_is_read_however_it_is_written() {
        // worked out by hand: 9·24+8·5+7·0+6·1+5·2+4·3+3·4+2·5 = 306 = 9·31 + 27, so the check is 4, a 6
        let code = drawn("T7", [0, 1, 2, 3, 4, 5]);
        assert_eq!((code.to_string().as_str(), code.as_str()), ("T72-345-676", "T72345676"));
        for text in ["T72-345-676", "t72 345 676", " T72345676 ", "t72–345.676"] {
            assert_eq!(text.parse(), Ok(code), "{text}");
        }
        assert_eq!(code.issuer().to_string(), "T7");
    }

    #[test]
    fn what_is_no_code_is_refused_with_the_reason() {
        let refused = |text: &str| text.parse::<DoorCode>().unwrap_err();
        assert_eq!(refused("T72-345-67"), DoorCodeError::Length);
        assert_eq!(refused("T72-345-67É"), DoorCodeError::Length);
        assert_eq!(refused("T72-345-6O1"), DoorCodeError::Symbol);
        assert_eq!(refused("222-222-222"), DoorCodeError::NoLetter);
        assert_eq!(refused("T72-345-67G"), DoorCodeError::Check);
        assert!("T0".parse::<Issuer>().is_err() && "T".parse::<Issuer>().is_err());
        assert!("t7".parse::<Issuer>().is_err(), "issuers are written as they will be printed");
    }

    #[test]
    fn every_single_error_and_every_swap_of_any_two_places_is_caught_for_every_pair_of_symbols() {
        // The sum is linear, so that two symbols at two places stand for all codes that hold them there.
        for weight in 1..=9u32 {
            for (a, b) in (0..31u32).flat_map(|a| (0..31).map(move |b| (a, b))).filter(|(a, b)| a != b) {
                assert_ne!(weight * a % 31, weight * b % 31, "a single error at weight {weight}");
                for other in (1..=9).filter(|other| *other != weight) {
                    let (right, swapped) = (weight * a + other * b, weight * b + other * a);
                    assert_ne!(right % 31, swapped % 31, "a swap of {a} and {b} at {weight} and {other}");
                }
            }
        }
    }

    #[test]
    fn a_code_has_a_letter_even_where_chance_gives_digits_only() {
        // six twos after the issuer 22 make the check 2; the next six have a letter
        let mut values = [0u8; 6].into_iter().chain([30; 6]);
        let code = DoorCode::draw("22".parse().unwrap(), || values.next().ok_or(()));
        assert!(code.unwrap().as_str().contains("ZZZZZZ"));
    }

    proptest! {
        #[test]
        fn every_wrong_symbol_and_every_swap_is_refused_and_the_right_code_is_near(
            code in any_code(), place in 0usize..9, with in 0usize..31,
        ) {
            let mut wrong = code.0;
            wrong[place] = ALPHABET[with];
            prop_assert!(wrong == code.0 || parse(wrong).is_err());
            prop_assert!(near(std::str::from_utf8(&wrong).unwrap()).contains(&code));
            let mut swapped = code.0;
            swapped.swap(place, (place + 1) % LENGTH);
            prop_assert!(swapped == code.0 || parse(swapped).is_err());
            prop_assert!(near(std::str::from_utf8(&swapped).unwrap()).contains(&code) || place == 8);
        }

        #[test]
        fn a_symbol_that_cannot_be_there_leaves_one_code_for_its_place(code in any_code(), place in 0usize..9) {
            let mut smudged = code.0;
            smudged[place] = b'0';
            prop_assert_eq!(near(std::str::from_utf8(&smudged).unwrap()), vec![code]);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,20}") {
            let _ = text.parse::<DoorCode>();
            prop_assert!(near(&text).len() <= 18);
        }
    }
}

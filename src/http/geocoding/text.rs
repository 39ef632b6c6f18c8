//! The text of a search: what is read of it, and whether it may be said again.

use super::refusal::Refusal;
pub(super) use crate::answers::joined;
use crate::answers::{self, Place, TooLong};
use crate::geocode::{MAX_CHARS, codes};
use crate::privacy::holds_number;

/// The text as it is searched. 413 where it is too long.
pub(in crate::http) fn readable(text: &str) -> Result<String, Refusal> {
    answers::readable(text).map_err(|TooLong { chars }| Refusal::too_long(chars, MAX_CHARS))
}

/// Whether a text may be repeated in an answer with these places: not where it holds what may be somebody's number,
/// unless the text as a whole is a pair of coordinates or the code of one of the places.
pub(super) fn may_be_repeated<'a>(text: &str, places: impl IntoIterator<Item = &'a Place>) -> bool {
    !holds_number(text) || codes::is_pair_of_coordinates(text) || is_code_of(text, places)
}

/// Words of the text that a place does not explain; none that may be somebody's number.
pub(in crate::http) fn unmatched(place: &Place) -> Option<Vec<&str>> {
    let words = place.unmatched.iter().map(String::as_str);
    let repeated: Vec<&str> = words.filter(|words| may_be_repeated(words, [place])).collect();
    (!repeated.is_empty()).then_some(repeated)
}

fn is_code_of<'a>(text: &str, places: impl IntoIterator<Item = &'a Place>) -> bool {
    let symbols = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
    };
    let text = symbols(text);
    let mut codes = places.into_iter().flat_map(|place| {
        let codes = [&place.door_code, &place.national_place_id, &place.post_address_code];
        codes.into_iter().flatten()
    });
    codes.any(|code| symbols(code) == text)
}

/// A word that a sentence may repeat: short and of letters, or a stand-in for what may be anything.
pub(super) fn word(text: &str) -> &str {
    let is_word =
        text.len() <= 40 && text.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '.' | '_' | '-'));
    if is_word { text } else { "…" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_number_is_not_repeated_however_it_is_grouped() {
        for text in [
            "079123456789",
            "0912345678",
            "0912 345 678",
            "+84 912-345-678",
            "CCCD079123456789",
            "079 123 456 789.",
            "thửa 0912345678 tờ 3",
            "11.283333, 106.127777 gọi 0912345678",
        ] {
            assert!(!may_be_repeated(text, []), "{text}");
        }
        for text in [
            "154/34 Hồ Xuân Hương",
            "25633",
            "thửa 123 tờ 45",
            "11.283333, 106.127777",
            "1247941.21 568255.53",
            "",
        ] {
            assert!(may_be_repeated(text, []), "{text}");
        }
    }

    #[test]
    fn a_number_that_is_the_code_of_what_was_found_is_repeated() {
        let mut door = Place::zone(1, "a door".to_owned());
        door.national_place_id = Some("079203001234".to_owned());
        assert!(may_be_repeated("0792 0300 1234", [&door]));
        assert!(!may_be_repeated("079203001235", [&door]));
    }

    #[test]
    fn a_text_that_is_too_long_is_refused_in_a_sentence() {
        assert!(readable(&"đ".repeat(200)).is_ok());
        assert_eq!(readable(&"đ".repeat(201)).unwrap_err().reason, "Query too long, 201 chars, limit is 200");
    }

    #[test]
    fn only_a_plain_word_stands_in_a_sentence() {
        assert_eq!(word("boundary.rect.min_lat"), "boundary.rect.min_lat");
        for text in ["0912345678", "12 Hùng Vương", "<b>"] {
            assert_eq!(word(text), "…", "{text}");
        }
    }
}

//! Windows-1252, which most programs take for granted, and going back from what it and its kin showed to the bytes.

use encoding_rs::WINDOWS_1252;
use unicode_normalization::UnicodeNormalization;

use super::syllable::Tone;

/// How Windows-1252 shows bytes; those it does not have are control characters, as browsers and Latin-1 have them.
pub(super) fn show(bytes: &[u8]) -> String {
    WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}

/// How Windows-1252 shows one byte.
pub(super) fn letter(byte: u8) -> char {
    show(&[byte]).chars().next().unwrap_or('\u{fffd}')
}

/// The bytes of a text that was read as Latin-1, Windows-1252 or Windows-1258; `None` where a letter is in none of them.
pub(super) fn bytes_behind(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        if let Some(byte) = byte_behind(c) {
            bytes.push(byte);
            continue;
        }
        // Windows-1258 has the tones apart, and text in it is often composed afterwards
        let parts = [c].into_iter().nfd();
        let (tones, letter): (Vec<char>, Vec<char>) = parts.partition(|part| Tone::of(*part).is_some());
        let ([tone], Some(letter)) = (tones.as_slice(), letter.into_iter().nfc().next()) else { return None };
        bytes.extend([byte_behind(letter)?, byte_behind(*tone)?]);
    }
    Some(bytes)
}

/// The byte a letter is in Latin-1, Windows-1252 or Windows-1258: no letter is two bytes there.
fn byte_behind(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    Some(match c {
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8a,
        '‹' => 0x8b,
        'Œ' => 0x8c,
        'Ž' => 0x8e,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9a,
        '›' => 0x9b,
        'œ' => 0x9c,
        'ž' => 0x9e,
        'Ÿ' => 0x9f,
        // Windows-1258
        'Ă' => 0xc3,
        'ă' => 0xe3,
        'Đ' => 0xd0,
        'đ' => 0xf0,
        'Ơ' => 0xd5,
        'ơ' => 0xf5,
        'Ư' => 0xdd,
        'ư' => 0xfd,
        '₫' => 0xfe,
        '\u{300}' => 0xcc,
        '\u{309}' => 0xd2,
        '\u{303}' => 0xde,
        '\u{301}' => 0xec,
        '\u{323}' => 0xf2,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1258;

    #[test]
    fn every_byte_that_is_shown_is_found_again() {
        for byte in 0..=u8::MAX {
            assert_eq!(byte_behind(letter(byte)), Some(byte));
            let shown = WINDOWS_1258.decode_without_bom_handling(&[byte]).0.into_owned();
            // what it does not have is U+FFFD there
            assert!(shown.contains('\u{fffd}') || bytes_behind(&shown) == Some(vec![byte]), "{byte:#x}");
        }
    }
}

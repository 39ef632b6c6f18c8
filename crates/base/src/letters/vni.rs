//! VNI for Windows (fonts such as `VNI-Times`): a letter and behind it, as a byte of its own, its shape and tone.
//!
//! The rule, not a table of all 134 letters: `a` + `ù` is *á*, `a` + `â` is *â*, `a` + `á` is *ấ*; *ơ*, *ư*, *đ*, the
//! tones of *i* and *ỵ* have bytes of their own, and tones stand behind *ơ* and *ư* as behind others. The bytes are named
//! by the letters Windows-1252 shows for them. Checked against the public tables of two input methods.

/// Reads bytes, and counts marks that stand behind no letter that can have them: text in VNI has none.
/// The marks come apart from their letters, to be composed by the caller.
pub(super) fn decode(bytes: &[u8], western: impl Fn(u8) -> char) -> (String, usize) {
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut strays = 0;
    let mut bearer = None;
    for &byte in bytes {
        if let Some(mark) = bearer.and_then(|letter| mark_behind(letter, byte)) {
            text.push_str(mark);
            bearer = None;
            continue;
        }
        let letter = letter(byte).unwrap_or_else(|| western(byte));
        strays += usize::from(is_mark(byte));
        bearer = Some(letter);
        text.push(letter);
    }
    (text, strays)
}

/// The letters with a byte of their own.
fn letter(byte: u8) -> Option<char> {
    Some(match byte {
        0x00..=0x7f => char::from(byte),
        0xf4 => 'ơ',
        0xd4 => 'Ơ',
        0xf6 => 'ư',
        0xd6 => 'Ư',
        0xf1 => 'đ',
        0xd1 => 'Đ',
        0xed => 'í',
        0xcd => 'Í',
        0xec => 'ì',
        0xcc => 'Ì',
        0xe6 => 'ỉ',
        0xc6 => 'Ỉ',
        0xf3 => 'ĩ',
        0xd3 => 'Ĩ',
        0xf2 => 'ị',
        0xd2 => 'Ị',
        0xee => 'ỵ',
        0xce => 'Ỵ',
        _ => return None,
    })
}

/// Marks stand twice, as a small letter and as a capital.
fn small(byte: u8) -> u8 {
    if (0xc0..=0xde).contains(&byte) { byte + 0x20 } else { byte }
}

fn is_mark(byte: u8) -> bool {
    mark_behind('a', byte).is_some()
}

/// Shape and tone that a byte puts on a letter.
fn mark_behind(letter: char, byte: u8) -> Option<&'static str> {
    let (circumflex, breve) = match letter {
        'a' | 'A' => (true, true),
        'e' | 'E' | 'o' | 'O' => (true, false),
        'u' | 'U' | 'y' | 'Y' | 'ơ' | 'Ơ' | 'ư' | 'Ư' => (false, false),
        _ => return None,
    };
    let mark = match small(byte) {
        0xf9 => "\u{301}",
        0xf8 => "\u{300}",
        0xfb => "\u{309}",
        0xf5 => "\u{303}",
        0xef => "\u{323}",
        0xe2 if circumflex => "\u{302}",
        0xe1 if circumflex => "\u{302}\u{301}",
        0xe0 if circumflex => "\u{302}\u{300}",
        0xe5 if circumflex => "\u{302}\u{309}",
        0xe3 if circumflex => "\u{302}\u{303}",
        0xe4 if circumflex => "\u{302}\u{323}",
        0xea if breve => "\u{306}",
        0xe9 if breve => "\u{306}\u{301}",
        0xe8 if breve => "\u{306}\u{300}",
        0xfa if breve => "\u{306}\u{309}",
        0xfc if breve => "\u{306}\u{303}",
        0xeb if breve => "\u{306}\u{323}",
        _ => return None,
    };
    Some(mark)
}

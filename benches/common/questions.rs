//! Known addresses written as people write them, by category, each with what must be found.

use bandoso::geocode::Hit;

use crate::support::Dice;

/// A text and the address it was made of.
pub struct Question {
    pub text: String,
    pub number: String,
    pub street: String,
    /// Today's ward and its code; empty where the text does not say which of several was meant.
    pub ward: String,
    pub ward_code: String,
}

impl Question {
    /// Whether a hit is as good an answer as the address itself.
    pub fn is_answered_by(&self, hit: &Hit) -> bool {
        hit.housenumber.as_deref() == Some(&self.number)
            && hit.street.as_deref() == Some(&self.street)
            && (self.ward_code.is_empty() || hit.ward_code.as_deref() == Some(&self.ward_code))
    }
}

/// The categories, in the order of the table.
pub const CATEGORIES: [&str; 20] = [
    "full form of today",
    "old form",
    "old form, no marks",
    "no marks",
    "no marks, no commas, lower case",
    "upper case",
    "abbreviations",
    "reversed",
    "number behind",
    "without province",
    "number and street only",
    "a shop in front",
    "postal code and country behind",
    "old and new ward",
    "letter too much",
    "letter missing",
    "letters swapped",
    "wrong letter",
    "Telex leftovers",
    "VNI leftovers",
];

/// The address written as one of the categories says; nothing where it cannot be.
pub fn question(category: &str, hit: &Hit, dice: &mut Dice) -> Option<Question> {
    let (number, street) = (hit.housenumber.as_deref()?, hit.street.as_deref()?);
    let (ward, province) = (hit.ward.as_deref()?, hit.province.as_deref()?);
    let old = hit.label_old.as_deref().and_then(|label| label.split_once(", ")).map(|(_, units)| units);
    let today = format!("{ward}, {province}");
    let door = format!("{number} {street}");
    let full = format!("{door}, {today}");
    let slip =
        |how: fn(&mut Vec<char>, usize)| Some(format!("{number} {}, {today}", with_slip(street, how)?));
    let text = match category {
        "full form of today" => full,
        "old form" => format!("{door}, {}", old?),
        "old form, no marks" => bare(&format!("{door}, {}", old?)),
        "no marks" => bare(&full),
        "no marks, no commas, lower case" => bare(&full).replace(',', "").to_lowercase(),
        "upper case" => full.to_uppercase(),
        "abbreviations" => abbreviated(&format!("{number} đ. {street}, {today}")),
        "reversed" => format!("{province}, {ward}, {door}"),
        "number behind" => format!("{street} {number}, {today}"),
        "without province" => format!("{door}, {ward}"),
        "number and street only" => door,
        "a shop in front" => format!("{}, {full}", SHOPS[dice.roll(SHOPS.len() as u64) as usize]),
        "postal code and country behind" => format!("{full} 80000, Việt Nam"),
        "old and new ward" => format!("{door}, {}, {today}", hit.former.as_ref()?.ward.as_deref()?),
        "letter too much" => slip(|word, at| word.insert(at, 'k'))?,
        "letter missing" => slip(|word, at| {
            word.remove(at);
        })?,
        "letters swapped" => slip(|word, at| word.swap(at, at - 1))?,
        "wrong letter" => slip(|word, at| word[at] = if word[at] == 'q' { 'z' } else { 'q' })?,
        "Telex leftovers" => typed(&full, &TELEX),
        "VNI leftovers" => typed(&full, &VNI),
        other => panic!("no category {other}"),
    };
    let says_ward = category != "number and street only";
    Some(Question {
        text,
        number: number.to_owned(),
        street: street.to_owned(),
        ward: if says_ward { ward.to_owned() } else { String::new() },
        ward_code: if says_ward { hit.ward_code.clone()? } else { String::new() },
    })
}

const SHOPS: [&str; 4] =
    ["Quán cà phê Mai, tầng 2", "Tạp hóa Cô Ba", "Cty TNHH Bình Minh", "Nhà trọ Bảy Lúa"];

const SHORT: [(&str, &str); 8] = [
    ("Thành phố", "TP."),
    ("Thị xã", "TX."),
    ("Tỉnh", "T."),
    ("Phường", "P."),
    ("Quận", "Q."),
    ("Huyện", "H."),
    ("Thị trấn", "TT."),
    ("Xã", "X."),
];

fn abbreviated(text: &str) -> String {
    SHORT.iter().fold(text.to_owned(), |text, (long, short)| text.replace(long, short))
}

/// A slip in the middle of the longest word; none in a number, which nobody could tell from another.
fn with_slip(street: &str, how: fn(&mut Vec<char>, usize)) -> Option<String> {
    const LONG_ENOUGH: usize = 4;
    let words: Vec<&str> = street.split(' ').collect();
    let longest = (0..words.len()).max_by_key(|&i| words[i].chars().count())?;
    let mut letters: Vec<char> = words[longest].chars().collect();
    if letters.len() < LONG_ENOUGH || !letters.iter().all(|letter| letter.is_alphabetic()) {
        return None;
    }
    let middle = letters.len() / 2;
    how(&mut letters, middle);
    let slipped: String = letters.into_iter().collect();
    let written =
        words.iter().enumerate().map(|(i, word)| if i == longest { slipped.as_str() } else { word });
    Some(written.collect::<Vec<_>>().join(" "))
}

/// A letter taken apart into its base and the marks on it.
fn apart(c: char) -> (char, Vec<char>) {
    let mut parts = Vec::new();
    unicode_normalization::char::decompose_canonical(c, |part| parts.push(part));
    let base = parts.first().copied().unwrap_or(c);
    (base, parts.into_iter().skip(1).collect())
}

/// Without marks.
pub fn bare(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            other => apart(other).0,
        })
        .collect()
}

/// What an input method has for a mark: tones, then shapes, then the bar of đ.
struct Keys {
    tones: [(char, char); 5],
    shapes: [(char, char); 3],
    /// Telex doubles a letter for its circumflex.
    doubles: bool,
    bar: &'static str,
}

const TELEX: Keys = Keys {
    tones: [('\u{301}', 's'), ('\u{300}', 'f'), ('\u{309}', 'r'), ('\u{303}', 'x'), ('\u{323}', 'j')],
    shapes: [('\u{302}', '^'), ('\u{306}', 'w'), ('\u{31b}', 'w')],
    doubles: true,
    bar: "dd",
};

const VNI: Keys = Keys {
    tones: [('\u{301}', '1'), ('\u{300}', '2'), ('\u{309}', '3'), ('\u{303}', '4'), ('\u{323}', '5')],
    shapes: [('\u{302}', '6'), ('\u{306}', '8'), ('\u{31b}', '7')],
    doubles: false,
    bar: "d9",
};

/// The keys somebody pressed while the input method was off, the tone behind each word.
fn typed(text: &str, keys: &Keys) -> String {
    let word = |word: &str| {
        let (mut out, mut tone) = (String::new(), String::new());
        for c in word.chars() {
            if matches!(c, 'đ' | 'Đ') {
                out.push_str(keys.bar);
                continue;
            }
            let (base, marks) = apart(c);
            out.push(base);
            for mark in marks {
                let shape = keys.shapes.iter().find(|(shape, _)| *shape == mark).map(|(_, key)| *key);
                match shape {
                    Some('^') if keys.doubles => out.push(base),
                    Some(key) => out.push(key),
                    None => tone.extend(keys.tones.iter().find(|(t, _)| *t == mark).map(|(_, key)| *key)),
                }
            }
        }
        match out.strip_suffix(',') {
            Some(word) => format!("{word}{tone},"),
            None => format!("{out}{tone}"),
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

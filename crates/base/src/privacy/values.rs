//! What the values of a column say, whatever it is called: counted over every row while a layer is loaded.
//!
//! A column is personal where half of what is in it is. Fewer values are left out one by one, unless the column is one of
//! codes of the same length: one in forty random numbers of twelve digits looks like an identity card. All of it depends on
//! counts alone, so the order of rows and the number of readers make no difference.
//!
//! What is certain: no text of a column that is tested is served if a whole phone number, a whole e-mail address or a number
//! that says it is an identity card stands in it. Names and bare numbers are judged by their share in the column, so a single
//! name in a column of remarks is not seen.

use std::collections::BTreeSet;

use super::PersonalKind;
use super::digits::{Group, groups_of_runs};
use super::person_names::{may_be_person, plain_name};

/// Names of persons that are kept to be compared with streets; more are not needed to tell.
const MAX_NAMES: usize = 4_096;

/// What was seen of a column.
#[derive(Debug, Clone, Default)]
pub struct ColumnTally {
    /// Values that are not empty.
    values: u64,
    phones: u64,
    /// Numbers of ten digits that are no phone, and nothing else in the value.
    like_phones: u64,
    identities: u64,
    /// Numbers of twelve digits that are no identity card.
    like_identities: u64,
    /// Numbers that say they are an identity card's.
    labelled: u64,
    /// Nine digits and nothing else, as text.
    nine_digits: u64,
    emails: u64,
    certificates: u64,
    /// The letters certificates began with: those of one office's codes are all alike.
    series: BTreeSet<[u8; 2]>,
    persons: u64,
    /// In plain form; at most [`MAX_NAMES`], the first in the alphabet.
    names: BTreeSet<String>,
}

/// What is to be done with a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nothing of a person.
    Keep,
    /// Not to be served.
    Refuse(PersonalKind),
    /// Not to be served unless these names (in plain form) are of streets, units or landmarks.
    RefuseUnlessPlaces(BTreeSet<String>),
    /// Single values are left out: [`holds_personal_value`].
    LeaveValuesOut,
}

impl ColumnTally {
    /// Looks at a text.
    pub fn see_text(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.values += 1;
        let signs = Signs::of(text);
        if signs.digits >= 6 {
            self.see_digits(text, &signs);
        }
        if signs.has_at && has_email(text) {
            self.emails += 1;
        }
        if signs.digits == 0 && may_be_person(text) {
            self.persons += 1;
            self.keep_name(plain_name(text));
        }
    }

    fn see_digits(&mut self, text: &str, signs: &Signs) {
        // `0382875724`, `g0382875724`: one word, as codes are
        let is_bare = !text.contains(char::is_whitespace);
        let is_number = !signs.has_letters;
        let found = numbers(text);
        self.phones += u64::from(found.has_phone);
        self.identities += u64::from(found.has_identity);
        self.labelled += u64::from(found.is_labelled);
        self.like_phones += u64::from(is_bare && signs.digits == 10 && !found.has_phone);
        self.like_identities += u64::from(is_bare && signs.digits == 12 && !found.has_identity);
        self.nine_digits += u64::from(is_number && signs.digits == 9 && text.len() == 9);
        if let Some(series) = certificate_series(text) {
            self.certificates += 1;
            if self.series.len() < 8 {
                self.series.insert(series);
            }
        }
    }

    fn keep_name(&mut self, name: String) {
        self.names.insert(name);
        if self.names.len() > MAX_NAMES {
            self.names.pop_last();
        }
    }

    /// Looks at a number: a phone or identity card kept as one has lost its zero.
    pub fn see_number(&mut self, number: i64) {
        self.values += 1;
        let digits = number.unsigned_abs().to_string();
        // `479E8` of a code that a spreadsheet took for a number
        let is_magnitude = number % 100_000_000 == 0;
        if is_magnitude || !(9..=12).contains(&digits.len()) {
            return;
        }
        let with_zero = format!("0{digits}");
        self.phones += u64::from(is_mobile(&with_zero) || is_mobile(&digits));
        let padded = format!("{digits:0>12}");
        self.identities += u64::from(digits.len() >= 10 && is_identity(&padded));
    }

    /// Adds what another reader of the same table saw.
    pub fn absorb(&mut self, other: Self) {
        self.values += other.values;
        self.phones += other.phones;
        self.like_phones += other.like_phones;
        self.identities += other.identities;
        self.like_identities += other.like_identities;
        self.labelled += other.labelled;
        self.nine_digits += other.nine_digits;
        self.emails += other.emails;
        self.certificates += other.certificates;
        self.series.extend(other.series);
        self.persons += other.persons;
        other.names.into_iter().for_each(|name| self.keep_name(name));
    }

    /// What the counts say of a column of texts, or of numbers. `is_code`: its name says that it holds codes of things;
    /// `is_place`: of places, which are named after people.
    pub fn verdict(&self, is_number: bool, is_code: bool, is_place: bool) -> Verdict {
        let is_half = |count: u64| count > 0 && count * 2 >= self.values;
        if is_number {
            // other numbers of nine digits are phones by chance in four of ten cases
            let is_most = |count: u64| count >= 2 && count * 5 >= self.values * 4 && !is_code;
            return match (is_most(self.phones), is_most(self.identities)) {
                (true, _) => Verdict::Refuse(PersonalKind::Phone),
                (_, true) => Verdict::Refuse(PersonalKind::IdentityNumber),
                _ => Verdict::Keep,
            };
        }
        if is_half(self.phones) {
            return Verdict::Refuse(PersonalKind::Phone);
        }
        if is_half(self.identities) || is_half(self.labelled) || is_half(self.nine_digits) && !is_code {
            return Verdict::Refuse(PersonalKind::IdentityNumber);
        }
        if is_half(self.emails) {
            return Verdict::Refuse(PersonalKind::Email);
        }
        let are_codes = is_code || self.values > 1 && self.series.len() < 2;
        if is_half(self.certificates) && !are_codes {
            return Verdict::Refuse(PersonalKind::Certificate);
        }
        if is_half(self.persons) && !is_place {
            return Verdict::RefuseUnlessPlaces(self.names.clone());
        }
        let single_phones = self.phones > 0 && self.phones >= self.like_phones;
        let single_identities = self.identities > 0 && self.identities >= self.like_identities;
        if single_phones || single_identities || self.labelled > 0 || self.emails > 0 {
            return Verdict::LeaveValuesOut;
        }
        Verdict::Keep
    }
}

/// Whether a text holds a phone number, an identity number or an e-mail address.
pub fn holds_personal_value(text: &str) -> bool {
    let found = numbers(text);
    found.has_phone || found.has_identity || found.is_labelled || text.contains('@') && has_email(text)
}

/// What letters a text is made of.
struct Signs {
    digits: usize,
    has_letters: bool,
    has_at: bool,
}

impl Signs {
    fn of(text: &str) -> Self {
        let mut signs = Self { digits: 0, has_letters: false, has_at: false };
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => signs.digits += 1,
                b'@' => signs.has_at = true,
                b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => signs.has_letters = true,
                _ => {}
            }
        }
        signs
    }
}

#[derive(Default)]
struct Numbers {
    has_phone: bool,
    has_identity: bool,
    is_labelled: bool,
}

fn numbers(text: &str) -> Numbers {
    let mut found = Numbers::default();
    for run in groups_of_runs(text) {
        if is_decimal(text, &run) {
            continue;
        }
        for start in 0..run.len() {
            let mut joined = String::new();
            for group in &run[start..] {
                joined.push_str(&text[group.bytes.clone()]);
                if joined.len() > 12 {
                    break;
                }
                found.has_phone |= is_mobile(&joined);
                found.has_identity |= is_identity(&joined);
                let is_length = matches!(joined.len(), 9 | 12);
                found.is_labelled |= is_length && is_labelled(&text[..run[start].bytes.start]);
            }
        }
    }
    found
}

/// `10.776889`, `0.912345678`: two groups with a point between, the first as decimals are written.
fn is_decimal(text: &str, run: &[Group]) -> bool {
    let [whole, fraction] = run else { return false };
    let first = &text[whole.bytes.clone()];
    let is_plain = first == "0" || !first.starts_with('0');
    &text[whole.bytes.end..fraction.bytes.start] == "." && is_plain
}

/// Prefixes of Vietnamese mobile numbers since 2018.
fn is_mobile(digits: &str) -> bool {
    let national = match digits.as_bytes() {
        [b'0', rest @ ..] if rest.len() == 9 => rest,
        [b'8', b'4', rest @ ..] if rest.len() == 9 => rest,
        _ => return false,
    };
    let [a, b, ..] = national else { return false };
    match a {
        b'3' => (b'2'..=b'9').contains(b),
        b'5' => matches!(b, b'2' | b'5' | b'6' | b'8' | b'9'),
        b'7' => matches!(b, b'0' | b'6'..=b'9'),
        b'8' => (b'1'..=b'9').contains(b),
        b'9' => !matches!(b, b'5'),
        _ => false,
    }
}

/// Twelve digits: province 001 to 096, century and sex, year of birth (Circular 59/2021/TT-BCA).
fn is_identity(digits: &str) -> bool {
    let [p1, p2, p3, sex, y1, y2, ..] = digits.as_bytes() else { return false };
    if digits.len() != 12 {
        return false;
    }
    let number = |digits: &[u8]| digits.iter().fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let (province, year) = (number(&[*p1, *p2, *p3]), number(&[*y1, *y2]));
    let is_born = match sex {
        b'0' | b'1' => true,
        b'2' | b'3' => year <= 30,
        _ => false,
    };
    (1..=96).contains(&province) && is_born
}

/// Whether the words before a number say that it is of an identity card.
fn is_labelled(before: &str) -> bool {
    const LABELS: [&str; 9] =
        ["cccd", "cmnd", "cmt", "cmtnd", "cc", "căn cước", "chứng minh", "can cuoc", "chung minh"];
    let start = before.char_indices().rev().nth(24).map_or(0, |(at, _)| at);
    let near = before[start..].to_lowercase();
    let near = near.trim_end_matches(|c: char| !c.is_alphabetic());
    LABELS.iter().any(|label| {
        near.strip_suffix(label).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
            || label.len() > 3 && near.contains(label)
    })
}

/// `name@host.tld`
fn has_email(text: &str) -> bool {
    let is_local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    text.match_indices('@').any(|(at, _)| {
        let host: String = text[at + 1..]
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
            .collect();
        let host = host.trim_end_matches('.');
        let has_top = host.rsplit_once('.').is_some_and(|(name, top)| {
            !name.is_empty() && top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic())
        });
        has_top && text[..at].ends_with(is_local)
    })
}

/// `BA 123456`, `AB 12345678`: the two letters of the serial number of a land-use certificate.
fn certificate_series(text: &str) -> Option<[u8; 2]> {
    let [a, b, rest @ ..] = text.as_bytes() else { return None };
    let digits = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"-")).unwrap_or(rest);
    let is_serial = a.is_ascii_uppercase()
        && b.is_ascii_uppercase()
        && (6..=8).contains(&digits.len())
        && digits.iter().all(u8::is_ascii_digit);
    is_serial.then_some([*a, *b])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict_of(values: &[&str]) -> Verdict {
        let mut tally = ColumnTally::default();
        values.iter().for_each(|value| tally.see_text(value));
        tally.verdict(false, false, false)
    }

    #[test]
    fn columns_of_each_kind_are_refused_by_their_values() {
        use PersonalKind::*;
        for (values, kind) in [
            (["0912345678", "0387 654 321", ""], Phone),
            (["+84 912 345 678", "84-912-345-678", "Zalo 0912.345.678"], Phone),
            (["079203001234", "001099012345", "x"], IdentityNumber),
            (["123456789", "024123456", "301234567"], IdentityNumber),
            (["CMND 123456789", "CMND: 024123456", ""], IdentityNumber),
            (["an.nguyen@gmail.com", "b@town.gov.vn", "không"], Email),
            (["BA 123456", "CH 654321", "DD1234567"], Certificate),
        ] {
            assert_eq!(verdict_of(&values), Verdict::Refuse(kind), "{values:?}");
        }
        let names = verdict_of(&["Nguyễn Văn An", "Trần Thị Bình", "Đất ở"]);
        assert!(matches!(names, Verdict::RefuseUnlessPlaces(names) if names.contains("nguyễn văn an")));
    }

    #[test]
    fn single_numbers_among_other_texts_are_left_out() {
        for value in [
            "gọi 0912 345 678",
            "CCCD 079203001234",
            "liên hệ a@b.vn",
            "CMND số 123456789",
            "ông An 0912345678",
        ] {
            assert_eq!(verdict_of(&["Đất ở", "Đất lúa", value]), Verdict::LeaveValuesOut, "{value}");
            assert!(holds_personal_value(value), "{value}");
        }
    }

    #[test]
    fn codes_measures_and_places_are_kept() {
        for values in [
            ["802621099999", "802621099999", "802621099999"],
            ["1244600.000", "538800.000", "1244600.125"],
            ["0.912345678", "10.7768891", "106.7008061"],
            ["474000000000000", "D01HT368", "3.4"],
            ["HK123456", "HK123457", "HK123458"],
            ["310012345678", "079203001234", "310012345679"],
            ["2025-07-01", "01/07/2025", "20250701"],
            ["g0382875724", "g1082875724", "g2082875724"],
            ["Đường Nguyễn Trãi", "Phố Lê Lợi", "Nguyễn Trãi"],
            ["Hồ Tây", "Cao tốc", "Mai Dịch"],
            ["191092799_108345138118914_3988178037073698418_n.jpg", "a", "b"],
        ] {
            assert_eq!(verdict_of(&values), Verdict::Keep, "{values:?}");
        }
    }

    #[test]
    fn phones_kept_as_numbers_are_told_and_other_numbers_are_not() {
        let of = |numbers: &[i64]| {
            let mut tally = ColumnTally::default();
            numbers.iter().for_each(|number| tally.see_number(*number));
            tally.verdict(true, false, false)
        };
        assert_eq!(of(&[912_345_678, 387_654_321, 909_111_222]), Verdict::Refuse(PersonalKind::Phone));
        assert_eq!(of(&[79_203_001_234, 1_099_012_345]), Verdict::Refuse(PersonalKind::IdentityNumber));
        for others in [[1, 2, 3], [20_250_701, 20_250_702, 5], [123_456_789, 912_345_678, 412_345_678]] {
            assert_eq!(of(&others), Verdict::Keep, "{others:?}");
        }
    }

    #[test]
    fn readers_of_one_table_see_together_what_one_sees() {
        let values = ["0912345678", "Nguyễn Văn An", "", "BA 123456", "Trần Bình", "a@b.vn"];
        let mut whole = ColumnTally::default();
        values.iter().for_each(|value| whole.see_text(value));
        let (mut first, mut second) = (ColumnTally::default(), ColumnTally::default());
        values[..2].iter().for_each(|value| second.see_text(value));
        values[2..].iter().for_each(|value| first.see_text(value));
        first.absorb(second);
        assert_eq!(format!("{first:?}"), format!("{whole:?}"));
    }
}

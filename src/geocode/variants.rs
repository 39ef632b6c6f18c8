//! The keys under which a written name is entered in the dictionary: itself and the ways people
//! write it otherwise (`QL22B`/`Quốc lộ 22B`, `3/2`/`3 Tháng 2`/`Ba Tháng Hai`, `CMT8`, `KP2`).

use super::fold;

/// A key and how good a match it is (100 = the name itself).
pub type Variant = (String, u8);

/// Long form, short form: a name that begins with one is also found by the other.
const BEGINNINGS: [(&str, &str); 12] = [
    ("quoclo", "ql"),
    ("duongtinh", "dt"),
    ("duongtinh", "tl"),
    ("tinhlo", "tl"),
    ("tinhlo", "dt"),
    ("huonglo", "hl"),
    ("khupho", "kp"),
    ("khudancu", "kdc"),
    ("khudothi", "kdt"),
    ("todanpho", "tdp"),
    ("nguyen", "ng"),
    ("cachmangthang", "cmt"),
];

/// What provinces are called besides their names: key of the name, other keys. From the
/// abbreviations people write (TP.HCM, HN, BR-VT) and Sài Gòn for Hồ Chí Minh City.
const PROVINCES: [(&str, &[&str]); 7] = [
    ("hochiminh", &["hcm", "tphcm", "saigon", "sg", "hcmc"]),
    ("hanoi", &["hn", "tphn"]),
    ("bariavungtau", &["brvt", "vungtau"]),
    ("binhduong", &["bd"]),
    ("thuathienhue", &["hue", "tthue"]),
    ("daklak", &["daclac", "daklac"]),
    ("gialai", &["jlai"]),
];

const SPELLED_DAYS: [&str; 31] = [
    "mot",
    "hai",
    "ba",
    "tu",
    "nam",
    "sau",
    "bay",
    "tam",
    "chin",
    "muoi",
    "muoimot",
    "muoihai",
    "muoiba",
    "muoibon",
    "muoilam",
    "muoisau",
    "muoibay",
    "muoitam",
    "muoichin",
    "haimuoi",
    "haimuoimot",
    "haimuoihai",
    "haimuoiba",
    "haimuoibon",
    "haimuoilam",
    "haimuoisau",
    "haimuoibay",
    "haimuoitam",
    "haimuoichin",
    "bamuoi",
    "bamuoimot",
];

/// Keys of a unit's name; a number loses its leading zeros (`Phường 08`).
pub fn of_unit(name: &str, is_province: bool) -> Vec<Variant> {
    let key = without_leading_zeros(&fold::key(name)).to_owned();
    let mut keys = Vec::new();
    if is_province && let Some((_, others)) = PROVINCES.iter().find(|(of, _)| *of == key) {
        keys.extend(others.iter().map(|other| ((*other).to_owned(), 95)));
    }
    keys.push((key, 100));
    keys
}

/// Keys of a street's, alley's or hamlet's name.
pub fn of_way(name: &str) -> Vec<Variant> {
    let key = fold::key(name);
    let mut keys = vec![(key.clone(), 100)];
    for (long, short) in BEGINNINGS {
        if let Some(rest) = key.strip_prefix(long).filter(|rest| !rest.is_empty()) {
            keys.push((format!("{short}{rest}"), 95));
        } else if let Some(rest) = key.strip_prefix(short)
            && rest.starts_with(|c: char| c.is_ascii_digit())
        {
            keys.push((format!("{long}{rest}"), 95));
        }
    }
    // "Số 7": people write "đường 7" as well as "đường số 7".
    if let Some(rest) = key.strip_prefix("so").or_else(|| key.strip_prefix("duongso"))
        && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        keys.push((without_leading_zeros(rest).to_owned(), 90));
        keys.push((format!("so{rest}"), 95));
    }
    // "Khu phố 3", "Ấp Trường An": also by the name alone.
    for word in ["ap", "thon", "khom", "xom", "khupho", "lang"] {
        let is_word = name.split_whitespace().count() > 1
            && (fold::key(name.split_whitespace().next().unwrap_or("")) == word
                || (word == "khupho" && key.starts_with(word)));
        if is_word && let Some(rest) = key.strip_prefix(word).filter(|rest| !rest.is_empty()) {
            keys.push((rest.to_owned(), 85));
        }
    }
    if key.ends_with("thangtam") {
        keys.push((key.replace("thangtam", "thang8"), 95));
        keys.push((key.replace("cachmangthangtam", "cmt8"), 95));
    }
    keys.extend(date_keys(&key));
    let initials: String =
        name.split_whitespace().filter_map(|word| fold::key(word).chars().next()).collect();
    if initials.len() >= 3 && initials.bytes().all(|b| b.is_ascii_alphabetic()) {
        keys.push((initials, 80));
    }
    keys
}

/// `3/2`, `3 Tháng 2` and `Ba Tháng Hai` are one day.
fn date_keys(key: &str) -> Vec<Variant> {
    let Some((day, month)) = key.split_once('/').or_else(|| key.split_once("thang")) else {
        return Vec::new();
    };
    let (Some(day), Some(month)) = (day_number(day), day_number(month)) else {
        return Vec::new();
    };
    if month > 12 {
        return Vec::new();
    }
    let (spelled_day, spelled_month) = (SPELLED_DAYS[day - 1], SPELLED_DAYS[month - 1]);
    vec![
        (format!("{day}/{month}"), 95),
        (format!("{day}thang{month}"), 95),
        (format!("{spelled_day}thang{spelled_month}"), 95),
        (format!("{spelled_day}thang{month}"), 90),
    ]
}

fn day_number(text: &str) -> Option<usize> {
    match text.parse::<usize>() {
        Ok(number) => (1..=31).contains(&number).then_some(number),
        Err(_) => SPELLED_DAYS.iter().position(|spelled| *spelled == text).map(|at| at + 1),
    }
}

/// `08` as `8`; anything that is not all digits as it stands.
pub fn without_leading_zeros(key: &str) -> &str {
    if key.bytes().all(|b| b.is_ascii_digit()) {
        let short = key.trim_start_matches('0');
        if short.is_empty() { key } else { short }
    } else {
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(name: &str, key: &str) -> bool {
        of_way(name).iter().any(|(other, _)| other == key)
    }

    #[test]
    fn streets_are_found_as_people_write_them() {
        for (name, key) in [
            ("Quốc lộ 22B", "ql22b"),
            ("QL22B", "quoclo22b"),
            ("ĐT 794", "duongtinh794"),
            ("Cách Mạng Tháng Tám", "cmt8"),
            ("Cách Mạng Tháng 8", "cmt8"),
            ("3 Tháng 2", "3/2"),
            ("30/4", "bamuoithangtu"),
            ("Xô Viết Nghệ Tĩnh", "xvnt"),
            ("Số 7", "7"),
            ("Khu phố 2", "kp2"),
            ("Ấp Trường An", "truongan"),
            ("Nguyễn Huệ", "nghue"),
        ] {
            assert!(has(name, key), "{name} by {key}: {:?}", of_way(name));
        }
        assert!(!has("Thắng Lợi", "1/1"));
    }

    #[test]
    fn a_numbered_ward_loses_its_leading_zero() {
        assert_eq!(of_unit("08", false), [("8".to_owned(), 100)]);
    }
}

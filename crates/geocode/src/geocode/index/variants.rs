//! The keys under which a written name is entered in the dictionary: itself and the ways people
//! write it otherwise (`QL22B`/`Quốc lộ 22B`, `3/2`/`3 Tháng 2`/`Ba Tháng Hai`, `CMT8`, `KP2`).

use crate::geocode::text::fold;
use crate::geocode::text::words::Kinds;

/// A key and how good a match it is (100 = the name itself).
pub type Variant = (String, u8);

/// Words for one class of road: a number behind one of them is the same road behind the others. TL10 is Tỉnh lộ 10
/// and ĐT10, and neither QL10 nor Đường số 10.
const ROAD_CLASSES: [&[&str]; 3] =
    [&["quoclo", "ql"], &["tinhlo", "duongtinh", "tl", "dt"], &["huonglo", "hl"]];

/// Long form, short form: a name that begins with one is also found by the other.
const BEGINNINGS: [(&str, &str); 6] = [
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
    ("hue", &["thuathienhue", "tthue"]),
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

/// Wards are numbered in Roman numerals in Vị Thanh alone; people write them in digits.
const ROMAN: [(&str, &str); 10] = [
    ("I", "1"),
    ("II", "2"),
    ("III", "3"),
    ("IV", "4"),
    ("V", "5"),
    ("VI", "6"),
    ("VII", "7"),
    ("VIII", "8"),
    ("IX", "9"),
    ("X", "10"),
];

/// Keys of a unit's name; a number loses its leading zeros (`Phường 08`), and one in Roman numerals is also in digits.
pub fn of_unit(name: &str, is_province: bool) -> Vec<Variant> {
    let key = without_leading_zeros(&fold::key(name)).to_owned();
    let mut keys = Vec::new();
    if is_province && let Some((_, others)) = PROVINCES.iter().find(|(of, _)| *of == key) {
        keys.extend(others.iter().map(|other| ((*other).to_owned(), 95)));
    }
    keys.push((key, 100));
    keys.extend(
        ROMAN.iter().filter(|(roman, _)| *roman == name).map(|(_, digits)| ((*digits).to_owned(), 96)),
    );
    keys
}

/// Keys of a street's, alley's or hamlet's name.
pub fn of_way(name: &str) -> Vec<Variant> {
    let key = fold::key(name);
    let mut keys = vec![(key.clone(), 100)];
    keys.extend(road_keys(&key));
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
    // a key has no hyphen: "8-3" would be 83
    if name.contains('-') {
        keys.extend(date_keys(&name.trim().replace('-', "/")));
    }
    let initials: String =
        name.split_whitespace().filter_map(|word| fold::key(word).chars().next()).collect();
    if initials.len() >= 3 && initials.bytes().all(|b| b.is_ascii_alphabetic()) {
        keys.push((initials, 80));
    }
    keys
}

/// `ql22b`, `quoclo22b`: a numbered road by every word of its class.
fn road_keys(key: &str) -> Vec<Variant> {
    // "Đường TL10": the word for any street says nothing more
    let bare = key.strip_prefix("duong").filter(|rest| !rest.starts_with("tinh")).unwrap_or(key);
    let of_class = |class: &&[&str]| {
        let number = class.iter().find_map(|word| bare.strip_prefix(word))?;
        let is_number = number.starts_with(|c: char| c.is_ascii_digit());
        let short = number.trim_start_matches('0');
        is_number.then(|| class.iter().map(|word| (format!("{word}{short}"), 95)).collect())
    };
    ROAD_CLASSES.iter().find_map(of_class).unwrap_or_default()
}

/// Keys of a district by its initials, as people write it behind its kind: `Q.TB`, `Q. B.Thạnh`, `TX.HT`; from three
/// words on alone too: `TDM`.
pub fn of_district(kinds: Kinds, name: &str) -> Vec<Variant> {
    const ABBREVIATIONS: [(Kinds, [&str; 2]); 4] = [
        (Kinds::QUAN, ["q", "quan"]),
        (Kinds::HUYEN, ["h", "huyen"]),
        (Kinds::THI_XA, ["tx", "thixa"]),
        (Kinds::THANH_PHO, ["tp", "thanhpho"]),
    ];
    let words: Vec<String> = name.split_whitespace().map(fold::key).collect();
    let is_named = |word: &String| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic());
    let Some((last, first)) = words.split_last().filter(|(_, first)| !first.is_empty()) else {
        return Vec::new();
    };
    if !words.iter().all(is_named) {
        return Vec::new();
    }
    let initials =
        |words: &[String]| -> String { words.iter().filter_map(|word| word.chars().next()).collect() };
    let (all, before_last) = (initials(&words), initials(first));
    let kind_words =
        ABBREVIATIONS.into_iter().filter(|(kind, _)| kind.meets(kinds)).flat_map(|(_, words)| words);
    let worded = kind_words
        .flat_map(|word| [(format!("{word}{all}"), 85), (format!("{word}{before_last}{last}"), 88)]);
    let alone = (words.len() > 2).then(|| (all.clone(), 82));
    worded.chain(alone).collect()
}

/// Long form and short forms of what landmarks are, folded; people say either.
const LANDMARK_WORDS: [(&str, &str); 12] = [
    ("benhvien", "bv"),
    ("uybannhandan", "ubnd"),
    ("uyban", "ubnd"),
    ("trungtamthuongmai", "tttm"),
    ("trunghocphothong", "thpt"),
    ("trunghoccoso", "thcs"),
    ("truongtieuhoc", "tieuhoc"),
    ("khucongnghiep", "kcn"),
    ("khudancu", "kdc"),
    ("khudothi", "kdt"),
    ("chungcu", "cc"),
    ("buudien", "bd"),
];

/// Keys of a landmark's name: short and long forms, without the word for what it is (`Trường THPT …`),
/// without a kind of unit inside (`UBND phường …`), and without the name of where it lies at the end.
pub fn of_landmark(name: &str, above: &[String]) -> Vec<Variant> {
    let mut keys = vec![(fold::key(name), 100)];
    let words: Vec<&str> = name.split_whitespace().collect();
    let without = |left_out: &[&str]| -> String {
        words.iter().filter(|word| !left_out.contains(&fold::key(word).as_str())).copied().collect()
    };
    keys.push((fold::key(&without(&["phuong", "xa"])), 92));
    keys.push((fold::key(&without(&["viet", "nam"])), 85));
    for generic in ["Trường", "Chùa", "Khu"] {
        if words.len() > 2 && words.first() == Some(&generic) {
            keys.push((fold::key(&words.get(1..).unwrap_or_default().concat()), 88));
        }
    }
    for unit in above.iter().map(|unit| fold::key(unit)).filter(|unit| !unit.is_empty()) {
        let shorter: Vec<Variant> = keys
            .iter()
            .filter_map(|(key, quality)| Some((key.strip_suffix(unit.as_str())?.to_owned(), quality - 14)))
            // "Chợ Long Hoa" without its ward would be any market.
            .filter(|(key, _)| key.len() > 6)
            .collect();
        keys.extend(shorter);
    }
    for (long, short) in LANDMARK_WORDS {
        let other: Vec<Variant> = keys
            .iter()
            .flat_map(|(key, quality)| {
                let shorter = key.contains(long).then(|| key.replacen(long, short, 1));
                let longer = key.starts_with(short).then(|| key.replacen(short, long, 1));
                [shorter, longer].map(|key| key.map(|key| (key, quality - 2)))
            })
            .flatten()
            .collect();
        keys.extend(other);
    }
    let dated: Vec<Variant> =
        keys.iter().filter_map(|(key, quality)| Some((with_slash_date(key)?, quality - 2))).collect();
    keys.extend(dated);
    let school: Vec<Variant> = keys
        .iter()
        .filter(|(key, _)| key.starts_with("truong"))
        .flat_map(|(key, quality)| {
            ["thpt", "thcs", "tieuhoc"]
                .into_iter()
                .filter(|level| key.contains(level))
                .map(|level| (key.replacen(level, "", 1), quality - 8))
                .collect::<Vec<_>>()
        })
        .collect();
    keys.extend(school);
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
        (format!("{day}-{month}"), 90),
        (format!("{day}thang{month}"), 95),
        (format!("{spelled_day}thang{spelled_month}"), 95),
        (format!("{spelled_day}thang{month}"), 90),
    ]
}

/// `congvien30thang4` as `congvien30/4`.
fn with_slash_date(key: &str) -> Option<String> {
    let (before, after) = key.split_once("thang")?;
    let is_date =
        before.ends_with(|c: char| c.is_ascii_digit()) && after.starts_with(|c: char| c.is_ascii_digit());
    is_date.then(|| format!("{before}/{after}"))
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
    use crate::geocode::index::variants::*;

    fn has(name: &str, key: &str) -> bool {
        of_way(name).iter().any(|(other, _)| other == key)
    }

    #[test]
    fn streets_are_found_as_people_write_them() {
        for (name, key) in [
            ("Quốc lộ 22B", "ql22b"),
            ("QL22B", "quoclo22b"),
            ("ĐT 794", "duongtinh794"),
            ("Tỉnh lộ 10", "tl10"),
            ("Tỉnh lộ 10", "dt10"),
            ("Tỉnh lộ 10", "duongtinh10"),
            ("TL 08", "tinhlo8"),
            ("Đường tỉnh 743A", "tinhlo743a"),
            ("Đường ĐT743", "tl743"),
            ("Hương lộ 2", "hl2"),
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
        for (name, key) in
            [("Tỉnh lộ 10", "ql10"), ("Số 10", "tl10"), ("Tỉnh lộ 10", "10"), ("Hương lộ 2", "tl2")]
        {
            assert!(!has(name, key), "{name} by {key}");
        }
    }

    #[test]
    fn a_district_is_found_by_the_initials_behind_its_kind() {
        let has = |kind, name: &str, key: &str| of_district(kind, name).iter().any(|(other, _)| other == key);
        assert!(has(Kinds::QUAN, "Tân Bình", "qtb") && has(Kinds::QUAN, "Bình Thạnh", "qbthanh"));
        assert!(has(Kinds::THANH_PHO, "Thủ Dầu Một", "tdm"));
        assert!(has(Kinds::THI_XA | Kinds::THANH_PHO, "Thủ Dầu Một", "tptdm"));
        assert!(has(Kinds::THI_XA, "Hòa Thành", "txht") && !has(Kinds::THI_XA, "Hòa Thành", "qht"));
        // two letters alone are anybody's
        assert!(!has(Kinds::QUAN, "Tân Bình", "tb"));
        assert_eq!(of_district(Kinds::QUAN, "3"), []);
    }

    #[test]
    fn a_numbered_ward_loses_its_leading_zero() {
        assert_eq!(of_unit("08", false), [("8".to_owned(), 100)]);
    }
}

//! The letters held against what others say of them: samples in three sets, the C library's converter, and all names of
//! `data/`.

use std::collections::HashMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

const SETS: [LetterSet; 3] = [LetterSet::Tcvn3, LetterSet::VniWindows, LetterSet::Windows1258];

/// The bytes of every letter of a set, turned round from reading all single bytes and pairs.
struct Writer(HashMap<char, Vec<u8>>);

impl Writer {
    fn of(set: LetterSet) -> Self {
        let singles = (1..=u8::MAX).map(|byte| vec![byte]);
        // marks stand twice: capital ones behind capitals first
        let pairs = (b'A'..=u8::MAX).flat_map(|a| {
            let is_capital = a.is_ascii_uppercase() || (0xc0..=0xdf).contains(&a);
            (0x80..=u8::MAX).map(move |b| vec![a, if is_capital { b } else { u8::MAX - (b - 0x80) }])
        });
        let mut letters = HashMap::new();
        for bytes in singles.chain(pairs) {
            let (text, strays) = set.decode_counting(&bytes);
            let mut chars = text.chars();
            if let (Some(letter), None, 0) = (chars.next(), chars.next(), strays) {
                letters.entry(letter).or_insert(bytes.clone());
            }
        }
        Self(letters)
    }

    fn write(&self, text: &str) -> Option<Vec<u8>> {
        let letters: Option<Vec<&Vec<u8>>> = text.nfc().map(|c| self.0.get(&c)).collect();
        Some(letters?.into_iter().flatten().copied().collect())
    }
}

/// The names of all units, now and earlier, and of the streets of `data/`.
fn names() -> Vec<String> {
    let table = |text: &str, column: usize| -> Vec<String> {
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        rows.records().map(|row| row.unwrap()[column].to_owned()).collect()
    };
    let mut names = table(include_str!("../../../../data/units/wards.csv"), 3);
    names.extend(table(include_str!("../../../../data/units/provinces.csv"), 2));
    names.extend(table(include_str!("../../../../data/units/former_units.csv"), 4));
    names.extend(table(include_str!("../../../../data/units/earlier_units.csv"), 4));
    names.extend(table(include_str!("../../../../data/streets/streets_by_district.csv"), 0));
    names.extend(table(include_str!("../../../../data/demo/street_names.csv"), 0));
    assert!(names.len() > 20_000, "{}", names.len());
    names
}

/// Reads cells as those of one column.
fn read_column(cells: &[Vec<u8>]) -> (Verdict, Vec<String>) {
    let mut letters = FileLetters::found(1);
    cells.iter().for_each(|cell| letters.feed(0, cell));
    let texts = cells.iter().map(|cell| letters.read(0, cell).text.into_owned()).collect();
    (letters.verdict(0), texts)
}

/// A phrase, its bytes in each of the sets, and whether it has capitals with a tone.
type Phrase = (String, [Vec<u8>; 3], bool);

/// The phrases of the samples with their bytes in the sets; `None`, and said so, where the test data are missing.
fn samples() -> Option<Vec<Phrase>> {
    let Some(folder) = std::env::var_os("BANDOSO_TEST_DATA") else {
        eprintln!("BANDOSO_TEST_DATA is not set: the samples of letters are not read");
        return None;
    };
    let file = std::path::Path::new(&folder).join("codes/tcvn3_samples.csv");
    let mut rows = csv::Reader::from_path(file).unwrap();
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    };
    let rows: Vec<_> = rows
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[0].to_owned(), [hex(&row[1]), hex(&row[2]), hex(&row[3])], &row[4] == "1"))
        .collect();
    assert_eq!(rows.len(), 60);
    Some(rows)
}

#[test]
fn the_samples_are_read_from_their_bytes_in_every_set() {
    for (text, bytes, _) in samples().unwrap_or_default() {
        for (set, bytes) in SETS.into_iter().zip(bytes) {
            assert_eq!(set.decode(&bytes), text, "{set:?}");
            assert_eq!(judge(&text).others, 0, "{text}");
        }
    }
}

#[test]
fn the_samples_as_a_column_are_known_for_what_they_are() {
    let Some(samples) = samples() else { return };
    for (at, set) in SETS.into_iter().enumerate() {
        // .VnTime has no capitals with a tone
        let rows: Vec<_> = samples.iter().filter(|(_, _, is_toned)| at > 0 || !is_toned).collect();
        let cells: Vec<Vec<u8>> = rows.iter().map(|(_, bytes, _)| bytes[at].clone()).collect();
        let (verdict, texts) = read_column(&cells);
        assert_eq!(verdict, Verdict { set, confidence: Confidence::Certain });
        assert!(texts.iter().eq(rows.iter().map(|(text, _, _)| text)), "{set:?}");
    }
}

#[test]
fn a_sample_alone_is_never_taken_for_certain_in_another_set() {
    let (mut right, mut all) = (0, 0);
    for (text, bytes, _) in samples().unwrap_or_default() {
        for (set, bytes) in SETS.into_iter().zip(bytes) {
            let (verdict, texts) = read_column(std::slice::from_ref(&bytes));
            let is_right = texts == [text.as_str()];
            assert!(is_right || verdict.confidence != Confidence::Certain, "{text} {set:?} {texts:?}");
            all += 1;
            right += usize::from(is_right);
        }
    }
    assert!(right * 100 >= all * 97, "{right} of {all}");
}

#[test]
fn tcvn3_is_what_the_converter_of_the_c_library_reads() {
    let mut bytes: Vec<u8> = Vec::new();
    for byte in (1..=u8::MAX).filter(|byte| *byte != b'\n') {
        bytes.extend([b'a', byte, b'\n']);
    }
    let converter = Command::new("iconv")
        .args(["-f", "TCVN5712-1", "-t", "UTF-8"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut converter) = converter else {
        eprintln!("iconv is missing: TCVN3 is not compared with it");
        return;
    };
    converter.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = converter.wait_with_output().unwrap();
    if !output.status.success() {
        eprintln!("this iconv does not know TCVN5712-1: not compared");
        return;
    }
    let theirs: String = String::from_utf8(output.stdout).unwrap().nfc().collect();
    for (ours, theirs) in LetterSet::Tcvn3.decode(&bytes).lines().zip(theirs.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(LetterSet::Tcvn3.decode(&bytes), theirs);
}

#[test]
fn names_written_in_a_set_are_read_as_they_were() {
    let names = names();
    for set in SETS {
        let writer = Writer::of(set);
        let mut written = 0;
        for name in &names {
            let Some(bytes) = writer.write(name) else { continue };
            written += 1;
            assert_eq!(set.decode(&bytes), name.nfc().collect::<String>(), "{set:?}");
        }
        assert!(written * 100 >= names.len() * 99, "{set:?}: {written} of {}", names.len());
    }
}

#[test]
fn no_right_name_is_mended() {
    let harmed: Vec<(String, String)> =
        names().into_iter().filter_map(|name| mend(&name).map(|mended| (name, mended))).collect();
    assert_eq!(harmed, []);
    for name in [
        "Café",
        "Hôtel Thérèse",
        "Müller",
        "Köln",
        "Größe",
        "Jürgen Möller",
        "São João",
        "Øresund",
        "Señor Nuñez",
        "§ 5 ¶ 2",
        "Đường Café",
        "«Hội»",
        "Noël Bü",
        "Loïc Naïm",
        "Seán",
        "Raúl Jaén",
        "20×30 m",
        "½ ¾",
        "Łódź",
        "ÉCOLE FRANÇAISE",
    ] {
        assert_eq!(mend(name), None, "{name}");
    }
}

#[test]
fn names_read_in_wrong_letters_are_mended() {
    let names = names();
    for (set, least) in [(LetterSet::Utf8, 100), (LetterSet::Tcvn3, 85), (LetterSet::VniWindows, 80)] {
        let writer = Writer::of(set);
        let (mut wrong, mut mended, mut false_ones) = (0, 0, Vec::new());
        for name in names.iter().filter(|name| !name.is_ascii()) {
            let bytes = match set {
                LetterSet::Utf8 => Some(name.clone().into_bytes()),
                _ => writer.write(name),
            };
            let Some(bytes) = bytes else { continue };
            let shown = LetterSet::Windows1252.decode(&bytes).into_owned();
            // what looks right as it is cannot be told
            if judge(&shown).others == 0 {
                continue;
            }
            wrong += 1;
            match mend(&shown) {
                Some(text) if text.eq_ignore_ascii_case(name) => mended += 1,
                Some(text) if text.to_lowercase() == name.to_lowercase() => mended += 1,
                Some(text) => false_ones.push((name.clone(), shown, text)),
                None => {}
            }
        }
        eprintln!("{set:?}: {mended} of {wrong} are mended");
        assert!(mended * 100 >= wrong * least, "{set:?}: {mended} of {wrong}");
        assert!(false_ones.len() * 1_000 <= wrong, "{set:?}: {false_ones:?}");
    }
}

#[test]
fn the_examples_of_the_handbook_are_mended() {
    for (shown, meant) in [
        ("§\u{ad}êng TrÇn Phó", "Đường Trần Phú"),
        ("Ñöôøng Traàn Phuù", "Đường Trần Phú"),
        ("Ñöôøng", "Đường"),
        ("Ä\u{90}Æ°á»\u{9d}ng", "Đường"),
        ("ÄÆ°á»ng", "Đường"),
        ("quy ho¹ch sö dông ®Êt", "quy hoạch sử dụng đất"),
        ("QUY HO¹CH Sö DôNG §ÊT", "QUY HOẠCH SỬ DỤNG ĐẤT"),
    ] {
        assert_eq!(mend(shown).as_deref(), Some(meant), "{shown}");
    }
}

#[test]
fn nearly_every_word_of_every_name_is_a_syllable_or_a_form_of_the_highlands() {
    let mut all = Judgement::default();
    names().iter().for_each(|name| all.add(judge(name)));
    assert!(all.syllables > 30_000);
    assert!(all.others * 200 < all.syllables, "{all:?}");
}

#[test]
fn capitals_of_a_font_are_capitals() {
    let cells: Vec<Vec<u8>> =
        ["QUY HO\u{b9}CH", "S\u{f6} D\u{f4}NG \u{a7}\u{ca}T", "X\u{b7} T\u{a2}N B\u{d7}NH"]
            .map(latin1)
            .to_vec();
    let (verdict, texts) = read_column(&cells);
    assert_eq!(verdict.set, LetterSet::Tcvn3Capitals);
    assert_eq!(texts, ["QUY HOẠCH", "SỬ DỤNG ĐẤT", "XÃ TÂN BÌNH"]);
    // among small letters each cell tells itself
    let mixed = [cells, vec![latin1("x\u{b7} T\u{a9}n B\u{d7}nh")]].concat();
    let (verdict, texts) = read_column(&mixed);
    assert_eq!(verdict.set, LetterSet::Tcvn3);
    assert_eq!(texts[0], "QUY HOẠCH");
    assert_eq!(texts[3], "xã Tân Bình");
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn every_column_of_a_file_has_its_own_letters_and_small_ones_follow_the_others() {
    let (tcvn3, vni) = (Writer::of(LetterSet::Tcvn3), Writer::of(LetterSet::VniWindows));
    let mut letters = FileLetters::found(5);
    let names = ["Đường Trần Phú", "Xã Tân Bình", "Ngõ 5 phố Huế", "Thị trấn Liễu Đề"];
    for name in names {
        letters.feed(0, name.as_bytes());
        letters.feed(1, &tcvn3.write(name).unwrap());
        letters.feed(2, &vni.write(name).unwrap());
        letters.feed(3, b"12 Pasteur");
    }
    // hộ in TCVN3, hé in the code pages of Windows
    letters.feed(4, b"h\xe9");
    let found: Vec<_> = (0..4).map(|i| (letters.verdict(i).set, letters.verdict(i).confidence)).collect();
    assert_eq!(found[0], (LetterSet::Utf8, Confidence::Certain));
    assert_eq!(found[1], (LetterSet::Tcvn3, Confidence::Certain));
    assert_eq!(found[2], (LetterSet::VniWindows, Confidence::Certain));
    assert_eq!(found[3], (LetterSet::Utf8, Confidence::Plain));
    let report = &letters.reports()[1];
    assert_eq!(report.samples.len(), 3);
    assert_eq!(report.samples[0], Sample { before: "§\u{ad}êng TrÇn Phó".into(), after: names[0].into() });
}

#[test]
fn what_several_sets_make_sense_of_is_said_to_be_ambiguous() {
    let (verdict, _) = read_column(&[b"h\xe9".to_vec()]);
    assert_eq!(verdict.confidence, Confidence::Ambiguous);
    let (verdict, texts) = read_column(&[b"Caf\xe9".to_vec()]);
    assert_eq!((verdict.confidence, texts[0].as_str()), (Confidence::Ambiguous, "Café"));
    // another column of the file decides
    let mut letters = FileLetters::found(2);
    letters.feed(0, b"h\xe9");
    letters.feed(1, &latin1("§\u{ad}êng TrÇn Phó, x· T©n B×nh"));
    assert_eq!(letters.verdict(0), Verdict { set: LetterSet::Tcvn3, confidence: Confidence::Likely });
}

#[test]
fn a_cell_of_utf_8_in_a_column_of_an_old_set_is_read_as_it_is() {
    let old = ["§\u{ad}êng TrÇn Phó", "x· T©n B×nh", "quy ho¹ch sö dông ®Êt"].map(latin1).to_vec();
    let cells = [old, vec!["Ngõ Huế".into()]].concat();
    let (verdict, texts) = read_column(&cells);
    assert_eq!(verdict.set, LetterSet::Tcvn3);
    assert_eq!(texts[3], "Ngõ Huế");
}

#[test]
fn names_of_sets_are_known_as_people_write_them() {
    for (name, set) in [
        ("utf-8-sig", LetterSet::Utf8),
        ("UTF_8", LetterSet::Utf8),
        ("utf-16", LetterSet::Utf16Le),
        ("cp1258", LetterSet::Windows1258),
        ("windows-1258", LetterSet::Windows1258),
        ("latin-1", LetterSet::Windows1252),
        ("TCVN3", LetterSet::Tcvn3),
        ("TCVN5712-1", LetterSet::Tcvn3),
        ("abc", LetterSet::Tcvn3),
        (".VnTime", LetterSet::Tcvn3),
        (".VnTimeH", LetterSet::Tcvn3Capitals),
        ("vni", LetterSet::VniWindows),
        ("VNI-Windows", LetterSet::VniWindows),
    ] {
        assert_eq!(LetterSet::by_name(name), Some(set), "{name}");
    }
    assert!(matches!(LetterSet::by_name("shift_jis"), Some(LetterSet::Other(_))));
    assert_eq!(LetterSet::by_name("klingon"), None);
}

proptest! {
    /// Any bytes are read, in any set, and judged, and mended.
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        for set in SETS.into_iter().chain([LetterSet::Utf8, LetterSet::Tcvn3Capitals, LetterSet::Windows1252]) {
            let text = set.decode(&bytes);
            judge(&text);
            lost_letters(&text);
            mend(&text);
        }
        let mut letters = FileLetters::found(1);
        letters.feed(0, &bytes);
        letters.read(0, &bytes);
        letters.reports();
    }

    /// What is mended is right then.
    #[test]
    fn what_was_mended_is_not_mended_again(text in "([A-Za-z]|[\u{80}-\u{ff}]| ){0,30}") {
        if let Some(mended) = mend(&text) {
            prop_assert_eq!(mend(&mended), None);
        }
    }
}

#[test]
fn a_right_word_beside_an_eth_stays_as_it_is() {
    for (text, meant) in [
        (
            "106 Lý Tế Xuyên, Phường Linh Ðông, Quận Thủ Đức",
            "106 Lý Tế Xuyên, Phường Linh Đông, Quận Thủ Đức",
        ),
        ("Ðường Ðinh Tiên Hoàng", "Đường Đinh Tiên Hoàng"),
    ] {
        assert_eq!(mend(text).as_deref(), Some(meant));
    }
}

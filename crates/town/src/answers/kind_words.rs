//! Words for what a landmark is: who types `chợ` or `bệnh viện` and nothing else wants those around.

use super::place::Place;
use crate::cost::RowBudget;
use crate::geocode::folded_key;
use crate::geometry::World;
use crate::store::Feature;
use crate::town::Town;

/// Metres within which a landmark is near: a town and what lies around it.
const NEAR_M: f64 = 20_000.0;

/// A word in small letters; where it names all of a kind, what that is called in the `landmarks` layer: a clinic is
/// better than no hospital, a church is no pagoda.
const WORDS: [(&str, Option<&str>); 19] = [
    ("chợ", Some("market")),
    ("trường học", Some("school")),
    ("trường mầm non", None),
    ("trường mẫu giáo", None),
    ("trường tiểu học", None),
    ("trường thcs", None),
    ("trường trung học cơ sở", None),
    ("trường thpt", None),
    ("trường trung học phổ thông", None),
    ("bệnh viện", Some("hospital")),
    ("trạm y tế", Some("hospital")),
    ("ủy ban nhân dân", Some("office")),
    ("ubnd", Some("office")),
    ("chùa", None),
    ("nhà thờ", None),
    ("công viên", Some("park")),
    ("bến xe", None),
    ("nhà ga", None),
    ("bưu điện", Some("post_office")),
];

/// What may stand behind the word and says what is meant anyway.
const NEAR_HERE: [&str; 4] = ["gần đây", "gần nhất", "gần tôi", "quanh đây"];

/// A text that is nothing but a word for a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KindWord {
    word: &'static str,
    kind: Option<&'static str>,
}

impl KindWord {
    /// Reads a text; a lone word only as it is written with its marks: `cho` begins much else.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let behind = NEAR_HERE.iter().find_map(|near| text.strip_suffix(near));
        let text = behind.unwrap_or(&text).trim_end();
        let key = folded_key(text);
        let is_meant =
            |word: &str| word == text || (word.contains(' ') && text.is_ascii() && folded_key(word) == key);
        WORDS.iter().find(|(word, _)| is_meant(word)).map(|&(word, kind)| Self { word, kind })
    }

    /// Whether a landmark bears it at the beginning of its name: `Chợ Long Hoa`.
    fn begins(self, name: &str) -> bool {
        let count = self.word.split(' ').count();
        let first: String = name.split_whitespace().take(count).collect();
        folded_key(&first) == folded_key(self.word)
    }
}

/// The landmarks around a place that a word names, nearest first; where none is called so, those of its kind.
pub(super) fn landmarks_near(
    town: &Town,
    at: World,
    word: KindWord,
    limit: usize,
    budget: &RowBudget,
) -> Vec<Place> {
    let Some(layer) = town.snapshot().layer("landmarks") else { return Vec::new() };
    let text_of = |row: &Feature<'_>, column: &str| {
        layer.field(column).and_then(|column| row.value(column).to_text().map(std::borrow::Cow::into_owned))
    };
    let near = |accept: &dyn Fn(&Feature<'_>) -> bool| {
        layer.counted(budget).nearest(at, limit, NEAR_M, |row| accept(row))
    };
    let mut rows = near(&|row| text_of(row, "name").is_some_and(|name| word.begins(&name)));
    if rows.is_empty() {
        rows = near(&|row| word.kind.is_some() && text_of(row, "kind").as_deref() == word.kind);
    }
    let known = rows.iter().filter_map(|(row, metres)| {
        let mut place = Place::from(town.index().landmark(i64::try_from(row.id()).ok()?)?);
        place.distance_m = Some(*metres);
        Some(place)
    });
    known.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Option<&'static str> {
        KindWord::of(text).map(|word| word.word)
    }

    #[test]
    fn a_text_that_is_only_a_word_for_a_kind_is_read_as_one() {
        assert_eq!(word("chợ"), Some("chợ"));
        assert_eq!(word(" Bệnh  viện gần đây "), Some("bệnh viện"));
        assert_eq!(word("truong tieu hoc"), Some("trường tiểu học"));
        assert_eq!(word("UBND"), Some("ubnd"));
    }

    #[test]
    fn a_name_behind_the_word_and_a_word_that_begins_much_else_are_searched_as_text() {
        for text in ["chợ Long Hoa", "chờ", "cho", "chua", "gần đây", "", "benh", "Công viên 30 Tháng 4"]
        {
            assert_eq!(word(text), None, "{text}");
        }
    }

    #[test]
    fn a_landmark_is_of_the_word_its_name_begins_with() {
        let market = KindWord::of("chợ").unwrap();
        assert!(market.begins("Chợ Long Hoa") && !market.begins("Chợ-đêm Long Hoa"));
        assert!(!market.begins("Tòa Thánh Tây Ninh"));
        assert!(KindWord::of("trường thpt").unwrap().begins("Trường THPT Lý Thường Kiệt"));
    }
}

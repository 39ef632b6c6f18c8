//! Vietnamese personal names: family name first, two to six words.
//!
//! Streets, schools and wards are named after people, so a name alone says nothing: callers count how many values of a
//! column begin with a family name and ask whether a table of streets, units or landmarks explains them.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::accents::without_accents;

/// Family names of nearly all Vietnamese that are hardly words of place names besides.
const FAMILY_NAMES: &str = "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ ngô lý đinh trịnh đoàn trương tô tạ lưu \
        phùng tống vương triệu mạc nông hứa diệp kiều khổng lục lã đàm doãn quách nghiêm bế tăng ninh";

/// Family names that are words of place names too: they count with a middle name only.
const WORDS_TOO: &str = "hồ dương đào mai hà cao châu lâm thái thạch kim sơn lương chu từ văn";

const MIDDLE_NAMES: &str = "văn thị hữu đình xuân công";

/// Titles before a name.
const TITLES: &str = "ông bà anh chị cô chú bác hộ gia đình em cụ";

/// People whom streets in most towns are named after: a column of these alone is a column of streets.
const NAMES_OF_STREETS: &str = "nguyễn trãi, nguyễn huệ, nguyễn du, nguyễn thái học, nguyễn văn cừ, nguyễn văn linh, nguyễn văn \
    trỗi, nguyễn thị minh khai, nguyễn đình chiểu, nguyễn chí thanh, nguyễn tri phương, nguyễn công trứ, \
    nguyễn khuyến, nguyễn bỉnh khiêm, nguyễn an ninh, nguyễn hữu thọ, nguyễn tất thành, nguyễn lương \
    bằng, nguyễn viết xuân, trần hưng đạo, trần phú, trần quốc toản, trần quang khải, trần nhật duật, \
    trần bình trọng, trần nhân tông, trần quang diệu, trần cao vân, trần quý cáp, trần khánh dư, trần \
    nguyên hãn, trần đại nghĩa, lê lợi, lê lai, lê duẩn, lê hồng phong, lê quý đôn, lê thánh tông, lê \
    văn sỹ, lê thị hồng gấm, lê thị riêng, lê đại hành, lê hoàn, lê văn tám, lê chân, phạm ngũ lão, phạm \
    hồng thái, phạm văn đồng, phạm ngọc thạch, phan bội châu, phan chu trinh, phan đình phùng, phan đình \
    giót, phan đăng lưu, hoàng diệu, hoàng hoa thám, hoàng văn thụ, hoàng quốc việt, huỳnh thúc kháng, \
    huỳnh tấn phát, võ thị sáu, võ văn tần, võ văn kiệt, võ nguyên giáp, lý tự trọng, lý thường kiệt, lý \
    thái tổ, đinh tiên hoàng, đinh bộ lĩnh, ngô quyền, ngô gia tự, bùi thị xuân";

/// Lower case, composed, one space between words.
pub fn plain_name(text: &str) -> String {
    let small: String = text.nfc().flat_map(char::to_lowercase).collect();
    small.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text may be the full name of a person, with titles before it or not. Cheap for texts that are not.
pub fn may_be_person(text: &str) -> bool {
    if text.len() > 120 || !text.chars().next().is_some_and(char::is_alphabetic) {
        return false;
    }
    let mut words =
        text.split_whitespace().skip_while(|word| is_one_of(Set::Titles, word.trim_end_matches([':', '.'])));
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    let is_family = is_one_of(Set::Families, first)
        || is_one_of(Set::FamiliesToo, first) && is_one_of(Set::Middles, second.trim_end_matches(','));
    is_family && is_all_letters(first) && is_all_letters(second) && words.clone().count() <= 8
}

/// Whether a name is one that streets bear in most towns.
pub fn is_street_of_many_towns(plain: &str) -> bool {
    NAMES_OF_STREETS.split(", ").any(|name| name == plain)
}

fn is_all_letters(word: &str) -> bool {
    word.chars().all(|c| c.is_alphabetic() || is_combining_mark(c) || matches!(c, '.' | ',' | ';' | '\''))
}

#[derive(Clone, Copy)]
enum Set {
    Families,
    FamiliesToo,
    Middles,
    Titles,
}

/// The words in every spelling that tables have: small, Capital, CAPITALS, composed or not, without accents. Without accents
/// `Do` is a family and half the words of the language, so only the least ambiguous stand for themselves there.
fn is_one_of(set: Set, word: &str) -> bool {
    static SETS: OnceLock<[FxHashSet<String>; 4]> = OnceLock::new();
    let sets = SETS.get_or_init(|| {
        [
            spellings(FAMILY_NAMES, true),
            spellings(WORDS_TOO, false),
            spellings(MIDDLE_NAMES, true),
            spellings(TITLES, false),
        ]
    });
    sets[set as usize].contains(word)
}

fn spellings(words: &str, with_bare: bool) -> FxHashSet<String> {
    let mut all = FxHashSet::default();
    for word in words.split_whitespace() {
        let bare = without_accents(word);
        // `le`, `vo`, `do`, `to`, `ta`, `la`, `ly`: too short to be told from other words
        let forms =
            if with_bare && bare.len() > 2 { vec![word.to_owned(), bare] } else { vec![word.to_owned()] };
        for form in forms {
            let mut letters = form.chars();
            let capital: String =
                letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
            for spelling in [form.clone(), capital, form.to_uppercase()] {
                all.insert(spelling.nfd().collect());
                all.insert(spelling);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_names_are_seen_in_every_spelling() {
        for name in [
            "Nguyễn Văn An",
            "NGUYỄN THỊ BÌNH",
            "nguyễn văn an",
            "Nguyen Van An",
            "Ông Trần Bình",
            "Hộ ông Lê Văn Tám và bà Phạm Thị Hoa",
            "Hồ Thị Kim",
            "Ông: Đặng Văn Lâm",
            "Bùi Thị Xuân",
        ] {
            assert!(may_be_person(name), "{name}");
            let decomposed: String = name.nfd().collect();
            assert!(may_be_person(&decomposed), "{name}, decomposed");
        }
    }

    #[test]
    fn words_of_places_and_uses_are_no_names() {
        for text in [
            "Hồ Tây",
            "Hồ Gươm",
            "Đường Nguyễn Trãi",
            "Độ cao",
            "Do cao",
            "Cao tốc",
            "Lê",
            "Lương thực",
            "Đất ở tại đô thị",
            "Phường Trần Phú",
            "Chiếu sáng tuyến",
            "ONT+CLN",
            "",
            "Nguyễn 12",
        ] {
            assert!(!may_be_person(text), "{text}");
        }
    }
}

//! Words that say what kind of thing a name is (*phường*, *TX.*, *đường*, *hẻm*), with their
//! abbreviations. One word may mean several things (`P.` is *phường* or *phố*): all stay open,
//! and what the names around it allow decides.

use std::ops::BitOr;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::geocode::text::token::Token;

/// A set of kinds of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kinds(u32);

impl BitOr for Kinds {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Kinds {
    pub const NONE: Self = Self(0);
    pub const TINH: Self = Self(1);
    pub const THANH_PHO: Self = Self(1 << 1);
    pub const QUAN: Self = Self(1 << 2);
    pub const HUYEN: Self = Self(1 << 3);
    pub const THI_XA: Self = Self(1 << 4);
    pub const PHUONG: Self = Self(1 << 5);
    pub const XA: Self = Self(1 << 6);
    pub const THI_TRAN: Self = Self(1 << 7);
    pub const DAC_KHU: Self = Self(1 << 8);
    pub const STREET: Self = Self(1 << 9);
    pub const ALLEY: Self = Self(1 << 10);
    pub const HAMLET: Self = Self(1 << 11);
    /// `số`, `số nhà`: a house number follows.
    pub const HOUSE: Self = Self(1 << 12);
    /// `ngách`: between an alley and the house.
    pub const SUB_ALLEY: Self = Self(1 << 13);
    /// `tầng`, `phòng`: a number that is none of a house.
    pub const INSIDE: Self = Self(1 << 14);
    /// `QL`, `tỉnh lộ`: the number behind it is the road's, and no road without such a word has it.
    pub const NUMBERED_ROAD: Self = Self(1 << 15);

    pub const PROVINCES: Self = Self(Self::TINH.0 | Self::THANH_PHO.0);
    pub const DISTRICTS: Self = Self(Self::THANH_PHO.0 | Self::QUAN.0 | Self::HUYEN.0 | Self::THI_XA.0);
    pub const WARDS: Self = Self(Self::PHUONG.0 | Self::XA.0 | Self::THI_TRAN.0 | Self::DAC_KHU.0);

    /// These and others.
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether the two share a kind.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The kind of a unit as the schema writes it.
    pub fn of_unit(kind: &str) -> Self {
        match kind {
            "tinh" => Self::TINH,
            "thanh_pho" => Self::THANH_PHO,
            "quan" => Self::QUAN,
            "huyen" => Self::HUYEN,
            "thi_xa" => Self::THI_XA,
            "phuong" => Self::PHUONG,
            "xa" => Self::XA,
            "thi_tran" => Self::THI_TRAN,
            "dac_khu" => Self::DAC_KHU,
            _ => Self::NONE,
        }
    }
}

/// The Vietnamese word for a kind of unit: `Phường` for `phuong`.
pub fn unit_word(kind: &str) -> &'static str {
    match kind {
        "tinh" => "Tỉnh",
        "thanh_pho" => "Thành phố",
        "quan" => "Quận",
        "huyen" => "Huyện",
        "thi_xa" => "Thị xã",
        "phuong" => "Phường",
        "xa" => "Xã",
        "thi_tran" => "Thị trấn",
        "dac_khu" => "Đặc khu",
        _ => "",
    }
}

const K: [(&str, Kinds); 63] = {
    use Kinds as W;
    [
        ("tinh", W::TINH),
        ("t", W::TINH),
        ("province", W::TINH),
        ("thanh pho", W::THANH_PHO),
        ("tp", W::THANH_PHO),
        ("city", W::THANH_PHO),
        ("quan", W::QUAN),
        ("q", W::QUAN),
        ("huyen", W::HUYEN),
        // also hẻm
        ("h", Kinds(W::HUYEN.0 | W::ALLEY.0)),
        ("district", W::DISTRICTS),
        ("thi xa", W::THI_XA),
        ("tx", W::THI_XA),
        ("phuong", W::PHUONG),
        // phường or phố
        ("p", Kinds(W::PHUONG.0 | W::STREET.0)),
        ("f", W::PHUONG),
        ("ward", W::PHUONG),
        ("xa", W::XA),
        ("x", W::XA),
        ("commune", W::XA),
        ("thi tran", W::THI_TRAN),
        ("tt", W::THI_TRAN),
        ("dac khu", W::DAC_KHU),
        ("duong", W::STREET),
        ("d", W::STREET),
        ("pho", W::STREET),
        ("dai lo", W::STREET),
        ("street", W::STREET),
        ("road", W::STREET),
        ("duong so", W::STREET),
        ("duong tinh", W::NUMBERED_ROAD),
        ("tinh lo", W::NUMBERED_ROAD),
        ("quoc lo", W::NUMBERED_ROAD),
        ("huong lo", W::NUMBERED_ROAD),
        ("ql", W::NUMBERED_ROAD),
        ("dt", W::NUMBERED_ROAD),
        ("tl", W::NUMBERED_ROAD),
        ("hl", W::NUMBERED_ROAD),
        ("hem", W::ALLEY),
        ("kiet", W::ALLEY),
        ("k", W::ALLEY),
        ("ngo", W::ALLEY),
        ("ng", W::ALLEY),
        ("ngach", W::SUB_ALLEY),
        ("ngh", W::SUB_ALLEY),
        ("n", Kinds(W::ALLEY.0 | W::SUB_ALLEY.0)),
        ("khu pho", W::HAMLET),
        ("kp", W::HAMLET),
        ("to dan pho", W::HAMLET),
        ("tdp", W::HAMLET),
        ("to", W::HAMLET),
        ("ap", W::HAMLET),
        ("thon", W::HAMLET),
        ("khom", W::HAMLET),
        ("xom", W::HAMLET),
        ("lang", W::HAMLET),
        ("so", W::HOUSE),
        ("so nha", W::HOUSE),
        ("sn", W::HOUSE),
        ("tang", W::INSIDE),
        ("phong", W::INSIDE),
        // a lot of an industrial or housing estate: "Lô B2-5"
        ("lo", W::HOUSE),
        // a stone on a road, where others have a number: "Km 12 QL22"
        ("km", W::HOUSE),
    ]
};

/// Whether these letters written right before a digit are a type word of their own.
pub fn is_glued_before_number(key: &str) -> bool {
    matches!(
        key,
        "p" | "f"
            | "q"
            | "phuong"
            | "quan"
            | "ql"
            | "dt"
            | "tl"
            | "hl"
            | "kp"
            | "sn"
            | "so"
            | "tdp"
            | "to"
            | "ap"
            | "hem"
            | "ngo"
            | "kiet"
            | "ngach"
            | "khupho"
            | "thon"
            | "km"
            | "thua"
            | "tbd"
    )
}

/// A type word that ends right before some token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TypeWord {
    /// First token of the word.
    pub from: usize,
    /// What it may say.
    pub kinds: Kinds,
}

/// The type words that end right before token `at`, the longest first.
pub fn before(tokens: &[Token], at: usize) -> Vec<TypeWord> {
    let mut found = Vec::new();
    for length in (1..=3.min(at)).rev() {
        let from = at - length;
        if tokens[from..=at].windows(2).any(|pair| pair[0].part != pair[1].part) {
            continue;
        }
        if let Some(kinds) = kinds_of(&tokens[from..at]) {
            found.push(TypeWord { from, kinds });
        }
    }
    found
}

/// The syllables of a type word and what it says.
type Spelled = (Vec<&'static str>, Kinds);

/// Type words by their last syllable.
static BY_LAST_SYLLABLE: LazyLock<FxHashMap<&str, Vec<Spelled>>> = LazyLock::new(|| {
    let mut words: FxHashMap<&str, Vec<Spelled>> = FxHashMap::default();
    for (word, kinds) in K {
        let syllables: Vec<&str> = word.split(' ').collect();
        if let Some(last) = syllables.last().copied() {
            words.entry(last).or_default().push((syllables, kinds));
        }
    }
    words
});

/// What a run of tokens says as a type word.
pub fn kinds_of(tokens: &[Token]) -> Option<Kinds> {
    let last = tokens.last()?;
    let readings = std::iter::once(&last.key).chain(&last.other_key);
    let words = readings.filter_map(|key| BY_LAST_SYLLABLE.get(key.as_str())).flatten();
    let is_same =
        |token: &Token, syllable: &str| token.key == syllable || token.other_key.as_deref() == Some(syllable);
    words
        .filter(|(syllables, _)| syllables.len() == tokens.len())
        .find(|(syllables, _)| tokens.iter().zip(syllables).all(|(token, s)| is_same(token, s)))
        .map(|(_, kinds)| *kinds)
}

#[cfg(test)]
mod tests {
    use crate::geocode::text::tokens::tokenise;
    use crate::geocode::text::words::*;

    #[test]
    fn an_abbreviation_keeps_all_it_may_mean() {
        let tokens = tokenise("P. Đào Tấn");
        let words = before(&tokens, 1);
        assert_eq!(words.len(), 1);
        assert!(words[0].kinds.meets(Kinds::PHUONG) && words[0].kinds.meets(Kinds::STREET));
    }

    #[test]
    fn two_syllables_make_a_type_word_of_their_own() {
        let tokens = tokenise("TT, thị xã Hòa Thành");
        let words = before(&tokens, 3);
        assert_eq!(words[0], TypeWord { from: 1, kinds: Kinds::THI_XA });
        assert_eq!(words[1], TypeWord { from: 2, kinds: Kinds::XA });
    }
}

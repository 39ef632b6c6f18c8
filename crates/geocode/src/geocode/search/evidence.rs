//! How likely it is that a hit lies in the right ward: what speaks for it and against it, each weighed as real
//! addresses showed.
//!
//! A logistic model: the weights of what is there are added up and the sum (log odds) becomes a probability. Every
//! weight has a sign that it must have, so more that speaks for a hit never lowers it. `docs/finding.md` says how
//! the weights were learnt, from which rows, and how well the probabilities hold on rows they were not learnt from.
//! What is there of each factor is found out in `confidence`.

/// Whether a factor may speak for a hit only, against it only, or for either (the classes, of which one holds).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// For it.
    For,
    /// Against it.
    Against,
    /// Either.
    Either,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Factor {
    /// What is there.
    pub name: &'static str,
    /// What it adds to the log odds, for each unit of it.
    pub weight: f32,
    /// How it may count.
    pub sign: Sign,
    /// What it means.
    pub meaning: &'static str,
}

macro_rules! factors {
    ($($name:ident = $weight:literal $sign:ident: $meaning:literal,)+) => {
        /// What is there of each factor: 0 or 1, a share, or a number of words.
        #[derive(Debug, Clone, Copy, PartialEq, Default)]
        pub struct Evidence {
            $(#[doc = $meaning] pub $name: f32,)+
        }

        impl Evidence {
            /// All factors with their weights.
            pub const TABLE: &'static [Factor] = &[
                $(Factor { name: stringify!($name), weight: $weight, sign: Sign::$sign, meaning: $meaning },)+
            ];

            /// What is there of each factor, in the order of the table.
            pub fn values(&self) -> [f32; Self::TABLE.len()] {
                [$(self.$name,)+]
            }
        }
    };
}

factors! {
    // what the text names: one of these holds
    ward_of_today_in_province = 1.71 Either: "A ward of today and its province.",
    ward_of_today = 0.39 Either: "A ward of today alone.",
    old_ward_in_district = 0.70 Either: "An old ward and its district.",
    old_ward = 0.86 Either: "An old ward without its district.",
    street_in_district = 0.38 Either: "A street or hamlet and an old district.",
    street_in_province = -1.17 Either: "A street or hamlet and a province.",
    street = -1.17 Either: "A street or hamlet alone.",
    district = -0.05 Either: "An old district, of which this is one ward.",
    other = -5.31 Either: "None of these.",

    // how the ward is named
    kind_named = 1.22 For: "The ward stands behind the word of its kind.",
    whole_part = 0.24 For: "The ward is a part of the text by itself, between commas.",
    province_named = 0.02 For: "The province is named.",
    numbered = -0.70 Against: "The ward is a number.",
    like_a_district = -1.60 Against: "The ward is named without its kind, and a district there has its name.",
    split = -1.16 Against: "The old ward was split.",
    other_share = -2.07 Against: "The share of the old ward's ground that went elsewhere.",
    other_share_of_street = 0.76 For: "The same, where a street decides between the parts.",
    other_share_of_door = 1.57 For: "The same, where a door does.",
    numbered_hamlet = -1.86 Against: "A numbered hamlet alone stands before a ward that has its name from a district.",

    // what else fits
    door_known = 0.40 For: "The door is known.",
    lead = 2.28 For: "The score before the next other ward, up to 1.",
    near_rivals = -0.66 Against: "The logarithm of the number of other wards that fit nearly as well.",

    street_of_district = 0.13 For: "The street before the ward is one of a former district that had ground there.",
    street_of_another = -0.57 Against: "The street before the ward is known in other districts of the country only.",

    // what was not read, or not as typed
    unread_before = -0.06 Against: "Words before the ward that nothing explains, up to 4.",
    unread_behind = -0.18 Against: "Words from there on that nothing explains, up to 3.",
    unread_end = -0.37 Against: "Nothing explains the last part of the text: another country, or a name nobody knows.",
    unread_part_before = -0.52 Against: "The part right before the ward is words that nothing explains, without a number.",
    other_unit = -1.02 Against: "Parts of the text that name another district or province, up to 2.",
    unread_unit = -0.92 Against: "Words of a ward's or district's kind whose unit was not found, up to 2.",
    corrected_ward = -1.20 Against: "The name of the ward itself is read with a letter put right.",
    corrected = -0.17 Against: "Words that are read with a letter put right, up to 3.",
}

/// Added to the log odds of every hit.
pub const BASE: f32 = -0.07;

impl Evidence {
    /// The probability that the ward is the right one.
    pub fn probability(&self) -> f64 {
        let terms = Self::TABLE.iter().zip(self.values());
        let log_odds = terms.fold(BASE, |sum, (factor, value)| sum + factor.weight * value);
        1.0 / (1.0 + f64::from(-log_odds).exp())
    }

    /// For a hit that lies in no single ward (a province, an old district): the share of what was typed that it
    /// leaves unread, and what else may be meant, lower it. Not learnt: the addresses all have a ward.
    pub(super) fn probability_without_ward(&self) -> f64 {
        let unread = f64::from(self.unread_before + self.unread_behind);
        let doubts = f64::from(0.2 * self.near_rivals + 0.5 * (self.corrected + self.unread_unit));
        0.95 * (-0.7 * unread - doubts).exp()
    }
}

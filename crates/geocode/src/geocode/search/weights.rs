//! What counts in the ranking, and how much: every weight with its unit and the reason for it, in one table.
//!
//! A score is counted in words: explaining a word of a name is worth 1, so a weight of 0.3 is a third of a word.
//! `scripts/weights` sets each weight to zero in turn and prints how many cases of `tests/geocode/cases.csv` are then
//! no longer found first. Limits on work (how many readings are weighed) are not weights and stand where they apply.

/// Names of this quality and above are names as written out, in hundredths; a typo is looked for in no others.
pub(super) const FULL_NAME_QUALITY: u8 = 96;

/// What a weight is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightUnit {
    /// Words of a name that is explained.
    Words,
    /// Words for each word that it is about.
    PerWord,
    /// A share of something else.
    Share,
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    /// Its field in [`Weights`].
    pub name: &'static str,
    /// As every search uses it.
    pub value: f32,
    /// What it is counted in.
    pub unit: WeightUnit,
    /// Why it counts.
    pub reason: &'static str,
}

macro_rules! weights {
    ($($name:ident = $value:literal $unit:ident: $reason:literal,)+) => {
        /// All weights of the ranking.
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct Weights {
            $(#[doc = $reason] pub $name: f32,)+
        }

        impl Weights {
            /// The weights that every search uses.
            pub const USUAL: Self = Self { $($name: $value,)+ };

            /// All of them with unit and reason, as the table below has them.
            pub const TABLE: &'static [Weight] = &[
                $(Weight { name: stringify!($name), value: $value, unit: WeightUnit::$unit, reason: $reason },)+
            ];

            /// The usual weights with one of them set to zero; nothing where no weight has that name.
            pub fn without(name: &str) -> Option<Self> {
                let mut weights = Self::USUAL;
                match name {
                    $(stringify!($name) => weights.$name = 0.0,)+
                    _ => return None,
                }
                Some(weights)
            }
        }
    };
}

weights! {
    // what a token is worth
    type_word = 0.3 Words: "A word of a kind (phường, đường) says less than a name, and is often left out or wrong.",
    lone_letter = 0.5 Words: "A letter alone is mostly an abbreviation, or belongs to its neighbour.",

    // how a name was found
    unfinished_word_penalty = 0.2 PerWord: "A name whose last word is not finished may still become another one.",
    typo_factor = 0.75 Share: "A name one typo away is less sure than one that is written as typed.",
    two_typos_factor = 0.65 Share: "The same for a typo in each of two words.",
    typo_among_words_factor = 0.3 Share: "A street that no source knows has words in it that look like many names.",
    typo_inside_part_factor = 0.5 Share: "A unit is mostly a part of the text of its own, not words inside one.",
    name_over_comma_penalty = 0.5 Words: "A name that runs over a comma happens (Hòa, Thành); mostly two names meet there.",
    own_type_word_bonus = 0.15 Words: "The word of the thing's own kind stands before its name.",
    other_type_word_penalty = 0.1 Words: "A word of the same level but another kind: units changed their kinds.",
    wrong_type_word_penalty = 1.2 Words: "The word before a name of several words is of something else.",
    wrong_type_word_of_a_word_penalty = 0.5 Words: "The same before a name of one word, which has less to lose.",
    tone = 0.12 PerWord: "Accents that agree with the written name, or disagree, tell names apart that fold to one.",
    short_form_penalty = 1.0 Share: "A short form or an old name; its quality in the dictionary says how far it is from the name.",

    // which things are meant more often
    present_province = 0.3 Words: "Provinces of today are named most.",
    former_province = 0.1 Words: "Old provinces are still written, mostly with what lies in them.",
    district = 0.03 Words: "Districts are no more: of two equal readings the other is meant.",
    present_ward = 0.15 Words: "Wards of today are what addresses are filed under.",
    former_ward = 0.05 Words: "Old wards come after those of today where both fit equally.",
    street = 0.2 Words: "A name that a street has is mostly the street's.",
    hamlet = 0.1 Words: "Hamlets share their names with many others.",
    houses_of_a_street = 0.02 Words: "For the logarithm of the number of its doors: longer streets are asked for more.",
    houses_of_a_street_limit = 0.1 Words: "Doors alone must not outweigh what the text says.",

    // where a unit's name stands in the text
    unit_after_number_penalty = 0.4 Words: "What follows a bare number is a street, known here or not.",
    unit_after_number_beside_ward_penalty = 0.6 PerWord: "The same where a ward is named elsewhere: then it is hardly the ward.",
    token_before_penalty = 0.002 PerWord: "Of two equally good units the one in front is meant: what is more exact is written first.",
    numbered_ward_without_district_penalty = 0.5 Words: "There is a Phường 4 in every city.",

    // from old units to those of today
    successor_factor = 0.95 Share: "A unit of today that is named beside an old ward it took in supports it a little less than the old line.",
    later_successor_penalty = 0.002 Words: "Orders the parts of a split ward, without deciding between them.",
    district_penalty = 0.3 Words: "A district is not what was meant where something inside it was asked for.",
    ward_of_district_penalty = 0.1 Words: "Wards on the ground of an old district come after it.",
    later_ward_of_district_penalty = 0.02 Words: "And in the order of their shares.",
    repeated_unit_factor = 0.4 Share: "People name a unit twice; the second time says little.",

    // doors
    exact_number_bonus = 0.3 Words: "A door with the very number is what was asked for.",
    number_between_factor = 0.6 Share: "A place between two known numbers is less sure than a door.",
    near_number_bonus = 0.12 Words: "Of streets of one name the one whose numbers come near.",
    inside_out_number_factor = 0.8 Share: "House before alley where both stand apart: the less usual order.",
    turned_number_factor = 0.7 Share: "7/36 for 36/7: written so by some, and mostly not meant.",
    chain_without_slash_factor = 0.8 Share: "154 34 and 154.34 read as 154/34: another sign, or none, between the parts.",
    lettered_alley_number_factor = 0.95 Share: "K230/11 read as alley 230, house 11.",
    number_without_letter_factor = 0.6 Share: "38A found under 38, a door that may be another one.",
    first_of_range_factor = 0.9 Share: "12-14 found under 12.",
    former_ward_of_door_bonus = 0.03 Words: "The door is known to have stood in the old ward that is named.",
    other_former_ward_of_door_penalty = 0.5 Words: "The door is known to have stood in another one.",

    // holding candidates to the units the text names
    outside_ward_penalty = 0.9 PerWord: "A street of the name in another ward than the one that is surely named.",
    outside_bound_ward_penalty = 0.4 Words: "The best of what lies elsewhere stands so far behind the ward that is named for sure.",
    outside_province_penalty = 1.4 Words: "The province at the end of the text is left unexplained.",
    outside_district_penalty = 0.5 Words: "The district before it is left unexplained.",

    // which candidates become hits
    same_score = 0.05 Words: "Two scores nearer than this are equally good, and the answer says that it is ambiguous.",
    hopeless_share = 0.4 Share: "A street that stays below this share of the best reading whatever door it has is not looked through.",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_weight_counts_and_can_be_taken_out_by_its_name() {
        let names: BTreeSet<&str> = Weights::TABLE.iter().map(|weight| weight.name).collect();
        assert_eq!(names.len(), Weights::TABLE.len());
        for weight in Weights::TABLE {
            assert!(weight.value > 0.0 && weight.reason.ends_with('.'), "{weight:?}");
            assert_ne!(Weights::without(weight.name), Some(Weights::USUAL), "{}", weight.name);
        }
        assert_eq!(Weights::without("no such weight"), None);
    }
}

//! Recognising personal data: a leaf that knows texts and names of columns, neither layers nor requests.
//!
//! The server promises that nothing of a person stands in a tile, an answer, a message or a log. Three things are told here:
//! runs of digits that may be somebody's number ([`hide_numbers`]), names of columns that mean people
//! ([`personal_by_name`]), and values that are of people whatever the column is called ([`ColumnTally`]).

mod columns;
mod digits;
mod id_key;
mod person_names;
mod values;

pub use columns::{names_a_code, names_a_place, personal_by_name};
pub use digits::{hide_numbers, holds_number};
pub use id_key::{BadFeatureIdKey, FeatureIdKey, SharedIdKey};
pub use person_names::{is_street_of_many_towns, plain_name};
pub use values::{ColumnTally, Verdict, holds_personal_value};

/// What of a person a column or value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalKind {
    /// A name of a person: owner, user, who entered the row.
    Person,
    /// Identity card, passport, tax or insurance number.
    IdentityNumber,
    /// Phone or other contact.
    Phone,
    /// E-mail address.
    Email,
    /// Number of a land-use certificate: by it the owner is found.
    Certificate,
    /// Day of birth, sex, origin, home.
    BirthOrOrigin,
    /// Bank account.
    Account,
}

impl PersonalKind {
    /// For a sentence: `holds …`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "names of persons",
            Self::IdentityNumber => "identity numbers",
            Self::Phone => "phone numbers or other contacts",
            Self::Email => "e-mail addresses",
            Self::Certificate => "numbers of land-use certificates",
            Self::BirthOrOrigin => "birth, origin or home of persons",
            Self::Account => "bank accounts",
        }
    }
}

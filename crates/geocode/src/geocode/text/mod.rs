//! Texts taken apart: spellings made one, tokens, words of kinds, what an input method leaves behind, names of
//! streets, house numbers, lines of addresses, two streets at a corner. Below both the index, which reads the names of the source, and search, which
//! reads what people type.

pub mod address_line;
pub mod crossing;
pub mod fold;
pub mod house_number;
pub mod ime_residue;
pub mod street_name;
pub mod token;
pub mod tokens;
pub mod words;

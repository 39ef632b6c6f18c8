//! Texts taken apart: spellings made one, tokens, words of kinds, what an input method leaves behind, names of
//! streets, two streets at a corner. Below both the index, which reads the names of the source, and search, which
//! reads what people type.

pub mod crossing;
pub mod fold;
pub mod ime_residue;
pub mod street_name;
pub mod token;
pub mod tokens;
pub mod words;

//! Files of many formats as one thing: layers of rows, a row with texts by column name and a shape.
//!
//! [`open`] looks at the first bytes and never at the name alone, because names lie. What the columns mean, where the
//! coordinates lie and what becomes of a row is for those who call; nothing here knows a database or a field of ours.

mod bundle;
mod counted;
mod deferred;
mod delimited;
mod error;
mod files;
mod foreign;
mod geojson;
mod input;
mod layer;
mod letters_found;
mod open;
mod read_rows;
mod row;
mod shapefile;
mod text;

pub use error::ReadError;
pub use foreign::Foreign;
pub use layer::Layer;
pub use open::open;
pub use read_rows::{NamedCrs, ReadRows, Remark};
pub use row::{Content, Header, Row};

#[cfg(test)]
mod tests;

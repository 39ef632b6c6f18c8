//! Files of many formats as one thing: layers of rows, a row with texts by column name and a shape.
//!
//! [`open`] looks at the first bytes and never at the name alone, because names lie. What the columns mean, where the
//! coordinates lie and what becomes of a row is for those who call; nothing here knows our tables or their fields.

mod bundle;
mod counted;
mod curves;
mod deferred;
mod delimited;
mod error;
mod files;
mod foreign;
mod from_geozero;
mod geojson;
mod geopackage;
mod gml;
mod input;
mod kml;
mod layer;
mod letters_found;
mod markup;
mod open;
mod parts;
mod read_rows;
mod row;
mod shape_column;
mod shapefile;
mod spool;
mod spreadsheet;
mod text;
mod threaded;
mod xml;
mod zipped;

pub use error::ReadError;
pub use foreign::Foreign;
pub use layer::Layer;
pub use open::{of_text, open, open_with};
pub use read_rows::{NamedCrs, ReadOptions, ReadRows, Remark};
pub use row::{Content, Header, Row};

#[cfg(test)]
mod tests;

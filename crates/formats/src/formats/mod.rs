//! Files of many formats as one thing: layers of rows, a row with texts by column name and a shape.
//!
//! [`open`] looks at the first bytes and never at the name alone, because names lie. What the columns mean, where the
//! coordinates lie and what becomes of a row is for those who call; nothing here knows our tables or their fields.

mod curves;
mod delimited;
mod error;
mod from_geozero;
mod geojson;
mod geopackage;
mod gml;
mod input;
mod kml;
mod layer;
mod markup;
mod open;
mod parts;
mod read_rows;
mod row;
mod shape_column;
mod spool;
mod spreadsheet;
mod threaded;
mod xml;
mod zipped;

pub use error::ReadError;
pub use layer::Layer;
pub use open::{of_text, open};
pub use read_rows::{NamedCrs, ReadRows, Remark};
pub use row::{Content, Header, Row};

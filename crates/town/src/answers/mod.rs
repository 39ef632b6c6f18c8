//! What one question gets. A question is a type: it says what it may cost and answers itself from a town,
//! so it is tested without a socket; `http` words it.
//!
//! Rows that a question looks at are counted against a [`RowBudget`](crate::cost::RowBudget), the same on every
//! machine; where it is spent the answer says that it is cut. Leaves out parameters, dialects and status codes.

mod address_code;
mod by_id;
mod codes;
mod crossing;
mod door;
mod examples;
mod kind_words;
mod parcels;
mod place;
mod planning;
mod question;
mod reverse;
mod search;
mod text;
mod tile;
mod units;
mod zones;

pub use address_code::{AddressByCode, CodeFound, NearCodes};
pub use by_id::PlacesById;
pub use codes::{CodesAt, CodesFound, PlaceCodes, Vn2000Pair};
pub use door::{DoorAnswer, DoorByCode, DoorFacts};
pub use examples::{Example, Examples, ExamplesFound};
pub use parcels::{
    Coordinates, NamedUse, NoParcel, ParcelById, ParcelFacts, ParcelShape, ParcelsAt, ParcelsByNumber,
    ParcelsFound,
};
pub use place::{Place, PlaceKind, plus_code_of, seven_decimals};
pub use planning::{ParcelPlanning, PlanFacts, PlanningOf, ZoneFacts};
pub use question::{Cost, HEAVY_ROWS, LIGHT_ROWS, Question};
pub use reverse::{RADIUS_M, Reverse, Surroundings};
pub use search::{Found, PlaceFilter, Search};
pub use text::{TooLong, joined, readable};
pub use tile::{LayerChoice, TileAnswer, TileFault, TileQuestion};
pub use units::{Conversion, ConvertUnits, Converted, Direction, Relation, UnitRef, UnitsByCode, ward_code};
pub use zones::{ZoneAt, ZonesAt, ZonesFound};

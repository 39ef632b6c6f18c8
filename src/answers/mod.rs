//! What one question gets. A question is a type: it says what it may cost and answers itself from a town,
//! so it is tested without a socket; `http` words it.

mod question;
mod tile;

pub use question::{Cost, HEAVY_ROWS, LIGHT_ROWS, Question};
pub use tile::{LayerChoice, TileAnswer, TileFault, TileQuestion};

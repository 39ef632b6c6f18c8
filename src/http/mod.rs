//! The door: routes, negotiation, limits, logs. Nothing is computed here; a handler takes the
//! current [`Town`], asks the room that knows, and words the answer.

mod accept;
mod address_pages;
mod admission;
mod ask;
mod base_url;
mod batch;
mod catalog;
mod client_address;
mod common_headers;
mod conditional;
mod connections;
mod descriptors;
mod dispatch;
mod encoding;
mod extract;
mod geocoding;
mod health;
mod layers;
mod observe;
mod openapi;
mod pace;
mod paced_body;
mod page;
mod planning;
mod problem;
mod refusal;
mod serve;
mod state;
mod tile_query;
mod tiles;
mod timed_stream;
mod truncated;
mod workers;

pub use serve::{ServeError, bind, serve};
pub use state::App;

//! The door: routes, negotiation, limits, logs. Nothing is computed here; a handler takes the
//! current [`Town`], asks the room that knows, and words the answer.

mod accept;
mod admission;
mod ask;
mod base_url;
mod batch;
mod catalog;
mod choice;
mod client_address;
mod conditional;
mod connections;
mod descriptors;
mod doors;
mod encoding;
mod frame;
mod geocoding;
mod health;
mod layers;
mod observe;
mod pace;
mod paced_body;
mod page;
mod planning;
mod problem;
mod refusal;
mod serve;
mod state;
mod tiles;
mod timed_stream;
mod truncated;
mod workers;

pub use serve::{ServeError, bind, serve};
pub use state::App;

//! What the server holds and answers from: immutable snapshots of layers in memory.
//!
//! A [`Snapshot`] is shared by `Arc` and replaced whole. Readers use [`Layer::in_box`],
//! [`Layer::by_id`] and [`Layer::nearest`] and never see how rows are laid out.

mod builder;
mod column;
mod layer;
mod report;
mod revision;
mod shard;
mod snapshot;

pub use builder::{Key, LayerBuilder, RawGeometry};
pub use column::{Column, ColumnType, TypeMismatch, Value};
pub use layer::{Field, Layer};
pub use report::{LoadReport, RowProblem};
pub use revision::Revision;
pub use shard::{Feature, FeatureId};
pub use snapshot::Snapshot;

//! What the server holds and answers from: immutable snapshots of layers in memory.
//!
//! A [`Snapshot`] is shared by `Arc` and replaced whole. Readers use [`Layer::in_box`],
//! [`Layer::by_id`] and [`Layer::nearest`], requests the same of [`CountedLayer`], and never see how rows are
//! laid out.

mod base;
mod bin;
mod bits;
mod block;
mod block_view;
mod builder;
mod cells;
mod column;
mod computed_text;
mod counted;
mod duplicates;
mod extent;
mod feature;
mod field;
mod fit;
mod fitting;
mod ints;
mod key_table;
mod keys;
mod layer;
mod report;
mod revision;
mod scan;
mod shard;
mod snapshot;
mod validity;
mod value;

pub use bits::{push_varint, zigzag};
pub use block_view::{Outline, Places};
pub use builder::{Key, LayerBuilder, RawGeometry};
pub use cells::{CellRevisions, CellSums};
pub use column::{Column, TypeMismatch};
pub use computed_text::ComputedText;
pub use counted::CountedLayer;
pub use extent::Extent;
pub use feature::{Feature, FeatureId, RingView};
pub use field::Field;
pub use fit::MAX_EXACT_INT;
pub use fitting::{ReadText, Reading};
pub use keys::{Recurrence, ValueKeys};
pub use layer::Layer;
pub use report::{LoadReport, RowProblem};
pub use revision::Revision;
pub use scan::BlockScan;
pub use snapshot::Snapshot;
pub use validity::{VALIDITY_COLUMNS, is_in_force};
pub use value::{ColumnType, Value};

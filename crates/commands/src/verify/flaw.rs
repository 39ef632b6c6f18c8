//! What can be wrong with a tile, each kind in one sentence. A sentence names layers, features and attributes, never a value:
//! values may be of persons, and a report is passed on.

use std::fmt::{Display, Formatter, Result};

use thiserror::Error;

use crate::store::FeatureId;

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The layer of the tile; none where it is the tile itself.
    pub layer: Option<String>,
    /// The feature; none where it is the layer itself.
    pub feature: Option<FeatureId>,
    /// What it is.
    pub flaw: Flaw,
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if let Some(layer) = &self.layer {
            write!(f, "{layer}")?;
            if let Some(id) = self.feature {
                write!(f, " {id}")?;
            }
            f.write_str(": ")?;
        }
        write!(f, "{}", self.flaw)
    }
}

/// A kind of fault.
#[derive(Debug, Clone, PartialEq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Flaw {
    // of the bytes
    #[error("the tile cannot be read: {0}")]
    Unreadable(&'static str),
    #[error("the reader of mlt-core refuses the tile")]
    RefusedByOtherReader,
    #[error("the reader of mlt-core reads other features")]
    OtherReaderDisagrees,

    // of a layer
    #[error("version {0} instead of 2")]
    Version(u64),
    #[error("an extent of {0} instead of 4096")]
    Extent(u64),
    #[error("two layers have this name")]
    LayerTwice,
    #[error("no layer of this name has tiles at this zoom")]
    UnknownLayer,
    #[error("the layer has no features")]
    EmptyLayer,
    #[error("the key {0:?} stands twice")]
    KeyTwice(String),

    // of a feature by itself
    #[error("the feature has no id, or none from 1 to 2^53 - 1")]
    Id,
    #[error("two features have this id")]
    IdTwice,
    #[error("an odd number of tags")]
    OddTags,
    #[error("a tag leads to a key that is not there")]
    NoSuchKey,
    #[error("a tag leads to a value that is not there")]
    NoSuchValue,
    #[error("the attribute {0:?} stands twice")]
    AttributeTwice(String),
    #[error("{0}")]
    Grammar(&'static str),
    #[error("a vertex lies beyond the buffer of the tile")]
    BeyondBuffer,
    #[error("the first ring is not an outer one")]
    HoleFirst,
    #[error("a ring has no area")]
    FlatRing,
    #[error("the area is not valid: {0}")]
    InvalidArea(String),

    // of a feature beside its row
    #[error("it is not in the tile, but its row is")]
    Missing,
    #[error("it is in the tile, but no row of its layer lies there")]
    NoRow,
    #[error("the tile was chosen because this row has a vertex in it, and the row is not found there")]
    NotFound,
    #[error("another kind of shape than the row's")]
    Kind,
    #[error("the attribute {0:?} of the row is not in the tile")]
    AttributeMissing(String),
    #[error("the attribute {0:?} is in the tile, but the row does not have it")]
    AttributeAdded(String),
    #[error("the attribute {0:?} has another value or type than the row's")]
    Attribute(String),
    #[error("a vertex is drawn {0:.1} units away from the row's shape")]
    Away(f64),
    #[error("a vertex of the row lies {0:.1} units away from what is drawn")]
    LeftOut(f64),
    #[error("what is drawn and the row's area differ in a piece {0:.1} units thick")]
    Thick(f64),
    #[error("it is drawn outside of the box around its row")]
    OutsideBox,
    #[error("the label lies {0:.1} units outside of its area")]
    LabelOutside(f64),
    #[error("the label is not one point in the tile itself")]
    NoLabelPoint,
    #[error("the mvt crate cannot write the rows: {0}")]
    Foreign(String),
}

//! The ways in which a file meets a dataset that is there.

/// How the rows of a file meet those the dataset has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// They are added to it.
    Append,
    /// They are the whole dataset: what is missing in the file is removed.
    Replace,
    /// Rows of the same key are updated, others added, none removed.
    Update,
}

impl Mode {
    /// As the history keeps it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Replace => "replace",
            Self::Update => "update",
        }
    }
}

//! What is public of a column: its name and its type.

use super::ColumnType;

/// A column that leaves the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its public name.
    pub name: String,
    /// What it holds.
    pub column_type: ColumnType,
}

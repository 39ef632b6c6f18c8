//! What a database user may not read yet, as the script that lets it.
//!
//! Everything that is missing for all layers is gathered first and said once: a script that comes one table
//! at a time is run, and asked for again, as often as there are tables.

use std::collections::{BTreeMap, BTreeSet};

/// Rights that are missing, all names quoted as SQL needs them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct MissingRights {
    /// Who needs them.
    pub user: String,
    /// Schemas that may not be entered.
    pub schemas: BTreeSet<String>,
    /// Table to the columns that may not be read, in the order they were asked for.
    pub columns: BTreeMap<String, Vec<String>>,
}

impl MissingRights {
    /// Whether nothing is missing.
    pub fn is_empty(&self) -> bool {
        self.schemas.is_empty() && self.columns.is_empty()
    }

    /// Adds what another table needs.
    pub fn absorb(&mut self, other: Self) {
        self.user = other.user;
        self.schemas.extend(other.schemas);
        for (table, columns) in other.columns {
            let known = self.columns.entry(table).or_default();
            columns.into_iter().for_each(|column| {
                if !known.contains(&column) {
                    known.push(column);
                }
            });
        }
    }

    /// The script, a statement a line.
    pub fn script(&self) -> String {
        let schemas =
            self.schemas.iter().map(|schema| format!("GRANT USAGE ON SCHEMA {schema} TO {};", self.user));
        let columns = self.columns.iter().map(|(table, columns)| {
            format!("GRANT SELECT ({}) ON {table} TO {};", columns.join(", "), self.user)
        });
        schemas.chain(columns).collect::<Vec<_>>().join("\n")
    }
}

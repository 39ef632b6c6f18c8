//! Rows in force today and historical rows, kept apart while they are read.
//!
//! A layer with the public columns `valid_from` and `valid_to` has a past, and perhaps a future:
//! half-open dates of Viet Nam, empty for no end. What is not in force on the day of loading goes into
//! a layer of its own, which only `?at=` looks at.

use time::Date;

use super::{RowSink, SourceRow};
use crate::config::LayerConfig;
use crate::store::{Key, Layer, LayerBuilder, VALIDITY_COLUMNS, is_in_force};

/// Takes the rows of a layer.
pub(super) struct Dated {
    current: LayerBuilder,
    historical: LayerBuilder,
    /// The places of the two columns, where the layer has them.
    validity: [Option<usize>; 2],
    today: Date,
}

impl Dated {
    /// Takes rows of this layer into two builders made by `new_builder`.
    pub fn new(layer: &LayerConfig, today: Date, new_builder: impl Fn() -> LayerBuilder) -> Self {
        let place = |name: &str| layer.columns.iter().position(|column| column.name == name);
        Self {
            current: new_builder(),
            historical: new_builder(),
            validity: VALIDITY_COLUMNS.map(place),
            today,
        }
    }

    /// Counts and names a row that is held, but not as it came.
    pub fn note(&mut self, key: Key<'_>, reason: &str) {
        self.current.note(key, reason);
    }

    /// Adds what another reader of the same table took.
    pub fn absorb(&mut self, other: Self) {
        self.current.absorb(other.current);
        self.historical.absorb(other.historical);
    }

    /// The rows in force, and the historical where there are any; the account of both is in the first.
    pub fn finish(self, elapsed: std::time::Duration) -> (Layer, Option<Layer>) {
        let (mut current, mut historical) = (self.current, self.historical);
        current.align(&mut historical);
        let historical = historical.finish(elapsed);
        let mut current = current.finish(elapsed);
        current.count_other_days(&historical);
        (current, (!historical.is_empty()).then_some(historical))
    }
}

impl RowSink for Dated {
    fn row(&mut self, row: SourceRow<'_>) {
        let [from, to] = self.validity.map(|place| place.and_then(|i| row.values.get(i)?.as_date()));
        let is_current = is_in_force(from, to, self.today);
        let builder = if is_current { &mut self.current } else { &mut self.historical };
        builder.push(row.key, row.geometry, row.values);
    }

    fn refuse(&mut self, key: Key<'_>, reason: &str) {
        self.current.refuse(key, reason);
    }

    fn lose(&mut self, key: Key<'_>, column: usize, what: &str) {
        self.current.lose(key, column, what);
    }
}

//! How exactly the borders of wards are drawn: what each source says of its own.

use rustc_hash::FxHashMap;

use crate::config::Config;
use crate::source::{Location, Session, SourceError};
use crate::store::{Feature, FeatureId, Layer, Snapshot};

/// What lies off by more is no border; and the wards of a whole province need not be measured.
const MOST_M: f64 = 1000.0;

/// Metres by which the border of a ward may lie off; nothing is known of a ward that is not here.
#[derive(Debug, Default)]
pub(super) struct BorderTolerances {
    by_ward: FxHashMap<FeatureId, f64>,
    widest_m: f64,
}

impl BorderTolerances {
    /// From the datasets of our schema, or from the column `tolerance_m` of a town's own table of wards.
    pub async fn read(
        session: &mut Session,
        location: &Location,
        config: &Config,
        snapshot: &Snapshot,
        has_our_schema: bool,
    ) -> Result<Self, SourceError> {
        if let Some(layer) = snapshot.layer("units").filter(|layer| layer.field("tolerance_m").is_some()) {
            return Ok(Self::new(of_column(layer)));
        }
        let has_own = config.layers.iter().any(|layer| layer.id == "units");
        if has_own || !has_our_schema {
            return Ok(Self::default());
        }
        let columns = ["unit_id", "tolerance_m"];
        let read = session.later_reference(location, "reference_border_tolerances", &columns, |row| {
            Some((FeatureId::try_from(row[0].as_int()?).ok()?, row[1].as_float()?))
        });
        Ok(Self::new(read.await?))
    }

    fn new(tolerances: impl IntoIterator<Item = (FeatureId, f64)>) -> Self {
        let is_length = |(_, metres): &(FeatureId, f64)| metres.is_finite() && *metres > 0.0;
        let lengths = tolerances.into_iter().filter(is_length);
        let by_ward: FxHashMap<FeatureId, f64> =
            lengths.map(|(id, metres)| (id, metres.min(MOST_M))).collect();
        let widest_m = by_ward.values().copied().fold(0.0, f64::max);
        Self { by_ward, widest_m }
    }

    /// Of a ward; 0 where nothing is known.
    pub fn of(&self, ward: &Feature<'_>) -> f64 {
        self.by_ward.get(&ward.id()).copied().unwrap_or_default()
    }

    /// The widest of all.
    pub fn widest_m(&self) -> f64 {
        self.widest_m
    }
}

fn of_column(layer: &Layer) -> Vec<(FeatureId, f64)> {
    let Some(column) = layer.field("tolerance_m") else { return Vec::new() };
    layer.all().filter_map(|ward| Some((ward.id(), ward.value(column).as_float()?))).collect()
}

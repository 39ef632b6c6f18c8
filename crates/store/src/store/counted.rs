//! Looking rows up under a request: the same look-ups as [`Layer`]'s, each row that is read counted against a
//! budget. Where the budget is spent they end, and it says so: what was found then is not all there is.
//!
//! Rows are looked at in an order that is the same on every replica, so a cut answer is the same everywhere.

use super::{Feature, FeatureId, Layer};
use crate::cost::RowBudget;
use crate::geometry::{World, WorldBox};

/// A layer whose look-ups are paid from a budget.
#[derive(Debug, Clone, Copy)]
pub struct CountedLayer<'a, 'b> {
    layer: &'a Layer,
    budget: &'b RowBudget,
}

impl Layer {
    /// Its look-ups, paid from a budget.
    pub fn counted<'b>(&self, budget: &'b RowBudget) -> CountedLayer<'_, 'b> {
        CountedLayer { layer: self, budget }
    }
}

impl<'a, 'b> CountedLayer<'a, 'b> {
    /// The layer.
    pub fn layer(&self) -> &'a Layer {
        self.layer
    }

    /// Features whose box meets the box.
    pub fn in_box(&self, bounds: &WorldBox) -> impl Iterator<Item = Feature<'a>> + use<'a, 'b> {
        let (bounds, budget) = (*bounds, self.budget);
        let near = self.layer.near(&bounds).take_while(move |_| budget.look());
        near.filter(move |row| row.bounds().intersects(&bounds))
    }

    /// The areas that cover the point.
    pub fn covering(&self, at: World) -> impl Iterator<Item = Feature<'a>> + use<'a, 'b> {
        let budget = self.budget;
        let near = self.layer.near(&WorldBox::of(at)).take_while(move |_| budget.look());
        near.filter(move |row| row.covers(at))
    }

    /// The feature with this id. Counts one for each part of the layer that is searched for it.
    pub fn by_id(&self, id: FeatureId) -> Option<Feature<'a>> {
        self.layer.by_id_while(id, || self.budget.look())
    }

    /// Up to `limit` features within `max_m` metres, nearest first, ties by id; with metres.
    pub fn nearest(
        &self,
        at: World,
        limit: usize,
        max_m: f64,
        accept: impl Fn(&Feature<'a>) -> bool,
    ) -> Vec<(Feature<'a>, f64)> {
        self.layer.nearest_while(at, limit, max_m, || self.budget.look(), accept)
    }
}

//! The one place where questions are run: light ones where the request was read, heavy ones by a worker.

use std::sync::Arc;

use super::App;
use super::problem::Problem;
use super::state::brief;
use crate::answers::{Cost, HEAVY_ROWS, LIGHT_ROWS, Question};
use crate::cost::RowBudget;
use crate::town::Town;

impl App {
    /// Answers a question from this town.
    pub(super) async fn ask<Q: Question>(&self, town: &Arc<Town>, question: Q) -> Result<Q::Answer, Problem> {
        match question.cost(town) {
            Cost::Light => brief(|| question.answer(town, &RowBudget::new(LIGHT_ROWS))),
            Cost::Heavy => {
                let town = Arc::clone(town);
                self.work(move || question.answer(&town, &RowBudget::new(HEAVY_ROWS))).await
            }
        }
    }
}

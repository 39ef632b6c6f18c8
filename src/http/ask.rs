//! The one place where questions are run: light ones where the request was read, heavy ones by a worker.

use std::sync::Arc;

use super::App;
use super::problem::Problem;
use super::state::brief;
use crate::answers::{Cost, HEAVY_ROWS, LIGHT_ROWS, Question};
use crate::cost::RowBudget;
use crate::town::Town;

impl App {
    /// Answers a question from this town. What was thought light and needs more rows is asked again as a job.
    pub(super) async fn ask<Q: Question>(&self, town: &Arc<Town>, question: Q) -> Result<Q::Answer, Problem> {
        if question.cost(town) == Cost::Light
            && let Some(answer) = answer_lightly(town, &question)?
        {
            return Ok(answer);
        }
        let town = Arc::clone(town);
        self.work(move || question.answer(&town, &RowBudget::new(HEAVY_ROWS))).await
    }
}

/// The answer within the rows of a light one; nothing where these do not suffice.
fn answer_lightly<Q: Question>(town: &Town, question: &Q) -> Result<Option<Q::Answer>, Problem> {
    let budget = RowBudget::new(LIGHT_ROWS);
    let answer = brief(|| question.answer(town, &budget))?;
    Ok((!budget.is_spent()).then_some(answer))
}

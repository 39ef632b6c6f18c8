//! The one place where questions are run: light ones where the request was read, heavy ones by a worker.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::App;
use super::observe::{RouteMeter, current_route};
use super::problem::Problem;
use crate::answers::{Cost, HEAVY_ROWS, LIGHT_ROWS, Question};
use crate::cost::RowBudget;
use crate::town::Town;

impl App {
    /// Answers a question from this town, and counts the rows that were looked at by the route of the request.
    /// What was thought light and needs more rows is asked again as a job. A panic is a fault of this request.
    pub(super) async fn ask<Q: Question>(&self, town: &Arc<Town>, question: Q) -> Result<Q::Answer, Problem> {
        let route = current_route();
        if question.cost(town) == Cost::Light {
            let light = AssertUnwindSafe(|| within(&question, town, LIGHT_ROWS, route.as_deref()));
            let (answer, is_whole) = catch_unwind(light).map_err(|_| Problem::internal())?;
            if is_whole {
                return Ok(answer);
            }
        }
        let town = Arc::clone(town);
        self.work(move || within(&question, &town, HEAVY_ROWS, route.as_deref()).0).await
    }
}

/// The answer within so many rows, and whether these sufficed.
fn within<Q: Question>(
    question: &Q,
    town: &Town,
    rows: u64,
    route: Option<&RouteMeter>,
) -> (Q::Answer, bool) {
    let budget = RowBudget::new(rows);
    let answer = question.answer(town, &budget);
    if let Some(route) = route {
        route.looked_at(budget.looked_at());
    }
    (answer, !budget.is_spent())
}

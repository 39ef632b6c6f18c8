//! `/v1/units/convert`: units old → new, or with `direction=old` back, of one text or of a table.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use csv::StringRecord;
use serde_json::json;

use super::cells::decimal;
use super::fault::Fault;
use super::parameters::Parameters;
use super::pipeline::{Answers, Cells, STATUS, Status};
use super::search::{TextColumns, WardCodes};
use crate::answers::{Conversion, ConvertUnits, Converted, Direction, HEAVY_ROWS, Question};
use crate::cost::RowBudget;
use crate::geocode::Problem as SearchProblem;
use crate::http::App;
use crate::http::extract::Asked;
use crate::http::openapi::parameters::native::UnitsWanted;
use crate::http::openapi::responses::{BadRequest, NotReady, TooLong};
use crate::http::openapi::schemas::native::ConvertedUnits;
use crate::http::problem::Problem;
use crate::http::truncated::marked;
use crate::table::Header;
use crate::town::Town;

const COLUMNS: [&str; 9] = [
    "result_old_code",
    "result_old_label",
    "result_new_code",
    "result_new_label",
    "result_relation",
    "result_share",
    "result_candidates",
    "result_ambiguous",
    STATUS,
];

/// What is asked of every text.
#[derive(Debug, Clone, Copy)]
struct Wanted(Direction);

impl Wanted {
    fn read(direction: Option<&str>, from: Option<&str>) -> Result<Self, Fault> {
        let is_back = match direction {
            None | Some("new") => false,
            Some("old") => true,
            Some(_) => return Err(Fault::Parameter("direction must be new (the default) or old".to_owned())),
        };
        let is_old = match from {
            None | Some("any") => false,
            Some("old") => true,
            Some(_) => return Err(Fault::Parameter("from must be any (the default) or old".to_owned())),
        };
        Ok(Self(if is_back { Direction::Old } else { Direction::New { is_old } }))
    }

    fn question(self, text: String) -> ConvertUnits {
        ConvertUnits { text, direction: self.0 }
    }
}

/// The units of today of a unit, a code or an address; or with `direction=old` those of before.
#[utoipa::path(
    get, path = "/v1/units/convert", tag = "units",
    params(UnitsWanted),
    responses((status = 200, description = "The units; may be empty.", body = ConvertedUnits), BadRequest, TooLong, NotReady)
)]
pub(in crate::http) async fn one(State(app): State<App>, asked: Asked) -> Result<Response, Problem> {
    let wanted = Wanted::read(asked.get("direction")?, asked.get("from")?).map_err(Fault::into_problem)?;
    let text = asked
        .get("text")?
        .or(asked.get("q")?)
        .ok_or_else(|| Problem::bad_request("give a unit, its code or an address as text (or q)"))?
        .to_owned();
    let answer = app.ask(&app.town()?, wanted.question(text)).await?;
    let conversion = answer.map_err(|problem| match problem {
        SearchProblem::TooLong => Problem::too_long(problem),
        SearchProblem::Empty => Problem::bad_request(problem),
    })?;
    let mut body = json!({ "ambiguous": conversion.is_ambiguous, "units": conversion.steps });
    if conversion.is_cut {
        body["truncated"] = json!(true);
    }
    Ok(marked(Json(body).into_response(), conversion.is_cut))
}

/// Converts row by row.
pub(super) struct Convert {
    town: Arc<Town>,
    text: TextColumns,
    wards: WardCodes,
    wanted: Wanted,
}

impl Convert {
    /// Reads the parameters against the header.
    pub fn prepare(town: Arc<Town>, parameters: &Parameters, header: &Header) -> Result<Self, Fault> {
        Ok(Self {
            town,
            text: TextColumns::chosen(parameters, header, ", ")?,
            wards: WardCodes::chosen(parameters, header)?,
            wanted: Wanted::read(parameters.get("direction"), parameters.get("from"))?,
        })
    }
}

impl Answers for Convert {
    fn columns(&self) -> &[&'static str] {
        &COLUMNS
    }

    fn answer(&self, row: &StringRecord) -> Cells {
        // a ward that a code names needs no reading of what stands beside it
        let text = self.wards.code(row).or_else(|| self.text.text(row));
        let Some(text) = text else { return (Status::Skipped, Vec::new()) };
        let budget = RowBudget::new(HEAVY_ROWS);
        let Ok(conversion) = self.wanted.question(text).answer(&self.town, &budget) else {
            return (Status::Error, Vec::new());
        };
        if conversion.steps.is_empty() {
            return (Status::NotFound, Vec::new());
        }
        // an old unit that is known, but not where it is today
        let is_led_on = conversion.steps.iter().any(|step| step.new.is_some());
        (if is_led_on { Status::Ok } else { Status::NotFound }, self.cells(&conversion))
    }
}

impl Convert {
    /// Of several units of today the likeliest, and the codes of all; of several old ones all, `|` between them.
    fn cells(&self, conversion: &Conversion) -> Vec<String> {
        let shown = match self.wanted.0 {
            Direction::New { .. } => conversion.steps.get(..1).unwrap_or_default(),
            Direction::Old => conversion.steps.as_slice(),
        };
        let each =
            |value: &dyn Fn(&Converted) -> String| shown.iter().map(value).collect::<Vec<String>>().join("|");
        let first = |value: &dyn Fn(&Converted) -> String| shown.first().map(value).unwrap_or_default();
        let mut candidates: Vec<&str> = Vec::new();
        for step in &conversion.steps {
            if let Some(new) = step.new.as_ref().filter(|new| !candidates.contains(&new.code.as_str())) {
                candidates.push(&new.code);
            }
        }
        vec![
            each(&|step| step.old.as_ref().map(|old| old.code.clone()).unwrap_or_default()),
            each(&|step| step.old.as_ref().map(|old| old.label.clone()).unwrap_or_default()),
            first(&|step| step.new.as_ref().map(|new| new.code.clone()).unwrap_or_default()),
            first(&|step| step.new.as_ref().map(|new| new.label.clone()).unwrap_or_default()),
            each(&|step| step.relation.name().to_owned()),
            each(&|step| step.share.map(decimal).unwrap_or_default()),
            candidates.join("|"),
            conversion.is_ambiguous.to_string(),
        ]
    }
}

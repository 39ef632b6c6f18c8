//! A plan and its zones: one file is one plan.

use geo_types::MultiPolygon;
use time::Date;

use super::report::{FileReport, Refusal};
use super::target::Target;
use super::{File, ImportError, Progress, Source};
use crate::schema::{Plan, PlanFeature, Validity};

/// What is said of the plan on the command line.
#[derive(Debug, Clone, Default)]
pub struct PlanDescription {
    /// Its name; a plan without is refused.
    pub name: Option<String>,
    /// `land_use`, `general`, `zoning` or `detailed`.
    pub kind: Option<String>,
    /// 2000 for 1/2,000.
    pub scale: Option<i32>,
    /// Of the decision.
    pub number: String,
    /// Of the decision.
    pub decided_on: Option<Date>,
    /// Who decided.
    pub authority: String,
    /// A draft is no law yet.
    pub is_draft: bool,
}

/// Zones are held until the last, because the plan that covers them must be written first.
pub async fn load<W: FnMut(Progress<'_>)>(
    file: &File<'_>,
    source: &mut Source<'_, W>,
    target: &mut Target,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let about = &file.job.plan;
    let name = about.name.clone().ok_or(ImportError::NoPlan)?;
    let dataset_id = target.begin_dataset(file).await?;
    let plan_id = plan_id(target, &name).await?;
    let mut ids = target.ids("plan_zone", "zone_id").await?;
    let mut zones = Vec::new();
    while let Some(row) = source.next()? {
        report.read += 1;
        let zone = row.content.map_err(Refusal::from).and_then(|row| {
            let code = file.columns.text(&row, "code").ok_or("no zone code")?;
            let name = file.columns.text(&row, "name").unwrap_or_default();
            let checked = file.shaper.area(row.geometry)?;
            let zone = PlanFeature { id: ids.fresh(), plan_id, code, name, shape: checked.shape };
            Ok((zone, checked.is_repaired))
        });
        match zone {
            Err(refusal) => report.refuse(row.number, &refusal),
            Ok((zone, is_repaired)) => {
                report.loaded += 1;
                if is_repaired {
                    let note = Refusal::new("the polygon crossed itself and was repaired", zone.code.clone());
                    report.note(row.number, &note);
                }
                zones.push(zone);
            }
        }
    }
    if zones.is_empty() {
        return Ok(());
    }
    let covers: MultiPolygon = geo::unary_union(zones.iter().map(|zone| &zone.shape.wgs84));
    let plan = Plan {
        plan_id,
        dataset_id,
        kind: about.kind.clone().unwrap_or_else(|| "land_use".to_owned()),
        name,
        scale: about.scale,
        number: about.number.clone(),
        decided_on: about.decided_on,
        authority: about.authority.clone(),
        status: if about.is_draft { "draft" } else { "in_force" }.to_owned(),
        period: Validity::default(),
        covers,
        validity: Validity::default(),
    };
    target.write(&[plan]).await?;
    target.write(&zones).await
}

/// The id of the dataset's plan of this name, or a new one.
async fn plan_id(target: &mut Target, name: &str) -> Result<i64, ImportError> {
    let standing = "SELECT min(plan_id) FROM bandoso.plan WHERE dataset_id = $1 AND name = $2";
    let known: Option<i64> = sqlx::query_scalar(standing)
        .bind(target.matched_dataset())
        .bind(name)
        .fetch_one(target.connection()?)
        .await?;
    Ok(match known {
        Some(id) => id,
        None => target.ids("plan", "plan_id").await?.fresh(),
    })
}

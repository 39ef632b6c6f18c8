//! Streets and alleys.

use geo::{Euclidean, InterpolatableLine};

use super::place::ward_of;
use super::report::{FileReport, Refusal};
use super::target::Target;
use super::{File, ImportError, Progress, Source, write_rows};
use crate::geocode::street_of_table;
use crate::schema::Street;

/// Named lines. The ward is the one the row names, or the one around the middle of the line. A street
/// the ward knows by name only gets the first line of that name.
pub async fn load<W: FnMut(Progress<'_>)>(
    file: &File<'_>,
    source: &mut Source<'_, W>,
    target: &mut Target,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    const KINDS: [&str; 4] = ["street", "alley", "national_road", "provincial_road"];
    let dataset_id = target.begin_dataset(file).await?;
    target.read_places(file).await?;
    let mut ids = target.ids("street", "street_id").await?;
    write_rows(source, target, report, |target, mut row, notes| {
        let geometry = row.geometry.take();
        let text = |field| file.columns.text(&row, field);
        let parts = street_of_table(&text("name").ok_or("no street name")?);
        let kind = text("kind").filter(|kind| KINDS.contains(&kind.as_str()));
        let line = file.shaper.line(geometry)?;
        let middle = line.0.first().and_then(|part| part.point_at_ratio_from_start(&Euclidean, 0.5));
        let middle = middle.ok_or_else(|| Refusal::from("empty geometry"))?;
        let unit_id = ward_of(target, text("ward"), middle, notes)?;
        Ok(Some(Street {
            street_id: target.reference.take_lineless(unit_id, &parts.name).unwrap_or_else(|| ids.fresh()),
            dataset_id,
            name: parts.name,
            kind: kind.unwrap_or_else(|| parts.kind.to_owned()),
            parent_id: None,
            unit_id,
            line: Some(line),
        }))
    })
    .await
}

//! Parcels of a cadastral map.

use geo::InteriorPoint;

use super::report::{FileReport, Refusal};
use super::target::Target;
use super::words::number;
use super::{File, ImportError, Notes, Progress, Source, write_rows};
use crate::geometry::GEOHASH_DIGITS;
use crate::schema::{Parcel, Validity, without_point_zero};

/// Polygons with sheet, number and uses. A parcel that comes again keeps its id by survey unit, sheet and number.
pub async fn load<W: FnMut(Progress<'_>)>(
    file: &File<'_>,
    source: &mut Source<'_, W>,
    target: &mut Target,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let dataset_id = target.begin_dataset(file).await?;
    target.read_places(file).await?;
    let mut ids = target.ids("parcel", "parcel_id").await?;
    write_rows(source, target, report, |target, mut row, notes| {
        let geometry = row.geometry.take();
        let text = |field| file.columns.text(&row, field);
        let plain = |text: String| without_point_zero(&text).to_owned();
        let sheet = text("sheet").map(plain).ok_or("no sheet (số tờ)")?;
        let parcel_number = text("number").map(plain).ok_or("no parcel number (số thửa)")?;
        let name = format!("tờ {sheet} thửa {parcel_number}");
        let survey_unit_id = target.reference.ward(&text("survey_unit").ok_or("no unit code")?)?;
        let uses = uses_of(target, &text("uses").ok_or("no land use")?, notes)?;
        let area = text("registered_area_m2").map(|t| number(&t).filter(|a| *a > 0.0).ok_or(t)).transpose();
        let area = area.map_err(|t| Refusal::new("the registered area is not a positive number", t))?;
        let official_id = text("official_id");
        if let Some(id) = official_id.as_ref().filter(|id| !is_geohash_12(id)) {
            return Err(Refusal::new("the parcel identifier is not a geohash of 12 characters", id.clone()));
        }
        let checked = file.shaper.area(geometry)?;
        if checked.is_repaired {
            notes.push(Refusal::new("the polygon crossed itself and was repaired", name.clone()));
        }
        let unit_id = match text("unit") {
            Some(code) => target.reference.present_ward(&code)?,
            None => checked
                .shape
                .wgs84
                .interior_point()
                .and_then(|inside| target.reference.ward_at(inside))
                .unwrap_or(survey_unit_id),
        };
        Ok(Some(Parcel {
            parcel_id: ids.claim(text("parcel_id"))?,
            dataset_id,
            survey_unit_id,
            sheet,
            number: parcel_number,
            lineage: 0,
            uses,
            use_areas_m2: None,
            registered_area_m2: area,
            unit_id,
            official_id,
            shape: checked.shape,
            validity: Validity::default(),
        }))
    })
    .await
}

/// `ONT+CLN`, also with commas, semicolons or slashes between.
fn uses_of(target: &Target, text: &str, notes: &mut Notes) -> Result<Vec<String>, Refusal> {
    let uses: Vec<String> = text
        .split(['+', ',', ';', '/'])
        .map(|code| code.trim().to_uppercase())
        .filter(|c| !c.is_empty())
        .collect();
    if !(1..=8).contains(&uses.len()) {
        return Err(Refusal::new("not one to eight land uses", text));
    }
    let unknown = uses.iter().filter(|code| !target.reference.knows_land_use(code));
    notes.extend(
        unknown.map(|code| Refusal::new("the land-use code is not known and shown as it is", code.clone())),
    );
    Ok(uses)
}

fn is_geohash_12(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| GEOHASH_DIGITS.contains(&b))
}

//! Parcels of a cadastral map.

use geo::{Area, GeodesicArea, InteriorPoint};
use geo_types::MultiPolygon;

use super::cells::{is_date, thousands_or_decimal, whole};
use super::report::{FileReport, Refusal};
use super::target::Target;
use super::{File, ImportError, Notes, Progress, Source, write_rows};
use crate::geometry::GEOHASH_DIGITS;
use crate::schema::{Parcel, Surveyed, Validity};
use crate::table::number;

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
        let plain = |text: String| whole(&text).into_owned();
        let sheet = text("sheet").map(plain).ok_or("no sheet (số tờ)")?;
        let parcel_number = text("number").map(plain).ok_or("no parcel number (số thửa)")?;
        if let Some(day) = [&sheet, &parcel_number].into_iter().find(|text| is_date(text)) {
            return Err(Refusal::new(
                "the sheet or parcel number is a day that a spreadsheet made of it: enter it again in a column of text",
                day.clone(),
            ));
        }
        let name = format!("tờ {sheet} thửa {parcel_number}");
        let survey_unit_id = target.reference.ward(&text("survey_unit").ok_or("no unit code")?)?;
        let uses = uses_of(target, &text("uses").ok_or("no land use")?, notes)?;
        let official_id = text("official_id");
        if let Some(id) = official_id.as_ref().filter(|id| !is_geohash_12(id)) {
            return Err(Refusal::new("the parcel identifier is not a geohash of 12 characters", id.clone()));
        }
        let checked = file.shaper.area(geometry)?;
        if checked.is_repaired {
            notes.push(Refusal::new("the polygon crossed itself and was repaired", name.clone()));
        }
        let area = match text("registered_area_m2") {
            Some(written) => Some(registered_area_m2(&written, drawn_area_m2(&checked.shape), &name, notes)?),
            None => None,
        };
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

/// Square metres a shape covers: of what was measured, where that is in metres.
fn drawn_area_m2(shape: &Surveyed<MultiPolygon>) -> f64 {
    match &shape.source {
        Some((system, delivered)) if system.is_vietnamese_plane() => delivered.unsigned_area(),
        _ => shape.wgs84.geodesic_area_unsigned(),
    }
}

/// The area of the register. `1.250` is 1250 m² or 1.25 m²: the one the shape is nearer to. An area that is far from
/// the drawn one is noted, and stays what the register says.
fn registered_area_m2(written: &str, drawn_m2: f64, name: &str, notes: &mut Notes) -> Result<f64, Refusal> {
    /// What is told apart by more than rounding: half a square metre, and a hundredth of the area.
    const LEAST_M2: f64 = 0.5;
    const SHARE: f64 = 0.01;
    let away = |area: f64| (area / drawn_m2).ln().abs();
    let area = match thousands_or_decimal(written) {
        Some([decimal, thousands]) if drawn_m2 > 0.0 => {
            if away(thousands) < away(decimal) {
                notes.push(Refusal::new(
                    "the sign before three digits of an area stands for thousands, as the shape shows",
                    format!("{written}, {name}"),
                ));
                thousands
            } else {
                decimal
            }
        }
        _ => number(written)
            .filter(|area| *area > 0.0)
            .ok_or_else(|| Refusal::new("the registered area is not a positive number", written))?,
    };
    if (area - drawn_m2).abs() > LEAST_M2.max(SHARE * drawn_m2) {
        notes.push(Refusal::new(
            "the registered area differs from the drawn one",
            format!("{area} and {drawn_m2:.1} m², {name}"),
        ));
    }
    Ok(area)
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

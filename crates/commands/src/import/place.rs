//! Where a row is: its point, and the ward around it.

use geo_types::{Geometry, Point};

use super::report::Refusal;
use super::target::Target;
use super::{File, Notes};
use crate::formats::Content;
use crate::table::number;

/// The ward a row names by code, else the one around the point. Where both are known and differ, the
/// row's own word is kept and noted.
pub fn ward_of(target: &Target, code: Option<String>, at: Point, notes: &mut Notes) -> Result<i32, Refusal> {
    let around = target.reference.ward_at(at);
    match (code, around) {
        (Some(code), around) => {
            let named = target.reference.ward(&code)?;
            if around.is_some_and(|ward| ward != named) {
                notes.push(Refusal::new("the point lies in another ward than the row says", code));
            }
            Ok(named)
        }
        (None, Some(ward)) => Ok(ward),
        (None, None) if target.reference.has_areas() => {
            Err(Refusal::new("the point lies in no ward", format!("{}, {}", at.x(), at.y())))
        }
        (None, None) => Err("no ward code, and no ward has a shape yet: import those first".into()),
    }
}

/// The point of a row: its shape, else what its coordinate columns say.
pub fn point(file: &File<'_>, row: &Content, shape: Option<Geometry>) -> Result<Point, Refusal> {
    file.shaper.point(match shape {
        Some(shape) => Some(shape),
        None => point_of(file, row)?,
    })
}

/// The point in the coordinate columns of a table.
fn point_of(file: &File<'_>, row: &Content) -> Result<Option<Geometry>, Refusal> {
    let Some([x, y]) = file.columns.coordinate_fields() else { return Ok(None) };
    let coordinate = |field| match file.columns.text(row, field) {
        None => Ok(None),
        Some(text) => {
            number(&text).map(Some).ok_or_else(|| Refusal::new("a coordinate is not a number", text))
        }
    };
    Ok(coordinate(x)?.zip(coordinate(y)?).map(|(x, y)| Point::new(x, y).into()))
}

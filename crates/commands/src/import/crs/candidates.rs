//! Which systems of Viet Nam put rows where their wards are.

use geo::Intersects;
use geo_types::{Coord, Line, Point};

use super::axes::{Numbers, Order, nearly_all};
use super::reading::{Reading, swapped};
use super::samples::Sample;
use crate::geometry::{EpsgCode, VN2000_MERIDIANS, VN2000_UTM, WGS84_UTM};
use crate::import::columns::Kind;
use crate::import::reference::{Reference, WardArea};

/// Ward borders are simplified and parcels of the border lie over it: so much beside a ward is in it.
pub const BESIDE_M: f64 = 500.0;

/// A row with the wards in one of which it should lie.
pub struct Located<'a> {
    pub at: Coord,
    /// None where any ward will do.
    wards: Option<Vec<&'a WardArea>>,
}

/// Rows that name a ward whose shape is known. An old ward is all of today's wards that it went to.
pub fn in_their_wards<'a>(kind: Kind, samples: &[Sample], reference: &'a Reference) -> Vec<Located<'a>> {
    let located = samples.iter().filter_map(|sample| {
        let code = sample.ward.as_deref()?;
        let unit = if kind == Kind::Units { reference.unit(code) } else { reference.ward(code) };
        Some(Located { at: sample.at, wards: Some(reference.areas_of(unit.ok()?)?) })
    });
    located.collect()
}

/// Rows that should lie in some ward.
pub fn in_any_ward(samples: &[Sample]) -> Vec<Located<'static>> {
    samples.iter().map(|sample| Located { at: sample.at, wards: None }).collect()
}

/// How many rows a reading puts where they belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    /// In the ward or little beside it.
    pub near: usize,
    /// In the ward.
    within: usize,
}

/// How a reading fits.
pub fn fit(reading: &Reading, rows: &[Located<'_>], reference: &Reference) -> Fit {
    fit_of(rows, reference, |at| reading.degrees(at))
}

fn fit_of(rows: &[Located<'_>], reference: &Reference, read: impl Fn(Coord) -> Option<Coord>) -> Fit {
    let mut fit = Fit { near: 0, within: 0 };
    for row in rows {
        let Some(at) = read(row.at) else { continue };
        let (is_within, is_near) = match &row.wards {
            None => {
                let is_within = reference.ward_at(Point(at)).is_some();
                (is_within, is_within)
            }
            Some(wards) => {
                let close: Vec<_> = wards.iter().filter(|ward| is_about(ward, at)).collect();
                let is_within = close.iter().any(|ward| ward.area.intersects(&at));
                (is_within, is_within || close.iter().any(|ward| is_beside(ward, at)))
            }
        };
        fit.within += usize::from(is_within);
        fit.near += usize::from(is_near);
    }
    fit
}

/// The systems that fit nearly all of the rows, best first; several where they lie too near each other to tell.
pub fn fitting(rows: &[Located<'_>], reference: &Reference) -> Vec<(EpsgCode, Fit)> {
    let numbers: Vec<Numbers> = rows.iter().filter_map(|row| Numbers::of(row.at)).collect();
    let degrees = numbers.iter().filter(|numbers| matches!(numbers, Numbers::Degrees(_))).count();
    let systems: Vec<EpsgCode> = if degrees * 2 > numbers.len() {
        vec![EpsgCode::WGS84]
    } else {
        VN2000_MERIDIANS.iter().chain(&VN2000_UTM).chain(&WGS84_UTM).map(|(system, _)| *system).collect()
    };
    let upright = |at: Coord| match Numbers::of(at).map(Numbers::order) {
        Some(Order::NorthFirst) => swapped(at),
        _ => at,
    };
    let readings = systems.into_iter().filter_map(|system| Reading::new(system, false).ok());
    let mut fits: Vec<(EpsgCode, Fit)> = readings
        .map(|reading| (reading.system(), fit_of(rows, reference, |at| reading.degrees(upright(at)))))
        .filter(|(_, fit)| nearly_all(fit.near, rows.len()))
        .collect();
    let most_near = fits.iter().map(|(_, fit)| fit.near).max().unwrap_or(0);
    fits.retain(|(_, fit)| fit.near == most_near);
    // of two that put all beside the wards, the one that puts clearly more into them
    let most_within = fits.iter().map(|(_, fit)| fit.within).max().unwrap_or(0);
    fits.retain(|(_, fit)| fit.within * 50 >= most_within * 49);
    fits
}

/// Metres of a degree, near enough for some hundred metres.
fn scale_at(at: Coord) -> (f64, f64) {
    (111_320.0 * at.y.to_radians().cos(), 110_574.0)
}

/// Whether a place is near the box of a ward.
fn is_about(ward: &WardArea, at: Coord) -> bool {
    let (x_m, y_m) = scale_at(at);
    let (min, max) = (ward.bounds.min(), ward.bounds.max());
    let is_in = |value: f64, from: f64, to: f64, beside: f64| (from - beside..=to + beside).contains(&value);
    is_in(at.x, min.x, max.x, BESIDE_M / x_m) && is_in(at.y, min.y, max.y, BESIDE_M / y_m)
}

/// Whether an edge of a ward is near.
fn is_beside(ward: &WardArea, at: Coord) -> bool {
    let (x_m, y_m) = scale_at(at);
    let offset = |c: Coord| Coord { x: (c.x - at.x) * x_m, y: (c.y - at.y) * y_m };
    let edges = ward.area.iter().flat_map(|polygon| polygon.exterior().lines());
    edges.map(|edge| Line::new(offset(edge.start), offset(edge.end))).any(|edge| {
        let (from, step) = (edge.start, edge.end - edge.start);
        let length2 = step.x * step.x + step.y * step.y;
        let along = if length2 > 0.0 {
            (-(from.x * step.x + from.y * step.y) / length2).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (from.x + along * step.x).hypot(from.y + along * step.y) <= BESIDE_M
    })
}

//! Where two streets cross: their lines are laid over each other.

use super::place::{Place, PlaceKind};
use crate::cost::RowBudget;
use crate::geocode::{Hit, MatchType};
use crate::geometry::{World, WorldBox};
use crate::town::Town;

/// One piece of a line.
type Segment = (World, World);

/// More pieces of a street around a corner are not looked at.
const MAX_SEGMENTS: usize = 500;

/// The place where two streets cross; `None` where no lines of theirs do, or a source knows them by name only.
pub(super) fn crossing(town: &Town, one: &Hit, other: &Hit, budget: &RowBudget) -> Option<Place> {
    let bounds = common(one.bounds?, other.bounds?);
    let (first, second) = (segments(town, one, &bounds, budget), segments(town, other, &bounds, budget));
    let at = first.iter().find_map(|a| second.iter().find_map(|b| meeting(*a, *b)))?;
    let name = format!("{} giao {}", one.name, other.name);
    let place = Place::point(town, PlaceKind::Coordinates, &name, at, budget);
    let label = [Some(name.as_str()), place.ward.as_deref(), place.province.as_deref()];
    let label = super::text::joined(label, ", ");
    let confidence = one.confidence.min(other.confidence);
    let is_exact = one.match_type == MatchType::Exact && other.match_type == MatchType::Exact;
    let match_type = if is_exact { MatchType::Exact } else { MatchType::Fallback };
    Some(Place { label, confidence, match_type, ..place })
}

/// The pieces of a street's lines that reach into a box.
fn segments(town: &Town, street: &Hit, bounds: &WorldBox, budget: &RowBudget) -> Vec<Segment> {
    let Some(layer) = town.snapshot().layer("streets") else { return Vec::new() };
    // a street may be put together of several rows
    let is_of_street = |id: u64| {
        let row = i64::try_from(id).ok().and_then(|id| town.index().street(id));
        row.is_some_and(|row| row.street_id == street.street_id)
    };
    let rows = layer.counted(budget).in_box(bounds).filter(|row| is_of_street(row.id()));
    let pieces = rows.flat_map(|row| {
        let lines = row.rings().flat_map(|ring| {
            let points: Vec<World> = ring.points().collect();
            points.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<Segment>>()
        });
        lines.collect::<Vec<Segment>>()
    });
    let reaches = |(a, b): &Segment| {
        let min = World { x: a.x.min(b.x), y: a.y.min(b.y) };
        let max = World { x: a.x.max(b.x), y: a.y.max(b.y) };
        WorldBox { min, max }.intersects(bounds)
    };
    pieces.filter(reaches).take(MAX_SEGMENTS).collect()
}

fn common(one: WorldBox, other: WorldBox) -> WorldBox {
    WorldBox {
        min: World { x: one.min.x.max(other.min.x), y: one.min.y.max(other.min.y) },
        max: World { x: one.max.x.min(other.max.x), y: one.max.y.min(other.max.y) },
    }
}

/// Where two pieces cross or touch; the beginning of the first where they lie on each other.
fn meeting((a, b): Segment, (c, d): Segment) -> Option<World> {
    let cross = |ux: i64, uy: i64, vx: i64, vy: i64| {
        i128::from(ux) * i128::from(vy) - i128::from(uy) * i128::from(vx)
    };
    let (ux, uy, vx, vy) = (b.x - a.x, b.y - a.y, d.x - c.x, d.y - c.y);
    let (wx, wy) = (c.x - a.x, c.y - a.y);
    let whole = cross(ux, uy, vx, vy);
    if whole == 0 {
        // parallel: they meet where an end of one is an end of the other
        return [a, b].into_iter().find(|end| *end == c || *end == d);
    }
    let (along_first, along_second) = (cross(wx, wy, vx, vy), cross(wx, wy, ux, uy));
    let is_inside =
        |along: i128| if whole > 0 { (0..=whole).contains(&along) } else { (whole..=0).contains(&along) };
    let share = along_first as f64 / whole as f64;
    let between = |from: i64, length: i64| from + (length as f64 * share).round() as i64;
    (is_inside(along_first) && is_inside(along_second))
        .then(|| World { x: between(a.x, ux), y: between(a.y, uy) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_meet_where_they_cross_or_touch_and_nowhere_else() {
        let at = |x, y| World { x, y };
        let across = (at(0, 0), at(100, 100));
        assert_eq!(meeting(across, (at(0, 100), at(100, 0))), Some(at(50, 50)));
        assert_eq!(meeting((at(0, 100), at(100, 0)), across), Some(at(50, 50)));
        assert_eq!(meeting(across, (at(100, 100), at(200, 0))), Some(at(100, 100)));
        assert_eq!(meeting(across, (at(50, 50), at(50, 200))), Some(at(50, 50)));
        assert_eq!(meeting(across, (at(60, 50), at(200, 50))), None);
        assert_eq!(meeting(across, (at(100, 100), at(300, 300))), Some(at(100, 100)));
        assert_eq!(meeting(across, (at(0, 10), at(100, 110))), None);
    }
}

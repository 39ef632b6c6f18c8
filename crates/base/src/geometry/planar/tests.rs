//! What the whole room promises, on small grids where degenerate cases abound, against two foreign
//! oracles: `geo`'s validity check and the counting of cells.

use super::*;
use geo::Validation;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

fn rings(rings: &[&[GridPoint]]) -> Rings {
    rings.iter().copied().collect()
}

fn repaired(rings: &Rings) -> Rings {
    let mut out = rings.clone();
    let _ = Repairer::new().repair(&mut out);
    out
}

fn line(ring: &[GridPoint]) -> LineString {
    LineString::new(ring.iter().map(|&(x, y)| Coord { x: f64::from(x), y: f64::from(y) }).collect())
}

fn to_geo(rings: &Rings) -> MultiPolygon {
    let mut polygons: Vec<(LineString, Vec<LineString>)> = Vec::new();
    for ring in rings.iter() {
        match polygons.last_mut() {
            Some((_, holes)) if twice_area(ring) < 0 => holes.push(line(ring)),
            _ => polygons.push((line(ring), Vec::new())),
        }
    }
    MultiPolygon::new(polygons.into_iter().map(|(exterior, holes)| Polygon::new(exterior, holes)).collect())
}

/// Whether the middle of the cell is inside by the even-odd rule.
fn covers(rings: &Rings, (x, y): (i32, i32)) -> bool {
    let (px, py) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
    let mut is_inside = false;
    for ring in rings.iter() {
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let (ax, ay, bx, by) = (f64::from(a.0), f64::from(a.1), f64::from(b.0), f64::from(b.1));
            if (ay > py) != (by > py) && px < ax + (py - ay) * (bx - ax) / (by - ay) {
                is_inside = !is_inside;
            }
        }
    }
    is_inside
}

fn cells(rings: &Rings) -> Vec<(i32, i32)> {
    let all = (0..12).flat_map(|x| (0..12).map(move |y| (x, y)));
    all.filter(|&cell| covers(rings, cell)).collect()
}

fn assert_promises(out: &Rings) -> Result<(), TestCaseError> {
    prop_assert!(Validator::new().is_valid(out), "{out:?}");
    prop_assert!(to_geo(out).is_valid(), "{out:?}: {:?}", to_geo(out).validation_errors());
    let mut clean = out.clone();
    clean.clean();
    prop_assert_eq!(&clean, out);
    prop_assert_eq!(&repaired(out), out);
    Ok(())
}

fn any_point() -> impl Strategy<Value = GridPoint> {
    (0..12i32, 0..12i32)
}

fn any_ring() -> impl Strategy<Value = Vec<GridPoint>> {
    prop::collection::vec(any_point(), 0..9)
}

fn any_rings() -> impl Strategy<Value = Rings> {
    prop::collection::vec(any_ring(), 0..5).prop_map(|all| all.iter().map(Vec::as_slice).collect())
}

/// A closed walk along grid lines: every crossing is a grid point, so areas are exact.
fn rectilinear_ring() -> impl Strategy<Value = Vec<GridPoint>> {
    prop::collection::vec(any_point(), 1..6).prop_map(|corners| {
        let next = corners.iter().cycle().skip(1);
        corners.iter().zip(next).flat_map(|(a, b)| [*a, (b.0, a.1)]).collect()
    })
}

fn rectilinear_rings() -> impl Strategy<Value = Rings> {
    prop::collection::vec(rectilinear_ring(), 0..5).prop_map(|all| all.iter().map(Vec::as_slice).collect())
}

/// Rectangles that tile the square of 12 by 12, cut again and again.
fn tiling(cuts: &[(usize, bool, i32)]) -> Rings {
    let mut boxes = vec![((0, 0), (12, 12))];
    for &(which, is_vertical, at) in cuts {
        let (low, high): (GridPoint, GridPoint) = boxes[which % boxes.len()];
        let last = boxes.len();
        if is_vertical && low.0 < at && at < high.0 {
            boxes[which % last] = (low, (at, high.1));
            boxes.push(((at, low.1), high));
        } else if !is_vertical && low.1 < at && at < high.1 {
            boxes[which % last] = (low, (high.0, at));
            boxes.push(((low.0, at), high));
        }
    }
    let mut all = Rings::new();
    boxes.iter().for_each(|&(a, b)| all.push_ring(&[a, (b.0, a.1), b, (a.0, b.1)]));
    all
}

#[test]
fn a_bow_tie_becomes_two_triangles_that_touch() {
    let out = repaired(&rings(&[&[(0, 0), (10, 10), (10, 0), (0, 10)]]));
    assert_eq!(out.len(), 2);
    assert_eq!(out.twice_area(), 100);
}

#[test]
fn a_ring_wound_the_wrong_way_is_turned_round() {
    let out = repaired(&rings(&[&[(0, 0), (0, 10), (10, 10), (10, 0)]]));
    assert_eq!((out.len(), out.twice_area()), (1, 200));
}

#[test]
fn a_hole_before_its_exterior_finds_its_place() {
    let hole: &[GridPoint] = &[(2, 2), (4, 2), (4, 4), (2, 4)];
    let out = repaired(&rings(&[hole, &[(0, 0), (10, 0), (10, 10), (0, 10)]]));
    assert_eq!(out.iter().map(|ring| twice_area(ring).signum()).collect::<Vec<_>>(), [1, -1]);
}

#[test]
fn a_hole_may_touch_its_exterior_once_but_not_cut_the_interior() {
    let square: &[GridPoint] = &[(0, 0), (10, 0), (10, 10), (0, 10)];
    let is_valid = |hole: &[GridPoint]| Validator::new().is_valid(&rings(&[square, hole]));
    assert!(is_valid(&[(0, 5), (5, 8), (5, 2)]));
    assert!(!is_valid(&[(0, 5), (10, 5), (5, 2)]));
    assert!(!is_valid(&[(0, 5), (0, 8), (5, 2)]));
    assert!(!is_valid(&[(20, 5), (25, 8), (25, 2)]));
}

#[test]
fn holes_in_a_closed_chain_cut_the_interior_and_in_an_open_one_do_not() {
    let square: &[GridPoint] = &[(0, 0), (10, 0), (10, 10), (0, 10)];
    let (a, b): (&[GridPoint], &[GridPoint]) = (&[(0, 5), (5, 6), (5, 4)], &[(5, 5), (9, 7), (9, 3)]);
    let c: &[GridPoint] = &[(5, 5), (10, 7), (9, 3)];
    let is_valid = |all: &[&[GridPoint]]| Validator::new().is_valid(&rings(all));
    assert!(is_valid(&[square, a, b]));
    assert!(!is_valid(&[square, a, c]));
}

#[test]
fn two_polygons_may_touch_in_points_but_not_overlap() {
    let is_valid = |all: &[&[GridPoint]]| Validator::new().is_valid(&rings(all));
    let square: &[GridPoint] = &[(0, 0), (4, 0), (4, 4), (0, 4)];
    assert!(is_valid(&[square, &[(4, 4), (8, 4), (8, 8)]]));
    assert!(!is_valid(&[square, &[(4, 0), (8, 0), (8, 8), (4, 4)]]));
    assert!(!is_valid(&[square, &[(1, 1), (3, 1), (3, 3)]]));
    let (frame, hole): (&[GridPoint], &[GridPoint]) =
        (&[(-9, -9), (9, -9), (9, 9), (-9, 9)], &[(-5, -5), (-5, 5), (5, 5), (5, -5)]);
    assert!(is_valid(&[frame, hole, square]));
    assert!(is_valid(&[frame, hole, &[(-5, 0), (0, -5), (5, 0), (0, 5)]]));
}

#[test]
fn a_long_ring_is_checked_by_cells_as_by_pairs() {
    let comb = |tooth: i32| -> Vec<GridPoint> {
        let teeth =
            (0..2000).flat_map(|x| [(4 * x, 0), (4 * x + 1, tooth), (4 * x + 2, tooth), (4 * x + 3, 0)]);
        teeth.chain([(8000, -10), (0, -10)]).collect()
    };
    let mut validator = Validator::new();
    assert!(validator.is_simple_ring(&comb(900)));
    assert!(!validator.is_simple_ring(&comb(-10)));
    let turned: Vec<GridPoint> = comb(900).iter().map(|&(x, y)| (y, x)).collect();
    assert!(validator.is_simple_ring(&turned));
}

#[test]
fn the_caller_learns_what_it_took() {
    let outcome = |ring: &[GridPoint]| Repairer::new().repair(&mut rings(&[ring]));
    assert_eq!(outcome(&[(0, 0), (5, 0), (10, 0), (10, 10), (0, 10)]), Outcome::Valid);
    assert_eq!(outcome(&[(0, 0), (10, 10), (10, 0), (0, 10)]), Outcome::Repaired);
}

#[test]
fn of_polygons_that_stay_tangled_the_largest_is_kept_with_the_holes_that_fit() {
    let square: &[GridPoint] = &[(0, 0), (9, 0), (9, 9), (0, 9)];
    let (hole, stray): (&[GridPoint], &[GridPoint]) = (&[(2, 2), (2, 4), (4, 4)], &[(5, 5), (5, 12), (7, 5)]);
    let (crossing, apart): (&[GridPoint], &[GridPoint]) =
        (&[(8, 8), (11, 8), (8, 11)], &[(20, 20), (22, 20), (20, 22)]);
    let mut all = rings(&[crossing, square, hole, stray, apart]);
    salvage::keep_valid(&mut all, &mut Validator::new());
    assert_eq!(all, rings(&[square, hole, apart]));
}

#[test]
fn a_ring_that_leaves_the_box_and_comes_back_is_in_two_parts() {
    let mut u = rings(&[&[(0, 0), (20, 0), (20, 10), (0, 10), (0, 8), (15, 8), (15, 2), (0, 2)]]);
    let _ = Repairer::new().clip_to_box(&mut u, (-5, -5), (10, 15));
    assert_eq!((u.len(), u.twice_area()), (2, 80));
}

#[test]
fn the_farthest_coordinates_do_no_harm() {
    let far = i32::MAX;
    let mut all =
        rings(&[&[(-far, -far), (far, far), (far, -far), (-far, far)], &[(far, 0), (i32::MIN, 1), (0, far)]]);
    let _ = Repairer::new().repair(&mut all);
    assert!(Validator::new().is_valid(&all));
}

/// From the point to the outline; negative outside.
fn clearance(ring: &[&[(f64, f64)]], p: (f64, f64)) -> f64 {
    let (mut is_inside, mut nearest) = (false, f64::INFINITY);
    for ring in ring {
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            is_inside ^= (a.1 > p.1) != (b.1 > p.1) && p.0 < a.0 + (p.1 - a.1) * (b.0 - a.0) / (b.1 - a.1);
            let (dx, dy) = (b.0 - a.0, b.1 - a.1);
            let along = ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy).max(1e-9);
            let along = along.clamp(0.0, 1.0);
            nearest = nearest.min((p.0 - a.0 - along * dx).hypot(p.1 - a.1 - along * dy));
        }
    }
    if is_inside { nearest } else { -nearest }
}

fn best_of_a_grid(rings: &[&[(f64, f64)]]) -> f64 {
    let steps = (0..=96).flat_map(|x| (0..=96).map(move |y| (f64::from(x) / 8.0, f64::from(y) / 8.0)));
    steps.map(|p| clearance(rings, p)).fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn the_pole_keeps_away_from_a_hole() {
    let square: &[(f64, f64)] = &[(0.0, 0.0), (12.0, 0.0), (12.0, 12.0), (0.0, 12.0)];
    let hole: &[(f64, f64)] = &[(1.0, 1.0), (1.0, 8.0), (8.0, 8.0), (8.0, 1.0)];
    let all = [square, hole];
    let pole = pole_of_inaccessibility(&all, 0.05).unwrap();
    assert!(clearance(&all, pole) >= 0.95 * best_of_a_grid(&all), "{pole:?}");
}

#[test]
fn the_pole_of_a_u_is_in_an_arm_and_not_between() {
    let u: &[(f64, f64)] =
        &[(0.0, 0.0), (3.0, 0.0), (3.0, 9.0), (9.0, 9.0), (9.0, 0.0), (12.0, 0.0), (12.0, 12.0), (0.0, 12.0)];
    let pole = pole_of_inaccessibility(&[u], 0.05).unwrap();
    assert!(clearance(&[u], pole) >= 0.95 * best_of_a_grid(&[u]), "{pole:?}");
}

#[test]
fn what_encloses_nothing_has_no_pole() {
    assert_eq!(pole_of_inaccessibility(&[[(0.0, 0.0), (5.0, 0.0), (9.0, 0.0)]], 0.1), None);
    assert_eq!(pole_of_inaccessibility::<&[(f64, f64)]>(&[], 0.1), None);
}

/// In how many corners a ring touches another.
fn touches(all: &Rings) -> usize {
    let lies_on = |p: GridPoint, ring: &[GridPoint]| {
        (0..ring.len()).any(|i| {
            let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
            let cross = (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0);
            let within = |p, a, b| (std::cmp::min(a, b)..=std::cmp::max(a, b)).contains(&p);
            cross == 0 && within(p.0, a.0, b.0) && within(p.1, a.1, b.1)
        })
    };
    let rings: Vec<&[GridPoint]> = all.iter().collect();
    let on_others = |i: usize| {
        let (rings, lies_on) = (&rings, &lies_on);
        rings[i]
            .iter()
            .filter(move |&&p| (0..rings.len()).any(|other| other != i && lies_on(p, rings[other])))
    };
    let corners: std::collections::BTreeSet<GridPoint> =
        (0..rings.len()).flat_map(on_others).copied().collect();
    corners.len()
}

#[test]
fn a_hole_that_touches_its_border_twice_parts_the_inside() {
    let border = [(6, 5), (11, 4), (4, 11)];
    let hole = [(6, 6), (5, 8), (7, 8)];
    assert!(!Validator::new().is_valid(&rings(&[&border, &hole])));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn whatever_is_repaired_is_valid(all in any_rings()) {
        assert_promises(&repaired(&all))?;
    }

    #[test]
    fn what_is_repaired_is_not_reduced_unless_it_must(all in any_rings()) {
        let mut out = all.clone();
        prop_assert_ne!(Repairer::new().repair(&mut out), Outcome::Reduced, "{:?}", all);
    }

    #[test]
    fn whatever_is_repaired_keeps_its_cells_by_the_even_odd_rule(all in rectilinear_rings()) {
        let out = repaired(&all);
        assert_promises(&out)?;
        prop_assert_eq!(cells(&out), cells(&all));
        prop_assert_eq!(out.twice_area(), 2 * cells(&all).len() as i64);
    }

    #[test]
    fn a_union_covers_what_any_of_its_polygons_covers(parts in prop::collection::vec(rectilinear_rings(), 0..4)) {
        let mut all = Rings::new();
        let mut covered = Vec::new();
        for part in &parts {
            let part = repaired(part);
            covered.extend(cells(&part));
            all.append(&part);
        }
        covered.sort_unstable();
        covered.dedup();
        let mut out = Rings::new();
        let _ = Repairer::new().union(&all, &mut out);
        assert_promises(&out)?;
        prop_assert_eq!(cells(&out), covered);
    }

    #[test]
    fn the_union_of_a_tiling_is_the_whole(cuts in prop::collection::vec((0..99usize, any::<bool>(), 1..12), 0..40)) {
        let mut out = Rings::new();
        let outcome = Repairer::new().union(&tiling(&cuts), &mut out);
        prop_assert_eq!(outcome, Outcome::Valid);
        assert_promises(&out)?;
        prop_assert_eq!((out.len(), out.point_count(), out.twice_area()), (1, 4, 288));
    }

    #[test]
    fn a_clipped_polygon_keeps_its_cells_in_the_box(all in rectilinear_rings(), a in any_point(), b in any_point()) {
        let (min, max) = ((a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1)));
        let mut out = all.clone();
        let _ = Repairer::new().clip_to_box(&mut out, min, max);
        assert_promises(&out)?;
        let is_in_box = |&(x, y): &GridPoint| min.0 <= x && x < max.0 && min.1 <= y && y < max.1;
        prop_assert_eq!(cells(&out), cells(&all).into_iter().filter(is_in_box).collect::<Vec<_>>());
    }

    #[test]
    fn a_ring_clipped_anywhere_is_valid_and_within_the_box(all in any_rings(), a in any_point(), b in any_point()) {
        let (min, max) = ((a.0.min(b.0), a.1.min(b.1)), (a.0.max(b.0), a.1.max(b.1)));
        let mut out = all;
        let _ = Repairer::new().clip_to_box(&mut out, min, max);
        assert_promises(&out)?;
        let is_in_box = |&(x, y): &GridPoint| min.0 <= x && x <= max.0 && min.1 <= y && y <= max.1;
        prop_assert!(out.iter().flatten().all(is_in_box));
    }

    #[test]
    fn a_ring_is_valid_for_us_as_for_another_library(mut ring in prop::collection::vec(any_point(), 3..8)) {
        if twice_area(&ring) <= 0 {
            ring.reverse();
        }
        prop_assume!(twice_area(&ring) > 0);
        let one = rings(&[&ring]);
        let (ours, theirs) = (Validator::new().is_valid(&one), to_geo(&one).is_valid());
        prop_assert!(!ours || theirs, "{ring:?}");
        // theirs takes a repeated point for one
        let has_repeats = (0..ring.len()).any(|i| ring[i] == ring[(i + 1) % ring.len()]);
        prop_assert!(ours || !theirs || has_repeats, "{ring:?}");
    }

    #[test]
    fn triangles_together_are_valid_for_us_as_for_another_library(
        corners in prop::collection::vec([any_point(), any_point(), any_point()], 2..4), hole in any::<bool>(),
    ) {
        let mut all = Rings::new();
        for (i, mut triangle) in corners.into_iter().enumerate() {
            prop_assume!(twice_area(&triangle) != 0);
            if (twice_area(&triangle) > 0) == (hole && i == 1) {
                triangle.reverse();
            }
            all.push_ring(&triangle);
        }
        let (ours, theirs) = (Validator::new().is_valid(&all), to_geo(&all).is_valid());
        prop_assert!(!ours || theirs, "{:?}", all);
        // theirs does not ask whether a hole that touches its border twice parts the inside (OGC 06-103r4, 6.1.11.1)
        prop_assert!(ours || !theirs || touches(&all) > 1, "{:?}", all);
    }

    #[test]
    fn the_pole_is_about_as_far_from_the_outline_as_any_point_of_a_grid(ring in prop::collection::vec(any_point(), 3..8)) {
        let mut one = rings(&[&ring]);
        let _ = Repairer::new().repair(&mut one);
        if one.twice_area() <= 20 {
            return Ok(());
        }
        let all: Vec<Vec<(f64, f64)>> =
            one.iter().map(|ring| ring.iter().map(|p| (f64::from(p.0), f64::from(p.1))).collect()).collect();
        let all: Vec<&[(f64, f64)]> = all.iter().map(Vec::as_slice).collect();
        let best = best_of_a_grid(&all);
        let pole = pole_of_inaccessibility(&all, best.max(0.1) / 25.0);
        prop_assert_eq!(pole, pole_of_inaccessibility(&all, best.max(0.1) / 25.0));
        prop_assert!(pole.is_some_and(|pole| clearance(&all, pole) >= 0.95 * best));
    }
}

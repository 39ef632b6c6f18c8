//! Areas that share borders.

use std::collections::HashMap;

use proptest::prelude::*;

use super::{build, paths, rings, twice_area, twice_area_of_all};
use crate::generalise::arcs::Arcs;
use crate::geometry::{ShapeKind, World, WorldBox};

const KM: i64 = 1 << 21;
const ORIGIN: World = World { x: 54 << 30, y: 30 << 30 };

/// A grid of cells whose common borders are wild polylines, each drawn once.
struct Grid {
    side: usize,
    cells: Vec<Vec<World>>,
}

/// A border from one corner to another: `steps` vertices that wander sidewards but not forwards.
fn border(from: World, to: World, wander: &[i64]) -> Vec<World> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let count = wander.len() as i64 + 1;
    let is_level = dx.abs() > dy.abs();
    let inner = wander.iter().enumerate().map(|(i, &w)| {
        let t = i as i64 + 1;
        let (x, y) = (from.x + dx * t / count, from.y + dy * t / count);
        if is_level { World { x, y: y + w } } else { World { x: x + w, y } }
    });
    std::iter::once(from).chain(inner).collect()
}

/// The cells of a grid; outer borders are straight.
fn grid(side: usize, wander: &[i64]) -> Grid {
    let corner = |column: usize, row: usize| World {
        x: ORIGIN.x + column as i64 * 10 * KM,
        y: ORIGIN.y + row as i64 * 10 * KM,
    };
    let wild = |number: usize| {
        let steps = wander.len() / 4;
        (0..steps).map(|i| wander[(number * 7 + i * (1 + number % 3)) % wander.len()]).collect::<Vec<_>>()
    };
    let across = |column: usize, row: usize| {
        let wander = if row == 0 || row == side { Vec::new() } else { wild(row * side + column) };
        border(corner(column, row), corner(column + 1, row), &wander)
    };
    let down = |column: usize, row: usize| {
        let wander =
            if column == 0 || column == side { Vec::new() } else { wild(1000 + row * side + column) };
        border(corner(column, row), corner(column, row + 1), &wander)
    };
    // `border` leaves its last vertex to the next one, so a border run backwards begins with it
    let backwards = |mut line: Vec<World>, end: World| {
        line.push(end);
        line.reverse();
        line.pop();
        line
    };
    let cell = |column: usize, row: usize| {
        let mut ring = across(column, row);
        ring.extend(down(column + 1, row));
        ring.extend(backwards(across(column, row + 1), corner(column + 1, row + 1)));
        ring.extend(backwards(down(column, row), corner(column, row + 1)));
        ring
    };
    let cells = (0..side * side).map(|i| cell(i % side, i / side)).collect();
    Grid { side, cells }
}

fn edges(ring: &[World]) -> impl Iterator<Item = (World, World)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Edges that are not run through once in each direction.
fn unmatched_edges(all_rings: &[Vec<World>]) -> Vec<(World, World)> {
    let mut balance: HashMap<(World, World), i32> = HashMap::new();
    for (a, b) in all_rings.iter().flat_map(|ring| edges(ring)).filter(|(a, b)| a != b) {
        *balance.entry((a.min(b), a.max(b))).or_default() += if a < b { 1 } else { -1 };
    }
    balance.into_iter().filter(|(_, sum)| *sum != 0).map(|(edge, _)| edge).collect()
}

fn wander() -> impl Strategy<Value = Vec<i64>> {
    // under half a cell, so that cells stay cells
    proptest::collection::vec(-2 * KM..2 * KM, 8..240)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn neighbours_keep_the_same_border_and_the_tiling_keeps_its_area(side in 1usize..5, wander in wander()) {
        let grid = grid(side, &wander);
        let features: Vec<_> = grid.cells.iter().map(|ring| vec![(false, ring.clone())]).collect();
        let levels = build(&paths(ShapeKind::Polygon, &features));
        let whole = 2 * i128::from(side as i64 * 10 * KM).pow(2);
        for level in levels.iter().filter(|level| level.zoom() > 5) {
            let shown: Vec<Vec<World>> = level.in_box(&everywhere()).flat_map(|s| rings(&s)).collect();
            prop_assert_eq!(shown.len(), side * side);
            prop_assert_eq!(shown.iter().map(|ring| twice_area(ring)).sum::<i128>(), whole, "z{}", level.zoom());
            let is_outer = |p: World| {
                let (x, y) = (p.x - ORIGIN.x, p.y - ORIGIN.y);
                let end = grid.side as i64 * 10 * KM;
                x == 0 || y == 0 || x == end || y == end
            };
            for (a, b) in unmatched_edges(&shown) {
                prop_assert!(is_outer(a) && is_outer(b), "z{}: {:?} {:?}", level.zoom(), a, b);
            }
        }
    }

    #[test]
    fn the_order_of_the_features_and_where_a_ring_begins_change_nothing(
        wander in wander(), turn in 0usize..100,
    ) {
        let cells = grid(3, &wander).cells;
        let one_way: Vec<_> = cells.iter().map(|ring| vec![(false, ring.clone())]).collect();
        let mut other_way = one_way.clone();
        other_way.reverse();
        for rings in &mut other_way {
            let count = rings[0].1.len();
            rings[0].1.rotate_left(turn % count);
        }
        let (one, other) = (build(&paths(ShapeKind::Polygon, &one_way)), build(&paths(ShapeKind::Polygon, &other_way)));
        for zoom in 4..=14 {
            prop_assert_eq!(one.at(zoom).map(|l| l.zoom()), other.at(zoom).map(|l| l.zoom()));
            let (Some(one), Some(other)) = (one.at(zoom), other.at(zoom)) else { continue };
            for id in 1..=9 {
                let outline = |shape: Option<super::Simplified<'_>>| {
                    let mut ring = rings(&shape.unwrap()).remove(0);
                    let least = (0..ring.len()).min_by_key(|&i| ring[i]).unwrap();
                    ring.rotate_left(least);
                    ring
                };
                prop_assert_eq!(outline(one.shape(id)), outline(other.shape(10 - id)));
            }
        }
    }

    #[test]
    fn a_feature_never_vanishes(
        size in 1i64..1 << 22, corners in proptest::collection::vec((0i64..1000, 0i64..1000), 3..40),
    ) {
        let ring: Vec<World> = corners
            .iter()
            .map(|(x, y)| World { x: ORIGIN.x + x * size / 1000, y: ORIGIN.y + y * size / 1000 })
            .collect();
        let levels = build(&paths(ShapeKind::Polygon, &[vec![(false, ring)], vec![(false, big_circle())]]));
        for level in levels.iter() {
            let drawn = rings(&level.shape(1).unwrap());
            prop_assert!(!drawn.is_empty() && drawn.iter().all(|ring| twice_area(ring) != 0));
        }
    }

    #[test]
    fn a_coarser_level_holds_no_more_vertices_than_a_finer_one(wander in wander()) {
        let cells = grid(2, &wander).cells;
        let features: Vec<_> = cells.into_iter().map(|ring| vec![(false, ring)]).collect();
        let paths = paths(ShapeKind::Polygon, &features);
        let arcs = Arcs::cut(&paths);
        let weights = crate::generalise::coverage::weigh_arcs(&paths, &arcs);
        prop_assert_eq!(weights.len(), arcs.vertices().len());
        let levels = build(&paths);
        let counts: Vec<usize> = levels.iter().map(|l| l.vertex_count()).collect();
        prop_assert!(counts.is_sorted(), "{:?}", counts);
    }
}

fn everywhere() -> WorldBox {
    WorldBox { min: World { x: 0, y: 0 }, max: World { x: World::SIZE, y: World::SIZE } }
}

/// A ring of many vertices, far from the grid, so that levels are worth having.
fn big_circle() -> Vec<World> {
    let angle = |i: i32| f64::from(i) / 3000.0 * std::f64::consts::TAU;
    let at = |i: i32| World {
        x: ORIGIN.x + 300 * KM + (angle(i).cos() * 9e6) as i64,
        y: ORIGIN.y + (angle(i).sin() * 9e6) as i64,
    };
    (0..3000).map(at).collect()
}

fn square(west: i64, north: i64, side: i64) -> Vec<World> {
    let at = |x, y| World { x: ORIGIN.x + x, y: ORIGIN.y + y };
    vec![at(west, north), at(west + side, north), at(west + side, north + side), at(west, north + side)]
}

#[test]
fn a_border_is_one_arc_of_two_areas_and_an_enclave_shares_its_ring() {
    let left = square(0, 0, KM);
    let right = square(KM, 0, KM);
    let mut hole = square(10, 10, 100);
    hole.reverse();
    let enclave = square(10, 10, 100);
    let features = [vec![(false, left), (true, hole)], vec![(false, right)], vec![(false, enclave)]];
    let arcs = Arcs::cut(&paths(ShapeKind::Polygon, &features));
    assert_eq!(arcs.len(), 4, "two coasts, a border, an enclave");
    let common = arcs.links(0).iter().filter(|a| arcs.links(2).iter().any(|b| a.arc() == b.arc()));
    assert_eq!(common.count(), 1);
    assert_eq!(arcs.links(1)[0].arc(), arcs.links(3)[0].arc());
    assert_ne!(arcs.links(1)[0].is_reversed(), arcs.links(3)[0].is_reversed());
}

#[test]
fn a_border_with_a_vertex_that_one_neighbour_lacks_is_two_arcs() {
    let left = square(0, 0, KM);
    let mut right = square(KM, 0, KM);
    right.push(World { x: ORIGIN.x + KM, y: ORIGIN.y + KM / 2 });
    let arcs = Arcs::cut(&paths(ShapeKind::Polygon, &[vec![(false, left)], vec![(false, right)]]));
    assert_eq!(arcs.len(), 4);
}

#[test]
fn scattered_islands_stay_a_spot_for_each_group() {
    let mut islands = vec![(false, square(0, 0, 20_000)), (false, square(30_000, 0, 18_000))];
    islands.push((false, square(200 * KM, 0, 10_000)));
    let levels = build(&paths(ShapeKind::Polygon, &[islands, vec![(false, big_circle())]]));
    let level = levels.at(4).unwrap();
    assert_eq!(rings(&level.shape(1).unwrap()).len(), 2);
    let fine = levels.iter().last().unwrap();
    assert!(fine.zoom() > 10 && rings(&fine.shape(1).unwrap()).len() == 3);
}

#[test]
fn a_speck_beside_the_mainland_is_left_out() {
    let country = vec![(false, big_circle()), (false, square(291 * KM, 0, 10_000))];
    let levels = build(&paths(ShapeKind::Polygon, &[country]));
    assert_eq!(rings(&levels.at(4).unwrap().shape(1).unwrap()).len(), 1);
}

#[test]
fn a_box_finds_what_lies_in_it_in_row_order() {
    let cells: Vec<_> = (0..400).map(|i| vec![(false, square(i % 20 * KM, i / 20 * KM, KM))]).collect();
    let mut features = cells;
    features.push(vec![(false, big_circle())]);
    let levels = build(&paths(ShapeKind::Polygon, &features));
    let level = levels.at(10).unwrap();
    let corner = World { x: ORIGIN.x + 2 * KM + KM / 2, y: ORIGIN.y + 3 * KM + KM / 2 };
    let found: Vec<u64> = level.in_box(&WorldBox::of(corner)).map(|s| s.id()).collect();
    assert_eq!(found, [63]);
    let all: Vec<u64> = level.in_box(&everywhere()).map(|s| s.id()).collect();
    assert!(all.is_sorted() && all.len() == 401);
    assert!(twice_area_of_all(level, 1..=400) > 0);
}

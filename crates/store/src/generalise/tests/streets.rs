//! Lines and points.

use proptest::prelude::*;

use super::{build, paths, rings};
use crate::generalise::Levels;
use crate::geometry::{ShapeKind, World};

const ORIGIN: World = World { x: 54 << 30, y: 30 << 30 };

/// A line of many vertices that wavers by `waver` steps.
fn street(west: i64, north: i64, length: i64, waver: i64) -> Vec<World> {
    let at = |i: i64| World { x: ORIGIN.x + west + length * i / 100, y: ORIGIN.y + north + (i % 2) * waver };
    (0..=100).map(at).collect()
}

#[test]
fn a_line_keeps_its_ends_and_loses_what_cannot_be_seen() {
    let levels = build(&paths(ShapeKind::Line, &[vec![(false, street(0, 0, 1 << 28, 4))]]));
    let level = levels.at(6).unwrap();
    let line = &rings(&level.shape(1).unwrap())[0];
    assert_eq!(line.len(), 2);
    assert_eq!((line[0].x, line[1].x), (ORIGIN.x, ORIGIN.x + (1 << 28)));
}

#[test]
fn where_many_lie_together_the_longest_comes_first() {
    let streets: Vec<_> =
        (0..50).map(|i| vec![(false, street(0, i * 20_000, (1 << 20) + i * 100, 400))]).collect();
    let levels = build(&paths(ShapeKind::Line, &streets));
    let shown = |zoom: u8| {
        let level = levels.at(zoom).unwrap();
        (1..=50).filter(|&id| level.shape(id).is_some()).collect::<Vec<u64>>()
    };
    assert_eq!(shown(9), [50]);
    assert!(shown(12).len() > 1 && shown(12).contains(&50));
    assert!(shown(4).is_empty(), "shorter than a pixel there");
}

#[test]
fn a_layer_of_points_needs_no_levels() {
    let points = paths(ShapeKind::Point, &[vec![(false, vec![ORIGIN])]]);
    assert!(build(&points).at(4).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_is_drawn_stays_drawn_when_coming_nearer(
        streets in proptest::collection::vec((0i64..1 << 26, 0i64..1 << 26, 1i64..1 << 25), 1..80),
    ) {
        let features: Vec<_> =
            streets.iter().map(|&(x, y, length)| vec![(false, street(x, y, length, length / 50))]).collect();
        let levels = build(&paths(ShapeKind::Line, &features));
        let drawn = |levels: &Levels, zoom: u8, id: u64| {
            levels.at(zoom).is_none_or(|level| level.shape(id).is_some())
        };
        for id in 1..=features.len() as u64 {
            let zooms: Vec<bool> = (4..=14).map(|zoom| drawn(&levels, zoom, id)).collect();
            prop_assert!(zooms.is_sorted(), "{:?}", zooms);
        }
    }
}

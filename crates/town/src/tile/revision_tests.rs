//! A tag means its bytes: whatever is changed of a town, a tile whose bytes differ has another revision.

use time::macros::date;

use super::small_town::{Row, SmallTown, TODAY, at, draw, lot, tile_at};
use super::{MapLayer, TileId};

/// Numbers that are the same at every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// A text in a column of sums.
const UNLIKE: &str = "a text that is no sum";

/// Changes one row somehow; says how.
fn edit(town: &mut SmallTown, dice: &mut Dice) -> &'static str {
    let which = dice.below(4);
    let what = dice.below(9);
    let (east, south) = (dice.below(5800) as f64, dice.below(5800) as f64);
    let tables = town.tables();
    let table = &mut *tables[which];
    let next = table.iter().map(|row| row.id).max().unwrap_or(0) + 1;
    let place = dice.below(table.len());
    let row = &mut table[place];
    match what {
        0 => {
            row.name = format!("khác {}", dice.below(1000));
            "a name"
        }
        1 => {
            row.uses = ["SKC", "DGT", "LUC"][dice.below(3)];
            "a use"
        }
        2 => {
            // one such text, and the column of the whole neighbourhood is packed otherwise
            row.areas = format!("không rõ {}", dice.below(10));
            UNLIKE
        }
        3 => {
            row.size += 0.25;
            "a number"
        }
        4 => {
            row.valid[1] = Some([date!(2025 - 03 - 01), date!(2026 - 12 - 01)][dice.below(2)]);
            "a last day"
        }
        5 => {
            table.remove(place);
            "a row less"
        }
        6 => {
            let shape = match which {
                0 | 1 => lot(east, south, 7.0, 9.0),
                2 => {
                    geo_types::LineString::from(vec![at(east, south), at(east + 400.0, south + 30.0)]).into()
                }
                _ => geo_types::Point::from(at(east, south)).into(),
            };
            let copy = Row { id: next, shape, ..row.clone() };
            table.push(copy);
            "a row more"
        }
        7 => {
            row.unit = "25642";
            "a unit"
        }
        _ => {
            use geo_types::Geometry;
            let step = |v: &mut geo_types::Coord| v.x += 0.000_002;
            match &mut row.shape {
                Geometry::Point(point) => step(&mut point.0),
                Geometry::LineString(line) => line.0.iter_mut().skip(1).take(1).for_each(step),
                Geometry::Polygon(area) => {
                    area.exterior_mut(|ring| ring.0.iter_mut().skip(1).take(1).for_each(step))
                }
                _ => {}
            }
            "a vertex"
        }
    }
}

/// Changes how a layer is published; says how.
fn configure(town: &mut SmallTown, dice: &mut Dice) -> &'static str {
    let which = dice.below(4);
    let config = &mut town.configs[which];
    match dice.below(5) {
        0 => {
            config.columns[0].name = "ten".to_owned();
            config.label_columns.clear();
            "a name of a column"
        }
        1 => {
            config.columns[3].minzoom = 17;
            "a first zoom of a column"
        }
        2 => {
            config.columns.remove(4);
            "a column less"
        }
        3 => {
            config.label_columns = vec!["uses".to_owned()];
            "columns of labels"
        }
        _ => {
            config.dissolve = None;
            config.minzoom = 9;
            "nothing united"
        }
    }
}

fn tiles(dice: &mut Dice) -> Vec<TileId> {
    let mut tiles = Vec::new();
    for z in 6..=20 {
        let mut places = vec![at(210.0, 310.0), at(1650.0, 3205.0), at(3000.0, 3000.0), at(4500.0, 330.0)];
        places.extend((0..4).map(|_| at(dice.below(6000) as f64, dice.below(6000) as f64)));
        for place in places {
            let tile = tile_at(z, place);
            tiles.push(tile);
            tiles.extend(TileId::new(z, tile.x() + 1, tile.y()));
        }
    }
    tiles.sort_unstable_by_key(|tile| (tile.z(), tile.x(), tile.y()));
    tiles.dedup();
    tiles
}

/// Tiles with other revisions and with other bytes, in one town and the other.
fn compare(before: &[MapLayer], after: &[MapLayer], tiles: &[TileId], what: &[&str]) -> (u32, u32) {
    let (mut revisions, mut bodies) = (0, 0);
    for old in before {
        let Some(new) = after.iter().find(|layer| layer.name() == old.name()) else { continue };
        for day in [None, Some(date!(2025 - 01 - 15)), Some(date!(2027 - 02 - 01))] {
            let epochs = [old, new].map(|layer| day.and_then(|day| layer.epoch(day, TODAY)));
            // a day like today is today, and two epochs are two addresses
            if epochs[0] != epochs[1] || (day.is_some() && epochs[0].is_none()) {
                continue;
            }
            for &tile in tiles {
                let (Some((a, one)), Some((b, other))) = (draw(old, tile, day), draw(new, tile, day)) else {
                    continue;
                };
                revisions += u32::from(a != b);
                bodies += u32::from(one.bytes != other.bytes);
                assert!(a != b || one.bytes == other.bytes, "{what:?}: {} {tile:?} {day:?}", old.name());
            }
        }
    }
    (revisions, bodies)
}

#[test]
fn a_tile_with_other_bytes_has_another_revision() {
    let mut dice = Dice(0x7a6_5eed);
    let (mut revisions, mut bodies) = (0, 0);
    for _ in 0..30 {
        let mut town = SmallTown::new();
        let before = town.map();
        let count = 1 + dice.below(2);
        let what: Vec<&str> = (0..count).map(|_| edit(&mut town, &mut dice)).collect();
        let changed = compare(&before, &town.map(), &tiles(&mut dice), &what);
        // where a column is packed otherwise, every tile of its neighbourhood may be written otherwise
        if !what.contains(&UNLIKE) {
            (revisions, bodies) = (revisions + changed.0, bodies + changed.1);
        }
    }
    eprintln!("{bodies} bodies and {revisions} revisions changed");
    assert!(bodies > 100, "{bodies} changes are too few to say anything");
    assert!(revisions < 4 * bodies, "{revisions} revisions for {bodies} bodies");
}

#[test]
fn a_layer_that_is_published_otherwise_has_other_revisions() {
    let mut dice = Dice(0xc0_5eed);
    let mut bodies = 0;
    for _ in 0..12 {
        let mut town = SmallTown::new();
        let before = town.map();
        let what = [configure(&mut town, &mut dice)];
        bodies += compare(&before, &town.map(), &tiles(&mut dice), &what).1;
    }
    assert!(bodies > 100, "{bodies} changes are too few to say anything");
}

#[test]
fn the_same_town_has_the_same_revisions() {
    let (town, tiles) = (SmallTown::new(), tiles(&mut Dice(7)));
    let mut shuffled = town.clone();
    shuffled.tables().into_iter().for_each(|table| table.reverse());
    assert_eq!(compare(&town.map(), &shuffled.map(), &tiles, &["the order"]), (0, 0));
    let versions = |town: &SmallTown| town.map().iter().map(MapLayer::version).collect::<Vec<_>>();
    assert_eq!(versions(&town), versions(&shuffled));
}

#[test]
fn a_row_of_the_past_changes_the_version_and_no_tile_of_today() {
    let mut town = SmallTown::new();
    let before = town.map();
    town.parcels[5].name = "sửa lại".to_owned();
    let after = town.map();
    let place = tile_at(16, at(230.0, 310.0));
    for (old, new) in before.iter().zip(&after).filter(|(old, _)| old.name().starts_with("parcels")) {
        assert_ne!(old.version(), new.version(), "{}", old.name());
        assert_eq!(old.revision_in(place, None), new.revision_in(place, None));
        let epoch = old.epoch(date!(2025 - 01 - 01), TODAY);
        assert!(epoch.is_some());
        assert_ne!(old.revision_in(place, epoch), new.revision_in(place, epoch));
    }
}

//! A town of a million parcels: random tiles are valid and as large as they should be. Only in a full
//! sweep; it takes some half an hour.

use super::decode::layers;
use super::judge::Judge;
use super::sweep::{Address, children, fetch, is_full, path};
use super::town::{ALL, Town, check_areas};
use crate::support::Dice;

const PARCELS: u32 = 1_000_000;
const TILES: usize = 20_000;
/// Of so many tiles the areas are measured too.
const MEASURED: usize = 500;

#[test]
fn random_tiles_of_a_large_town_are_valid_and_lose_nothing() {
    if !is_full() {
        println!("left out: only with BANDOSO_FULL_SWEEP");
        return;
    }
    let town = Town::make(Some(PARCELS));
    let shallow: Vec<Address> = town.at(0..=14).collect();
    let deep: Vec<Address> = town.at(15..=16).collect();
    let mut dice = Dice(5);
    let mut judge = Judge::new(&town.database);
    let (mut tiles, mut areas) = (0, 0);
    for &at in &shallow {
        tiles += usize::from(judge_tile(&town, &mut judge, at));
        areas += if at.0 >= 6 { check_areas(&town, at) } else { 0 };
    }
    while tiles < TILES {
        let mut at = deep[dice.roll(deep.len() as u64) as usize];
        while at.0 < 18 && dice.roll(4) > 0 {
            at = children(at)[dice.roll(4) as usize];
        }
        tiles += usize::from(judge_tile(&town, &mut judge, at));
        if tiles % (TILES / MEASURED) == 0 {
            areas += check_areas(&town, at);
        }
    }
    println!("{tiles} tiles of a large town, {} polygons, {areas} areas", judge.verdict());
}

/// Whether there was something to judge.
fn judge_tile(town: &Town, judge: &mut Judge<'_>, at: Address) -> bool {
    let Some(body) = fetch(&town.server, ALL, at) else { return false };
    let place = path(ALL, at);
    judge.tile(&layers(&body, &place), &place);
    true
}

//! The doors of a generated town: as many as asked for, drawn blindly, and places near them.

use std::path::Path;
use std::time::Duration;

use bandoso::config::Config;
use bandoso::demo::{RECORDED_AT, TownOptions, write_town};
use bandoso::geocode::{Hit, Index};
use bandoso::geometry::World;
use bandoso::schema::SchemaWriter;
use bandoso::source::{Location, Source};
use bandoso::town::{Clock, Town, load_town};

use super::questions::{Question, question};
use crate::support::Dice;

/// A generated town has so many addresses a parcel.
const ADDRESSES_A_PARCEL: f64 = 0.7;
/// Doors drawn for one that a category can be asked with.
const TRIES: usize = 200;

/// A town of about so many addresses in a new GeoPackage, loaded.
pub async fn make_town(file: &Path, addresses: u32) -> Town {
    let parcels = (f64::from(addresses) / ADDRESSES_A_PARCEL) as u32;
    eprintln!("making a town of {parcels} parcels");
    let mut writer = SchemaWriter::geopackage(file, RECORDED_AT).await.unwrap();
    let options = TownOptions { parcels, ..TownOptions::default() };
    write_town(&options, &mut writer, |_| {}).await.unwrap();
    writer.commit().await.unwrap();
    let place = Location::GeoPackage(file.to_owned());
    let source = Source::open(&place, Duration::from_secs(10)).await.unwrap();
    load_town(&source, &place, &Config::default(), &Clock::system(), |_| {}).await.unwrap()
}

/// The doors of a town.
pub struct Doors<'a> {
    pub index: &'a Index,
    pub ids: Vec<i64>,
}

impl<'a> Doors<'a> {
    pub fn of(town: &'a Town) -> Self {
        let layer = town.snapshot().layer("addresses").expect("addresses");
        Self {
            index: town.index(),
            ids: layer.all().filter_map(|row| i64::try_from(row.id()).ok()).collect(),
        }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = Hit> {
        self.ids.iter().filter_map(|&id| self.index.address(id))
    }

    /// So many questions of a category, each about a door drawn anew.
    pub fn questions(&self, category: &str, asked: usize, dice: &mut Dice) -> Vec<Question> {
        let drawn = (0..TRIES * asked).filter_map(|_| question(category, &self.any(dice)?, dice));
        drawn.take(asked).collect()
    }

    /// A place within some 200 m of a door.
    pub fn place_near(&self, dice: &mut Dice) -> World {
        const STEPS: u64 = 700_000;
        let door = self.any(dice).and_then(|hit| hit.point).expect("a door has a place");
        let shift = |dice: &mut Dice| dice.roll(STEPS) as i64 - STEPS as i64 / 2;
        World { x: door.x + shift(dice), y: door.y + shift(dice) }
    }

    fn any(&self, dice: &mut Dice) -> Option<Hit> {
        self.index.address(self.ids[dice.roll(self.ids.len() as u64) as usize])
    }
}

/// A text as part of a URL.
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

//! The system a file is read in: the one given by hand, else the one the file names, else WGS 84 where its numbers are
//! degrees; and the order of its axes.

use geo_types::Coord;

use super::axes::{Numbers, are_swapped, is_degrees, nearly_all, usual_instead};
use super::reading::place_of;
use crate::formats::{Content, NamedCrs};
use crate::geometry::{EpsgCode, NamedSystem, system_named};
use crate::import::columns::Columns;
use crate::import::{ImportError, Job};

/// The reading of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Its system.
    pub system: EpsgCode,
    /// It writes the northing or the latitude first.
    pub swaps: bool,
    /// What is to be said about it.
    pub sentences: Vec<String>,
}

/// What the file names.
pub fn system_of_file(named: NamedCrs) -> Result<NamedSystem, ImportError> {
    match named {
        NamedCrs::Epsg(code) => Ok(NamedSystem { system: EpsgCode(code), doubts: Vec::new() }),
        NamedCrs::Text(text) => Ok(system_named(&text)?),
    }
}

/// Nothing where nobody says the system, or the numbers cannot be of the one that is said.
pub fn choose(
    job: &Job,
    named: Option<NamedCrs>,
    columns: &Columns,
    rows: &[&Content],
) -> Result<Option<Chosen>, ImportError> {
    let places: Vec<Coord> = rows.iter().filter_map(|row| place_of(columns, row)).collect();
    let has_shapes = rows.iter().any(|row| row.geometry.is_some());
    let mut sentences = Vec::new();
    let said = match job.crs {
        Some(given) => {
            let other =
                named.and_then(|named| system_of_file(named).ok()).filter(|file| file.system != given);
            sentences.extend(
                other.map(|file| format!("the file names {}; {given} was given and is used", file.system)),
            );
            given
        }
        None => match named {
            Some(named) => {
                let file = system_of_file(named)?;
                sentences.extend(file.doubts.iter().map(ToString::to_string));
                file.system
            }
            // `x` and `y` say neither metres nor degrees
            None if !has_shapes && columns.coordinate_fields() == Some(["x", "y"]) => return Ok(None),
            None => EpsgCode::WGS84,
        },
    };
    let system = usual_instead(said, &places).unwrap_or(said);
    if system != said {
        sentences.push(format!(
            "{said} has its false easting and northing exchanged; the numbers are those of {system}, which is used"
        ));
    }
    if cannot_be(system, &places) {
        return Ok(None);
    }
    let are_found_swapped = are_swapped(system, &places);
    if are_found_swapped && !job.swap_xy {
        let first = if is_degrees(system) { "latitudes" } else { "northings" };
        sentences.push(format!("{first} come first in this file, and it is read so"));
    }
    Ok(Some(Chosen { system, swaps: job.swap_xy || are_found_swapped, sentences }))
}

/// Degrees in a system of metres, or the other way.
fn cannot_be(system: EpsgCode, places: &[Coord]) -> bool {
    let numbers: Vec<Numbers> = places.iter().filter_map(|at| Numbers::of(*at)).collect();
    let contradict = numbers.iter().filter(|numbers| match numbers {
        Numbers::Degrees(_) => system.is_vietnamese_plane(),
        Numbers::Metres(_) => is_degrees(system),
    });
    nearly_all(contradict.count(), places.len())
}

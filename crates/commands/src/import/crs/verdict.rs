//! What is made of the places seen: whether the rows lie in the wards they name, and which system would put them there.

use super::candidates::{BESIDE_M, Fit, Located, fit, fitting, in_any_ward, in_their_wards};
use super::choice::{Chosen, system_of_file};
use super::observer::Observer;
use super::reading::Reading;
use crate::formats::NamedCrs;
use crate::geometry::EpsgCode;
use crate::import::reference::Reference;
use crate::import::report::FileReport;
use crate::import::{ImportError, Job};

/// More than one row of so many outside is no slip of single rows.
const ONE_OUTSIDE_OF: usize = 5;

/// Says how many rows lie in the ward they name, and refuses a file of which more than a fifth do not.
pub fn hold_against_wards(
    job: &Job,
    chosen: &Chosen,
    observer: &Observer,
    reference: &Reference,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let samples = observer.samples();
    if samples.kept().iter().all(|sample| sample.ward.is_none()) {
        return Ok(());
    }
    let rows = in_their_wards(observer.kind(), samples.kept(), reference);
    if rows.is_empty() {
        let unchecked =
            "whether the rows lie in the ward they name was not checked: no such ward has a shape";
        report.coordinates.push(unchecked.to_owned());
        return Ok(());
    }
    let system = chosen.system;
    let reading = Reading::new(system, chosen.swaps)?;
    let outside = rows.len() - fit(&reading, &rows, reference).near;
    let looked_at = if samples.is_a_part() { " looked at" } else { "" };
    if outside * ONE_OUTSIDE_OF > rows.len() && !job.allows_outside {
        return Err(ImportError::OutsideWards {
            system,
            outside,
            of: format!("{} rows{looked_at}", rows.len()),
            proposal: proposal_for(&fitting(&rows, reference), system),
        });
    }
    report.coordinates.push(format!(
        "in {system}, {} of {} rows{looked_at} lie in the ward they name or within {BESIDE_M} m of it",
        rows.len() - outside,
        rows.len()
    ));
    Ok(())
}

fn proposal_for(fits: &[(EpsgCode, Fit)], used: EpsgCode) -> String {
    match fits {
        [] => "no system of Viet Nam fits: are the ward codes of another day (--codes-of)? \
               --allow-outside loads the rows where they are"
            .to_owned(),
        // only the order of the axes was wrong
        [(system, fit)] if *system == used => {
            format!("{system} fits {} with the other order of axes: see --swap-xy", fit.near)
        }
        [(system, fit)] => format!("{system} fits {}: give --crs {}", fit.near, system.0),
        [(_, fit), ..] => format!("{} fit {}, {NEIGHBOURS}", listed(fits), fit.near),
    }
}

/// Of one meridian there are three: TM-3 of VN-2000, UTM of VN-2000 and of WGS 84. More that fit say nothing.
const MOST_LISTED: usize = 4;
const NEIGHBOURS: &str = "a few hundred metres apart: find out which it is and give --crs";

fn listed(fits: &[(EpsgCode, Fit)]) -> String {
    fits.iter().map(|(system, _)| system.to_string()).collect::<Vec<_>>().join(" and ")
}

/// The refusal of a file whose system nobody says, or whose numbers cannot be of the one that is said: with the system
/// that puts its rows into their wards, where one does.
pub fn which(observer: &Observer, reference: &Reference) -> ImportError {
    let samples = observer.samples().kept();
    let named = in_their_wards(observer.kind(), samples, reference);
    let (rows, wards) = match named.is_empty() {
        false => (named, "the ward they name"),
        true if reference.has_areas() => (in_any_ward(samples), "a ward"),
        true => (Vec::new(), ""),
    };
    ImportError::WhichCrs { proposal: proposal_among(&rows, wards, reference) }
}

fn proposal_among(rows: &[Located<'_>], wards: &str, reference: &Reference) -> String {
    let fits = fitting(rows, reference);
    match fits.as_slice() {
        [(system, fit)] => {
            format!("{system} puts {} of {} rows into {wards}: give --crs {}", fit.near, rows.len(), system.0)
        }
        [(_, fit), ..] if fits.len() <= MOST_LISTED => {
            format!("{} put {} of {} rows into {wards}, {NEIGHBOURS}", listed(&fits), fit.near, rows.len())
        }
        _ => "give --crs, such as 9209 for VN-2000 / TM-3 105°30′".to_owned(),
    }
}

/// A stream may name its system behind its rows, when these were read already.
pub fn named_behind_rows(
    job: &Job,
    used: EpsgCode,
    before: Option<&NamedCrs>,
    after: Option<NamedCrs>,
) -> Result<(), ImportError> {
    match after {
        Some(after) if job.crs.is_none() && before != Some(&after) => {
            let named = system_of_file(after)?.system;
            if named == used { Ok(()) } else { Err(ImportError::CrsBehindRows { named, used }) }
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_named_behind_the_rows_is_refused_where_they_were_read_in_another() {
        let job = Job::default();
        let named = |name: &str| Some(NamedCrs::Text(name.to_owned()));
        let refused = named_behind_rows(&job, EpsgCode::WGS84, None, named("EPSG:9209")).unwrap_err();
        assert!(refused.to_string().contains("--crs 9209"), "{refused}");
        assert!(named_behind_rows(&job, EpsgCode::WGS84, None, named("OGC:CRS84")).is_ok());
        assert!(
            named_behind_rows(&job, EpsgCode(9209), named("EPSG:9209").as_ref(), named("EPSG:9209")).is_ok()
        );
        assert!(named_behind_rows(&job, EpsgCode::WGS84, None, None).is_ok());
        let given = Job { crs: Some(EpsgCode::WGS84), ..Job::default() };
        assert!(named_behind_rows(&given, EpsgCode::WGS84, None, named("EPSG:9209")).is_ok(), "a hand wins");
    }
}

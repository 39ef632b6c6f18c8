//! Doors: a point, and what stands on the plate.

use std::collections::HashSet;

use super::cells::{is_date, may_be_serial_day, whole};
use super::door_codes::retired;
use super::former::FormerPlaces;
use super::place::{point, ward_of};
use super::report::{FileReport, Refusal};
use super::target::{Ids, Target};
use super::{File, ImportError, Notes, Progress, Source, write_rows};
use crate::formats::Content;
use crate::geocode::{AddressParts, StreetName, address_parts, street_of_address};
use crate::schema::{Address, Street, Validity};

/// Codes that may stand once only.
struct Unique {
    name: &'static str,
    form: fn(&str) -> bool,
    taken: HashSet<String>,
}

impl Unique {
    async fn read(
        target: &mut Target,
        name: &'static str,
        form: fn(&str) -> bool,
    ) -> Result<Self, ImportError> {
        Ok(Self { name, form, taken: target.texts("address", name).await? })
    }

    fn claim(&mut self, given: Option<String>) -> Result<Option<String>, Refusal> {
        let Some(code) = given else { return Ok(None) };
        if !(self.form)(&code) {
            return Err(Refusal::new(format!("{} has another form", self.name), code));
        }
        if !self.taken.insert(code.clone()) {
            return Err(Refusal::new(format!("{} is taken, or was once", self.name), code));
        }
        Ok(Some(code))
    }
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}

/// Points with number, street, hamlet or a whole address line.
pub async fn load<W: FnMut(Progress<'_>)>(
    file: &File<'_>,
    source: &mut Source<'_, W>,
    target: &mut Target,
    report: &mut FileReport,
) -> Result<(), ImportError> {
    let dataset_id = target.begin_dataset(file).await?;
    target.read_places(file).await?;
    let mut ids = target.ids("address", "address_id").await?;
    let mut street_ids = target.ids("street", "street_id").await?;
    let is_door_code =
        |t: &str| t.len() == 9 && t.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    let mut door_codes = Unique::read(target, "door_code", is_door_code).await?;
    door_codes.taken.extend(retired(target.connection()?).await?);
    let mut places = match file.columns.has("text") {
        true => Some(FormerPlaces::national()?),
        false => None,
    };
    let mut place_ids = Unique::read(target, "national_place_id", |t| is_digits(t, 12)).await?;
    write_rows(source, target, report, |target, mut row, notes| {
        let geometry = row.geometry.take();
        let text = |field| file.columns.text(&row, field);
        let at = point(file, &row, geometry)?;
        let unit_id = ward_of(target, text("ward"), at, notes)?;
        let former = former_of(file, &row, unit_id, target, &mut places, notes)?;
        let parts = parts_of(file, &row);
        if let Some(number) = &parts.number {
            refuse_day(number)?;
            if may_be_serial_day(number) {
                notes.push(Refusal::new(
                    "the house number may be a day that a spreadsheet made of it",
                    number.clone(),
                ));
            }
        }
        if parts.number.is_none() && parts.hamlet.is_none() && parts.street.is_none() {
            return Err("no house number, no street and no hamlet".into());
        }
        let parcel_id = text("parcel_id").map(|t| t.parse().map_err(|_| t)).transpose();
        let parcel_id = parcel_id.map_err(|t| Refusal::new("the parcel id is not a whole number", t))?;
        let coded = |field, digits| match text(field) {
            Some(code) if !is_digits(&code, digits) => {
                Err(Refusal::new(format!("{field} is not {digits} digits"), code))
            }
            code => Ok(code),
        };
        Ok(Some(Address {
            post_address_code: coded("post_address_code", 10)?,
            postal_code: coded("postal_code", 5)?,
            door_code: door_codes.claim(text("door_code"))?,
            national_place_id: place_ids.claim(text("national_place_id"))?,
            address_id: ids.claim(text("address_id"))?,
            dataset_id,
            number: parts.number,
            hamlet: parts.hamlet,
            unit_id,
            former_unit_id: former.unit_id,
            former_place: former.place,
            parcel_id,
            at,
            validity: Validity::default(),
            // last: a row refused above must not bring a street
            street_id: parts.street.map(|street| {
                let place = StreetPlace { dataset_id, unit_id };
                street_by_name(target, street, &place, &mut street_ids, notes)
            }),
        }))
    })
    .await
}

/// `05-Dec` was 5/12 or 12/5: nobody can tell any more.
fn refuse_day(number: &str) -> Result<(), Refusal> {
    if !is_date(number) {
        return Ok(());
    }
    let reason =
        "the house number is a day that a spreadsheet made of it: enter it again in a column of text";
    Err(Refusal::new(reason, number))
}

/// Where a door lay before the reform.
#[derive(Default)]
struct FormerWard {
    unit_id: Option<i32>,
    place: Option<String>,
}

/// What a column says wins over what the address line says; a line whose old ward never became the row's ward
/// is wrong about one of them and says nothing.
fn former_of(
    file: &File<'_>,
    row: &Content,
    unit_id: i32,
    target: &Target,
    places: &mut Option<FormerPlaces>,
    notes: &mut Notes,
) -> Result<FormerWard, Refusal> {
    let text = |field| file.columns.text(row, field);
    if let Some(code) = text("former_ward") {
        return Ok(FormerWard { unit_id: Some(target.reference.former_ward(&code)?), place: None });
    }
    if let Some(place) = text("former_place") {
        return Ok(FormerWard { unit_id: None, place: Some(place) });
    }
    let Some((places, line)) = places.as_mut().zip(text("text")) else { return Ok(FormerWard::default()) };
    let former = places.read(&line);
    let kept = FormerWard { unit_id: None, place: former.place };
    let Some(ward) = former.ward else { return Ok(kept) };
    let is_meant = |code: &String| target.reference.present_ward(code).is_ok_and(|unit| unit == unit_id);
    if !ward.successors.iter().any(is_meant) {
        notes.push(Refusal::new(
            "the old ward in the address line did not become the ward of the row",
            ward.code,
        ));
        return Ok(FormerWard::default());
    }
    // a database that was migrated long ago knows fewer units
    let is_there = target.reference.holds(ward.unit_id);
    Ok(if is_there { FormerWard { unit_id: Some(ward.unit_id), place: None } } else { kept })
}

/// Where a street that is met for the first time belongs.
struct StreetPlace {
    dataset_id: i32,
    unit_id: i32,
}

/// The street of the ward that has this name; a new one without a line where none has.
fn street_by_name(
    target: &mut Target,
    street: StreetName,
    place: &StreetPlace,
    ids: &mut Ids,
    notes: &mut Notes,
) -> i64 {
    if let Some(known) = target.reference.street(place.unit_id, &street.name) {
        return known;
    }
    let street_id = ids.fresh();
    notes.push(Refusal::new("streets known by name only: no line of them is on record", street.name.clone()));
    target.add_street(Street {
        street_id,
        dataset_id: place.dataset_id,
        name: street.name,
        kind: street.kind.to_owned(),
        parent_id: None,
        unit_id: place.unit_id,
        line: None,
    });
    street_id
}

/// What columns say wins over what the address line says.
fn parts_of(file: &File<'_>, row: &Content) -> AddressParts {
    let text = |field| file.columns.text(row, field);
    let of_line = text("text").map(|line| address_parts(&line)).unwrap_or_default();
    AddressParts {
        number: text("number").map(|number| whole(&number).into_owned()).or(of_line.number),
        street: text("street").and_then(|name| street_of_address(&name)).or(of_line.street),
        hamlet: text("hamlet").or(of_line.hamlet),
    }
}

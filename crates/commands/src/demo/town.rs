//! Making the whole town and writing it, ward by ward, so that a large one needs little memory.

use thiserror::Error;
use time::{OffsetDateTime, macros::date, macros::datetime};
use tokio::sync::mpsc;

use super::codebook::Codebook;
use super::datasets::{PLAN_SRID, PLANS, dataset_of, datasets};
use super::doors::{BorderIds, Signs, StreetNaming, border_streets, door_point};
use super::former_names::FormerNameDeck;
use super::landmarks::{Around, LandmarkDeck, Sites};
use super::layout::{AREAS, Area, Ward};
use super::names::NameDeck;
use super::plans::{PlanSet, draw_plans};
use super::random::Dice;
use super::survey::Surveyor;
use super::uses::{is_dwelling, is_visited};
use super::ward::{Draft, Numbers, ParcelMaker, lay_streets};
use crate::geometry::CrsError;
use crate::schema::{
    Address, FormerStreetName, Landmark, NationalUnits, Parcel, ReferenceError, SchemaWriter, Street,
    UnitArea, Validity, WriteError, land_uses, national_units,
};

/// How large a town, and which one.
#[derive(Debug, Clone, Copy)]
pub struct TownOptions {
    /// About how many parcels; the real number is within some per cent.
    pub parcels: u32,
    /// Another seed, another town.
    pub seed: u64,
}

impl Default for TownOptions {
    fn default() -> Self {
        Self { parcels: 20_000, seed: 2025 }
    }
}

/// What has just been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The national tables and the wards' shapes.
    Units,
    /// So many parcels of about so many.
    Parcels {
        /// Written so far.
        done: u64,
        /// Expected in the end.
        of_about: u64,
    },
    /// Plans and their zones.
    Plans,
}

/// What the town came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TownReport {
    pub parcels: u64,
    pub addresses: u64,
    pub streets: u64,
    pub zones: u64,
    pub landmarks: u64,
    pub former_street_names: u64,
    /// Pieces of road that would have crossed themselves and were left out.
    pub road_pieces_left_out: u64,
}

/// Why the town could not be made.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum TownError {
    #[error("a town has 1,000 to 20,000,000 parcels, not {0}")]
    Size(u32),
    #[error("no street plan fits this seed: try another one")]
    NoLayout,
    #[error("{0}")]
    Write(#[from] WriteError),
    #[error("{0}")]
    Crs(#[from] CrsError),
    #[error("{0}")]
    Reference(#[from] ReferenceError),
    #[error("the town's maker stopped before it was done")]
    Stopped,
}

/// When the town was "recorded": fixed, so that the same town is the same file.
pub const RECORDED_AT: OffsetDateTime = datetime!(2026-09-20 00:00 UTC);

const BATCH: usize = 4_096;

/// Rows on their way from the maker to the writer.
enum Batch {
    Streets(Vec<Street>),
    Parcels(Vec<Parcel>),
    Addresses(Vec<Address>),
    Landmarks(Vec<Landmark>),
    FormerStreetNames(Vec<FormerStreetName>),
    Plans(Box<PlanSet>),
    LeftOut(u64),
}

/// Makes the town and writes it; the caller commits.
pub async fn write_town(
    options: &TownOptions,
    writer: &mut SchemaWriter,
    mut progress: impl FnMut(Step),
) -> Result<TownReport, TownError> {
    if !(1_000..=20_000_000).contains(&options.parcels) {
        return Err(TownError::Size(options.parcels));
    }
    let national = national_units()?;
    writer.write(&datasets()).await?;
    writer.write(&land_uses()?).await?;
    writer.national_units(&national).await?;

    let areas = AREAS
        .iter()
        .map(|seed| {
            let parcels = f64::from(options.parcels) * seed.percent / 100.0;
            Area::lay_out(seed, parcels, options.seed).ok_or(TownError::NoLayout)
        })
        .collect::<Result<Vec<Area>, _>>()?;
    let mut shapes = Vec::new();
    for area in &areas {
        shapes.extend(ward_shapes(area, &national)?);
    }
    writer.write(&shapes).await?;
    progress(Step::Units);

    let mut report = TownReport::default();
    let (sender, mut batches) = mpsc::channel(4);
    let seed = options.seed;
    let maker = tokio::task::spawn_blocking(move || {
        let mut maker = Maker::new(seed, national, sender);
        areas.iter().enumerate().try_for_each(|(i, area)| maker.area(i, area))
    });
    while let Some(batch) = batches.recv().await {
        match batch {
            Batch::Streets(rows) => {
                report.streets += rows.len() as u64;
                writer.write(&rows).await?;
            }
            Batch::Parcels(rows) => {
                report.parcels += rows.len() as u64;
                writer.write(&rows).await?;
                progress(Step::Parcels { done: report.parcels, of_about: u64::from(options.parcels) });
            }
            Batch::Addresses(rows) => {
                report.addresses += rows.len() as u64;
                writer.write(&rows).await?;
            }
            Batch::Landmarks(rows) => {
                report.landmarks += rows.len() as u64;
                writer.write(&rows).await?;
            }
            Batch::FormerStreetNames(rows) => {
                report.former_street_names += rows.len() as u64;
                writer.write(&rows).await?;
            }
            Batch::Plans(plans) => {
                report.zones += plans.zones.len() as u64;
                writer.write(&plans.plans).await?;
                writer.write(&plans.zones).await?;
                writer.write(&plans.lines).await?;
                writer.write(&plans.points).await?;
                progress(Step::Plans);
            }
            Batch::LeftOut(pieces) => report.road_pieces_left_out += pieces,
        }
    }
    maker.await.map_err(|_| TownError::Stopped)??;
    Ok(report)
}

/// Shapes of the new wards, and of the old ones whose unit ended.
fn ward_shapes(area: &Area, national: &NationalUnits) -> Result<Vec<UnitArea>, TownError> {
    let surveyor = Surveyor::new(area.seed.srid)?;
    let mut shapes: Vec<UnitArea> = Vec::new();
    let dataset_id = dataset_of(area.seed);
    let mut add = |unit_id: Option<i32>, shape| -> Result<(), TownError> {
        if let Some(unit_id) = unit_id
            && !shapes.iter().any(|s| s.unit_id == unit_id)
        {
            shapes.push(UnitArea { unit_id, dataset_id, shape: surveyor.areas(shape)? });
        }
        Ok(())
    };
    for ward in &area.wards {
        let (old, new) = (ward.seed.old, ward.seed.new);
        add(national.id_after_reform(new), area.union(|w| w.new == new))?;
        add(national.id_before_reform(old), area.union(|w| w.old == old))?;
    }
    Ok(shapes)
}

struct Maker {
    seed: u64,
    national: NationalUnits,
    sender: mpsc::Sender<Batch>,
    pending: Vec<Parcel>,
    codebook: Codebook,
    landmarks: LandmarkDeck,
    former_names: FormerNameDeck,
}

/// What two parts of one split ward go on counting together.
#[derive(Default)]
struct Counters {
    sheet: u32,
    parcels: i64,
}

impl Maker {
    fn new(seed: u64, national: NationalUnits, sender: mpsc::Sender<Batch>) -> Self {
        Self {
            seed,
            national,
            sender,
            pending: Vec::new(),
            codebook: Codebook::new(seed),
            landmarks: LandmarkDeck::default(),
            former_names: FormerNameDeck::default(),
        }
    }

    fn send(&self, batch: Batch) -> Result<(), TownError> {
        self.sender.blocking_send(batch).map_err(|_| TownError::Stopped)
    }

    fn area(&mut self, index: usize, area: &Area) -> Result<(), TownError> {
        let surveyor = Surveyor::new(area.seed.srid)?;
        let mut dice = Dice::new(self.seed, 77 + index as u64);
        let taken: Vec<&str> = area.names.iter().flatten().map(|n| n.name).collect();
        let mut deck = NameDeck::new(area.seed.key, &taken, &mut dice);
        let new_id = |code: &str| self.national.id_after_reform(code).unwrap_or_default();
        let first_id = 100_000 * (index as i64 + 1);
        let (rows, border_ids) = border_streets(area, first_id, dataset_of(area.seed), new_id, &surveyor)?;
        self.send(Batch::Streets(rows))?;
        let mut counters: Vec<(&str, Counters)> = Vec::new();
        for (i, ward) in area.wards.iter().enumerate() {
            let known = counters.iter().position(|(old, _)| *old == ward.seed.old);
            let at = known.unwrap_or_else(|| {
                counters.push((ward.seed.old, Counters::default()));
                counters.len() - 1
            });
            let number = index as u64 * 100 + i as u64;
            self.ward(number, area, ward, &border_ids, &mut deck, &surveyor, &mut counters[at].1)?;
        }
        if index == 0 {
            self.send(Batch::Plans(Box::new(draw_plans(area, PLANS, PLAN_SRID, self.seed)?)))?;
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "called in one place, each of them once a ward")]
    fn ward(
        &mut self,
        number: u64,
        area: &Area,
        ward: &Ward,
        border_ids: &BorderIds,
        deck: &mut NameDeck,
        surveyor: &Surveyor,
        counters: &mut Counters,
    ) -> Result<(), TownError> {
        let mut dice = Dice::new(self.seed, 1_000 + number);
        let plan = lay_streets(area, ward, &mut dice);
        let survey_unit_id = self.national.id_before_reform(ward.seed.old).unwrap_or_default();
        let unit_id = self.national.id_after_reform(ward.seed.new).unwrap_or_default();
        let dataset_id = dataset_of(area.seed);
        let naming = StreetNaming {
            first_id: 1_000_000 * (number as i64 + 1),
            dataset_id,
            unit_id,
            new_ward: ward.seed.new,
            border_ids,
        };
        let (mut signs, rows) = Signs::put_up(&plan, &naming, deck, surveyor)?;
        let former_names = self.former_names.deal(&rows);
        self.send(Batch::Streets(rows))?;
        self.send(Batch::FormerStreetNames(former_names))?;
        let word = if area.seed.key == "uong_bi" { "Thôn" } else { "Ấp" };
        let hamlet_count = plan.blocks.iter().map(|b| b.hamlet).max().unwrap_or(1);
        let hamlets: Vec<String> =
            (1..=hamlet_count).map(|n| deck.hamlet(n, ward.seed.is_rural, word)).collect();

        let first_id = survey_unit_id as i64 % 100_000 * 10_000_000;
        let mut numbers = Numbers::default();
        let mut addresses = Vec::new();
        let mut maker = ParcelMaker::new(area, &plan, ward.seed.is_rural, counters.sheet + 1);
        let mut drafts = Vec::new();
        let mut sites = Sites::default();
        let mut left_out = 0;
        for step in 0..=plan.blocks.len() {
            match plan.blocks.get(step) {
                Some(block) => maker.block(block, &mut dice, &mut drafts),
                None => left_out = maker.roads(&mut drafts),
            }
            for draft in drafts.drain(..) {
                sites.offer(&draft);
                counters.parcels += 1;
                let parcel_id = first_id + counters.parcels;
                let hamlet = &hamlets[draft.hamlet as usize - 1];
                let doors = doors_of(&draft, &mut dice);
                if let Some(door) = draft.door.filter(|_| doors > 0) {
                    for _ in 0..doors {
                        let (number, street_id) = signs.number(&door).unzip();
                        addresses.push(Address {
                            address_id: first_id
                                + addresses.len() as i64
                                + 1
                                + if counters.sheet > 0 { 5_000_000 } else { 0 },
                            dataset_id,
                            door_code: self.codebook.next(),
                            number,
                            street_id,
                            hamlet: Some(hamlet.clone()),
                            unit_id,
                            former_unit_id: Some(survey_unit_id),
                            former_place: None,
                            parcel_id: Some(parcel_id),
                            national_place_id: None,
                            post_address_code: None,
                            postal_code: None,
                            at: door_point(surveyor, door.at)?,
                            validity: Validity::default(),
                        });
                    }
                }
                let sheet = draft.sheet;
                let number = numbers.next(sheet, &mut dice);
                self.pending.push(Parcel {
                    parcel_id,
                    dataset_id,
                    survey_unit_id,
                    sheet: sheet.to_string(),
                    number: number.to_string(),
                    lineage: 0,
                    uses: draft.uses.iter().map(|&code| code.to_owned()).collect(),
                    use_areas_m2: draft.use_areas_m2,
                    registered_area_m2: draft.registered_m2,
                    unit_id,
                    official_id: None,
                    shape: surveyor.areas(draft.shape)?,
                    validity: Validity { from: Some(date!(2019 - 01 - 01)), to: None },
                });
                if self.pending.len() >= BATCH {
                    let batch = std::mem::replace(&mut self.pending, Vec::with_capacity(BATCH));
                    self.send(Batch::Parcels(batch))?;
                }
            }
        }
        counters.sheet = maker.last_sheet();
        let rest = std::mem::take(&mut self.pending);
        self.send(Batch::Parcels(rest))?;
        self.send(Batch::LeftOut(left_out as u64))?;
        for chunk in addresses.chunks(BATCH) {
            self.send(Batch::Addresses(chunk.to_vec()))?;
        }
        let name = self.national.name_today(unit_id).unwrap_or_default();
        let landmarks = self.landmarks.place(sites, &Around { dataset_id, unit_id, name }, surveyor)?;
        self.send(Batch::Landmarks(landmarks))
    }
}

/// How many doors a parcel has: most dwellings one, broad ones sometimes two.
fn doors_of(draft: &Draft, dice: &mut Dice) -> u32 {
    let Some(door) = draft.door else { return 0 };
    let main_use = draft.uses.first().copied().unwrap_or_default();
    let is_numbered = door.street.is_some();
    if is_dwelling(main_use) {
        let chance = if is_numbered { 97.0 } else { 45.0 };
        let second = is_numbered && door.front_m > 6.5 && dice.percent(14.0);
        return u32::from(dice.percent(chance)) + u32::from(second);
    }
    u32::from(is_visited(main_use) && is_numbered && dice.percent(85.0))
}

/// Questions the default town can answer: what kind, and the words. The corner is northing (X) and
/// easting (Y) in EPSG:9209.
pub fn examples() -> Vec<(&'static str, &'static str)> {
    vec![
        ("old_address", "154/34 Hồ Xuân Hương, phường Hiệp Tân, thị xã Hòa Thành, Tây Ninh"),
        ("new_address", "267 Cách Mạng Tháng 8, phường Long Hoa, Tây Ninh"),
        ("parcel", "thửa 57 tờ 2 phường Hiệp Tân"),
        ("vn2000_corner", "X=1245060.257 Y=566590.833"),
    ]
}

//! What an import looks things up in: units by code and by place, land-use codes, streets by name.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use geo::Intersects;
use geo_types::{Geometry, MultiPolygon, Point, Rect};
use geozero::ToGeo;
use geozero::wkb::Ewkb;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use sqlx::{PgConnection, Row};
use time::Date;

use super::ImportError;
use super::cells::whole;
use super::columns::fold;
use super::report::Refusal;
use crate::schema::{REFORM, WARD_DIGITS, with_zeros};

/// One period of a unit's code.
#[derive(Debug, Clone, Copy)]
struct Version {
    unit_id: i32,
    from: Option<Date>,
    to: Option<Date>,
}

impl Version {
    fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }
}

/// Codes of units that are no more, in a file of which nobody said of which day its codes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedCodes {
    /// Times that one was met.
    pub rows: u64,
    /// One of them.
    pub example: String,
    /// Its first day without meaning.
    pub ended_on: Date,
}

type Box2 = GeomWithData<Rectangle<[f64; 2]>, usize>;

/// Reference tables in memory.
pub struct Reference {
    codes: HashMap<String, Vec<Version>>,
    unit_ids: HashSet<i32>,
    aliases: HashMap<String, Vec<i32>>,
    codes_of: Date,
    /// Whether somebody said so; else it is today.
    is_day_given: bool,
    today: Date,
    ended: Mutex<Option<EndedCodes>>,
    land_uses: HashSet<String>,
    areas: Vec<WardArea>,
    area_boxes: RTree<Box2>,
    /// Old unit to new, read with the shapes.
    successors: HashMap<i32, Vec<i32>>,
    /// Streets a row may refer to.
    streets: HashMap<WardAndName, i64>,
    /// Those known by name only, which a file of lines may complete.
    lineless: HashMap<WardAndName, i64>,
}

/// The shape of one of today's wards.
pub struct WardArea {
    unit_id: i32,
    /// In WGS 84.
    pub area: MultiPolygon,
    /// Around it.
    pub bounds: Rect,
}

/// A ward's id and a folded name.
type WardAndName = (i32, String);

impl Reference {
    /// Reads codes and land uses; places and streets come when they are asked for.
    pub async fn read(connection: &mut PgConnection, codes_of: Option<Date>) -> Result<Self, ImportError> {
        let is_migrated: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                            WHERE n.nspname = 'bandoso' AND c.relname = 'import_batch')",
        )
        .fetch_one(&mut *connection)
        .await?;
        if !is_migrated {
            return Err(ImportError::NotMigrated);
        }
        let rows = sqlx::query(
            "SELECT unit_id, code, valid_from::text, valid_to::text FROM bandoso.reference_units",
        )
        .fetch_all(&mut *connection)
        .await?;
        if rows.is_empty() {
            return Err(ImportError::NoUnits);
        }
        let mut codes: HashMap<String, Vec<Version>> = HashMap::new();
        for row in &rows {
            // dates by text, because sqlx is built without the `time` feature
            let version = Version { unit_id: row.get(0), from: day(row, 2), to: day(row, 3) };
            codes.entry(row.get(1)).or_default().push(version);
        }
        let mut aliases: HashMap<String, Vec<i32>> = HashMap::new();
        let rows = sqlx::query("SELECT alias, unit_id FROM bandoso.unit_alias WHERE what = 'code'")
            .fetch_all(&mut *connection)
            .await?;
        rows.iter().for_each(|row| aliases.entry(row.get(0)).or_default().push(row.get(1)));
        let land_uses: Vec<String> = sqlx::query_scalar("SELECT DISTINCT code FROM bandoso.land_use")
            .fetch_all(&mut *connection)
            .await?;
        let today = sqlx::query("SELECT bandoso.today()::text").fetch_one(connection).await?;
        let today = day(&today, 0).unwrap_or(REFORM);
        Ok(Self {
            unit_ids: codes.values().flatten().map(|version| version.unit_id).collect(),
            codes,
            aliases,
            codes_of: codes_of.unwrap_or(today),
            is_day_given: codes_of.is_some(),
            today,
            ended: Mutex::default(),
            land_uses: land_uses.into_iter().collect(),
            areas: Vec::new(),
            area_boxes: RTree::new(),
            successors: HashMap::new(),
            streets: HashMap::new(),
            lineless: HashMap::new(),
        })
    }

    /// Reads the shapes of today's wards and what old units became, for [`Reference::ward_at`] and
    /// [`Reference::areas_of`].
    pub async fn read_areas(&mut self, connection: &mut PgConnection) -> Result<(), ImportError> {
        let rows = sqlx::query(
            "SELECT a.unit_id, ST_AsEWKB(a.geom) FROM bandoso.unit_area a
             JOIN bandoso.unit_current c USING (unit_id) WHERE c.level = 'ward' ORDER BY a.unit_id",
        )
        .fetch_all(&mut *connection)
        .await?;
        self.areas.clear();
        let mut boxes = Vec::with_capacity(rows.len());
        for row in &rows {
            let Ok(Geometry::MultiPolygon(area)) = Ewkb(row.get::<Vec<u8>, _>(1)).to_geo() else { continue };
            let Some(bounds) = geo::BoundingRect::bounding_rect(&area) else { continue };
            let corners = Rectangle::from_corners(bounds.min().into(), bounds.max().into());
            boxes.push(GeomWithData::new(corners, self.areas.len()));
            self.areas.push(WardArea { unit_id: row.get(0), area, bounds });
        }
        self.area_boxes = RTree::bulk_load(boxes);
        let links = sqlx::query("SELECT old_unit_id, new_unit_id FROM bandoso.unit_link ORDER BY 1, 2")
            .fetch_all(connection)
            .await?;
        self.successors.clear();
        links.iter().for_each(|row| self.successors.entry(row.get(0)).or_default().push(row.get(1)));
        Ok(())
    }

    /// Reads the streets, for [`Reference::street`]. Public rows never refer to a street only the staff
    /// may see, and a line never becomes more or less public than its file.
    pub async fn read_streets(
        &mut self,
        connection: &mut PgConnection,
        is_public: bool,
    ) -> Result<(), ImportError> {
        // where a name stands twice the last one counts: with a line, then the lowest id
        let rows = sqlx::query(
            "SELECT s.unit_id, s.name, s.street_id, s.geom IS NULL, d.visibility = 'public'
             FROM bandoso.street s JOIN bandoso.dataset d USING (dataset_id)
             ORDER BY s.geom IS NULL DESC, s.street_id DESC",
        )
        .fetch_all(connection)
        .await?;
        self.streets.clear();
        self.lineless.clear();
        for row in &rows {
            let (key, street_id) = ((row.get(0), street_key(row.get(1))), row.get(2));
            let (is_lineless, is_for_all): (bool, bool) = (row.get(3), row.get(4));
            if is_lineless && is_for_all == is_public {
                self.lineless.insert(key.clone(), street_id);
            }
            if is_for_all || !is_public {
                self.streets.insert(key, street_id);
            }
        }
        Ok(())
    }

    /// The unit a code meant on the day the file's codes are of. A code that meant nothing then is
    /// taken by an alias, or for the one unit that ever had it.
    pub fn unit(&self, code: &str) -> Result<i32, Refusal> {
        self.unit_on(code, self.codes_of)
    }

    /// The ward a code meant on the day the file's codes are of. One that lost its zeros is a ward's too: 439 is
    /// 00439 and not the district 439.
    pub fn ward(&self, code: &str) -> Result<i32, Refusal> {
        self.ward_on(code, self.codes_of)
    }

    /// Whether the database has this unit.
    pub fn holds(&self, unit_id: i32) -> bool {
        self.unit_ids.contains(&unit_id)
    }

    /// The ward a code meant on the last day before the reform.
    pub fn former_ward(&self, code: &str) -> Result<i32, Refusal> {
        self.ward_on(code, REFORM.previous_day().unwrap_or(REFORM))
    }

    /// The ward a code means today.
    pub fn present_ward(&self, code: &str) -> Result<i32, Refusal> {
        self.ward_on(code, self.today)
    }

    fn ward_on(&self, code: &str, day: Date) -> Result<i32, Refusal> {
        let code = &*whole(code);
        let restored = with_zeros(code, WARD_DIGITS, |code| self.knows(code));
        self.unit_on(restored.as_deref().unwrap_or(code), day)
    }

    fn knows(&self, code: &str) -> bool {
        self.codes.contains_key(code) || self.aliases.contains_key(code)
    }

    fn unit_on(&self, code: &str, day: Date) -> Result<i32, Refusal> {
        let code = &*whole(code);
        let restored = || with_zeros(code, WARD_DIGITS, |code| self.knows(code));
        let meant = if self.knows(code) { None } else { restored() };
        let meant = meant.as_deref().unwrap_or(code);
        let versions = self.codes.get(meant).map_or(&[][..], Vec::as_slice);
        if let Some(version) = versions.iter().find(|v| v.holds_on(day)) {
            return Ok(version.unit_id);
        }
        let mut others: Vec<i32> = match self.aliases.get(meant) {
            Some(units) => units.clone(),
            None => versions.iter().map(|v| v.unit_id).collect(),
        };
        others.sort_unstable();
        others.dedup();
        match others.as_slice() {
            [] => Err(Refusal::new("the unit code is not in the list of administrative units", code)),
            [one] => {
                self.meet_ended(meant, versions, day);
                Ok(*one)
            }
            _ => Err(Refusal::new(
                format!(
                    "on {day} the unit code meant nothing, and several units later or before: give --codes-of"
                ),
                code,
            )),
        }
    }

    /// Remembers a code that had ended on a day that nobody named.
    fn meet_ended(&self, code: &str, versions: &[Version], day: Date) {
        let ended_on = versions.iter().filter_map(|version| version.to).max();
        let Some(ended_on) = ended_on.filter(|end| !self.is_day_given && day == self.codes_of && *end <= day)
        else {
            return;
        };
        if let Ok(mut ended) = self.ended.lock() {
            ended.get_or_insert_with(|| EndedCodes { rows: 0, example: code.to_owned(), ended_on }).rows += 1;
        }
    }

    /// Codes that had ended, met since the last call: the file's codes are of before, and others of them may be
    /// codes of other units today.
    pub fn take_ended_codes(&self) -> Option<EndedCodes> {
        self.ended.lock().ok().and_then(|mut ended| ended.take())
    }

    /// Today's ward whose shape holds the place; on a border the one with the lower id.
    pub fn ward_at(&self, at: Point) -> Option<i32> {
        let envelope = AABB::from_point([at.x(), at.y()]);
        self.area_boxes
            .locate_in_envelope_intersecting(envelope)
            .map(|found| &self.areas[found.data])
            .filter(|ward| ward.area.intersects(&at))
            .map(|ward| ward.unit_id)
            .min()
    }

    /// The shape of a ward of today; for an old one the shapes of all that it went to, whole or in part. Nothing where one of
    /// them has no shape, because then a place outside the others says nothing.
    pub fn areas_of(&self, unit_id: i32) -> Option<Vec<&WardArea>> {
        let mut areas = Vec::new();
        let (mut open, mut met) = (vec![unit_id], HashSet::new());
        while let Some(unit_id) = open.pop() {
            if !met.insert(unit_id) {
                continue;
            }
            // read in the order of their ids
            match self.areas.binary_search_by_key(&unit_id, |ward| ward.unit_id) {
                Ok(place) => areas.push(&self.areas[place]),
                Err(_) => open.extend(self.successors.get(&unit_id)?),
            }
        }
        (!areas.is_empty()).then_some(areas)
    }

    /// Whether any ward has a shape.
    pub fn has_areas(&self) -> bool {
        !self.areas.is_empty()
    }

    /// A street of a ward by name, whatever the accents and capitals.
    pub fn street(&self, ward: i32, name: &str) -> Option<i64> {
        self.streets.get(&(ward, street_key(name))).copied()
    }

    /// Remembers a new street.
    pub fn learn_street(&mut self, ward: i32, name: &str, street_id: i64) {
        self.streets.insert((ward, street_key(name)), street_id);
    }

    /// The street of a ward known by this name only, once: its line has come.
    pub fn take_lineless(&mut self, ward: i32, name: &str) -> Option<i64> {
        self.lineless.remove(&(ward, street_key(name)))
    }

    /// Whether a land-use code is or was in force.
    pub fn knows_land_use(&self, code: &str) -> bool {
        self.land_uses.contains(code)
    }
}

/// A name by which streets of a ward are the same; `1/2` is not `12`.
pub fn street_key(name: &str) -> String {
    name.split('/').map(fold).collect::<Vec<_>>().join("/")
}

fn day(row: &sqlx::postgres::PgRow, index: usize) -> Option<Date> {
    let text: Option<String> = row.try_get_unchecked(index).ok()?;
    Date::parse(&text?, time::macros::format_description!("[year]-[month]-[day]")).ok()
}

//! Every record as a row of cells: the one place that knows which field goes to which column, used
//! by both writers.

use geo_types::{MultiLineString, MultiPolygon, Point};
use time::{Date, OffsetDateTime};

use super::wkb::ShapeRef;
use super::{
    Address, Dataset, FormerStreetName, LandUse, Landmark, Parcel, ParcelLineage, Plan, PlanFeature, Street,
    Surveyed, Unit, UnitArea, UnitLink, UnitVersion,
};
use crate::geometry::EpsgCode;

/// One value on its way to a column.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    Null,
    Bool(bool),
    Int4(i32),
    Int8(i64),
    Real(f64),
    Text(&'a str),
    Date(Date),
    Instant(OffsetDateTime),
    /// An array in PostGIS, joined by `+` in a GeoPackage.
    Texts(&'a [String]),
    Reals(&'a [f64]),
    Shape(EpsgCode, ShapeRef<'a>),
}

/// A table and how rows get into it.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [&'static str],
    /// For GeoPackage: the type of `geom`.
    pub shape: Option<&'static str>,
    /// For PostGIS: how rows staged in a table of the same columns are merged into those already
    /// there. `None`: they are new, a repeated key is an error.
    pub merge: Option<&'static str>,
}

/// A record that is one row of one table.
pub trait SchemaRow {
    /// Where it goes.
    const TABLE: Table;
    /// The cells, in the order of the table's columns. `recorded_at` is when this writing happens.
    fn cells(&self, recorded_at: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>));
}

const fn new_rows(name: &'static str, columns: &'static [&'static str]) -> Table {
    Table { name, columns, shape: None, merge: None }
}

const fn shapes(name: &'static str, columns: &'static [&'static str], shape: &'static str) -> Table {
    Table { name, columns, shape: Some(shape), merge: None }
}

const fn merged(name: &'static str, columns: &'static [&'static str], merge: &'static str) -> Table {
    Table { name, columns, shape: None, merge: Some(merge) }
}

fn text(value: &Option<String>) -> Cell<'_> {
    value.as_deref().map_or(Cell::Null, Cell::Text)
}

fn day(value: Option<Date>) -> Cell<'static> {
    value.map_or(Cell::Null, Cell::Date)
}

fn int4(value: Option<i32>) -> Cell<'static> {
    value.map_or(Cell::Null, Cell::Int4)
}

fn int8(value: Option<i64>) -> Cell<'static> {
    value.map_or(Cell::Null, Cell::Int8)
}

fn real(value: Option<f64>) -> Cell<'static> {
    value.map_or(Cell::Null, Cell::Real)
}

fn wgs84<'a>(shape: impl Into<ShapeRef<'a>>) -> Cell<'a> {
    Cell::Shape(EpsgCode::WGS84, shape.into())
}

fn surveyed<'a, G>(shape: &'a Surveyed<G>) -> [Cell<'a>; 2]
where
    &'a G: Into<ShapeRef<'a>>,
{
    let source = shape.source.as_ref().map_or(Cell::Null, |(srid, shape)| Cell::Shape(*srid, shape.into()));
    [wgs84(&shape.wgs84), source]
}

impl SchemaRow for Dataset {
    const TABLE: Table = new_rows(
        "dataset",
        &["dataset_id", "name", "srid", "source", "visibility", "is_generated", "imported_at", "tolerance_m"],
    );

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int4(self.dataset_id));
        cell(Cell::Text(&self.name));
        cell(Cell::Int4(self.srid.0 as i32));
        cell(Cell::Text(&self.source));
        cell(Cell::Text(if self.is_public { "public" } else { "staff" }));
        cell(Cell::Bool(self.is_generated));
        cell(Cell::Instant(self.imported_at));
        cell(self.tolerance_m.map_or(Cell::Null, Cell::Real));
    }
}

impl SchemaRow for LandUse {
    // A code's periods are replaced together: one that changed its dates must not overlap itself.
    const TABLE: Table = merged(
        "land_use",
        &["code", "valid_from", "valid_to", "name_vi", "name_en", "colour"],
        "DELETE FROM bandoso.land_use old USING staged WHERE old.code = staged.code;
         INSERT INTO bandoso.land_use SELECT * FROM staged",
    );

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Text(&self.code));
        cell(day(self.validity.from));
        cell(day(self.validity.to));
        cell(Cell::Text(&self.name_vi));
        cell(Cell::Text(&self.name_en));
        cell(text(&self.colour));
    }
}

impl SchemaRow for Unit {
    const TABLE: Table = merged(
        "unit",
        &["unit_id", "level", "valid_from", "valid_to"],
        "INSERT INTO bandoso.unit SELECT * FROM staged
         ON CONFLICT (unit_id) DO UPDATE
         SET level = excluded.level, valid_from = excluded.valid_from, valid_to = excluded.valid_to",
    );

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int4(self.unit_id));
        cell(Cell::Text(self.level));
        cell(day(self.validity.from));
        cell(day(self.validity.to));
    }
}

/// A version with the unit it belongs to.
pub struct VersionRow<'a>(pub i32, pub &'a UnitVersion);

impl SchemaRow for VersionRow<'_> {
    const TABLE: Table = merged(
        "unit_version",
        &["unit_id", "code", "kind", "name", "parent_id", "valid_from", "valid_to"],
        "DELETE FROM bandoso.unit_version old USING staged WHERE old.unit_id = staged.unit_id;
         INSERT INTO bandoso.unit_version SELECT * FROM staged",
    );

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        let version = self.1;
        cell(Cell::Int4(self.0));
        cell(Cell::Text(&version.code));
        cell(Cell::Text(&version.kind));
        cell(Cell::Text(&version.name));
        cell(int4(version.parent_id));
        cell(day(version.validity.from));
        cell(day(version.validity.to));
    }
}

/// An alias with the unit it belongs to.
pub struct AliasRow<'a>(pub i32, pub &'a (String, &'static str, String));

impl SchemaRow for AliasRow<'_> {
    const TABLE: Table = merged(
        "unit_alias",
        &["unit_id", "alias", "what", "source"],
        "INSERT INTO bandoso.unit_alias SELECT * FROM staged
         ON CONFLICT (unit_id, what, alias) DO UPDATE SET source = excluded.source",
    );

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        let (alias, what, source) = self.1;
        cell(Cell::Int4(self.0));
        cell(Cell::Text(alias));
        cell(Cell::Text(what));
        cell(Cell::Text(source));
    }
}

impl SchemaRow for UnitLink {
    const TABLE: Table = merged(
        "unit_link",
        &["old_unit_id", "new_unit_id", "extent", "share", "legal_basis"],
        "INSERT INTO bandoso.unit_link SELECT * FROM staged
         ON CONFLICT (old_unit_id, new_unit_id) DO UPDATE
         SET extent = excluded.extent, share = coalesce(excluded.share, unit_link.share),
             legal_basis = excluded.legal_basis",
    );

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int4(self.old_unit_id));
        cell(Cell::Int4(self.new_unit_id));
        cell(Cell::Text(if self.is_whole { "whole" } else { "part" }));
        cell(real(self.share));
        cell(Cell::Text(&self.legal_basis));
    }
}

impl SchemaRow for UnitArea {
    const TABLE: Table = shapes("unit_area", &["unit_id", "dataset_id", "geom", "geom_src"], "MULTIPOLYGON");

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int4(self.unit_id));
        cell(Cell::Int4(self.dataset_id));
        surveyed(&self.shape).into_iter().for_each(cell);
    }
}

impl SchemaRow for Parcel {
    const TABLE: Table = shapes(
        "parcel",
        &[
            "parcel_id",
            "dataset_id",
            "survey_unit_id",
            "sheet",
            "number",
            "lineage",
            "uses",
            "use_areas_m2",
            "registered_area_m2",
            "unit_id",
            "official_id",
            "geom",
            "geom_src",
            "valid_from",
            "valid_to",
            "recorded_at",
        ],
        "MULTIPOLYGON",
    );

    fn cells(&self, recorded_at: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int8(self.parcel_id));
        cell(Cell::Int4(self.dataset_id));
        cell(Cell::Int4(self.survey_unit_id));
        cell(Cell::Text(&self.sheet));
        cell(Cell::Text(&self.number));
        cell(Cell::Int4(self.lineage));
        cell(Cell::Texts(&self.uses));
        cell(self.use_areas_m2.as_deref().map_or(Cell::Null, Cell::Reals));
        cell(real(self.registered_area_m2));
        cell(Cell::Int4(self.unit_id));
        cell(text(&self.official_id));
        surveyed(&self.shape).into_iter().for_each(&mut *cell);
        cell(day(self.validity.from));
        cell(day(self.validity.to));
        cell(Cell::Instant(recorded_at));
    }
}

impl SchemaRow for ParcelLineage {
    const TABLE: Table =
        new_rows("parcel_lineage", &["old_parcel_id", "new_parcel_id", "how", "happened_on"]);

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int8(self.old_parcel_id));
        cell(Cell::Int8(self.new_parcel_id));
        cell(Cell::Text(self.how));
        cell(Cell::Date(self.happened_on));
    }
}

impl SchemaRow for Plan {
    const TABLE: Table = shapes(
        "plan",
        &[
            "plan_id",
            "dataset_id",
            "kind",
            "name",
            "scale",
            "number",
            "decided_on",
            "authority",
            "status",
            "period_from",
            "period_to",
            "geom",
            "valid_from",
            "valid_to",
        ],
        "MULTIPOLYGON",
    );

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int8(self.plan_id));
        cell(Cell::Int4(self.dataset_id));
        cell(Cell::Text(&self.kind));
        cell(Cell::Text(&self.name));
        cell(int4(self.scale));
        cell(Cell::Text(&self.number));
        cell(day(self.decided_on));
        cell(Cell::Text(&self.authority));
        cell(Cell::Text(&self.status));
        cell(day(self.period.from));
        cell(day(self.period.to));
        cell(wgs84(&self.covers));
        cell(day(self.validity.from));
        cell(day(self.validity.to));
    }
}

fn plan_feature<'a, G>(feature: &'a PlanFeature<G>, cell: &mut dyn FnMut(Cell<'_>))
where
    &'a G: Into<ShapeRef<'a>>,
{
    cell(Cell::Int8(feature.id));
    cell(Cell::Int8(feature.plan_id));
    cell(Cell::Text(&feature.code));
    cell(Cell::Text(&feature.name));
    surveyed(&feature.shape).into_iter().for_each(cell);
}

impl SchemaRow for PlanFeature<MultiPolygon> {
    const TABLE: Table =
        shapes("plan_zone", &["zone_id", "plan_id", "code", "name", "geom", "geom_src"], "MULTIPOLYGON");

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        plan_feature(self, cell);
    }
}

impl SchemaRow for PlanFeature<MultiLineString> {
    const TABLE: Table =
        shapes("plan_line", &["line_id", "plan_id", "code", "name", "geom", "geom_src"], "MULTILINESTRING");

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        plan_feature(self, cell);
    }
}

impl SchemaRow for PlanFeature<Point> {
    const TABLE: Table =
        shapes("plan_point", &["point_id", "plan_id", "code", "name", "geom", "geom_src"], "POINT");

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        plan_feature(self, cell);
    }
}

impl SchemaRow for Street {
    // A street known by name only gets its line from a later file and keeps its id.
    const TABLE: Table = Table {
        name: "street",
        columns: &["street_id", "dataset_id", "name", "kind", "parent_id", "unit_id", "geom"],
        shape: Some("MULTILINESTRING"),
        merge: Some(
            "WITH given AS (
                 UPDATE bandoso.street known
                 SET dataset_id = staged.dataset_id, name = staged.name, kind = staged.kind,
                     parent_id = coalesce(staged.parent_id, known.parent_id), geom = staged.geom
                 FROM staged WHERE known.street_id = staged.street_id AND known.geom IS NULL
                 RETURNING known.street_id)
             INSERT INTO bandoso.street
             SELECT * FROM staged WHERE street_id NOT IN (SELECT street_id FROM given)",
        ),
    };

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int8(self.street_id));
        cell(Cell::Int4(self.dataset_id));
        cell(Cell::Text(&self.name));
        cell(Cell::Text(&self.kind));
        cell(int8(self.parent_id));
        cell(Cell::Int4(self.unit_id));
        cell(self.line.as_ref().map_or(Cell::Null, wgs84));
    }
}

impl SchemaRow for Address {
    const TABLE: Table = shapes(
        "address",
        &[
            "address_id",
            "dataset_id",
            "door_code",
            "number",
            "street_id",
            "hamlet",
            "unit_id",
            "former_unit_id",
            "former_place",
            "parcel_id",
            "national_place_id",
            "post_address_code",
            "postal_code",
            "geom",
            "valid_from",
            "valid_to",
            "recorded_at",
        ],
        "POINT",
    );

    fn cells(&self, recorded_at: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int8(self.address_id));
        cell(Cell::Int4(self.dataset_id));
        cell(text(&self.door_code));
        cell(text(&self.number));
        cell(int8(self.street_id));
        cell(text(&self.hamlet));
        cell(Cell::Int4(self.unit_id));
        cell(int4(self.former_unit_id));
        cell(text(&self.former_place));
        cell(int8(self.parcel_id));
        cell(text(&self.national_place_id));
        cell(text(&self.post_address_code));
        cell(text(&self.postal_code));
        cell(wgs84(&self.at));
        cell(day(self.validity.from));
        cell(day(self.validity.to));
        cell(Cell::Instant(recorded_at));
    }
}

impl SchemaRow for Landmark {
    const TABLE: Table = shapes(
        "landmark",
        &["landmark_id", "dataset_id", "name", "kind", "other_names", "unit_id", "geom"],
        "POINT",
    );

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int8(self.landmark_id));
        cell(Cell::Int4(self.dataset_id));
        cell(Cell::Text(&self.name));
        cell(text(&self.kind));
        cell(text(&self.other_names));
        cell(Cell::Int4(self.unit_id));
        cell(wgs84(&self.at));
    }
}

impl SchemaRow for FormerStreetName {
    const TABLE: Table =
        new_rows("former_street_name", &["street_id", "dataset_id", "name", "valid_to", "legal_basis"]);

    fn cells(&self, _: OffsetDateTime, cell: &mut dyn FnMut(Cell<'_>)) {
        cell(Cell::Int8(self.street_id));
        cell(Cell::Int4(self.dataset_id));
        cell(Cell::Text(&self.name));
        cell(day(self.valid_to));
        cell(Cell::Text(&self.legal_basis));
    }
}

//! The tables whose rows belong to datasets, and what makes a row of each the same as another.

use sqlx::{AssertSqlSafe, PgConnection};

/// A table with rows of datasets.
#[derive(Debug)]
pub struct DatasetTable {
    /// Without the schema.
    pub name: &'static str,
    /// The primary key.
    pub id: &'static [&'static str],
    /// What makes a row of a delivery the row that stands: expressions over columns. Empty where the primary key does.
    pub key: &'static [&'static str],
    owner: Owner,
}

/// What says to which dataset a row belongs.
#[derive(Debug, Clone, Copy)]
enum Owner {
    Dataset,
    /// The dataset of its plan.
    Plan,
}

const fn table(
    name: &'static str,
    id: &'static [&'static str],
    key: &'static [&'static str],
    owner: Owner,
) -> DatasetTable {
    DatasetTable { name, id, key, owner }
}

/// Shapes of one code and name are told apart by their vertices.
const PLAN_FEATURE: &[&str] = &["plan_id", "code", "name", "md5(ST_AsBinary(geom))"];

/// Parents before children. Addresses are matched by place as well: see `merge`.
pub const TABLES: [DatasetTable; 10] = [
    table("street", &["street_id"], &["unit_id", "name"], Owner::Dataset),
    table("parcel", &["parcel_id"], &["survey_unit_id", "sheet", "number"], Owner::Dataset),
    table("address", &["address_id"], &[], Owner::Dataset),
    table("landmark", &["landmark_id"], &["unit_id", "name"], Owner::Dataset),
    table("former_street_name", &["street_id", "name"], &[], Owner::Dataset),
    table("plan", &["plan_id"], &[], Owner::Dataset),
    table("plan_zone", &["zone_id"], PLAN_FEATURE, Owner::Plan),
    table("plan_line", &["line_id"], PLAN_FEATURE, Owner::Plan),
    table("plan_point", &["point_id"], PLAN_FEATURE, Owner::Plan),
    table("unit_area", &["unit_id"], &[], Owner::Dataset),
];

impl DatasetTable {
    /// The table of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// The condition on rows of a dataset.
    pub fn owned_by(&self, dataset_id: i32) -> String {
        match self.owner {
            Owner::Dataset => format!("dataset_id = {dataset_id}"),
            Owner::Plan => {
                format!("plan_id IN (SELECT plan_id FROM bandoso.plan WHERE dataset_id = {dataset_id})")
            }
        }
    }

    /// The temporary table its rows wait in.
    pub fn staged(&self) -> String {
        format!("staged_{}", self.name)
    }

    /// The primary key of a row of `alias` as one text.
    pub fn row_key(&self, alias: &str) -> String {
        let parts: Vec<String> = self.id.iter().map(|column| format!("{alias}.{column}")).collect();
        format!("concat_ws(' ', {})", parts.join(", "))
    }

    /// The transaction that wrote a row of `t`, as an expression: of a row that an undo put back the one before it.
    pub fn writer(&self) -> String {
        let (name, key) = (self.name, self.row_key("t"));
        format!(
            "coalesce((SELECT r.written_by FROM bandoso.import_restored r
                       WHERE r.table_name = '{name}' AND r.row_key = {key} AND r.restored_in = t.xmin), t.xmin)"
        )
    }

    /// `a.id = b.id` over the primary key.
    pub fn same_row(&self, one: &str, other: &str) -> String {
        let parts: Vec<String> =
            self.id.iter().map(|column| format!("{one}.{column} = {other}.{column}")).collect();
        parts.join(" AND ")
    }
}

/// How many rows a dataset has in each table, those without left out.
pub async fn row_counts(
    connection: &mut PgConnection,
    dataset_id: i32,
) -> Result<Vec<(String, u64)>, sqlx::Error> {
    let mut counts = Vec::new();
    for table in &TABLES {
        let (name, owned) = (table.name, table.owned_by(dataset_id));
        let sql = format!("SELECT count(*) FROM bandoso.{name} WHERE {owned}");
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *connection).await?;
        if count > 0 {
            counts.push((name.to_owned(), count as u64));
        }
    }
    Ok(counts)
}

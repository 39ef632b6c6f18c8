//! Rows that were staged against those that stand: which are the same, which changed, which are new and which are gone.

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::mode::Mode;
use super::tables::{DatasetTable, TABLES};

/// What became of the rows of a dataset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// New ones.
    pub added: u64,
    /// Those that were there with other values.
    pub changed: u64,
    /// Those that were there as they came.
    pub unchanged: u64,
    /// Those that are gone.
    pub removed: u64,
}

/// A delivery for a dataset that is there.
#[derive(Debug)]
pub struct Merge {
    /// The batch it is, for what it changes.
    pub batch_id: i64,
    /// The dataset.
    pub dataset_id: i32,
    /// Whether rows that stand are looked for; else all rows are new, but for those that bring the key of one.
    pub matches: bool,
    /// Whether what is missing in the delivery goes.
    pub removes_missing: bool,
    /// Columns that make a row the same, in place of those of [`TABLES`].
    pub key: Vec<String>,
    /// Tables that rows were staged of, with the columns a record fills.
    staged: Vec<(&'static DatasetTable, &'static [&'static str])>,
}

/// Columns that say when a row was written and not what it is.
const NOT_COMPARED: [&str; 1] = ["recorded_at"];

impl Merge {
    /// A batch of a dataset; nothing is staged yet.
    pub fn new(batch_id: i64, dataset_id: i32, mode: Option<Mode>, key: Vec<String>) -> Self {
        let matches = matches!(mode, Some(Mode::Replace | Mode::Update));
        let removes_missing = mode == Some(Mode::Replace);
        Self { batch_id, dataset_id, matches, removes_missing, key, staged: Vec::new() }
    }

    /// Whether rows of a table wait until all are known. A street may complete one that is known by name only, and a
    /// shape takes the place of another dataset's.
    pub fn stages(&self, table: &str) -> bool {
        self.matches || ["street", "unit_area"].contains(&table)
    }

    /// Makes the table that rows of `table` wait in, and gives its name.
    pub async fn stage(
        &mut self,
        connection: &mut PgConnection,
        table: &'static DatasetTable,
        columns: &'static [&'static str],
    ) -> Result<String, sqlx::Error> {
        let staged = table.staged();
        if !self.staged.iter().any(|(known, _)| known.name == table.name) {
            let create = format!(
                "DROP TABLE IF EXISTS {staged};
                 CREATE TEMP TABLE {staged} (LIKE bandoso.{} INCLUDING DEFAULTS) ON COMMIT DROP",
                table.name
            );
            connection.execute(AssertSqlSafe(create)).await?;
            self.staged.push((table, columns));
        }
        Ok(staged)
    }

    fn brings(&self, table: &str) -> bool {
        self.staged.iter().any(|(staged, _)| staged.name == table)
    }

    /// Matches, writes the difference, and keeps what stood before.
    pub async fn finish(self, connection: &mut PgConnection) -> Result<Counts, sqlx::Error> {
        let mut counts = Counts::default();
        for (table, _) in &self.staged {
            let staged = table.staged();
            connection.execute(AssertSqlSafe(format!("ANALYZE {staged}"))).await?;
            if self.matches {
                self.give_known_ids(connection, table).await?;
            }
            keep_what_deliveries_lack(connection, table).await?;
        }
        // children before parents; streets last of all, because new rows may refer to one that is not brought again
        if self.removes_missing {
            for table in TABLES.iter().rev().filter(|table| table.name != "street") {
                counts.removed += self.remove_missing(connection, table).await?;
            }
        }
        for table in &TABLES {
            if let Some((_, columns)) = self.staged.iter().find(|(staged, _)| staged.name == table.name) {
                self.write_difference(connection, table, columns, &mut counts).await?;
            }
        }
        if let Some(street) = DatasetTable::named("street").filter(|_| self.removes_missing) {
            counts.removed += self.remove_missing(connection, street).await?;
        }
        Ok(counts)
    }

    /// A staged row that is one that stands gets its id: by the key, the first of several alike being the first.
    async fn give_known_ids(
        &self,
        connection: &mut PgConnection,
        table: &DatasetTable,
    ) -> Result<(), sqlx::Error> {
        if table.name == "address" && self.key.is_empty() {
            return give_known_addresses(connection, self.dataset_id).await;
        }
        let given: Vec<&str> = self.key.iter().map(String::as_str).collect();
        let key = if given.is_empty() { table.key } else { given.as_slice() };
        let [id] = table.id else { return Ok(()) };
        if key.is_empty() || key == [*id] {
            return Ok(());
        }
        let (staged, name, owned) = (table.staged(), table.name, table.owned_by(self.dataset_id));
        let texts: Vec<String> = key.iter().map(|part| format!("coalesce(({part})::text, '')")).collect();
        let key = format!("ARRAY[{}]", texts.join(", "));
        let sql = format!(
            "WITH standing AS (
                 SELECT {id}, {key} AS k, row_number() OVER (PARTITION BY {key} ORDER BY {id}) AS nth
                 FROM bandoso.{name} WHERE {owned}
             ), came AS (
                 SELECT ctid AS at, {key} AS k, row_number() OVER (PARTITION BY {key} ORDER BY {id}) AS nth
                 FROM {staged} s
                 WHERE NOT EXISTS (SELECT FROM bandoso.{name} t WHERE t.{id} = s.{id})
             )
             UPDATE {staged} s SET {id} = standing.{id}
             FROM came JOIN standing USING (k, nth)
             WHERE s.ctid = came.at
               AND NOT EXISTS (SELECT FROM {staged} own WHERE own.{id} = standing.{id})"
        );
        connection.execute(AssertSqlSafe(sql)).await?;
        Ok(())
    }

    async fn remove_missing(
        &self,
        connection: &mut PgConnection,
        table: &DatasetTable,
    ) -> Result<u64, sqlx::Error> {
        let (name, owned) = (table.name, table.owned_by(self.dataset_id));
        let is_missing = match self.brings(name) {
            true => {
                format!("NOT EXISTS (SELECT FROM {} s WHERE {})", table.staged(), table.same_row("s", "t"))
            }
            false => "true".to_owned(),
        };
        // a street that this very delivery made is not missing in it
        let is_older = "t.xmin <> pg_current_xact_id()::xid";
        let choose = format!(
            "DROP TABLE IF EXISTS missing;
             CREATE TEMP TABLE missing ON COMMIT DROP AS
             SELECT t.* FROM bandoso.{name} t WHERE {owned} AND {is_missing} AND {is_older}"
        );
        connection.execute(AssertSqlSafe(choose)).await?;
        if name == "street" {
            give_streets_away(connection, self.batch_id, self.brings("street")).await?;
        }
        self.keep(connection, table, "missing", "removed").await?;
        let delete =
            format!("DELETE FROM bandoso.{name} t USING missing s WHERE {}", table.same_row("s", "t"));
        Ok(connection.execute(AssertSqlSafe(delete)).await?.rows_affected())
    }

    async fn write_difference(
        &self,
        connection: &mut PgConnection,
        table: &DatasetTable,
        columns: &[&str],
        counts: &mut Counts,
    ) -> Result<(), sqlx::Error> {
        let (name, staged) = (table.name, table.staged());
        let same = table.same_row("s", "t");
        let listed = |alias: &str, columns: &[&str]| {
            columns.iter().map(|column| format!("{alias}.{column}")).collect::<Vec<_>>().join(", ")
        };
        let compared: Vec<&str> = columns.iter().copied().filter(|c| !NOT_COMPARED.contains(c)).collect();
        let choose = format!(
            "DROP TABLE IF EXISTS changed;
             CREATE TEMP TABLE changed ON COMMIT DROP AS
             SELECT s.* FROM {staged} s JOIN bandoso.{name} t ON {same}
             WHERE ({}) IS DISTINCT FROM ({})",
            listed("s", &compared),
            listed("t", &compared)
        );
        connection.execute(AssertSqlSafe(choose)).await?;
        self.keep(connection, table, "changed", "changed").await?;
        let set: Vec<String> = columns
            .iter()
            .filter(|column| !table.id.contains(column))
            .map(|column| format!("{column} = s.{column}"))
            .collect();
        let update = format!("UPDATE bandoso.{name} t SET {} FROM changed s WHERE {same}", set.join(", "));
        let changed = connection.execute(AssertSqlSafe(update)).await?.rows_affected();
        let insert = format!(
            "INSERT INTO bandoso.{name} ({columns}) SELECT {from_staged} FROM {staged} s
             WHERE NOT EXISTS (SELECT FROM bandoso.{name} t WHERE {same})",
            columns = columns.join(", "),
            from_staged = listed("s", columns)
        );
        let added = connection.execute(AssertSqlSafe(insert)).await?.rows_affected();
        let staged_rows: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {staged}")))
            .fetch_one(connection)
            .await?;
        counts.added += added;
        counts.changed += changed;
        counts.unchanged += (staged_rows as u64).saturating_sub(added + changed);
        Ok(())
    }

    /// Keeps the rows of `table` that a temporary table names, as they stand.
    async fn keep(
        &self,
        connection: &mut PgConnection,
        table: &DatasetTable,
        named_by: &str,
        was: &str,
    ) -> Result<(), sqlx::Error> {
        keep_rows(connection, self.batch_id, table, named_by, was).await
    }
}

/// Keeps the rows of `table` that the temporary table `named_by` has by their primary key, as they stand.
pub async fn keep_rows(
    connection: &mut PgConnection,
    batch_id: i64,
    table: &DatasetTable,
    named_by: &str,
    was: &str,
) -> Result<(), sqlx::Error> {
    let keep = format!(
        "INSERT INTO bandoso.import_before (batch_id, table_name, row_key, was, row_before, written_by)
         SELECT {batch_id}, '{name}', {key}, '{was}', t::text, {writer}
         FROM bandoso.{name} t JOIN {named_by} s ON {same}
         ON CONFLICT DO NOTHING",
        name = table.name,
        key = table.row_key("t"),
        writer = table.writer(),
        same = table.same_row("s", "t")
    );
    connection.execute(AssertSqlSafe(keep)).await?;
    Ok(())
}

/// Staged addresses that stand already: the same number in the street of the same name within some 50 m, the nearest
/// first; where there is no number the same hamlet and place. Wards are not compared: they may be others now.
async fn give_known_addresses(connection: &mut PgConnection, dataset_id: i32) -> Result<(), sqlx::Error> {
    let give = "
        WITH near AS (
            SELECT t.address_id AS standing, s.address_id AS came, ST_Distance(t.geom, s.geom) AS away
            FROM staged_address s
            LEFT JOIN bandoso.street new_street ON new_street.street_id = s.street_id
            JOIN bandoso.address t
              ON t.dataset_id = $1
             AND ST_DWithin(t.geom, s.geom, CASE WHEN t.number IS NULL THEN 0.00001 ELSE 0.0005 END)
             AND t.number IS NOT DISTINCT FROM s.number
             AND (t.number IS NOT NULL OR t.hamlet IS NOT DISTINCT FROM s.hamlet)
            LEFT JOIN bandoso.street old_street ON old_street.street_id = t.street_id
            WHERE old_street.name IS NOT DISTINCT FROM new_street.name
              AND NOT EXISTS (SELECT FROM bandoso.address own WHERE own.address_id = s.address_id)
              AND NOT EXISTS (SELECT FROM staged_address own WHERE own.address_id = t.address_id)
              AND (s.door_code IS NULL OR t.door_code IS NULL OR s.door_code = t.door_code)
        ), of_standing AS (
            SELECT DISTINCT ON (standing) * FROM near ORDER BY standing, away, came
        ), matched AS (
            SELECT DISTINCT ON (came) * FROM of_standing ORDER BY came, away, standing
        )
        UPDATE staged_address s SET address_id = matched.standing
        FROM matched WHERE matched.came = s.address_id";
    sqlx::query(give).bind(dataset_id).execute(&mut *connection).await?;
    Ok(())
}

/// What deliveries do not bring stays as it is: the street an alley leaves, the lineage of a parcel, the door code of
/// an address.
async fn keep_what_deliveries_lack(
    connection: &mut PgConnection,
    table: &DatasetTable,
) -> Result<(), sqlx::Error> {
    let keep = match table.name {
        "street" => {
            "UPDATE staged_street s SET parent_id = t.parent_id FROM bandoso.street t
             WHERE t.street_id = s.street_id AND s.parent_id IS NULL AND t.parent_id IS NOT NULL"
        }
        "parcel" => {
            "UPDATE staged_parcel s SET lineage = t.lineage FROM bandoso.parcel t
             WHERE t.parcel_id = s.parcel_id AND s.lineage <> t.lineage"
        }
        "address" => {
            "UPDATE staged_address s SET door_code = t.door_code FROM bandoso.address t
             WHERE t.address_id = s.address_id AND s.door_code IS NULL AND t.door_code IS NOT NULL
               AND NOT EXISTS (SELECT FROM staged_address other WHERE other.door_code = t.door_code)"
        }
        _ => return Ok(()),
    };
    connection.execute(keep).await?;
    Ok(())
}

/// Of the streets in `missing`, those that rows of others refer to go to a dataset that refers to them, rather a public
/// one, and lose their line where the delivery brought the lines; those that rows of this dataset refer to stay as they
/// are. Neither is missing then.
async fn give_streets_away(
    connection: &mut PgConnection,
    batch_id: i64,
    loses_line: bool,
) -> Result<(), sqlx::Error> {
    let choose = "
        DROP TABLE IF EXISTS heirs;
        CREATE TEMP TABLE heirs ON COMMIT DROP AS
        WITH RECURSIVE wanted (street_id, parent_id, dataset_id) AS (
            SELECT s.street_id, s.parent_id, r.dataset_id
            FROM missing s
            JOIN (SELECT street_id, dataset_id FROM bandoso.address
                  UNION SELECT street_id, dataset_id FROM bandoso.former_street_name
                  UNION SELECT a.parent_id, a.dataset_id FROM bandoso.street a
                        WHERE NOT EXISTS (SELECT FROM missing m WHERE m.street_id = a.street_id)) r
              USING (street_id)
            UNION
            SELECT p.street_id, p.parent_id, w.dataset_id
            FROM wanted w JOIN missing p ON p.street_id = w.parent_id
        )
        SELECT DISTINCT ON (street_id) street_id, dataset_id
        FROM wanted JOIN bandoso.dataset USING (dataset_id)
        ORDER BY street_id, visibility, dataset_id";
    connection.execute(choose).await?;
    if let Some(street) = DatasetTable::named("street") {
        keep_rows(connection, batch_id, street, "heirs", "changed").await?;
    }
    let line = if loses_line { ", geom = NULL" } else { "" };
    let give = format!(
        "UPDATE bandoso.street s SET dataset_id = heirs.dataset_id{line}
         FROM heirs
         WHERE heirs.street_id = s.street_id AND (s.dataset_id <> heirs.dataset_id OR {loses_line})"
    );
    connection.execute(AssertSqlSafe(give)).await?;
    connection.execute("DELETE FROM missing m USING heirs WHERE heirs.street_id = m.street_id").await?;
    Ok(())
}

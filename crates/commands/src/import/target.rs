//! The database an import goes into: one transaction, in which it asks what is there, removes what is
//! replaced and writes.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, PgConnection};
use time::{Date, OffsetDateTime};

use super::door_codes;
use super::reference::Reference;
use super::report::Refusal;
use super::{File, ImportError};
use crate::database::DatabaseAddress;
use crate::schema::{self, Dataset, SchemaWriter, Street, WriteError};

/// An open transaction and what is known of the database.
pub struct Target {
    writer: SchemaWriter,
    recorded_at: OffsetDateTime,
    /// Units, land-use codes, streets.
    pub reference: Reference,
    /// Met by name in the rows read and not written yet.
    new_streets: Vec<Street>,
}

impl Target {
    /// Connects, begins and reads the reference tables.
    pub async fn open(address: &DatabaseAddress, codes_of: Option<Date>) -> Result<Self, ImportError> {
        let recorded_at = OffsetDateTime::now_utc();
        let mut writer = SchemaWriter::postgis(address, recorded_at).await?;
        let reference = Reference::read(connection(&mut writer)?, codes_of).await?;
        prefer_lz4(connection(&mut writer)?).await?;
        Ok(Self { writer, recorded_at, reference, new_streets: Vec::new() })
    }

    /// The connection, inside the transaction.
    pub fn connection(&mut self) -> Result<&mut PgConnection, ImportError> {
        connection(&mut self.writer)
    }

    /// Reads ward shapes anew.
    pub async fn read_areas(&mut self) -> Result<(), ImportError> {
        let connection = connection(&mut self.writer)?;
        self.reference.read_areas(connection).await
    }

    /// Reads ward shapes and streets anew: an earlier file of this import may have brought some.
    pub async fn read_places(&mut self, file: &File<'_>) -> Result<(), ImportError> {
        let connection = connection(&mut self.writer)?;
        self.reference.read_areas(connection).await?;
        self.reference.read_streets(connection, file.job.is_public).await
    }

    /// Takes up a street of which no more is known than the row in hand says: its name and ward.
    pub fn add_street(&mut self, street: Street) {
        self.reference.learn_street(street.unit_id, &street.name, street.street_id);
        self.new_streets.push(street);
    }

    /// Writes rows of one table, after the streets they brought.
    pub async fn write<R: schema::SchemaRow>(&mut self, rows: &[R]) -> Result<(), ImportError> {
        self.writer.write(&std::mem::take(&mut self.new_streets)).await?;
        Ok(self.writer.write(rows).await?)
    }

    /// Writes the dataset of a file and gives its id. One of the same name is refused, or removed with
    /// everything in it where the job says so; a street that rows of other datasets refer to becomes
    /// theirs, by name only.
    pub async fn begin_dataset(&mut self, file: &File<'_>) -> Result<i32, ImportError> {
        let name = file.dataset_name().to_owned();
        let connection = self.connection()?;
        // two imports at once would take the same id
        sqlx::query("LOCK TABLE bandoso.dataset IN SHARE ROW EXCLUSIVE MODE")
            .execute(&mut *connection)
            .await?;
        let known: Vec<i32> = sqlx::query_scalar("SELECT dataset_id FROM bandoso.dataset WHERE name = $1")
            .bind(&name)
            .fetch_all(&mut *connection)
            .await?;
        if !known.is_empty() && !file.job.replace {
            return Err(ImportError::AlreadyLoaded(name));
        }
        door_codes::keep(&mut *connection, &known).await?;
        sqlx::query(GIVE_STREETS_AWAY).bind(&known).execute(&mut *connection).await?;
        // zones go with their plan; children before parents
        for table in
            ["unit_area", "address", "landmark", "former_street_name", "street", "parcel", "plan", "dataset"]
        {
            let delete = format!("DELETE FROM bandoso.{table} WHERE dataset_id = ANY($1)");
            sqlx::query(AssertSqlSafe(delete)).bind(&known).execute(&mut *connection).await?;
        }
        let next: i32 = sqlx::query_scalar("SELECT coalesce(max(dataset_id), 0) + 1 FROM bandoso.dataset")
            .fetch_one(connection)
            .await?;
        let dataset = Dataset {
            dataset_id: next,
            name,
            srid: file.shaper.system(),
            source: file.job.source.clone(),
            is_public: file.job.is_public,
            is_generated: false,
            imported_at: self.recorded_at,
            tolerance_m: file.job.tolerance_m,
        };
        self.write(&[dataset]).await?;
        Ok(next)
    }

    /// The ids of a table, for rows that bring their own or need a new one.
    pub async fn ids(&mut self, table: &str, column: &str) -> Result<Ids, ImportError> {
        let sql = format!("SELECT {column} FROM bandoso.{table}");
        let taken: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(self.connection()?).await?;
        Ok(Ids { next: taken.iter().max().map_or(1, |max| max + 1), taken: taken.into_iter().collect() })
    }

    /// The values of a unique text column.
    pub async fn texts(&mut self, table: &str, column: &str) -> Result<HashSet<String>, ImportError> {
        let sql = format!("SELECT {column} FROM bandoso.{table} WHERE {column} IS NOT NULL");
        let texts: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(self.connection()?).await?;
        Ok(texts.into_iter().collect())
    }

    /// Makes it stand.
    pub async fn commit(self) -> Result<(), ImportError> {
        Ok(self.writer.commit().await?)
    }
}

/// Streets of the datasets $1 that addresses, alleys or former names of others refer to, and the streets those
/// leave, go to a dataset that refers to them, rather a public one. Their lines go with the old dataset.
const GIVE_STREETS_AWAY: &str = "
    WITH RECURSIVE wanted (street_id, parent_id, dataset_id) AS (
        SELECT s.street_id, s.parent_id, r.dataset_id
        FROM bandoso.street s
        JOIN (SELECT street_id, dataset_id FROM bandoso.address
              UNION SELECT street_id, dataset_id FROM bandoso.former_street_name
              UNION SELECT parent_id, dataset_id FROM bandoso.street) r USING (street_id)
        WHERE s.dataset_id = ANY($1) AND r.dataset_id <> ALL($1)
        UNION
        SELECT p.street_id, p.parent_id, w.dataset_id
        FROM wanted w JOIN bandoso.street p ON p.street_id = w.parent_id
        WHERE p.dataset_id = ANY($1)
    ), heir AS (
        SELECT DISTINCT ON (street_id) street_id, dataset_id
        FROM wanted JOIN bandoso.dataset USING (dataset_id)
        ORDER BY street_id, visibility, dataset_id
    )
    UPDATE bandoso.street s SET dataset_id = heir.dataset_id, geom = NULL
    FROM heir WHERE heir.street_id = s.street_id";

/// PostgreSQL's old compression took a quarter of the time of an import of 7 million vertices.
async fn prefer_lz4(connection: &mut PgConnection) -> Result<(), ImportError> {
    let set = "SELECT set_config(name, 'lz4', true) FROM pg_settings
               WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)";
    sqlx::query(set).execute(connection).await?;
    Ok(())
}

fn connection(writer: &mut SchemaWriter) -> Result<&mut PgConnection, ImportError> {
    writer.postgis_connection().ok_or(ImportError::Write(WriteError::Closed))
}

/// Ids that are taken, and the next free one.
pub struct Ids {
    taken: HashSet<i64>,
    next: i64,
}

impl Ids {
    /// The id a row brings, or a new one.
    pub fn claim(&mut self, given: Option<String>) -> Result<i64, Refusal> {
        const LARGEST: i64 = (1 << 53) - 1;
        let Some(text) = given else { return Ok(self.fresh()) };
        match text.parse() {
            Ok(id) if !(1..=LARGEST).contains(&id) => {
                Err(Refusal::new("the id is not a positive whole number below 2^53", text))
            }
            Ok(id) if self.taken.insert(id) => Ok(id),
            Ok(_) => Err(Refusal::new("the id is taken", text)),
            Err(_) => Err(Refusal::new("the id is not a positive whole number below 2^53", text)),
        }
    }

    /// A new id.
    pub fn fresh(&mut self) -> i64 {
        while !self.taken.insert(self.next) {
            self.next += 1;
        }
        self.next
    }

    /// New ids begin after this one.
    pub fn pass(&mut self, last: Option<i64>) {
        self.next = self.next.max(last.map_or(1, |last| last + 1));
    }
}

//! The database an import goes into: one transaction, in which it asks what is there, removes what is
//! replaced and writes.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, PgConnection};
use time::{Date, OffsetDateTime};

use super::batch::{Counts, DatasetTable, Merge, history};
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
    batch: Option<OpenBatch>,
    /// Datasets that a file of this import went into.
    filled: HashSet<String>,
}

/// The import into a dataset that is under way.
struct OpenBatch {
    merge: Merge,
    /// Rows written straight into their tables.
    written: u64,
}

impl Target {
    /// Connects, begins and reads the reference tables.
    pub async fn open(address: &DatabaseAddress, codes_of: Option<Date>) -> Result<Self, ImportError> {
        let recorded_at = OffsetDateTime::now_utc();
        let mut writer = SchemaWriter::postgis(address, recorded_at).await?;
        let reference = Reference::read(connection(&mut writer)?, codes_of).await?;
        prefer_lz4(connection(&mut writer)?).await?;
        Ok(Self {
            writer,
            recorded_at,
            reference,
            new_streets: Vec::new(),
            batch: None,
            filled: HashSet::new(),
        })
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

    /// Writes rows of one table, after the streets they brought. Where the dataset was there before they wait until
    /// all are known.
    pub async fn write<R: schema::SchemaRow>(&mut self, rows: &[R]) -> Result<(), ImportError> {
        let streets = std::mem::take(&mut self.new_streets);
        self.writer.write(&streets).await?;
        let Some(batch) = self.batch.as_mut().filter(|_| !rows.is_empty()) else {
            return Ok(self.writer.write(rows).await?);
        };
        batch.written += streets.len() as u64;
        let table = DatasetTable::named(R::TABLE.name).filter(|table| batch.merge.stages(table.name));
        let Some(table) = table else {
            batch.written += rows.len() as u64;
            return Ok(self.writer.write(rows).await?);
        };
        if let Some(unknown) =
            batch.merge.key.iter().find(|column| !R::TABLE.columns.contains(&column.as_str()))
        {
            let columns = R::TABLE.columns.join(", ");
            return Err(ImportError::NoKey { column: unknown.clone(), columns });
        }
        let staged = batch.merge.stage(connection(&mut self.writer)?, table, R::TABLE.columns).await?;
        Ok(self.writer.write_into(&staged, rows).await?)
    }

    /// Begins a batch of the dataset a file goes into and gives its id: a new dataset, or the one of that name where
    /// the job says how its rows meet those that stand.
    pub async fn begin_dataset(&mut self, file: &File<'_>) -> Result<i32, ImportError> {
        let name = file.dataset_name().to_owned();
        // a batch is known by its transaction
        if !self.filled.insert(name.clone()) {
            return Err(ImportError::SameDatasetTwice(name));
        }
        let connection = self.connection()?;
        // two imports at once would take the same id
        sqlx::query("LOCK TABLE bandoso.dataset IN SHARE ROW EXCLUSIVE MODE")
            .execute(&mut *connection)
            .await?;
        let known: Option<i32> =
            sqlx::query_scalar("SELECT min(dataset_id) FROM bandoso.dataset WHERE name = $1")
                .bind(&name)
                .fetch_one(&mut *connection)
                .await?;
        let mode = match (known, file.job.mode) {
            (Some(_), None) => return Err(ImportError::AlreadyLoaded(name)),
            (None, _) => None,
            (Some(_), mode) => mode,
        };
        let dataset_id = match known {
            Some(id) => id,
            None => {
                // never one that a removed dataset had, which may come back; nor one that somebody gave by hand
                let next = "SELECT greatest(nextval(pg_get_serial_sequence('bandoso.dataset', 'dataset_id')),
                                            (SELECT max(dataset_id) + 1 FROM bandoso.dataset))::integer";
                sqlx::query_scalar(next).fetch_one(&mut *connection).await?
            }
        };
        let dataset = Dataset {
            dataset_id,
            name: name.clone(),
            srid: file.shaper.system(),
            source: file.job.source.clone(),
            is_public: file.job.is_public,
            is_generated: false,
            imported_at: self.recorded_at,
            tolerance_m: file.job.tolerance_m,
        };
        self.batch = None;
        let batch = history::NewBatch {
            dataset_id: Some(dataset_id),
            dataset_name: &name,
            mode: mode.map_or("new", |mode| mode.name()),
            file: file.name,
            sha256: file.sha256,
        };
        let connection = if known.is_some() {
            let connection = self.connection()?;
            update_dataset(&mut *connection, &dataset).await?;
            connection
        } else {
            self.writer.write(&[dataset]).await?;
            self.connection()?
        };
        let batch_id = history::begin(connection, &batch).await?;
        let merge = Merge::new(batch_id, dataset_id, mode, file.job.key.clone());
        self.batch = Some(OpenBatch { merge, written: 0 });
        Ok(dataset_id)
    }

    /// Ends the batch: writes the difference to what stood, and into the history what became of the rows.
    pub async fn finish_batch(&mut self, read: u64, refused: u64) -> Result<Counts, ImportError> {
        let Some(OpenBatch { merge, written }) = self.batch.take() else { return Ok(Counts::default()) };
        let batch_id = merge.batch_id;
        let connection = connection(&mut self.writer)?;
        let mut counts = merge.finish(&mut *connection).await?;
        counts.added += written;
        history::end(connection, batch_id, (read, refused), counts).await?;
        Ok(counts)
    }

    /// The dataset whose rows are matched with those that come, if there is one: they do not stand in their way.
    pub fn matched_dataset(&self) -> Option<i32> {
        self.batch.as_ref().filter(|batch| batch.merge.matches).map(|batch| batch.merge.dataset_id)
    }

    /// The ids of a table, for rows that bring their own or need a new one.
    pub async fn ids(&mut self, table: &str, column: &str) -> Result<Ids, ImportError> {
        // past those of rows that were removed and may come back
        let last = format!(
            "SELECT greatest((SELECT coalesce(max({column}), 0) FROM bandoso.{table}),
                             (SELECT coalesce(max(row_key::bigint), 0) FROM bandoso.import_before
                              WHERE table_name = '{table}'))"
        );
        let last: i64 = sqlx::query_scalar(AssertSqlSafe(last)).fetch_one(self.connection()?).await?;
        let taken: Vec<i64> = self.others(table, column).await?;
        Ok(Ids { next: last + 1, taken: taken.into_iter().collect() })
    }

    /// The values of a unique text column.
    pub async fn texts(&mut self, table: &str, column: &str) -> Result<HashSet<String>, ImportError> {
        Ok(self.others(table, column).await?.into_iter().collect())
    }

    /// The values of a column in all rows but those the delivery is matched with.
    async fn others<T>(&mut self, table: &str, column: &str) -> Result<Vec<T>, ImportError>
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        let own = self.matched_dataset().zip(DatasetTable::named(table));
        let others = own.map(|(id, table)| format!(" AND NOT ({})", table.owned_by(id))).unwrap_or_default();
        let sql = format!("SELECT {column} FROM bandoso.{table} WHERE {column} IS NOT NULL{others}");
        Ok(sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(self.connection()?).await?)
    }

    /// Makes it stand.
    pub async fn commit(self) -> Result<(), ImportError> {
        Ok(self.writer.commit().await?)
    }
}

/// Writes what this delivery says of a dataset that is there.
async fn update_dataset(connection: &mut PgConnection, dataset: &Dataset) -> Result<(), ImportError> {
    sqlx::query(
        "UPDATE bandoso.dataset
         SET srid = $2, source = CASE WHEN $3 = '' THEN source ELSE $3 END,
             visibility = CASE WHEN $4 THEN 'public' ELSE 'staff' END,
             imported_at = now(), tolerance_m = coalesce($5, tolerance_m)
         WHERE dataset_id = $1",
    )
    .bind(dataset.dataset_id)
    .bind(dataset.srid.0 as i32)
    .bind(&dataset.source)
    .bind(dataset.is_public)
    .bind(dataset.tolerance_m)
    .execute(connection)
    .await?;
    Ok(())
}

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
}

//! The register in a GeoPackage file.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, SqliteConnection};

use super::AssignError;
use crate::geocode::codes::DoorCode;

/// How long to wait for another program that writes into the file.
const WAIT: Duration = Duration::from_secs(5);

/// The file, opened for writing.
pub struct GeoPackageRegister(SqliteConnection);

impl GeoPackageRegister {
    pub async fn open(file: &Path) -> Result<Self, AssignError> {
        if !file.is_file() {
            return Err(AssignError::NoFile(file.display().to_string()));
        }
        let options = SqliteConnectOptions::new().filename(file).busy_timeout(WAIT).foreign_keys(false);
        let mut connection = options.disable_statement_logging().connect().await?;
        let is_there = "SELECT count(*) FROM sqlite_master WHERE name IN ('address', 'retired_door_code')";
        let tables: i64 = sqlx::query_scalar(is_there).fetch_one(&mut connection).await?;
        if tables < 2 {
            return Err(AssignError::NoRegister);
        }
        Ok(Self(connection))
    }

    pub async fn count_without(&mut self) -> Result<u64, AssignError> {
        let count = "SELECT count(*) FROM address WHERE door_code IS NULL";
        let count: i64 = sqlx::query_scalar(count).fetch_one(&mut self.0).await?;
        Ok(count.unsigned_abs())
    }

    /// Takes the right to write at once: two who read first and then write would wait for each other.
    pub async fn begin(&mut self) -> Result<(), AssignError> {
        self.0.execute("BEGIN IMMEDIATE").await.map(drop).map_err(|error| match &error {
            sqlx::Error::Database(refusal) if refusal.message().contains("locked") => AssignError::Busy,
            _ => error.into(),
        })
    }

    pub async fn without(&mut self, after: i64, limit: usize) -> Result<Vec<i64>, AssignError> {
        let next = "SELECT address_id FROM address WHERE address_id > ? AND door_code IS NULL
                    ORDER BY address_id LIMIT ?";
        Ok(sqlx::query_scalar(next).bind(after).bind(limit as i64).fetch_all(&mut self.0).await?)
    }

    pub async fn taken(&mut self, codes: &BTreeSet<DoorCode>) -> Result<Vec<String>, AssignError> {
        let codes: Vec<&str> = codes.iter().map(DoorCode::as_str).collect();
        let taken = "SELECT door_code FROM address WHERE door_code IN (SELECT value FROM json_each(?1))
                     UNION SELECT code FROM retired_door_code WHERE code IN (SELECT value FROM json_each(?1))";
        let codes = serde_json::Value::from(codes).to_string();
        Ok(sqlx::query_scalar(taken).bind(codes).fetch_all(&mut self.0).await?)
    }

    pub async fn give(&mut self, pairs: &[(i64, DoorCode)]) -> Result<u64, AssignError> {
        let pairs: Vec<(i64, &str)> = pairs.iter().map(|(id, code)| (*id, code.as_str())).collect();
        let give = "UPDATE address SET door_code = given.code
                    FROM (SELECT value ->> 0 AS id, value ->> 1 AS code FROM json_each(?)) AS given
                    WHERE address_id = given.id AND door_code IS NULL";
        let given = sqlx::query(give).bind(serde_json::json!(pairs).to_string()).execute(&mut self.0).await?;
        let touch = "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
                     WHERE table_name = 'address'";
        self.0.execute(touch).await?;
        Ok(given.rows_affected())
    }

    pub async fn commit(&mut self) -> Result<(), AssignError> {
        self.0.execute("COMMIT").await?;
        Ok(())
    }

    pub async fn close(self) -> Result<(), AssignError> {
        Ok(self.0.close().await?)
    }
}

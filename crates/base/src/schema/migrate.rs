//! Making and updating our schema in a town's PostGIS, and filling its national tables.
//!
//! What a role may lack is tried first, one right at a time, so that the refusal can name the right
//! and the command that grants it.

use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, SqlSafeStr as _};
use thiserror::Error;
use time::OffsetDateTime;

use crate::database::{ConnectError, DatabaseAddress, quote_identifier};

use super::{ReferenceError, SchemaWriter, WriteError, land_uses, national_units};

macro_rules! migration {
    ($version:literal, $description:literal) => {
        (
            $version,
            $description,
            include_str!(concat!("../../../../migrations/", $version, "_", $description, ".sql")),
        )
    };
}

/// Version, description and SQL of every file in `migrations/`, embedded without `sqlx::migrate!`: that macro compiles
/// sqlx, its drivers and SQLite a second time for the machine that builds.
const MIGRATIONS: [(&str, &str, &str); 13] = [
    migration!("0001", "reference"),
    migration!("0002", "units"),
    migration!("0003", "land"),
    migration!("0004", "addresses"),
    migration!("0005", "layers"),
    migration!("0006", "vn2000"),
    migration!("0007", "history"),
    migration!("0008", "door_codes"),
    migration!("0009", "landmarks"),
    migration!("0010", "former_places"),
    migration!("0011", "corrected_units"),
    migration!("0012", "border_tolerance"),
    migration!("0013", "ended_wards"),
];

/// The embedded migrations, as sqlx reads them from the folder.
fn migrator() -> Migrator {
    let migration = |(version, description, sql): (&str, &str, &'static str)| {
        let description = description.replace('_', " ").into();
        let version = version.parse().unwrap_or_default();
        Migration::new(version, description, MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(MIGRATIONS.map(migration).into())
}

/// What `migrate` did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationReport {
    /// Steps made now, by number and name.
    pub applied: Vec<String>,
    /// Steps that were there already.
    pub were_there: usize,
}

/// Why the schema could not be made.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum MigrateError {
    #[error("cannot connect to the database: {0}")]
    Connect(#[from] ConnectError),
    #[error("the role \"{role}\" may not {right}; an administrator of the database runs: {command}")]
    MissingRight { role: String, right: &'static str, command: String },
    #[error(
        "the server has no {0}: install the package (Debian and Ubuntu: postgresql-15-postgis-3 for PostgreSQL 15)"
    )]
    NotInstalled(&'static str),
    #[error("a migration failed: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
}

/// Why the national tables could not be filled.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum SeedError {
    #[error("{0}")]
    Reference(#[from] ReferenceError),
    #[error("{0}")]
    Write(#[from] WriteError),
}

/// Brings the schema `bandoso` to the newest form. Runs as often as one likes.
pub async fn migrate(address: &DatabaseAddress) -> Result<MigrationReport, MigrateError> {
    let mut connection = address.connect().await?;
    let (role, database): (String, String) =
        sqlx::query_as("SELECT current_user::text, current_database()::text")
            .fetch_one(&mut connection)
            .await?;
    let mut privileges = DatabasePrivileges { connection: &mut connection, role, database };
    privileges.extension("postgis").await?;
    privileges.extension("btree_gist").await?;
    privileges.schema().await?;
    privileges.reference_systems().await?;

    // our list of applied steps lives in our schema and not in the town's
    connection
        .execute("SELECT set_config('search_path', 'bandoso, ' || current_setting('search_path'), false)")
        .await?;
    let migrator = migrator();
    connection.ensure_migrations_table(&migrator.table_name).await?;
    let before = connection.list_applied_migrations(&migrator.table_name).await?.len();
    migrator.run_direct(None, &mut connection, false).await?;
    let steps = migrator.iter().map(|step| format!("{:04} {}", step.version, step.description));
    let report = MigrationReport { applied: steps.skip(before).collect(), were_there: before };
    connection.close().await?;
    Ok(report)
}

/// Fills units, links, aliases and land uses of the whole country; what is there is updated, what a
/// town added beside them stays. Of a unit or code the national table names, all versions are replaced.
pub async fn seed_reference(address: &DatabaseAddress) -> Result<(), SeedError> {
    let mut writer = SchemaWriter::postgis(address, OffsetDateTime::now_utc()).await?;
    writer.write(&land_uses()?).await?;
    writer.national_units(&national_units()?).await?;
    writer.commit().await?;
    Ok(())
}

/// What the role may do in the database before our schema is in it.
struct DatabasePrivileges<'a> {
    connection: &'a mut PgConnection,
    role: String,
    database: String,
}

impl DatabasePrivileges<'_> {
    async fn extension(&mut self, name: &'static str) -> Result<(), MigrateError> {
        if self.holds("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = $1)", name).await? {
            return Ok(());
        }
        if !self.holds("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = $1)", name).await? {
            return Err(MigrateError::NotInstalled(if name == "postgis" { "PostGIS" } else { "btree_gist" }));
        }
        let right = if name == "postgis" {
            "create the extension postgis"
        } else {
            "create the extension btree_gist"
        };
        let statement = format!("CREATE EXTENSION {name};");
        self.attempt(
            &statement,
            right,
            format!("{statement} (in the database {})", quote_identifier(&self.database)),
        )
        .await
    }

    async fn schema(&mut self) -> Result<(), MigrateError> {
        let database = quote_identifier(&self.database);
        let role = quote_identifier(&self.role);
        if !self.holds("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)", "bandoso").await? {
            let command = format!("GRANT CREATE ON DATABASE {database} TO {role};");
            return self.attempt("CREATE SCHEMA bandoso", "create the schema bandoso", command).await;
        }
        if self.holds("SELECT has_schema_privilege($1, 'CREATE')", "bandoso").await? {
            return Ok(());
        }
        let command = format!("GRANT USAGE, CREATE ON SCHEMA bandoso TO {role};");
        Err(MigrateError::MissingRight {
            role: self.role.clone(),
            right: "create tables in the schema bandoso",
            command,
        })
    }

    /// Only where a VN-2000 system is missing do we need to write into PostGIS's own table.
    async fn reference_systems(&mut self) -> Result<(), MigrateError> {
        let are_there =
            "SELECT count(*) = 14 FROM spatial_ref_sys WHERE srid BETWEEN 9205 AND 9218 AND $1 <> ''";
        if self.holds(are_there, "EPSG").await?
            || self.holds("SELECT has_table_privilege($1, 'INSERT')", "spatial_ref_sys").await?
        {
            return Ok(());
        }
        let command = format!("GRANT SELECT, INSERT ON spatial_ref_sys TO {};", quote_identifier(&self.role));
        Err(MigrateError::MissingRight {
            role: self.role.clone(),
            right: "add the VN-2000 coordinate systems to spatial_ref_sys",
            command,
        })
    }

    async fn holds(&mut self, question: &'static str, about: &str) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(question).bind(about).fetch_one(&mut *self.connection).await
    }

    /// Runs a statement; a refusal for want of a right becomes the sentence that names it.
    async fn attempt(
        &mut self,
        statement: &str,
        right: &'static str,
        command: String,
    ) -> Result<(), MigrateError> {
        match self.connection.execute(AssertSqlSafe(statement)).await {
            Ok(_) => Ok(()),
            Err(sqlx::Error::Database(refusal)) if refusal.code().as_deref() == Some("42501") => {
                Err(MigrateError::MissingRight { role: self.role.clone(), right, command })
            }
            Err(other) => Err(other.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[tokio::test]
    async fn what_is_embedded_is_the_folder_as_sqlx_reads_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
        let read = Migrator::new(folder.as_path()).await.unwrap();
        let steps = |migrator: &Migrator| -> Vec<_> {
            let step = |step: &Migration| (step.version, step.description.clone(), step.checksum.clone());
            migrator.iter().map(step).collect()
        };
        assert_eq!(steps(&migrator()), steps(&read));
    }
}

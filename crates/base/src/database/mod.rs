//! The address of a PostgreSQL database: read in every form libpq takes, and never printed.
//!
//! A connection string may hold a password in many places (before the host, `?password=`, `?sslpassword=`, key/value
//! pairs) and a library that reads it may print what it does not understand: sqlx logs unknown parameters with their
//! values, and a malformed line of the password file whole. So the string is read here once, into a type whose text form
//! has host, port and database alone, and sqlx is handed the parts. Errors of reading and of connecting are sentences of
//! our own that repeat nothing of the string.
//!
//! Left out: several hosts, service files, and what only libpq's own client can do (Kerberos, keepalives). Parameters of
//! that kind are named in a warning and ignored, as sqlx does.

mod password_file;
mod problem;
mod quoting;
mod read;
mod sqlite_log;

use std::fmt;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions, Connection};

pub use problem::{AddressError, ConnectError};
pub use quoting::quote_identifier;
pub use sqlite_log::{has_changes_in_log, is_in_wal_mode};

/// Where a database is and as whom to enter it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DatabaseAddress {
    host: Option<String>,
    port: Option<u16>,
    database: Option<String>,
    user: Option<String>,
    password: Option<String>,
    ssl_mode: Option<SslMode>,
    ssl_root_cert: Option<String>,
    ssl_cert: Option<String>,
    ssl_key: Option<String>,
    application_name: Option<String>,
    /// Server settings: `-c name=value`.
    settings: Vec<(String, String)>,
    statement_cache_capacity: Option<usize>,
    /// Parameters of libpq that have no effect here, by name.
    ignored: Vec<&'static str>,
    /// How many parameters libpq does not know either. Their names may be pieces of a password.
    unknown: usize,
}

/// `sslmode`, as libpq names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SslMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl DatabaseAddress {
    /// Whether a text is meant as the address of a database, however badly written.
    pub fn is_meant_by(text: &str) -> bool {
        read::is_address(text)
    }

    /// What sqlx needs to connect: what the address leaves open comes from `PGHOST` and its kind, the password where there
    /// is none from libpq's password file. Statements are not logged: they may hold values.
    pub fn connect_options(&self) -> PgConnectOptions {
        self.warn_of_ignored();
        let mut options = PgConnectOptions::new_without_pgpass();
        match self.host.as_deref() {
            Some(folder) if folder.starts_with('/') => options = options.socket(folder),
            Some(host) => options = options.host(host),
            None => {}
        }
        if let Some(port) = self.port {
            options = options.port(port);
        }
        if let Some(database) = &self.database {
            options = options.database(database);
        }
        if let Some(user) = &self.user {
            options = options.username(user);
        }
        if let Some(mode) = self.ssl_mode {
            options = options.ssl_mode(match mode {
                SslMode::Disable => PgSslMode::Disable,
                SslMode::Allow => PgSslMode::Allow,
                SslMode::Prefer => PgSslMode::Prefer,
                SslMode::Require => PgSslMode::Require,
                SslMode::VerifyCa => PgSslMode::VerifyCa,
                SslMode::VerifyFull => PgSslMode::VerifyFull,
            });
        }
        if let Some(file) = &self.ssl_root_cert {
            options = options.ssl_root_cert(file);
        }
        if let Some(file) = &self.ssl_cert {
            options = options.ssl_client_cert(file);
        }
        if let Some(file) = &self.ssl_key {
            options = options.ssl_client_key(file);
        }
        if let Some(capacity) = self.statement_cache_capacity {
            options = options.statement_cache_capacity(capacity);
        }
        if !self.settings.is_empty() {
            options = options.options(self.settings.iter().map(|(name, value)| (name, value)));
        }
        match &self.password {
            Some(password) => options = options.password(password),
            None if std::env::var_os("PGPASSWORD").is_none() => {
                if let Some(password) = password_file::password(&options) {
                    options = options.password(&password);
                }
            }
            None => {}
        }
        options
            .application_name(self.application_name.as_deref().unwrap_or("bandoso"))
            .disable_statement_logging()
    }

    /// Connects once.
    pub async fn connect(&self) -> Result<PgConnection, ConnectError> {
        PgConnection::connect_with(&self.connect_options()).await.map_err(ConnectError::from)
    }

    fn warn_of_ignored(&self) {
        if !self.ignored.is_empty() {
            tracing::warn!("the database's address: without effect here: {}", self.ignored.join(", "));
        }
        if self.unknown > 0 {
            tracing::warn!(
                "the database's address: parameters that PostgreSQL does not know are ignored, {} of them",
                self.unknown
            );
        }
    }
}

impl FromStr for DatabaseAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        read::read(text)
    }
}

impl fmt::Display for DatabaseAddress {
    /// Host, port and database: never user, password or parameters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        match self.host.as_deref() {
            Some(folder) if folder.starts_with('/') => f.write_str("(Unix socket)")?,
            Some(host) if host.contains(':') => write!(f, "[{host}]")?,
            Some(host) => f.write_str(host)?,
            None => {}
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        match &self.database {
            Some(database) => write!(f, "/{}", database.escape_debug()),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

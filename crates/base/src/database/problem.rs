//! What goes wrong with an address or a connection, in sentences that repeat nothing of the address.

use thiserror::Error;

/// Why an address cannot be read. No variant carries text of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum AddressError {
    #[error(
        "the database's address begins with postgres://, or is written as host=… dbname=… user=… password=…"
    )]
    NotAnAddress,
    #[error(
        "the database's address is not clear: in a user, password or database name the characters / ? # @ : % are written %2F %3F %23 %40 %3A %25"
    )]
    Unclear,
    #[error("the port in the database's address must be a number below 65536")]
    BadPort,
    #[error(
        "a word in the database's address has no `=`: write host=… dbname=…, and values with spaces in 'quotes'"
    )]
    NoEqualsSign,
    #[error("a quote in the database's address is not closed")]
    OpenQuote,
    #[error("the database's address names several hosts: name one")]
    SeveralHosts,
    #[error("`service` in the database's address: service files are not read, name host, dbname and user")]
    Service,
    #[error(
        "`sslmode` in the database's address must be disable, allow, prefer, require, verify-ca or verify-full"
    )]
    BadSslMode,
    #[error("`{0}` in the database's address must be a whole number")]
    BadNumber(&'static str),
    #[error("`options` in the database's address must be made of -c name=value")]
    BadOptions,
}

/// Why no connection was made. The server's own words name the user, and where the address was misread perhaps worse: its
/// codes are put into words here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}")]
pub struct ConnectError {
    problem: String,
    /// Whether trying again cannot help: a server, role or database may still come up, a wrong password stays wrong.
    pub is_final: bool,
}

impl ConnectError {
    /// The server did not answer in time.
    pub fn too_slow(limit: std::time::Duration) -> Self {
        Self { problem: format!("nothing came back in {} s", limit.as_secs()), is_final: false }
    }
}

impl From<sqlx::Error> for ConnectError {
    fn from(error: sqlx::Error) -> Self {
        let is_final = error.as_database_error().and_then(|e| e.code()).as_deref() == Some("28P01");
        Self { problem: in_words(&error), is_final }
    }
}

fn in_words(error: &sqlx::Error) -> String {
    let refusal = match error {
        sqlx::Error::Database(refusal) => refusal,
        sqlx::Error::Io(e) => return e.to_string(),
        sqlx::Error::Configuration(_) => {
            return "the parameters of the address cannot be used together".to_owned();
        }
        sqlx::Error::Tls(_) => {
            return "no encrypted connection: check sslmode and the certificates it needs".to_owned();
        }
        other => return other.to_string(),
    };
    let code = refusal.code().unwrap_or_default();
    match code.as_ref() {
        "28P01" => "the user or the password is refused".to_owned(),
        "28000" => {
            "the server does not let this user in from here: check the role and pg_hba.conf".to_owned()
        }
        "3D000" => "the server has no database of this name".to_owned(),
        "53300" => "the server has no connection left".to_owned(),
        "57P03" => "the server is starting or stopping".to_owned(),
        "42501" => "the user may not enter this database".to_owned(),
        _ => format!("the server refused the connection (SQLSTATE {code})"),
    }
}

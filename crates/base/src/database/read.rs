//! Reading an address: `postgres://…` in its spellings, and key/value pairs.
//!
//! Grammar: postgresql.org/docs/current/libpq-connect.html, 32.1.1. Where an unescaped character makes two readings
//! possible, the address is refused instead of guessed: a guess may take a piece of the password for the host, and the host
//! is printed.

use percent_encoding::percent_decode_str;

use super::{AddressError, DatabaseAddress, SslMode};

const SCHEMES: [&str; 3] = ["postgres", "postgresql", "postgis"];

/// libpq's keywords that have no effect here.
const WITHOUT_EFFECT: [&str; 34] = [
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "passfile",
    "replication",
    "require_auth",
    "requirepeer",
    "requiressl",
    "scram_client_key",
    "scram_server_key",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkeylogfile",
    "sslnegotiation",
    "sslpassword",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
];

/// The keywords that are read.
const READ: [&str; 13] = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "application_name",
    "options",
    "service",
];

/// Whether the text is meant as an address of a database.
pub(super) fn is_address(text: &str) -> bool {
    if after_scheme(text).is_some() {
        return true;
    }
    let Some((key, _)) = text.split_once('=') else { return false };
    let key = key.trim().to_ascii_lowercase();
    READ.contains(&key.as_str()) || WITHOUT_EFFECT.contains(&key.as_str())
}

pub(super) fn read(text: &str) -> Result<DatabaseAddress, AddressError> {
    let text = text.trim();
    match after_scheme(text) {
        Some(rest) => read_url(rest),
        None if is_address(text) => read_pairs(text),
        None => Err(AddressError::NotAnAddress),
    }
}

fn after_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.trim_start().split_once("://")?;
    SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)).then_some(rest)
}

/// `user:password@host:port/database?parameters`, every part of it optional.
fn read_url(rest: &str) -> Result<DatabaseAddress, AddressError> {
    let mut address = DatabaseAddress::default();
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(authority_end);
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    let (entry, place) = match authority.rsplit_once('@') {
        Some((entry, place)) => (Some(entry), place),
        None => (None, authority),
    };
    // an @ further on: the password before it has a / or ?
    let is_cut_short =
        path.contains('@') || entry.is_none() && query.is_some_and(|query| query.contains('@'));
    if is_cut_short {
        return Err(AddressError::Unclear);
    }
    if let Some(entry) = entry {
        let (user, password) = entry.split_once(':').map_or((entry, None), |(user, rest)| (user, Some(rest)));
        address.user = not_empty(decoded(user)?);
        address.password = password.map(decoded).transpose()?;
    }
    let (host, port) = host_and_port(place)?;
    address.set_host(decoded(host)?)?;
    if let Some(port) = port {
        address.set_port(port)?;
    }
    address.database = not_empty(decoded(path.strip_prefix('/').unwrap_or(path))?);
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or(AddressError::Unclear)?;
        address.set(&decoded(key)?, decoded(value)?)?;
    }
    Ok(address)
}

/// `host:port`, `[::1]:port`; an empty host is none.
fn host_and_port(place: &str) -> Result<(&str, Option<&str>), AddressError> {
    if let Some(rest) = place.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(AddressError::Unclear)?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, not_blank(port))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(AddressError::Unclear),
        };
    }
    match place.split_once(':') {
        Some((host, port)) => Ok((host, not_blank(port))),
        None => Ok((place, None)),
    }
}

fn not_blank(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn not_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn decoded(text: &str) -> Result<String, AddressError> {
    percent_decode_str(text).decode_utf8().map(|text| text.into_owned()).map_err(|_| AddressError::Unclear)
}

/// `host=h dbname='my land' password=a\'b`
fn read_pairs(text: &str) -> Result<DatabaseAddress, AddressError> {
    let mut address = DatabaseAddress::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=').ok_or(AddressError::NoEqualsSign)?;
        let key = key.trim_end();
        if key.contains(char::is_whitespace) {
            return Err(AddressError::NoEqualsSign);
        }
        let (value, after) = pair_value(after.trim_start())?;
        address.set(&key.to_ascii_lowercase(), value)?;
        rest = after.trim_start();
    }
    Ok(address)
}

/// A value and what follows it: in quotes to the closing one, else to white space; a backslash takes the next character.
fn pair_value(text: &str) -> Result<(String, &str), AddressError> {
    let (is_quoted, text) = text.strip_prefix('\'').map_or((false, text), |rest| (true, rest));
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => value.extend(letters.next().map(|(_, next)| next)),
            '\'' if is_quoted => return Ok((value, &text[at + 1..])),
            space if space.is_whitespace() && !is_quoted => return Ok((value, &text[at..])),
            other => value.push(other),
        }
    }
    if is_quoted { Err(AddressError::OpenQuote) } else { Ok((value, "")) }
}

impl DatabaseAddress {
    fn set(&mut self, key: &str, value: String) -> Result<(), AddressError> {
        match key {
            "host" => self.set_host(value)?,
            // the address to go to; `host` then only names the certificate, which sqlx cannot tell apart
            "hostaddr" => self.set_host(value)?,
            "port" => self.set_port(&value)?,
            "dbname" => self.database = not_empty(value),
            "user" => self.user = not_empty(value),
            "password" => self.password = Some(value),
            "sslmode" | "ssl-mode" => self.ssl_mode = Some(ssl_mode(&value)?),
            // what JDBC writes, and libpq reads
            "ssl" if value == "true" => self.ssl_mode = Some(SslMode::Require),
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => self.ssl_root_cert = not_empty(value),
            "sslcert" | "ssl-cert" => self.ssl_cert = not_empty(value),
            "sslkey" | "ssl-key" => self.ssl_key = not_empty(value),
            "application_name" => self.application_name = not_empty(value),
            "statement-cache-capacity" => {
                let capacity =
                    value.parse().map_err(|_| AddressError::BadNumber("statement-cache-capacity"))?;
                self.statement_cache_capacity = Some(capacity);
            }
            "options" => self.settings.extend(server_settings(&value)?),
            "service" => return Err(AddressError::Service),
            other => {
                let setting = other.strip_prefix("options[").and_then(|rest| rest.strip_suffix(']'));
                match setting {
                    Some(name) => self.settings.push((name.to_owned(), value)),
                    None => self.ignore(other),
                }
            }
        }
        Ok(())
    }

    fn ignore(&mut self, key: &str) {
        match WITHOUT_EFFECT.iter().find(|known| **known == key) {
            Some(known) => self.ignored.push(known),
            None => self.unknown += 1,
        }
    }

    fn set_host(&mut self, host: String) -> Result<(), AddressError> {
        if host.contains(',') {
            return Err(AddressError::SeveralHosts);
        }
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
        if !host.starts_with('/') && !host.chars().all(is_name) {
            return Err(AddressError::Unclear);
        }
        if !host.is_empty() {
            self.host = Some(host);
        }
        Ok(())
    }

    fn set_port(&mut self, port: &str) -> Result<(), AddressError> {
        if port.contains(',') {
            return Err(AddressError::SeveralHosts);
        }
        let is_number = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        if !is_number {
            return Err(AddressError::Unclear);
        }
        self.port = Some(port.parse().map_err(|_| AddressError::BadPort)?);
        Ok(())
    }
}

fn ssl_mode(value: &str) -> Result<SslMode, AddressError> {
    Ok(match value.to_ascii_lowercase().as_str() {
        "disable" => SslMode::Disable,
        "allow" => SslMode::Allow,
        "prefer" => SslMode::Prefer,
        "require" => SslMode::Require,
        "verify-ca" => SslMode::VerifyCa,
        "verify-full" => SslMode::VerifyFull,
        _ => return Err(AddressError::BadSslMode),
    })
}

/// `-c name=value`, `-cname=value`, `--name=value`, as many as there are.
fn server_settings(text: &str) -> Result<Vec<(String, String)>, AddressError> {
    let mut words = text.split_whitespace();
    let mut settings = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("--").or_else(|| word.strip_prefix("-c")) {
            Some("") => words.next().ok_or(AddressError::BadOptions)?,
            Some(setting) => setting,
            None => return Err(AddressError::BadOptions),
        };
        let (name, value) = setting.split_once('=').ok_or(AddressError::BadOptions)?;
        settings.push((name.to_owned(), value.to_owned()));
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> DatabaseAddress {
        text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn every_form_of_one_address_means_the_same() {
        let expected = parsed("postgres://town:s3cret@db.local:5433/land");
        for text in [
            "postgresql://town:s3cret@db.local:5433/land",
            "postgis://town:s3cret@db.local:5433/land",
            "POSTGRES://town:s3cret@db.local:5433/land",
            "postgres://town@db.local:5433/land?password=s3cret",
            "postgres:///land?host=db.local&port=5433&user=town&password=s3cret",
            "postgres://town:s3cre%74@db.local:5433/l%61nd",
            "host=db.local port=5433 dbname=land user=town password=s3cret",
            "host = db.local port = '5433' dbname='land'\tuser=town password=s3\\cret",
            "PASSWORD=s3cret Host=db.local port=5433 dbname=land user=town",
        ] {
            assert!(is_address(text), "{text}");
            assert_eq!(parsed(text), expected, "{text}");
        }
    }

    #[test]
    fn a_socket_is_a_host_that_begins_with_a_slash() {
        for text in [
            "postgres:///land?host=/run/pg",
            "postgres://town@/land?host=/run/pg",
            "postgres://%2Frun%2Fpg/land",
            "host=/run/pg dbname=land",
        ] {
            let options = parsed(text).connect_options();
            assert_eq!(options.get_socket().and_then(|folder| folder.to_str()), Some("/run/pg"), "{text}");
            assert_eq!(options.get_database(), Some("land"), "{text}");
            assert_eq!(parsed(text).to_string(), "postgres://(Unix socket)/land", "{text}");
        }
    }

    #[test]
    fn a_password_may_hold_what_does_not_end_it() {
        assert_eq!(parsed("postgres://u:p@ss#1@h/d").password.as_deref(), Some("p@ss#1"));
        assert_eq!(parsed("host=h password='a b\\'c'").password.as_deref(), Some("a b'c"));
        assert_eq!(parsed("postgres://u:@h").password.as_deref(), Some(""));
        assert_eq!(parsed("postgres://[::1]:5/d").to_string(), "postgres://[::1]:5/d");
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused_and_not_repeated() {
        for text in [
            "postgres://u:canary/ss@h/d",
            "postgres://u:12/canary@h/d",
            "postgres://u:12?canary@h/d",
            "postgres://u:12?canary=1@h/d",
            "postgres://u:canary?x@h/d",
            "postgres://h:canary/d",
            "postgres://[::1/canary",
            "host=h canary dbname=d",
            "host=h password='canary",
            "host=a,canary",
            "host='h canary'",
            "service=canary",
            "sslmode=canary",
            "options=canary",
            "options='-c canary'",
            "port=99999 password=canary",
            "statement-cache-capacity=canary host=h",
        ] {
            let error = text.parse::<DatabaseAddress>().expect_err(text);
            assert!(!format!("{error} {error:?}").contains("canary"), "{text}: {error}");
        }
    }

    #[test]
    fn nothing_but_host_port_and_database_is_printed() {
        let text = "postgres://canary:canary@db:5433/land?sslpassword=canary&canary=canary&options=-c%20canary%3Dcanary&application_name=canary&sslkey=canary";
        let address = parsed(text);
        assert_eq!(format!("{address} {address:?}"), "postgres://db:5433/land postgres://db:5433/land");
        assert_eq!((address.ignored.as_slice(), address.unknown), (["sslpassword"].as_slice(), 1));
    }

    #[test]
    fn files_and_other_addresses_are_no_database() {
        for text in ["town.gpkg", "a=b.gpkg", "mysql://u:p@h/d", "", "/data/x=1/town.gpkg"] {
            assert!(!is_address(text), "{text}");
        }
    }
}

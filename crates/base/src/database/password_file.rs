//! libpq's password file: `$PGPASSFILE` or `~/.pgpass`, lines of `host:port:database:user:password`.
//!
//! Read here because sqlx logs a malformed line whole, password included.

use std::path::PathBuf;

use sqlx::postgres::PgConnectOptions;

/// The password for a connection, if a line of the file fits it. A file that others may read is not used, as libpq does.
pub(super) fn password(options: &PgConnectOptions) -> Option<String> {
    let named = std::env::var_os("PGPASSFILE").map(PathBuf::from);
    let file = named.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pgpass")))?;
    if is_open_to_others(&file)? {
        tracing::warn!("the password file is not used: others may read it; run chmod 0600 on it");
        return None;
    }
    let text = std::fs::read_to_string(&file).ok()?;
    let port = options.get_port().to_string();
    let socket = options.get_socket().map(|folder| folder.display().to_string());
    // for the default socket folder libpq looks for `localhost`
    let host = socket.unwrap_or_else(|| options.get_host().to_owned());
    let database = options.get_database().unwrap_or(options.get_username());
    find(&text, [&host, &port, database, options.get_username()])
}

fn is_open_to_others(file: &std::path::Path) -> Option<bool> {
    use std::os::unix::fs::PermissionsExt;
    Some(std::fs::metadata(file).ok()?.permissions().mode() & 0o077 != 0)
}

fn find(text: &str, wanted: [&str; 4]) -> Option<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let fits = |fields: &Vec<String>| {
        fields.len() == 5 && wanted.iter().zip(fields).all(|(wanted, field)| field == "*" || field == wanted)
    };
    lines.map(fields).find(fits).and_then(|mut fields| fields.pop())
}

/// The fields of a line; a backslash takes the next character as it is. The fifth goes to the end of the line.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field) = (Vec::new(), String::new());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ':' if fields.len() < 4 => fields.push(std::mem::take(&mut field)),
            '\\' => field.push(letters.next().unwrap_or('\\')),
            other => field.push(other),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_gives_the_password() {
        let file = "# a comment\nnot a line\nh:1:land:town:one\n*:*:*:town:t\\:w\\\\o\n";
        assert_eq!(find(file, ["h", "1", "land", "town"]).as_deref(), Some("one"));
        assert_eq!(find(file, ["h", "2", "land", "town"]).as_deref(), Some("t:w\\o"));
        assert_eq!(find(file, ["h", "1", "land", "other"]), None);
    }
}

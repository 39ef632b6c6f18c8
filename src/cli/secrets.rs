//! Keeping connection strings out of what the command line says back.
//!
//! An address that was given where none is taken (`bandoso serve postgres://…`, `--out` for `--into`) comes back in the
//! sentences of the argument parser, of the file system and of ours. So every sentence a verb ends with goes through here.

use crate::database::DatabaseAddress;

const STAND_IN: &str = "(an address that is not repeated here)";

/// The text without any of this process's arguments that may hold a secret.
pub(super) fn without_secrets(text: &str) -> String {
    redact(text, std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()))
}

fn redact(text: &str, arguments: impl Iterator<Item = String>) -> String {
    let mut secrets: Vec<String> = arguments.flat_map(|argument| secrets_of(&argument)).collect();
    // the longest first: one may be a part of another
    secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, STAND_IN))
}

/// The argument itself and, of `--option=value`, the value.
fn secrets_of(argument: &str) -> Vec<String> {
    let value = argument.strip_prefix('-').and_then(|option| option.split_once('=')).map(|(_, value)| value);
    let candidates = value.into_iter().chain([argument]);
    candidates.filter(|candidate| may_hold_secret(candidate)).map(str::to_owned).collect()
}

fn may_hold_secret(argument: &str) -> bool {
    let small = argument.to_ascii_lowercase();
    DatabaseAddress::is_meant_by(argument)
        || small.contains("pass")
        || small.contains("pwd")
        || argument.contains("://") && argument.contains(['@', '?'])
        // the rest of an address that the shell has cut
        || argument.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_any_place_is_not_repeated() {
        for argument in [
            "postgres://u:canary@h/d",
            "--sorce=postgres://u:canary@h/d",
            "--listen=mysql://u:canary@h/d",
            "host=h password=canary",
            "password=canary",
            "-Fpassword=canary",
            "u:canary@h/d",
            "jdbc:postgresql://h/d?password=canary",
        ] {
            let text = format!("error: unexpected argument '{argument}' found, value '{argument}'");
            let said = redact(&text, [argument.to_owned(), "--out".to_owned()].into_iter());
            assert!(!said.contains("canary") && said.starts_with("error: unexpected"), "{said}");
        }
    }

    #[test]
    fn plain_arguments_are_repeated() {
        let arguments = ["--as", "lakes", "--out=town.gpkg", "--public-url=https://bando.example.vn"];
        let text = arguments.join(" ");
        assert_eq!(redact(&text, arguments.into_iter().map(str::to_owned)), text);
    }
}

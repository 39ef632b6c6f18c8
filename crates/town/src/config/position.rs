//! Where in the file a fault stands: the line of the key, else of the section it belongs to.
//!
//! Nothing of the line itself is shown: it may hold a password.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The line, counted from 1, of the byte at this offset.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}

/// The key that a line sets, where it looks like one.
pub(super) fn key_on_line(text: &str, line: usize) -> Option<&str> {
    let key = text.lines().nth(line.checked_sub(1)?)?.split_once('=')?.0.trim();
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"');
    (!key.is_empty() && key.chars().all(is_bare)).then_some(key)
}

/// The line of a key in a section, or of as much of the way there as the file has.
pub(super) fn line_of_key(text: &str, path: &[String]) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut table: Option<&DeTable<'_>> = Some(table.get_ref());
    let mut found = None;
    for part in path {
        let Some((key, value)) = table.and_then(|table| entry(table, part)) else { break };
        found = Some(key.span().start);
        table = match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => None,
        };
    }
    found.map(|offset| line_of(text, offset))
}

fn entry<'t, 'i>(
    table: &'t DeTable<'i>,
    name: &str,
) -> Option<(&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
    table.iter().find(|(key, _)| *key.get_ref() == name)
}

/// The way to a key from the words a fault has for its place: ` in dissolve of [layers.a]`.
pub(super) fn path_of(place: &str, key: &str) -> Vec<String> {
    let section =
        place.split_once('[').and_then(|(_, rest)| rest.rsplit_once(']')).map(|(section, _)| section);
    let mut path: Vec<String> = match section {
        None => Vec::new(),
        // a layer's name has no dot in it
        Some(section) => section.split('.').map(|part| part.trim_matches('"').to_owned()).collect(),
    };
    let inner = place.trim_start().strip_prefix("in ").and_then(|rest| rest.split_once(" of ["));
    path.extend(inner.map(|(inner, _)| inner.to_owned()));
    path.push(key.to_owned());
    path
}

//! A table of the file and typed reading of its keys; every fault names the key and its place.

use toml::{Table, Value};

use super::ConfigError;

/// A table of the file, with the words that say where it is.
pub(super) struct Section<'a> {
    pub table: &'a Table,
    pub place: String,
}

impl<'a> Section<'a> {
    pub fn allow_only(&self, known: &[&str]) -> Result<(), ConfigError> {
        let Some(key) = self.table.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
        let distance = |candidate: &&&str| strsim::damerau_levenshtein(key, candidate);
        let nearest = known.iter().min_by_key(distance).copied().unwrap_or_default();
        Err(ConfigError::UnknownKey {
            key: key.clone(),
            place: self.place.clone(),
            nearest: nearest.to_owned(),
        })
    }

    pub fn wrong(&self, key: &str, expected: &'static str) -> ConfigError {
        ConfigError::WrongType { key: key.to_owned(), place: self.place.clone(), expected }
    }

    pub fn text(&self, key: &str) -> Result<Option<String>, ConfigError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(key, "a text in quotes")),
        }
    }

    /// The value of an HTTP header.
    pub fn header(&self, key: &str) -> Result<Option<String>, ConfigError> {
        let text = self.text(key)?;
        let is_header = |text: &String| !text.is_empty() && text.chars().all(|c| matches!(c, ' '..='~'));
        match text.as_ref().is_none_or(is_header) {
            true => Ok(text),
            false => Err(self.wrong(key, "a header such as \"public, max-age=60\"")),
        }
    }

    pub fn whole(&self, key: &str) -> Result<Option<i64>, ConfigError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(Value::Integer(n)) => Ok(Some(*n)),
            Some(_) => Err(self.wrong(key, "a whole number")),
        }
    }

    pub fn yes_or_no(&self, key: &str) -> Result<Option<bool>, ConfigError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(Value::Boolean(yes)) => Ok(Some(*yes)),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }

    /// A section of this one.
    pub fn section(&self, key: &str) -> Result<Option<Self>, ConfigError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(Self { table, place: format!(" in [{key}]") })),
            Some(_) => Err(self.wrong(key, "a section of its own")),
        }
    }

    pub fn tables(&self, key: &str) -> Result<Vec<(&'a str, &'a Table)>, ConfigError> {
        let expected = "made of sections such as [layers.parcels]";
        match self.table.get(key) {
            None => Ok(Vec::new()),
            Some(Value::Table(tables)) => tables
                .iter()
                .map(|(name, value)| match value {
                    Value::Table(table) => Ok((name.as_str(), table)),
                    _ => Err(self.wrong(key, expected)),
                })
                .collect(),
            Some(_) => Err(self.wrong(key, expected)),
        }
    }
}

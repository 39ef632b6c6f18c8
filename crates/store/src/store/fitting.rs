//! The values of a row brought to what its columns hold: numbers where text is meant, codes that lost their zeros,
//! keys of rows whose own key is a text.
//!
//! A row that fits as it came, as nearly all do, is not touched.

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;

use super::Value;
use super::field::Field;
use super::fit::{Fit, fit};
use crate::geometry::World;
use crate::privacy::SharedIdKey;

/// What a text says in the role its column has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading<'a> {
    /// It is held as it stands.
    AsItIs,
    /// This is meant.
    Instead(Cow<'a, str>),
    /// It is held, and cannot be used for this reason.
    Unfit(&'static str),
}

/// Reads the texts of a column whose role is known: `439` in a column of wards is `00439`.
pub trait ReadText: Send + Sync {
    /// What a text means in a row at this place.
    fn read<'a>(&'a self, text: &'a str, at: World) -> Reading<'a>;
}

/// How the values of a layer are brought to their columns.
#[derive(Default)]
pub(super) struct Fitting {
    /// Columns of texts that are read, with who reads them.
    pub readers: Vec<(usize, Arc<dyn ReadText>)>,
    /// Columns that name rows of a layer whose keys are texts.
    pub text_references: Vec<usize>,
}

/// Values of a row that did not fit as they came.
pub(super) struct Fitted<'a> {
    values: Vec<Value<'a>>,
    /// By column: texts that take the place of what came.
    written: Vec<(usize, String)>,
}

impl Fitted<'_> {
    /// All values, in the order of the fields.
    pub fn values(&self) -> Vec<Value<'_>> {
        let mut values: Vec<Value<'_>> = self.values.clone();
        for (column, text) in &self.written {
            values[*column] = Value::Text(text);
        }
        values
    }
}

impl Fitting {
    /// The values of a row at this place; `None` where they fit as they came. What is changed or lost goes to
    /// `note`, with its column.
    pub fn fit<'a>(
        &self,
        fields: &[Field],
        values: &[Value<'a>],
        at: World,
        id_key: &SharedIdKey,
        mut note: impl FnMut(&dyn Display),
    ) -> Option<Fitted<'a>> {
        let fits = |(field, &value): (&Field, &Value<'_>)| field.column_type.accepts(value).is_ok();
        let is_untouched = self.readers.is_empty() && self.text_references.is_empty();
        if is_untouched && fields.iter().zip(values).all(fits) {
            return None;
        }
        let mut fitted = Fitted { values: values.to_vec(), written: Vec::new() };
        for &column in &self.text_references {
            if let Some(value) = fitted.values.get_mut(column) {
                *value = match *value {
                    Value::Text(text) => Value::Int(id_key.id_of(text) as i64),
                    Value::Int(n) => Value::Int(id_key.id_of(&n.to_string()) as i64),
                    other => other,
                };
            }
        }
        for ((column, field), value) in fields.iter().enumerate().zip(&mut fitted.values) {
            match fit(field.column_type, *value) {
                Fit::Held(held) => *value = held,
                Fit::Written(text) => fitted.written.push((column, text)),
                Fit::Lost => {
                    *value = Value::Null;
                    let what = field.column_type.in_words();
                    note(&format_args!("column {}: a value that is not {what}: left empty", field.name));
                }
            }
        }
        for (column, reader) in &self.readers {
            let name = fields.get(*column).map_or("", |field| field.name.as_str());
            fitted.read(*column, reader.as_ref(), at, |why| note(&format_args!("column {name}: {why}")));
        }
        Some(fitted)
    }
}

impl Fitted<'_> {
    /// Has the text of a column read in its role.
    fn read(&mut self, column: usize, reader: &dyn ReadText, at: World, unfit: impl FnOnce(&str)) {
        let place = self.written.iter().position(|(of, _)| *of == column);
        let text = match (place, self.values.get(column)) {
            (Some(place), _) => self.written[place].1.as_str(),
            (None, Some(Value::Text(text))) => text,
            _ => return,
        };
        match reader.read(text, at) {
            Reading::AsItIs => {}
            Reading::Instead(meant) => {
                let meant = meant.into_owned();
                match place {
                    Some(place) => self.written[place].1 = meant,
                    None => self.written.push((column, meant)),
                }
            }
            Reading::Unfit(why) => unfit(why),
        }
    }
}

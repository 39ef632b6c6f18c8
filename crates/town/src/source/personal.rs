//! Columns of personal data are refused before anything of them is served.
//!
//! By its name a column is refused before it is asked for: the role of the server needs no right on it. By its values it is
//! refused after every row was looked at, and then the layer is read a second time without it, or without the single values
//! that are personal. Both cost nothing where there is nothing personal. Columns of our own schema and public names that
//! streets, units and codes go by (`door_code`, `official_id`) are not tested: they are made of digits and of people's names.

use rustc_hash::FxHashSet;

use super::clean::{cleaned, limit_of};
use super::history::Dated;
use super::{RowSink, SourceColumn, SourceRow};
use crate::config::{LayerConfig, PublicColumn};
use crate::privacy::{
    ColumnTally, PersonalKind, Verdict, hide_numbers, holds_number, holds_personal_value,
    is_street_of_many_towns, names_a_code, names_a_place, personal_by_name, plain_name,
};
use crate::store::{ColumnType, Key, Layer, Value};

/// A column that is listed and not served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedColumn {
    /// The layer it is listed in.
    pub layer: String,
    /// Its name in the source.
    pub column: String,
    /// What it holds.
    pub kind: PersonalKind,
    /// Whether its name says so; its values where not.
    pub by_name: bool,
}

impl std::fmt::Display for RefusedColumn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { layer, column, kind, by_name } = self;
        let how = if *by_name { "by its name" } else { "by most of its values" };
        write!(
            f,
            "layer {layer}: column {column} is not served: {how} it holds {}. Take it out of `columns`; if it holds \
             nothing of a person, write {{ column = \"{column}\", not_personal = \"the reason\" }}",
            kind.name()
        )
    }
}

/// Takes the columns that are personal by their name out of a layer.
pub(super) fn refuse_by_name(layer: &mut LayerConfig, is_ours: bool) -> Vec<RefusedColumn> {
    if is_ours {
        return Vec::new();
    }
    let kind_of = |column: &PublicColumn| match column.not_personal {
        Some(_) => None,
        None => personal_by_name(&column.column).or_else(|| personal_by_name(&column.name)),
    };
    let personal: Vec<(usize, PersonalKind)> =
        layer.columns.iter().enumerate().filter_map(|(i, column)| Some((i, kind_of(column)?))).collect();
    take_out(layer, &personal, true)
}

/// Takes columns out of a layer and out of what refers to them.
fn take_out(
    layer: &mut LayerConfig,
    personal: &[(usize, PersonalKind)],
    by_name: bool,
) -> Vec<RefusedColumn> {
    let mut refused = Vec::with_capacity(personal.len());
    for (place, kind) in personal.iter().rev() {
        let column = layer.columns.remove(*place);
        layer.label_columns.retain(|name| *name != column.name);
        let is_dissolved_by = |name: &str| name == column.name;
        if layer.dissolve.as_ref().is_some_and(|d| is_dissolved_by(&d.ward) || is_dissolved_by(&d.use_code)) {
            layer.dissolve = None;
        }
        refused.push(RefusedColumn { layer: layer.id.clone(), column: column.column, kind: *kind, by_name });
    }
    refused.reverse();
    refused
}

/// What is done with the values of a column while they are read.
#[derive(Debug, Clone)]
enum Watch {
    /// Nothing.
    Pass,
    /// Every value is looked at.
    Count(Box<ColumnTally>),
    /// Values that are personal are left out.
    LeaveOut,
    /// A row is refused for it: the name of a landmark.
    Landmark,
}

/// How the columns of a layer are watched, in their order.
#[derive(Debug, Clone)]
pub(super) struct Watches(Vec<Watch>);

impl Watches {
    /// For the first reading of a layer.
    pub fn new(layer: &LayerConfig, columns: &[SourceColumn]) -> Self {
        let watch = |(public, column): (&PublicColumn, &SourceColumn)| {
            let can_be_personal =
                matches!(column.column_type, ColumnType::Text | ColumnType::Int | ColumnType::Float);
            match role(&layer.id, &public.name) {
                _ if public.not_personal.is_some() || !can_be_personal => Watch::Pass,
                Role::Untested => Watch::Pass,
                Role::Landmark => Watch::Landmark,
                Role::Other => Watch::Count(Box::default()),
            }
        };
        Self(layer.columns.iter().zip(columns).map(watch).collect())
    }

    /// Adds what another reader of the same table saw.
    pub fn absorb(&mut self, other: Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            if let (Watch::Count(mine), Watch::Count(theirs)) = (mine, theirs) {
                mine.absorb(*theirs);
            }
        }
    }

    /// What has to be read again, and how; nothing where no column is personal. `places` are the names of streets, units and
    /// landmarks, made when they are asked for.
    pub fn judge(
        self,
        layer: &LayerConfig,
        columns: &[SourceColumn],
        places: impl Fn() -> FxHashSet<String>,
    ) -> Option<Judged> {
        let of_places = [&layer.id, &layer.table.name, &layer.title].iter().any(|name| names_a_place(name));
        let mut refused = Vec::new();
        let mut watches = Vec::with_capacity(self.0.len());
        let mut leaves_out = false;
        for (i, watch) in self.0.into_iter().enumerate() {
            let Watch::Count(tally) = watch else {
                watches.push(watch);
                continue;
            };
            let (public, column) = (&layer.columns[i], &columns[i]);
            let is_number = column.column_type != ColumnType::Text;
            let is = |test: fn(&str) -> bool| test(&public.column) || test(&public.name);
            let mut verdict = tally.verdict(is_number, is(names_a_code), of_places || is(names_a_place));
            if let Verdict::RefuseUnlessPlaces(names) = &verdict {
                let places = places();
                let explained = names
                    .iter()
                    .filter(|name| places.contains(*name) || is_street_of_many_towns(name))
                    .count();
                let is_explained = explained * 2 >= names.len();
                verdict = if is_explained { Verdict::Keep } else { Verdict::Refuse(PersonalKind::Person) };
            }
            match verdict {
                Verdict::Refuse(kind) => refused.push((i, kind)),
                Verdict::LeaveValuesOut => {
                    leaves_out = true;
                    watches.push(Watch::LeaveOut);
                }
                Verdict::Keep | Verdict::RefuseUnlessPlaces(_) => watches.push(Watch::Pass),
            }
        }
        if refused.is_empty() && !leaves_out {
            return None;
        }
        let mut layer = layer.clone();
        let refused = take_out(&mut layer, &refused, false);
        Some(Judged { layer, watches: Self(watches), refused })
    }
}

/// A layer that is to be read again.
pub(super) struct Judged {
    /// Without the columns that are refused.
    pub layer: LayerConfig,
    /// For the second reading.
    pub watches: Watches,
    /// What is refused.
    pub refused: Vec<RefusedColumn>,
}

enum Role {
    /// Streets, units, codes: digits and names of people are what they are made of.
    Untested,
    /// The name of a landmark: a row that names somebody's number is refused.
    Landmark,
    Other,
}

/// What a public name means in a layer of a standard name.
fn role(layer: &str, name: &str) -> Role {
    match (layer, name) {
        ("streets" | "units", _) => Role::Untested,
        ("landmarks", "name" | "other_names") => Role::Landmark,
        (
            "addresses",
            "door_code" | "number" | "hamlet" | "unit" | "street_id" | "parcel_id" | "national_place_id"
            | "post_address_code" | "postal_code" | "former_unit_id",
        ) => Role::Untested,
        ("parcels", "survey_unit" | "sheet" | "number" | "unit" | "uses" | "official_id") => Role::Untested,
        ("plans" | "plan_zones", "number" | "code" | "plan_id" | "plan_kind" | "kind") => Role::Untested,
        _ => Role::Other,
    }
}

/// Names of the places of these layers.
pub(super) fn names_of_places<'a>(layers: impl IntoIterator<Item = &'a Layer>) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    for layer in layers.into_iter().filter(|layer| ["streets", "units", "landmarks"].contains(&layer.id())) {
        if let Some(column) = layer.field("name") {
            names.extend(
                layer.all().filter_map(|row| row.value(column).to_text().map(|name| plain_name(&name))),
            );
        }
    }
    names
}

/// Rows on their way into a layer, with their values watched.
pub(super) struct Screened {
    rows: Dated,
    watches: Watches,
    /// How long a text of each column may be.
    limits: Vec<usize>,
}

impl Screened {
    /// Watches what goes into `rows`.
    pub fn new(rows: Dated, watches: Watches, layer: &LayerConfig) -> Self {
        let limits = layer.columns.iter().map(|column| limit_of(&column.name)).collect();
        Self { rows, watches, limits }
    }

    /// The rows and what was seen.
    pub fn into_parts(self) -> (Dated, Watches) {
        (self.rows, self.watches)
    }
}

impl RowSink for Screened {
    fn row(&mut self, row: SourceRow<'_>) {
        let mut clean: Vec<(usize, String)> = Vec::new();
        for (i, (value, limit)) in row.values.iter().zip(&self.limits).enumerate() {
            if let Value::Text(text) = value
                && let Some((text, flaw)) = cleaned(text, *limit)
            {
                self.rows.note(row.key, flaw.reason());
                clean.push((i, text));
            }
        }
        if clean.is_empty() {
            return self.screened(row);
        }
        let mut values = row.values.to_vec();
        for (i, text) in &clean {
            values[*i] = Value::Text(text);
        }
        self.screened(SourceRow { values: &values, ..row });
    }

    fn refuse(&mut self, key: Key<'_>, reason: &str) {
        self.rows.refuse(key, &hide_numbers(reason));
    }

    fn lose(&mut self, key: Key<'_>, column: usize, what: &str) {
        self.rows.lose(key, column, what);
    }
}

impl Screened {
    /// Takes a row whose texts are clean.
    fn screened(&mut self, row: SourceRow<'_>) {
        let mut kept: Option<Vec<Value<'_>>> = None;
        for (i, (watch, value)) in self.watches.0.iter_mut().zip(row.values).enumerate() {
            match (watch, value) {
                (Watch::Pass, _) => {}
                (Watch::Count(tally), Value::Text(text)) => tally.see_text(text),
                (Watch::Count(tally), Value::Int(number)) => tally.see_number(*number),
                (Watch::Count(tally), Value::Float(number)) => {
                    if number.fract() == 0.0 && number.abs() < 1e13 {
                        tally.see_number(*number as i64);
                    } else {
                        tally.see_number(0);
                    }
                }
                (Watch::LeaveOut, Value::Text(text)) if holds_personal_value(text) => {
                    kept.get_or_insert_with(|| row.values.to_vec())[i] = Value::Null;
                }
                (Watch::Landmark, Value::Text(text)) if holds_number(text) || holds_personal_value(text) => {
                    self.rows.refuse(row.key, "its name holds what may be the number of a person");
                    return;
                }
                _ => {}
            }
        }
        match kept {
            None => self.rows.row(row),
            Some(values) => {
                self.rows.note(row.key, "a number or address of a person in a text: the text is left out");
                self.rows.row(SourceRow { values: &values, ..row });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn layer(columns: &str) -> LayerConfig {
        let text =
            format!("[layers.a]\ntable = \"t\"\nid = \"i\"\ncolumns = {columns}\nlabel_columns = [\"loai\"]");
        Config::parse(&text, "bandoso.toml").unwrap().layers.remove(0)
    }

    #[test]
    fn a_column_is_refused_by_either_of_its_names_unless_a_reason_is_given() {
        let mut config = layer(
            "[\"loai\", \"so_cccd\", { column = \"f7\", as = \"phone\" }, { column = \"sdt\", not_personal = \"office\" }]",
        );
        let refused = refuse_by_name(&mut config, false);
        assert_eq!(refused.iter().map(|r| r.column.as_str()).collect::<Vec<_>>(), ["so_cccd", "f7"]);
        assert_eq!(config.columns.iter().map(|c| c.column.as_str()).collect::<Vec<_>>(), ["loai", "sdt"]);
        let sentence = refused[0].to_string();
        assert!(sentence.contains("layer a: column so_cccd is not served"), "{sentence}");
        assert!(sentence.contains("not_personal") && !sentence.contains("GRANT"), "{sentence}");
    }

    #[test]
    fn what_refers_to_a_refused_column_goes_with_it() {
        let mut config = layer("[\"loai\", \"b\"]");
        let refused = take_out(&mut config, &[(0, PersonalKind::Phone)], false);
        assert_eq!((refused.len(), config.label_columns.len(), config.columns.len()), (1, 0, 1));
    }
}

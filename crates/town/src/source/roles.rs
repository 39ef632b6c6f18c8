//! What search and planning ask of the columns of a standard layer, whatever type a town's table gives them.
//!
//! A sheet is a text (`12`, `12A`) also where the table holds whole numbers or decimals, a ward is named by a
//! code with its zeros, a plan by the key of its row. A column that plays no role comes as it stands.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::config::LayerConfig;
use crate::geometry::{World, WorldBox};
use crate::schema::{UNIT_KINDS, WARD_DIGITS, with_zeros, without_point_zero, without_unit_kind};
use crate::store::{ColumnType, Layer, ReadText, Reading};

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Read as text: a number of a sheet, a name, a word for a kind.
    Text,
    /// A number that is a name: `12`, `12A`, and `12.0` where a program wrote it so.
    Label,
    /// The code of a ward that lies where the row lies.
    WardHere,
    /// The code of a ward of any time, wherever it lies.
    Ward,
    /// The kind of a unit: `phuong`, or the word for it.
    UnitKind,
    /// The name of a unit, without the word for its kind.
    UnitName,
    /// The key of a row of another layer.
    Reference(&'static str),
    /// A measure.
    Number,
}

/// The roles of the standard layers. What is not here comes as it stands.
const ROLES: [(&str, &[(&str, Role)]); 7] = [
    (
        "units",
        &[
            ("code", Role::Ward),
            ("kind", Role::UnitKind),
            ("name", Role::UnitName),
            ("province_code", Role::Text),
            ("province", Role::Text),
            ("tolerance_m", Role::Number),
        ],
    ),
    (
        "parcels",
        &[
            ("survey_unit", Role::Ward),
            ("sheet", Role::Label),
            ("number", Role::Label),
            ("uses", Role::Text),
            ("use_areas_m2", Role::Text),
            ("registered_area_m2", Role::Number),
            ("unit", Role::WardHere),
            ("official_id", Role::Text),
        ],
    ),
    ("plans", &[("kind", Role::Text), ("name", Role::Text), ("number", Role::Text)]),
    (
        "plan_zones",
        &[
            ("plan_id", Role::Reference("plans")),
            ("plan_kind", Role::Text),
            ("code", Role::Text),
            ("name", Role::Text),
        ],
    ),
    (
        "streets",
        &[
            ("name", Role::Text),
            ("kind", Role::Text),
            ("parent_id", Role::Reference("streets")),
            ("unit", Role::WardHere),
        ],
    ),
    (
        "addresses",
        &[
            ("door_code", Role::Text),
            ("number", Role::Label),
            ("street_id", Role::Reference("streets")),
            ("hamlet", Role::Text),
            ("unit", Role::WardHere),
            ("parcel_id", Role::Reference("parcels")),
            ("national_place_id", Role::Text),
            ("post_address_code", Role::Text),
            ("postal_code", Role::Text),
        ],
    ),
    (
        "landmarks",
        &[("name", Role::Text), ("kind", Role::Text), ("other_names", Role::Text), ("unit", Role::WardHere)],
    ),
];

/// What search and planning cannot do without: layer, columns, and what is then missing.
const NEEDED: [(&str, &[&str], &str); 6] = [
    ("units", &["code", "name"], "wards are not told by place"),
    ("parcels", &["sheet", "number"], "parcels are not found by sheet and number"),
    ("plan_zones", &["plan_id", "code"], "no plan says anything about a parcel"),
    ("streets", &["name", "unit"], "streets are not searched"),
    ("addresses", &["number", "unit"], "addresses are not searched"),
    ("landmarks", &["name"], "landmarks are not searched"),
];

/// What a public column of a layer is for, if it has a role.
pub(super) fn role(layer: &str, column: &str) -> Option<Role> {
    let (_, columns) = ROLES.iter().find(|(id, _)| *id == layer)?;
    columns.iter().find(|(name, _)| *name == column).map(|&(_, role)| role)
}

impl Role {
    /// How a column with this role is held.
    pub fn column_type(self) -> ColumnType {
        match self {
            Self::Text | Self::Label | Self::WardHere | Self::Ward | Self::UnitKind | Self::UnitName => {
                ColumnType::Text
            }
            Self::Reference(_) => ColumnType::Int,
            Self::Number => ColumnType::Float,
        }
    }
}

/// Sentences about layers with a standard name that lack what the name promises.
pub(super) fn shortcomings(configs: &[LayerConfig]) -> Vec<String> {
    let mut sentences = Vec::new();
    for config in configs {
        let Some((_, needed, loss)) = NEEDED.iter().find(|(id, ..)| *id == config.id) else { continue };
        let lacks = |name: &&&str| !config.columns.iter().any(|column| column.name == **name);
        let missing: Vec<&str> = needed.iter().filter(lacks).copied().collect();
        if !missing.is_empty() {
            sentences.push(format!(
                "layer {} has no public column called {}, so {loss}: name them with {{ column = \"…\", as = \"{}\" }}",
                config.id,
                missing.join(" or "),
                missing[0],
            ));
        }
    }
    let has = |id: &str| configs.iter().any(|config| config.id == id);
    if has("plan_zones") && !has("plans") {
        sentences.push(
            "there is a layer plan_zones but none called plans, so no plan says anything about a parcel"
                .to_owned(),
        );
    }
    sentences
}

/// The codes of wards, old and new, and where today's lie as far as that is known.
pub(super) struct WardCodes {
    known: FxHashSet<String>,
    bounds: FxHashMap<String, WorldBox>,
}

/// How far beyond the box of a ward a row of it may lie: about a kilometre.
const BORDER_STEPS: i64 = 2_000_000;

impl WardCodes {
    /// These codes, with no place.
    pub fn new(codes: impl IntoIterator<Item = String>) -> Self {
        Self { known: codes.into_iter().collect(), bounds: FxHashMap::default() }
    }

    /// With the places of the wards of a layer `units`.
    #[must_use]
    pub fn with_places(mut self, units: &Layer) -> Self {
        let Some(code) = units.field("code") else { return self };
        for ward in units.all() {
            if let Some(code) = ward.value(code).as_text() {
                self.known.insert(code.to_owned());
                let bounds = self.bounds.entry(code.to_owned()).or_insert(WorldBox::EMPTY);
                bounds.include_box(&ward.bounds().grown(BORDER_STEPS));
            }
        }
        self
    }

    fn read(&self, code: &str, is_here: impl Fn(&str) -> bool) -> Reading<'_> {
        if self.known.contains(code) {
            return Reading::AsItIs;
        }
        let is_meant = |code: &str| self.known.contains(code) && is_here(code);
        let restored = with_zeros(code, WARD_DIGITS, is_meant);
        restored.map_or(Reading::Unfit("not the code of a ward that is known here"), |code| {
            Reading::Instead(code.into())
        })
    }
}

/// Wards of any time, wherever they lie.
pub(super) struct AnyWard(pub Arc<WardCodes>);

impl ReadText for AnyWard {
    fn read<'a>(&'a self, text: &'a str, _: World) -> Reading<'a> {
        self.0.read(text, |_| true)
    }
}

/// The ward in which a row lies, as far as its place is known.
pub(super) struct HereWard(pub Arc<WardCodes>);

impl ReadText for HereWard {
    fn read<'a>(&'a self, text: &'a str, at: World) -> Reading<'a> {
        self.0.read(text, |code| self.0.bounds.get(code).is_none_or(|bounds| bounds.contains(at)))
    }
}

/// Numbers that are names, without `.0`.
pub(super) struct Labels;

impl ReadText for Labels {
    fn read<'a>(&'a self, text: &'a str, _: World) -> Reading<'a> {
        let plain = without_point_zero(text.trim());
        if plain == text { Reading::AsItIs } else { Reading::Instead(Cow::Borrowed(plain)) }
    }
}

/// The kind of a unit, as our own layers have it.
pub(super) struct UnitKinds;

impl ReadText for UnitKinds {
    fn read<'a>(&'a self, text: &'a str, _: World) -> Reading<'a> {
        let is_it = |(_, word): &&(&str, &str)| word.to_lowercase() == text.trim().to_lowercase();
        match UNIT_KINDS.iter().find(is_it) {
            Some((kind, _)) => Reading::Instead(Cow::Borrowed(kind)),
            None => Reading::AsItIs,
        }
    }
}

/// The name of a unit without the word for its kind, which whoever shows it puts before it.
pub(super) struct UnitNames;

impl ReadText for UnitNames {
    fn read<'a>(&'a self, text: &'a str, _: World) -> Reading<'a> {
        let name = without_unit_kind(text.trim());
        if name == text { Reading::AsItIs } else { Reading::Instead(Cow::Borrowed(name)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Location, standard_layers};

    /// What only a town's own table has; our schema keeps it with the dataset.
    const OF_OWN_TABLES: [(&str, &str); 1] = [("units", "tolerance_m")];

    #[test]
    fn every_role_is_one_of_a_column_that_our_own_layers_have() {
        let standard = standard_layers(&Location::GeoPackage("town.gpkg".into()));
        let has = |id: &str, name: &str| {
            let layer = standard.iter().find(|layer| layer.id == id);
            layer.is_some_and(|layer| layer.columns.iter().any(|column| column.name == name))
        };
        for (id, columns) in ROLES {
            for (name, _) in columns {
                assert!(has(id, name) || OF_OWN_TABLES.contains(&(id, name)), "{id}.{name}");
            }
        }
        for (id, columns, _) in NEEDED {
            for name in columns {
                assert!(has(id, name), "{id}.{name}");
            }
        }
        assert_eq!(shortcomings(&standard), Vec::<String>::new());
    }

    #[test]
    fn a_unit_is_named_without_the_word_for_its_kind() {
        let at = World { x: 0, y: 0 };
        let name = |text| match UnitNames.read(text, at) {
            Reading::Instead(name) => name.into_owned(),
            _ => text.to_owned(),
        };
        for (text, expected) in [
            ("Phường Hiệp Tân", "Hiệp Tân"),
            ("phường 5", "5"),
            ("Xã Long Thành", "Long Thành"),
            ("Hiệp Tân", "Hiệp Tân"),
            ("Xãn", "Xãn"),
            ("Phường", "Phường"),
        ] {
            assert_eq!(name(text), expected);
        }
        assert_eq!(Labels.read("12.0", at), Reading::Instead("12".into()));
        assert_eq!(UnitKinds.read("Đặc khu", at), Reading::Instead("dac_khu".into()));
        assert_eq!(UnitKinds.read("phuong", at), Reading::AsItIs);
    }

    #[test]
    fn zeros_come_back_only_where_the_ward_is() {
        let mut codes = WardCodes::new(["00439".to_owned(), "25630".to_owned()]);
        let here = World { x: 10, y: 10 };
        codes.bounds.insert("00439".to_owned(), WorldBox::of(here));
        let (wards, away) = (Arc::new(codes), World { x: 20, y: 10 });
        let by_place = HereWard(Arc::clone(&wards));
        assert_eq!(by_place.read("439", here), Reading::Instead("00439".into()));
        assert!(matches!(by_place.read("439", away), Reading::Unfit(_)));
        assert_eq!(AnyWard(wards).read("439", away), Reading::Instead("00439".into()));
        assert_eq!(by_place.read("25630", away), Reading::AsItIs);
    }
}

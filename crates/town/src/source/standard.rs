//! The layers of our own schema, the same from either physical form.

use super::Location;
use crate::config::{Dissolve, LayerConfig, PublicColumn, TableName};

/// A layer of our schema: id, title, zooms, public columns.
struct StandardLayer {
    id: &'static str,
    title: &'static str,
    minzoom: u8,
    /// Each with the first zoom whose tiles carry it.
    columns: &'static [(&'static str, u8)],
    /// The columns with the ward and the use, where areas are united at low zooms.
    dissolve: Option<(&'static str, &'static str)>,
    /// What a label may say or depend on; all columns where there is none.
    label_columns: &'static [&'static str],
}

/// In the order they are drawn, lowest first.
const STANDARD_LAYERS: [StandardLayer; 7] = [
    StandardLayer {
        id: "units",
        title: "Phường, xã, đặc khu",
        minzoom: 0,
        columns: &[("code", 0), ("kind", 0), ("name", 0), ("province_code", 0), ("province", 0)],
        dissolve: None,
        label_columns: &["code", "kind", "name"],
    },
    StandardLayer {
        id: "parcels",
        title: "Thửa đất",
        minzoom: Dissolve::MIN_ZOOM,
        columns: &[
            ("survey_unit", 0),
            ("sheet", 0),
            ("number", 0),
            ("uses", 0),
            ("use_areas_m2", 0),
            ("registered_area_m2", 0),
            ("unit", 0),
            // hardly two rows alike: at z15 they would be a third of a dense tile
            ("official_id", 16),
            ("valid_from", 16),
            ("valid_to", 16),
        ],
        dissolve: Some(("unit", "uses")),
        label_columns: &["number", "uses"],
    },
    StandardLayer {
        id: "plans",
        title: "Quy hoạch",
        minzoom: 6,
        columns: &[
            ("kind", 0),
            ("name", 0),
            ("scale", 0),
            ("number", 0),
            ("decided_on", 0),
            ("authority", 0),
            ("status", 0),
            ("period_from", 0),
            ("period_to", 0),
            ("valid_from", 0),
            ("valid_to", 0),
        ],
        dissolve: None,
        label_columns: &["kind", "name"],
    },
    StandardLayer {
        id: "plan_zones",
        title: "Khu chức năng quy hoạch",
        minzoom: 10,
        columns: &[
            ("plan_id", 0),
            ("plan_kind", 0),
            ("code", 0),
            ("name", 0),
            ("valid_from", 0),
            ("valid_to", 0),
        ],
        dissolve: None,
        label_columns: &["plan_id", "plan_kind", "code", "name"],
    },
    StandardLayer {
        id: "streets",
        title: "Đường, ngõ, hẻm",
        minzoom: 11,
        columns: &[("name", 0), ("kind", 0), ("parent_id", 0), ("unit", 0)],
        dissolve: None,
        label_columns: &[],
    },
    StandardLayer {
        id: "addresses",
        title: "Địa chỉ",
        minzoom: 16,
        columns: &[
            ("door_code", 0),
            ("number", 0),
            ("street_id", 0),
            ("hamlet", 0),
            ("unit", 0),
            ("former_unit_id", 0),
            ("parcel_id", 0),
            ("national_place_id", 0),
            ("post_address_code", 0),
            ("postal_code", 0),
            ("valid_from", 0),
            ("valid_to", 0),
        ],
        dissolve: None,
        label_columns: &[],
    },
    StandardLayer {
        id: "landmarks",
        title: "Địa điểm",
        minzoom: 14,
        columns: &[("name", 0), ("kind", 0), ("other_names", 16), ("unit", 16)],
        dissolve: None,
        label_columns: &[],
    },
];

/// Layers the schema had not from the beginning: a source may have been made before.
const LATER_LAYERS: [&str; 1] = ["landmarks"];

/// The tables of our schema that are read beside the layers, with the columns asked of each, and whether the table
/// came into the schema later, so that a source may lack it.
pub(super) const REFERENCE_TABLES: [(&str, &[&str], bool); 9] = [
    (
        "reference_units",
        &["unit_id", "level", "code", "kind", "name", "parent_id", "valid_from", "valid_to"],
        false,
    ),
    ("reference_unit_links", &["old_unit_id", "new_unit_id", "extent", "share"], false),
    ("reference_unit_aliases", &["unit_id", "alias", "what"], false),
    ("reference_streets", &["street_id", "name", "kind", "parent_id", "unit"], false),
    ("dataset", &["is_generated"], false),
    ("reference_border_tolerances", &["unit_id", "tolerance_m"], true),
    ("reference_former_street_names", &["street_id", "name"], true),
    ("reference_former_places", &["address_id", "place"], true),
    ("reference_retired_door_codes", &["code", "successor", "retired_on"], true),
];

/// Whether a source of ours may lack the layer.
pub(super) fn came_later(layer: &LayerConfig) -> bool {
    LATER_LAYERS.contains(&layer.id.as_str())
}

/// The name of one of our tables or views in this kind of source.
pub fn standard_table(location: &Location, name: &str) -> TableName {
    match location {
        Location::GeoPackage(_) => TableName { schema: None, name: name.to_owned() },
        Location::PostGis(_) => TableName { schema: Some("bandoso".to_owned()), name: name.to_owned() },
    }
}

/// The layers of our schema, as if a configuration had named them.
pub fn standard_layers(location: &Location) -> Vec<LayerConfig> {
    STANDARD_LAYERS
        .iter()
        .map(|layer| LayerConfig {
            id: layer.id.to_owned(),
            title: layer.title.to_owned(),
            table: standard_table(location, &format!("layer_{}", layer.id)),
            key: "id".to_owned(),
            geometry: "geom".to_owned(),
            srid: None,
            columns: layer.columns.iter().map(|&(name, zoom)| PublicColumn::from_zoom(name, zoom)).collect(),
            dissolve: layer
                .dissolve
                .map(|(ward, use_code)| Dissolve { ward: ward.to_owned(), use_code: use_code.to_owned() }),
            label_columns: layer.label_columns.iter().map(|&name| name.to_owned()).collect(),
            minzoom: layer.minzoom,
            maxzoom: LayerConfig::MAX_ZOOM,
        })
        .collect()
}

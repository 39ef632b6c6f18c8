//! The layers of our own schema, the same from either physical form.

use super::Location;
use crate::config::{LayerConfig, PublicColumn, TableName};

/// A layer of our schema: id, title, zooms, public columns.
struct StandardLayer {
    id: &'static str,
    title: &'static str,
    minzoom: u8,
    columns: &'static [&'static str],
}

/// In the order they are drawn, lowest first.
const STANDARD_LAYERS: [StandardLayer; 6] = [
    StandardLayer {
        id: "units",
        title: "Phường, xã, đặc khu",
        minzoom: 4,
        columns: &["code", "kind", "name", "province_code", "province"],
    },
    StandardLayer {
        id: "parcels",
        title: "Thửa đất",
        minzoom: 13,
        columns: &[
            "survey_unit",
            "sheet",
            "number",
            "uses",
            "use_areas_m2",
            "registered_area_m2",
            "unit",
            "official_id",
        ],
    },
    StandardLayer {
        id: "plans",
        title: "Quy hoạch",
        minzoom: 8,
        columns: &[
            "kind",
            "name",
            "scale",
            "number",
            "decided_on",
            "authority",
            "status",
            "period_from",
            "period_to",
        ],
    },
    StandardLayer {
        id: "plan_zones",
        title: "Khu chức năng quy hoạch",
        minzoom: 10,
        columns: &["plan_id", "plan_kind", "code", "name"],
    },
    StandardLayer {
        id: "streets",
        title: "Đường, ngõ, hẻm",
        minzoom: 11,
        columns: &["name", "kind", "parent_id", "unit"],
    },
    StandardLayer {
        id: "addresses",
        title: "Địa chỉ",
        minzoom: 16,
        columns: &[
            "door_code",
            "number",
            "street_id",
            "hamlet",
            "unit",
            "former_unit_id",
            "parcel_id",
            "national_place_id",
            "post_address_code",
            "postal_code",
        ],
    },
];

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
            columns: layer.columns.iter().map(|&name| PublicColumn::same(name)).collect(),
            minzoom: layer.minzoom,
            maxzoom: LayerConfig::MAX_ZOOM,
        })
        .collect()
}

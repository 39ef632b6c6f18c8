//! The map styles as clients read them.
//!
//! A style on disk names the groups of layers it shows; `styles/base.json` holds the layers,
//! `hatches.json` our own patterns that tell like colours apart; the official colours and names of
//! land-use codes and plan zones come from `data/`. Put together, every style has all layers, so a
//! page can switch a group on without loading another style.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The names of the styles, the first being the page's own choice.
const STYLES: [&str; 3] = ["dia-chi", "thua-dat", "quy-hoach"];
const LAND_USE: &str = include_str!("../../../../data/land_use.csv");
const PLAN_ZONES: &str = include_str!("../../../../data/plan_zone_codes.csv");

/// For a code without an official colour that we know of: grey, never an invented one.
const UNKNOWN_COLOUR: &str = "#d4d4d4";
const BASE_URL: &str = "{base}";
/// `parcels_labels` has one point for each area of `parcels`.
const LABELS_SUFFIX: &str = "_labels";

/// What a style adds to the shared layers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Purpose {
    name: String,
    shows: Vec<String>,
}

/// What a style needs of a row of `data/land_use.csv` and `data/plan_zone_codes.csv`.
#[derive(Debug, Deserialize)]
struct Code {
    code: String,
    name_vi: String,
    name_en: Option<String>,
    /// `#rrggbb`; none where no official colour is known.
    colour: Option<String>,
    /// A code may have had another meaning before; plan zones have no such column.
    #[serde(default)]
    valid_to: Option<String>,
}

/// Why a style cannot be put together: a mistake in our own files, which the tests find.
#[derive(Debug, thiserror::Error)]
enum StyleError {
    #[error("a file in styles/ is not right: {0}")]
    Json(#[from] serde_json::Error),
    #[error("a table in data/ is not right: {0}")]
    Csv(#[from] csv::Error),
    #[error("styles/ has no file {0}")]
    Missing(String),
}

/// A file of `styles/`. It is part of a release build; a debug build reads it when it starts, so that a changed style
/// needs no compiling.
#[cfg(not(debug_assertions))]
fn style_file(name: &str) -> Result<Cow<'static, str>, StyleError> {
    let text = match name {
        "base" => include_str!("../../../../styles/base.json"),
        "dia-chi" => include_str!("../../../../styles/dia-chi.json"),
        "hatches" => include_str!("../../../../styles/hatches.json"),
        "quy-hoach" => include_str!("../../../../styles/quy-hoach.json"),
        "thua-dat" => include_str!("../../../../styles/thua-dat.json"),
        _ => return Err(StyleError::Missing(name.to_owned())),
    };
    Ok(Cow::Borrowed(text))
}

#[cfg(debug_assertions)]
fn style_file(name: &str) -> Result<Cow<'static, str>, StyleError> {
    let path = format!("{}/../../styles/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).map(Cow::Owned).map_err(|_| StyleError::Missing(name.to_owned()))
}

/// The names for `/styles/{name}.json`.
pub fn style_names() -> impl Iterator<Item = &'static str> {
    STYLES.into_iter()
}

/// A style whose addresses start with `base_url` (`https://ban-do.example`, no slash at the end)
/// and that draws only what the server has: a town without plans gets no plan layers.
pub fn style(name: &str, base_url: &str, has_layer: impl Fn(&str) -> bool) -> Option<Vec<u8>> {
    static COMPOSED: OnceLock<Vec<Option<Value>>> = OnceLock::new();
    let composed = COMPOSED.get_or_init(|| STYLES.into_iter().map(|name| compose(name).ok()).collect());
    let index = STYLES.iter().position(|known| *known == name)?;
    let mut style = composed[index].clone()?;
    keep_layers(&mut style, has_layer);
    let text = style.to_string();
    // Quoted as JSON without the quotes: a host header must not be able to close the string.
    let quoted = Value::from(base_url.trim_end_matches('/')).to_string();
    Some(text.replace(BASE_URL, &quoted[1..quoted.len() - 1]).into_bytes())
}

/// Takes out map layers and sources whose data is not there. Labels are there where their areas are.
fn keep_layers(style: &mut Value, has_layer: impl Fn(&str) -> bool) {
    let has_layer = |id: &str| has_layer(id.strip_suffix(LABELS_SUFFIX).unwrap_or(id));
    if let Some(layers) = style["layers"].as_array_mut() {
        layers.retain(|layer| layer["source-layer"].as_str().is_none_or(has_layer));
    }
    let Some(sources) = style["sources"].as_object_mut() else { return };
    sources.retain(|_, source| {
        let Some((path, ids)) = source["url"].as_str().and_then(|url| url.rsplit_once('/')) else {
            return true; // holds its data itself
        };
        let kept: Vec<&str> = ids.split(',').filter(|id| has_layer(id)).collect();
        let url = format!("{path}/{}", kept.join(","));
        let is_kept = !kept.is_empty();
        source["url"] = json!(url);
        is_kept
    });
}

fn compose(name: &str) -> Result<Value, StyleError> {
    let purpose: Purpose = serde_json::from_str(&style_file(name)?)?;
    let codes = codes()?;
    let hatches: Map<String, Value> = serde_json::from_str(&style_file("hatches")?)?;
    let mut style: Value = serde_json::from_str(&style_file("base")?)?;

    fill_in(&mut style["layers"], &codes, &hatches);
    for layer in style["layers"].as_array_mut().into_iter().flatten() {
        let shows = |group: &str| purpose.shows.iter().any(|shown| shown == group);
        let metadata = &layer["metadata"];
        // `unless` names the group that says the same and more: it would stand twice
        let is_said = metadata["unless"].as_str().is_some_and(shows);
        if is_said || !metadata["group"].as_str().is_none_or(shows) {
            layer["layout"]["visibility"] = json!("none");
        }
    }
    style["name"] = json!(purpose.name);
    style["metadata"] = json!({ "codes": codes, "hatches": hatches, "shows": purpose.shows });
    Ok(style)
}

/// `{"land_use": {"LUC": {"name_vi": …, "name_en": …, "colour": …}, …}, "plan_zone": {…}}`
fn codes() -> Result<Value, StyleError> {
    Ok(json!({ "land_use": table(LAND_USE)?, "plan_zone": table(PLAN_ZONES)? }))
}

fn table(text: &str) -> Result<Map<String, Value>, csv::Error> {
    let mut table = Map::new();
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
        let Code { code, name_vi, name_en, colour, valid_to } = row?;
        if valid_to.is_none() || !table.contains_key(&code) {
            table.insert(code, json!({ "name_vi": name_vi, "name_en": name_en, "colour": colour }));
        }
    }
    Ok(table)
}

/// Replaces `"{land_use_colour}"` and its kin by expressions made from the tables.
fn fill_in(value: &mut Value, codes: &Value, hatches: &Map<String, Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| fill_in(item, codes, hatches)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill_in(field, codes, hatches)),
        Value::String(text) => {
            // A parcel of several uses has the colour of the first: every code has three letters.
            let land_use = json!(["slice", ["get", "uses"], 0, 3]);
            let plan_zone = json!(["get", "code"]);
            let filled = match text.as_str() {
                "{land_use_colour}" => colour(&land_use, &[&codes["land_use"]]),
                "{land_use_hatch}" => hatch(&land_use, hatches),
                "{land_use_is_hatched}" => is_hatched(&land_use, hatches),
                "{plan_zone_colour}" => colour(&plan_zone, &[&codes["land_use"], &codes["plan_zone"]]),
                "{plan_zone_hatch}" => hatch(&plan_zone, hatches),
                "{plan_zone_is_hatched}" => is_hatched(&plan_zone, hatches),
                _ => return,
            };
            *value = filled;
        }
        _ => {}
    }
}

/// `["match", code, "LUC", "#fffc8c", …, grey]`
fn colour(code: &Value, tables: &[&Value]) -> Value {
    let mut expression = vec![json!("match"), code.clone()];
    for (name, row) in tables.iter().filter_map(|table| table.as_object()).flatten() {
        if row["colour"].is_string() {
            expression.extend([json!(name), row["colour"].clone()]);
        }
    }
    expression.push(json!(UNKNOWN_COLOUR));
    Value::Array(expression)
}

/// `["match", code, ["LUC", …], "hatch-crops", …, ""]`
fn hatch(code: &Value, hatches: &Map<String, Value>) -> Value {
    let mut expression = vec![json!("match"), code.clone()];
    for (image, codes) in hatches {
        expression.extend([codes.clone(), json!(image)]);
    }
    expression.push(json!(""));
    Value::Array(expression)
}

fn is_hatched(code: &Value, hatches: &Map<String, Value>) -> Value {
    let codes: Vec<&Value> = hatches.values().filter_map(Value::as_array).flatten().collect();
    json!(["match", code, codes, true, false])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> Value {
        serde_json::from_slice(&style(name, "http://town.example", |_| true).unwrap()).unwrap()
    }

    fn layer<'a>(style: &'a Value, id: &str) -> &'a Value {
        style["layers"].as_array().unwrap().iter().find(|layer| layer["id"] == id).unwrap()
    }

    #[test]
    fn every_style_is_whole_and_points_at_this_server_only() {
        for name in style_names() {
            let text = String::from_utf8(style(name, "http://town.example/", |_| true).unwrap()).unwrap();
            assert_eq!(text.matches("://").count(), text.matches("http://town.example/").count());
            assert!(text.contains("http://town.example/fonts/{fontstack}/{range}.pbf"));
            for left in ["{base}", "{land_use", "{plan_zone"] {
                assert!(!text.contains(left), "{name} still has {left}");
            }
        }
        assert!(style("mo", "http://town.example", |_| true).is_none());
    }

    #[test]
    fn a_host_header_cannot_break_out_of_the_json() {
        let bytes = style("dia-chi", "http://a\",\"x\":\"", |_| true).unwrap();
        assert!(serde_json::from_slice::<Value>(&bytes).is_ok());
    }

    #[test]
    fn a_town_without_plans_and_addresses_is_not_asked_for_them() {
        let bytes = style("quy-hoach", "http://town.example", |id| id == "units" || id == "parcels").unwrap();
        let style: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(
            style["sources"]["town"]["url"],
            "http://town.example/tiles/units,units_labels,parcels,parcels_labels"
        );
        assert!(style["sources"].get("planning").is_none());
        assert!(style["sources"].get("archipelagos").is_some());
        for layer in style["layers"].as_array().unwrap() {
            let rows = layer["source-layer"].as_str().map(|id| id.trim_end_matches(LABELS_SUFFIX));
            assert!(matches!(rows, None | Some("units" | "parcels")));
            assert!(
                layer.get("source").is_none()
                    || !style["sources"][layer["source"].as_str().unwrap()].is_null()
            );
        }
    }

    #[test]
    fn names_of_areas_come_from_their_label_points_and_every_drawn_layer_is_asked_for() {
        let style = read("quy-hoach");
        for layer in style["layers"].as_array().unwrap() {
            let Some(rows) = layer["source-layer"].as_str() else { continue };
            let url = style["sources"][layer["source"].as_str().unwrap()]["url"].as_str().unwrap();
            let asked = url.rsplit('/').next().unwrap();
            assert!(asked.split(',').any(|id| id == rows), "{rows} is not in {url}");
            let names_areas =
                layer["type"] == "symbol" && !matches!(rows, "streets" | "addresses" | "landmarks");
            assert_eq!(rows.ends_with(LABELS_SUFFIX), names_areas, "{}", layer["id"]);
        }
    }

    #[test]
    fn land_use_is_seen_from_zoom_6_and_outlines_only_where_parcels_are_single() {
        let style = read("thua-dat");
        assert_eq!(layer(&style, "land-use-fill")["minzoom"], 6);
        for id in ["parcel-line", "parcel-selected", "parcel-selected-glow", "land-use-hatch"] {
            let layer = layer(&style, id);
            assert_eq!(layer["minzoom"], 15, "{id}");
            assert!(layer["filter"].to_string().contains(r#"["!",["has","count"]]"#), "{id}");
        }
    }

    #[test]
    fn a_purpose_shows_its_groups_and_hides_the_others() {
        let (addresses, land, plans) = (read("dia-chi"), read("thua-dat"), read("quy-hoach"));
        let is_hidden = |style: &Value, id: &str| layer(style, id)["layout"]["visibility"] == "none";
        assert!(is_hidden(&addresses, "land-use-fill") && !is_hidden(&addresses, "address-label"));
        assert!(is_hidden(&land, "address-label") && !is_hidden(&land, "land-use-fill"));
        assert!(is_hidden(&land, "plan-zone-fill") && !is_hidden(&plans, "plan-zone-fill"));
    }

    #[test]
    fn uses_are_lettered_by_themselves_only_where_no_number_stands_with_them() {
        let style = read("thua-dat");
        assert_eq!(layer(&style, "land-use-label")["metadata"]["unless"], "parcel_numbers");
        assert_eq!(layer(&style, "land-use-label")["layout"]["visibility"], "none");
        let number = layer(&style, "parcel-number")["layout"]["text-field"].to_string();
        assert!(number.starts_with(r#"["step",["zoom"],["get","number"],18,["format",["get","number"]"#));
        assert!(number.contains(r#"["get","uses"]"#), "{number}");
    }

    /// MapLibre places the labels of later layers first.
    #[test]
    fn street_names_have_room_before_parcel_and_door_numbers() {
        let style = read("thua-dat");
        let ids = style["layers"].as_array().unwrap().iter().map(|layer| layer["id"].as_str().unwrap());
        let order: Vec<&str> = ids.filter(|id| id.ends_with("-label") || id.ends_with("-number")).collect();
        let place = |id: &str| order.iter().position(|one| *one == id).unwrap();
        assert!(place("street-label") > place("parcel-number").max(place("address-label")));
    }

    #[test]
    fn every_group_a_style_shows_exists() {
        for name in style_names() {
            let style = read(name);
            for group in style["metadata"]["shows"].as_array().unwrap() {
                let layers = style["layers"].as_array().unwrap();
                assert!(layers.iter().any(|layer| layer["metadata"]["group"] == *group), "{group}");
            }
        }
    }

    #[test]
    fn colours_are_the_official_ones_and_an_unknown_code_stays_grey() {
        let style = read("thua-dat");
        let colours = layer(&style, "land-use-fill")["paint"]["fill-color"].as_array().unwrap().clone();
        let colour_of = |code: &str| {
            let at = colours.iter().position(|item| item == code);
            at.map_or(colours.last().unwrap(), |at| &colours[at + 1]).as_str().unwrap().to_owned()
        };
        assert_eq!(colour_of("ONT"), "#ffd0ff");
        assert_eq!(colour_of("LUC"), "#fffc8c");
        assert_eq!(colour_of("CNT"), UNKNOWN_COLOUR);
    }

    #[test]
    fn a_code_that_changed_its_meaning_has_the_present_one() {
        let codes = codes().unwrap();
        assert_eq!(codes["land_use"]["DXH"]["name_vi"], "Đất xây dựng cơ sở xã hội");
        assert!(codes["land_use"]["LUN"]["name_vi"].is_string(), "older codes stay: plans still use them");
    }

    #[test]
    fn hatches_name_known_codes_and_each_only_once() {
        let codes = codes().unwrap();
        let hatches: Map<String, Value> = serde_json::from_str(&style_file("hatches").unwrap()).unwrap();
        let mut seen = std::collections::HashSet::new();
        for code in hatches.values().flat_map(|codes| codes.as_array().unwrap()) {
            let code = code.as_str().unwrap();
            assert!(seen.insert(code), "{code} has two hatches");
            assert!(!codes["land_use"][code].is_null() || !codes["plan_zone"][code].is_null(), "{code}");
        }
    }

    #[test]
    fn both_archipelagos_are_labelled_at_every_zoom() {
        for name in style_names() {
            let style = read(name);
            let text = style["sources"]["archipelagos"].to_string();
            assert!(text.contains("Quần đảo Hoàng Sa (Việt Nam)"));
            assert!(text.contains("Quần đảo Trường Sa (Việt Nam)"));
            let label = layer(&style, "archipelago-label");
            assert!(label.get("minzoom").is_none() && label.get("maxzoom").is_none());
        }
    }
}

//! `bandoso.toml` as one typed [`Config`]. Every default and every key stands here and nowhere else.
//!
//! An unknown key is an error that names the nearest known one: a misspelt `colums` must not silently
//! publish nothing. What is not listed under `columns` is never read from the source.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::Path;

use thiserror::Error;
use toml::{Table, Value};

use crate::geometry::EpsgCode;

/// Why a configuration cannot be used.
#[derive(Debug, Error, PartialEq)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ConfigError {
    #[error("cannot read {file}: {problem}")]
    Unreadable { file: String, problem: String },
    #[error("{file} is not valid TOML: {problem}")]
    Syntax { file: String, problem: String },
    #[error("unknown key `{key}`{place}; did you mean `{nearest}`?")]
    UnknownKey { key: String, place: String, nearest: String },
    #[error("`{key}`{place} must be {expected}")]
    WrongType { key: String, place: String, expected: &'static str },
    #[error("[layers.{layer}] needs `{key}`")]
    Missing { layer: String, key: &'static str },
    #[error("layer name `{0}` is not usable in a URL: use letters, digits, `_` and `-`")]
    BadLayerName(String),
    #[error(
        "[layers.{layer}]: minzoom {minzoom} and maxzoom {maxzoom} must be 0 to 18, minzoom not above maxzoom"
    )]
    BadZooms { layer: String, minzoom: i64, maxzoom: i64 },
    #[error("[layers.{layer}]: public column `{name}` is given twice")]
    DuplicateColumn { layer: String, name: String },
}

/// A table or view, with its schema where one was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TableName {
    /// As in `schema.table`; `None` leaves it to the search path.
    pub schema: Option<String>,
    /// The table's own name.
    pub name: String,
}

impl TableName {
    /// Splits `schema.table` at the first dot.
    pub fn parse(text: &str) -> Self {
        match text.split_once('.') {
            Some((schema, name)) => Self { schema: Some(schema.to_owned()), name: name.to_owned() },
            None => Self { schema: None, name: text.to_owned() },
        }
    }

    /// For SQL: every part in double quotes.
    pub fn quoted(&self) -> String {
        let name = quote_identifier(&self.name);
        match &self.schema {
            Some(schema) => format!("{}.{name}", quote_identifier(schema)),
            None => name,
        }
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// An SQL identifier in double quotes, inner quotes doubled (the same in PostgreSQL and SQLite).
pub fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A column that leaves the server, and the name it has outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicColumn {
    /// In the source.
    pub column: String,
    /// In tiles and answers.
    pub name: String,
    /// First zoom whose tiles carry it.
    pub minzoom: u8,
}

impl PublicColumn {
    /// A column that keeps its name.
    pub fn same(name: &str) -> Self {
        Self::from_zoom(name, 0)
    }

    /// A column that keeps its name and comes with tiles from this zoom on.
    pub fn from_zoom(name: &str, minzoom: u8) -> Self {
        Self { column: name.to_owned(), name: name.to_owned(), minzoom }
    }
}

/// A layer: one table or view and what of it is public.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerConfig {
    /// In URLs and tiles. The standard names (`parcels`, `addresses`, …) also feed search.
    pub id: String,
    /// For people.
    pub title: String,
    /// Where the rows are.
    pub table: TableName,
    /// The key: whole numbers, text or uuid.
    pub key: String,
    /// The geometry column.
    pub geometry: String,
    /// The coordinate system of rows that do not name one.
    pub srid: Option<EpsgCode>,
    /// The only columns that are read.
    pub columns: Vec<PublicColumn>,
    /// First zoom with tiles.
    pub minzoom: u8,
    /// Last zoom named in TileJSON; requests are answered up to [`LayerConfig::MAX_REQUEST_ZOOM`].
    pub maxzoom: u8,
    /// How areas are drawn below the zoom that shows each by itself.
    pub dissolve: Option<Dissolve>,
    /// The columns that the layer of its labels has; all where there is none.
    pub label_columns: Vec<String>,
}

/// Areas united by ward and use at low zooms: a town's parcels are too many and too small there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dissolve {
    /// The public column with the ward.
    pub ward: String,
    /// The public column with the use; `ONT+CLN` counts as `ONT`, its first code.
    pub use_code: String,
}

impl Dissolve {
    /// The first zoom at which every area is drawn by itself.
    pub const SINGLE_FROM: u8 = 15;
    /// The first zoom there is anything to see.
    pub const MIN_ZOOM: u8 = 6;
}

impl LayerConfig {
    /// The finest zoom a layer offers; clients draw larger from it.
    pub const MAX_ZOOM: u8 = 18;
    /// The finest tile that is answered at all.
    pub const MAX_REQUEST_ZOOM: u8 = 20;

    /// The zooms that are answered: a layer with the finest of all may be asked for closer still.
    pub fn request_zooms(&self) -> RangeInclusive<u8> {
        let is_finest = self.maxzoom == Self::MAX_ZOOM;
        self.minzoom..=if is_finest { Self::MAX_REQUEST_ZOOM } else { self.maxzoom }
    }
}

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Shown on the page and in the catalogue.
    pub title: Option<String>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Address of this server as clients see it, for absolute URLs behind a proxy.
    pub public_url: Option<String>,
    /// `postgres://…` or a `.gpkg` file.
    pub source: Option<String>,
    /// How long to wait for a database that does not answer.
    pub wait_s: u64,
    /// The `Cache-Control` of tiles.
    pub tile_cache_control: String,
    /// The `Cache-Control` of tiles asked for with the current revision, as TileJSON does.
    pub tile_cache_control_versioned: String,
    /// How much memory tiles that were made may take; 0 keeps none.
    pub tile_cache_mb: u64,
    /// Layers beside or in place of the standard ones.
    pub layers: Vec<LayerConfig>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            source: None,
            wait_s: 60,
            // fresh for a minute, then asked for again by its tag: an edit shows, a 304 costs nothing
            tile_cache_control: "public, max-age=60, stale-while-revalidate=600".to_owned(),
            // another revision is another address
            tile_cache_control_versioned: "public, max-age=31536000, immutable".to_owned(),
            tile_cache_mb: 256,
            layers: Vec::new(),
        }
    }
}

const TOP_KEYS: [&str; 9] = [
    "title",
    "listen",
    "public_url",
    "source",
    "wait_s",
    "tile_cache_control",
    "tile_cache_control_versioned",
    "tile_cache_mb",
    "layers",
];
const LAYER_KEYS: [&str; 10] = [
    "title",
    "table",
    "id",
    "geometry",
    "srid",
    "columns",
    "minzoom",
    "maxzoom",
    "dissolve",
    "label_columns",
];
const COLUMN_KEYS: [&str; 3] = ["column", "as", "minzoom"];
const DISSOLVE_KEYS: [&str; 2] = ["ward", "use"];

impl Config {
    /// Reads a file.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(file).map_err(|e| ConfigError::Unreadable {
            file: file.display().to_string(),
            problem: e.to_string(),
        })?;
        Self::parse(&text, &file.display().to_string())
    }

    /// Reads a text; `file` names it in messages.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigError> {
        let table: Table = text.parse().map_err(|e: toml::de::Error| ConfigError::Syntax {
            file: file.to_owned(),
            problem: e.message().to_owned(),
        })?;
        let top = Section { table: &table, place: String::new() };
        top.allow_only(&TOP_KEYS)?;
        let mut config = Self {
            title: top.text("title")?,
            public_url: top.text("public_url")?.map(|url| url.trim_end_matches('/').to_owned()),
            source: top.text("source")?,
            ..Self::default()
        };
        if let Some(listen) = top.text("listen")? {
            config.listen =
                listen.parse().map_err(|_| top.wrong("listen", "an address such as \"0.0.0.0:8080\""))?;
        }
        if let Some(wait_s) = top.whole("wait_s")? {
            config.wait_s = u64::try_from(wait_s).map_err(|_| top.wrong("wait_s", "seconds, 0 or more"))?;
        }
        if let Some(value) = top.header("tile_cache_control")? {
            config.tile_cache_control = value;
        }
        if let Some(value) = top.header("tile_cache_control_versioned")? {
            config.tile_cache_control_versioned = value;
        }
        if let Some(megabytes) = top.whole("tile_cache_mb")? {
            config.tile_cache_mb =
                u64::try_from(megabytes).map_err(|_| top.wrong("tile_cache_mb", "megabytes, 0 or more"))?;
        }
        for (id, layer) in top.tables("layers")? {
            config.layers.push(read_layer(id, layer)?);
        }
        Ok(config)
    }
}

fn read_layer(id: &str, table: &Table) -> Result<LayerConfig, ConfigError> {
    let is_url_safe = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if id.is_empty() || !id.chars().all(is_url_safe) {
        return Err(ConfigError::BadLayerName(id.to_owned()));
    }
    let section = Section { table, place: format!(" in [layers.{id}]") };
    section.allow_only(&LAYER_KEYS)?;
    let needed = |key: &'static str| {
        section.text(key)?.ok_or_else(|| ConfigError::Missing { layer: id.to_owned(), key })
    };
    let minzoom = section.whole("minzoom")?.unwrap_or(12);
    let maxzoom = section.whole("maxzoom")?.unwrap_or(i64::from(LayerConfig::MAX_ZOOM));
    let bad_zooms = || ConfigError::BadZooms { layer: id.to_owned(), minzoom, maxzoom };
    let zoom = |z: i64| u8::try_from(z).ok().filter(|&z| z <= LayerConfig::MAX_ZOOM).ok_or_else(bad_zooms);
    if minzoom > maxzoom {
        return Err(bad_zooms());
    }
    let columns = read_columns(id, &section)?;
    let srid = match section.whole("srid")? {
        None => None,
        Some(code) => {
            let code = u32::try_from(code).map_err(|_| section.wrong("srid", "an EPSG code such as 9209"))?;
            Some(EpsgCode(code))
        }
    };
    Ok(LayerConfig {
        id: id.to_owned(),
        title: section.text("title")?.unwrap_or_else(|| id.to_owned()),
        table: TableName::parse(&needed("table")?),
        key: needed("id")?,
        geometry: section.text("geometry")?.unwrap_or_else(|| "geom".to_owned()),
        srid,
        dissolve: read_dissolve(id, table, &columns)?,
        label_columns: read_label_columns(&section, &columns)?,
        columns,
        minzoom: zoom(minzoom)?,
        maxzoom: zoom(maxzoom)?,
    })
}

/// `label_columns = ["number"]`, public columns by their names outside.
fn read_label_columns(section: &Section<'_>, columns: &[PublicColumn]) -> Result<Vec<String>, ConfigError> {
    let wrong = || section.wrong("label_columns", "a list of names of public columns");
    let Some(value) = section.table.get("label_columns") else { return Ok(Vec::new()) };
    let names = value.as_array().ok_or_else(wrong)?.iter().map(|name| {
        let is_public = |name: &&str| columns.iter().any(|column| column.name == *name);
        name.as_str().filter(is_public).map(str::to_owned).ok_or_else(wrong)
    });
    names.collect()
}

/// `dissolve = { ward = "unit", use = "uses" }`, both public columns.
fn read_dissolve(
    layer: &str,
    table: &Table,
    columns: &[PublicColumn],
) -> Result<Option<Dissolve>, ConfigError> {
    let section = Section { table, place: format!(" in [layers.{layer}]") };
    let table = match table.get("dissolve") {
        None => return Ok(None),
        Some(Value::Table(table)) => table,
        Some(_) => return Err(section.wrong("dissolve", "{ ward = \"…\", use = \"…\" }")),
    };
    let section = Section { table, place: format!(" in dissolve of [layers.{layer}]") };
    section.allow_only(&DISSOLVE_KEYS)?;
    let column = |key: &str| {
        let name = section.text(key)?.filter(|name| columns.iter().any(|column| &column.name == name));
        name.ok_or_else(|| section.wrong(key, "the name of one of the layer's public columns"))
    };
    Ok(Some(Dissolve { ward: column("ward")?, use_code: column("use")? }))
}

/// `columns = ["name", { column = "so_thua", as = "number" }]`
fn read_columns(layer: &str, section: &Section<'_>) -> Result<Vec<PublicColumn>, ConfigError> {
    const EXPECTED: &str = "a list of names, or of { column = \"…\", as = \"…\" }";
    let Some(value) = section.table.get("columns") else { return Ok(Vec::new()) };
    let list = value.as_array().ok_or_else(|| section.wrong("columns", EXPECTED))?;
    let mut columns: Vec<PublicColumn> = Vec::with_capacity(list.len());
    for entry in list {
        let column = match entry {
            Value::String(name) => PublicColumn::same(name),
            Value::Table(table) => {
                let entry = Section { table, place: format!(" in columns of [layers.{layer}]") };
                entry.allow_only(&COLUMN_KEYS)?;
                let column = entry.text("column")?.ok_or_else(|| entry.wrong("column", "given"))?;
                let name = entry.text("as")?.unwrap_or_else(|| column.clone());
                let zooms = 0..=i64::from(LayerConfig::MAX_ZOOM);
                let minzoom = entry.whole("minzoom")?.unwrap_or(0);
                if !zooms.contains(&minzoom) {
                    return Err(entry.wrong("minzoom", "a zoom, 0 to 18"));
                }
                PublicColumn { column, name, minzoom: minzoom as u8 }
            }
            _ => return Err(section.wrong("columns", EXPECTED)),
        };
        if columns.iter().any(|known| known.name == column.name) {
            return Err(ConfigError::DuplicateColumn { layer: layer.to_owned(), name: column.name });
        }
        columns.push(column);
    }
    Ok(columns)
}

/// A table of the file, with the words that say where it is.
struct Section<'a> {
    table: &'a Table,
    place: String,
}

impl<'a> Section<'a> {
    fn allow_only(&self, known: &[&str]) -> Result<(), ConfigError> {
        let Some(key) = self.table.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
        let distance = |candidate: &&&str| strsim::damerau_levenshtein(key, candidate);
        let nearest = known.iter().min_by_key(distance).copied().unwrap_or_default();
        Err(ConfigError::UnknownKey {
            key: key.clone(),
            place: self.place.clone(),
            nearest: nearest.to_owned(),
        })
    }

    fn wrong(&self, key: &str, expected: &'static str) -> ConfigError {
        ConfigError::WrongType { key: key.to_owned(), place: self.place.clone(), expected }
    }

    fn text(&self, key: &str) -> Result<Option<String>, ConfigError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(key, "a text in quotes")),
        }
    }

    /// The value of an HTTP header.
    fn header(&self, key: &str) -> Result<Option<String>, ConfigError> {
        let text = self.text(key)?;
        let is_header = |text: &String| !text.is_empty() && text.chars().all(|c| matches!(c, ' '..='~'));
        match text.as_ref().is_none_or(is_header) {
            true => Ok(text),
            false => Err(self.wrong(key, "a header such as \"public, max-age=60\"")),
        }
    }

    fn whole(&self, key: &str) -> Result<Option<i64>, ConfigError> {
        match self.table.get(key) {
            None => Ok(None),
            Some(Value::Integer(n)) => Ok(Some(*n)),
            Some(_) => Err(self.wrong(key, "a whole number")),
        }
    }

    fn tables(&self, key: &str) -> Result<Vec<(&'a str, &'a Table)>, ConfigError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, "bandoso.toml")
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        assert_eq!(parse(""), Ok(Config::default()));
    }

    #[test]
    fn a_foreign_table_is_a_layer_in_a_few_lines() {
        let config = parse(
            r#"
            [layers.thua_dat]
            table = "dia_chinh.thua_dat"
            id = "ma_thua"
            geometry = "shape"
            srid = 9209
            columns = ["so_to", { column = "so_thua", as = "number" }]
            minzoom = 13
            "#,
        )
        .unwrap();
        let layer = &config.layers[0];
        assert_eq!(layer.table.quoted(), r#""dia_chinh"."thua_dat""#);
        assert_eq!((layer.key.as_str(), layer.srid, layer.maxzoom), ("ma_thua", Some(EpsgCode(9209)), 18));
        assert_eq!(
            layer.columns[1],
            PublicColumn { column: "so_thua".into(), name: "number".into(), minzoom: 0 }
        );
    }

    #[test]
    fn labels_carry_only_public_columns() {
        let layer = |names: &str| {
            parse(&format!(
                "[layers.a]\ntable = \"t\"\nid = \"i\"\ncolumns = [\"so\", \"loai\"]\nlabel_columns = {names}"
            ))
        };
        assert_eq!(layer("[\"so\"]").unwrap().layers[0].label_columns, ["so"]);
        for names in ["[\"chu\"]", "[1]", "\"so\""] {
            assert!(layer(names).unwrap_err().to_string().contains("label_columns"), "{names}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_known_one() {
        let error = parse("[layers.a]\ntable = \"t\"\nid = \"id\"\ncolums = []\n").unwrap_err();
        assert_eq!(error.to_string(), "unknown key `colums` in [layers.a]; did you mean `columns`?");
        let error = parse("listn = \"127.0.0.1:1\"").unwrap_err();
        assert_eq!(error.to_string(), "unknown key `listn`; did you mean `listen`?");
    }

    #[test]
    fn what_is_missing_or_of_the_wrong_type_is_named() {
        let message = |text| parse(text).unwrap_err().to_string();
        assert_eq!(message("[layers.a]\ntable = \"t\""), "[layers.a] needs `id`");
        assert_eq!(message("wait_s = \"soon\""), "`wait_s` must be a whole number");
        assert_eq!(message("tile_cache_mb = -1"), "`tile_cache_mb` must be megabytes, 0 or more");
        assert!(message("tile_cache_control = \"a\\nb\"").contains("must be a header such as"));
        assert!(message("[layers.\"a b\"]").contains("not usable in a URL"));
        assert!(message("[layers.a]\ntable=\"t\"\nid=\"i\"\nminzoom=15\nmaxzoom=3").contains("minzoom 15"));
        assert!(message("[layers.a]\ntable=\"t\"\nid=\"i\"\ncolumns=[\"x\",\"x\"]").contains("given twice"));
        assert!(message("a = [").starts_with("bandoso.toml is not valid TOML"));
    }

    #[test]
    fn a_layer_says_what_it_is_dissolved_by_and_from_which_zoom_a_column_comes() {
        let layer = "[layers.a]\ntable=\"t\"\nid=\"i\"\n";
        let columns = "columns=[\"xa\", { column = \"loai\", minzoom = 16 }]\n";
        let config =
            parse(&format!("{layer}{columns}dissolve = {{ ward = \"xa\", use = \"loai\" }}")).unwrap();
        assert_eq!(config.layers[0].columns[1].minzoom, 16);
        let wanted = Dissolve { ward: "xa".into(), use_code: "loai".into() };
        assert_eq!(config.layers[0].dissolve, Some(wanted));
        let error = parse(&format!("{layer}{columns}dissolve = {{ ward = \"x\", use = \"loai\" }}"));
        assert!(error.unwrap_err().to_string().contains("public columns"));
    }

    #[test]
    fn quotes_in_identifiers_cannot_end_them() {
        assert_eq!(quote_identifier("a\"; DROP"), "\"a\"\"; DROP\"");
    }
}

//! `bandoso.toml` as one typed [`Config`]. Every default and every key stands in this room and nowhere else.
//!
//! An unknown key is an error that names the nearest known one: a misspelt `colums` must not silently
//! publish nothing. What is not listed under `columns` is never read from the source.

mod geocoding;
mod layer;
mod limits;
mod position;
mod proxies;
mod public_url;
mod restart;
mod section;

use std::net::SocketAddr;
use std::path::Path;

use thiserror::Error;
use toml::Table;

use geocoding::read_geocoding;
pub use geocoding::{Dialect, GeocodingConfig};
use layer::read_layer;
pub use layer::{Dissolve, LayerConfig, PublicColumn, TableName};
pub use limits::Limits;
use limits::read_limits;
use position::{key_on_line, line_of, line_of_key, path_of};
pub use proxies::TrustedProxies;
use proxies::read_proxies;
pub use public_url::{PublicUrl, PublicUrlError, is_base_path};
use section::Section;

use crate::geocode::codes::{Issuer, IssuerError};
use crate::privacy::FeatureIdKey;

/// Why a configuration cannot be used.
#[derive(Debug, Error, PartialEq)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum ConfigError {
    #[error("cannot read {file}: {problem}")]
    Unreadable { file: String, problem: String },
    #[error("{file}, line {line}{key}: not valid TOML: {problem}")]
    Syntax { file: String, line: usize, key: String, problem: String },
    #[error("{file}, line {line}: {problem}")]
    At { file: String, line: usize, problem: Box<ConfigError> },
    #[error("unknown key `{key}`{place}; did you mean `{nearest}`?")]
    UnknownKey { key: String, place: String, nearest: String },
    #[error("`{key}`{place} must be {expected}")]
    WrongType { key: String, place: String, expected: &'static str },
    #[error("`public_url` must be {problem}")]
    PublicUrl { problem: PublicUrlError },
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
    #[error(
        "[layers.{layer}]: `{layer}` is what the labels of layer `{of}` are called: give one of the two another name"
    )]
    LabelsName { layer: String, of: String },
}

impl ConfigError {
    /// The way to the key it is about.
    fn path(&self) -> Option<Vec<String>> {
        let of_layer = |layer: &String, key: &str| vec!["layers".to_owned(), layer.clone(), key.to_owned()];
        Some(match self {
            Self::UnknownKey { key, place, .. } | Self::WrongType { key, place, .. } => path_of(place, key),
            Self::PublicUrl { .. } => vec!["public_url".to_owned()],
            Self::Missing { layer, key } => of_layer(layer, key),
            Self::BadLayerName(layer) | Self::LabelsName { layer, .. } => of_layer(layer, ""),
            Self::BadZooms { layer, .. } => of_layer(layer, "minzoom"),
            Self::DuplicateColumn { layer, .. } => of_layer(layer, "columns"),
            Self::Unreadable { .. } | Self::Syntax { .. } | Self::At { .. } => return None,
        })
    }

    /// The same with the line of the file.
    fn located(self, text: &str, file: &str) -> Self {
        match self.path().and_then(|path| line_of_key(text, &path)) {
            Some(line) => Self::At { file: file.to_owned(), line, problem: Box::new(self) },
            None => self,
        }
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
    pub public_url: Option<PublicUrl>,
    /// `postgres://…` or a `.gpkg` file.
    pub source: Option<SourceText>,
    /// How long to wait for a database that does not answer.
    pub wait_s: u64,
    /// How long a load may take from its first question to its last row.
    pub load_s: u64,
    /// The `Cache-Control` of tiles.
    pub tile_cache_control: String,
    /// The `Cache-Control` of tiles asked for with the current revision, as TileJSON does.
    pub tile_cache_control_versioned: String,
    /// How much memory tiles that were made may take; 0 keeps none.
    pub tile_cache_mb: u64,
    /// How addresses are served to clients of other geocoders.
    pub geocoding: GeocodingConfig,
    /// `[codes]`: the two symbols that door codes given by this installation begin with.
    pub issuer: Option<Issuer>,
    /// How many rows of one table are answered; those beyond come back as they were sent.
    pub batch_max_rows: u64,
    /// Whether a reload may take over a layer that lost more than half its rows.
    pub reload_may_lose_rows: bool,
    /// `[limits]`: what clients may take of connections, time and disk.
    pub limits: Limits,
    /// Proxies whose `X-Forwarded-For` or `Forwarded` tells who the client is.
    pub trusted_proxies: TrustedProxies,
    /// The secret by which text keys become feature ids, where several servers must agree on it; else one is made and kept
    /// beside the source.
    pub feature_id_key: Option<FeatureIdKey>,
    /// Layers beside or in place of the standard ones.
    pub layers: Vec<LayerConfig>,
}

/// `source` as it was written. It may hold a password, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceText(pub String);

impl std::fmt::Debug for SourceText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SourceText(…)")
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            source: None,
            wait_s: 60,
            // a country of eight million parcels takes a few minutes
            load_s: 900,
            // fresh for a minute, then asked for again by its tag: an edit shows, a 304 costs nothing
            tile_cache_control: "public, max-age=60, stale-while-revalidate=600".to_owned(),
            // another revision is another address
            tile_cache_control_versioned: "public, max-age=31536000, immutable".to_owned(),
            tile_cache_mb: 256,
            geocoding: GeocodingConfig::default(),
            issuer: None,
            batch_max_rows: 1_000_000,
            reload_may_lose_rows: false,
            limits: Limits::default(),
            trusted_proxies: TrustedProxies::default(),
            feature_id_key: None,
            layers: Vec::new(),
        }
    }
}

/// The layers of our own schema (`source::standard_layers`): their labels have names too.
const STANDARD_LAYERS: [&str; 7] =
    ["units", "parcels", "plans", "plan_zones", "streets", "addresses", "landmarks"];

const TOP_KEYS: [&str; 17] = [
    "title",
    "listen",
    "public_url",
    "source",
    "wait_s",
    "load_s",
    "tile_cache_control",
    "tile_cache_control_versioned",
    "tile_cache_mb",
    "geocoding",
    "codes",
    "batch_max_rows",
    "reload_may_lose_rows",
    "limits",
    "trusted_proxies",
    "feature_id_key",
    "layers",
];

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
        let table: Table = text.parse().map_err(|e: toml::de::Error| {
            let line = line_of(text, e.span().map_or(0, |span| span.start));
            let key = key_on_line(text, line).map_or_else(String::new, |key| format!(", key `{key}`"));
            ConfigError::Syntax { file: file.to_owned(), line, key, problem: e.message().to_owned() }
        })?;
        Self::from_table(&table).map_err(|error| error.located(text, file))
    }

    fn from_table(table: &Table) -> Result<Self, ConfigError> {
        let top = Section { table, place: String::new() };
        top.allow_only(&TOP_KEYS)?;
        let mut config = Self {
            title: top.text("title")?,
            source: top.text("source")?.map(SourceText),
            ..Self::default()
        };
        if let Some(listen) = top.text("listen")? {
            config.listen =
                listen.parse().map_err(|_| top.wrong("listen", "an address such as \"0.0.0.0:8080\""))?;
        }
        if let Some(wait_s) = top.whole("wait_s")? {
            config.wait_s = u64::try_from(wait_s).map_err(|_| top.wrong("wait_s", "seconds, 0 or more"))?;
        }
        if let Some(load_s) = top.whole("load_s")? {
            let seconds = u64::try_from(load_s).ok().filter(|seconds| (1..=1_000_000_000).contains(seconds));
            config.load_s = seconds.ok_or_else(|| top.wrong("load_s", "seconds, 1 or more"))?;
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
        if let Some(geocoding) = top.section("geocoding")? {
            config.geocoding = read_geocoding(&geocoding)?;
        }
        if let Some(codes) = top.section("codes")? {
            codes.allow_only(&["issuer"])?;
            let issuer = codes.text("issuer")?.map(|text| text.parse());
            let wrong = |_: IssuerError| {
                codes.wrong("issuer", "two symbols of 23456789ABCDEFGHJKMNPQRSTUVWXYZ, such as \"T7\"")
            };
            config.issuer = issuer.transpose().map_err(wrong)?;
        }
        if let Some(rows) = top.whole("batch_max_rows")? {
            config.batch_max_rows = u64::try_from(rows)
                .map_err(|_| top.wrong("batch_max_rows", "a number of rows, 0 or more"))?;
        }
        config.reload_may_lose_rows = top.yes_or_no("reload_may_lose_rows")?.unwrap_or(false);
        if let Some(limits) = top.section("limits")? {
            config.limits = read_limits(&limits)?;
        }
        let public_url = top.text("public_url")?.map(|text| text.parse());
        config.public_url = public_url.transpose().map_err(|problem| ConfigError::PublicUrl { problem })?;
        config.trusted_proxies = read_proxies(&top)?;
        if let Some(key) = top.text("feature_id_key")? {
            let key = key.parse().map_err(|_| top.wrong("feature_id_key", "32 hexadecimal digits"))?;
            config.feature_id_key = Some(key);
        }
        for (id, layer) in top.tables("layers")? {
            config.layers.push(read_layer(id, layer)?);
        }
        refuse_names_of_labels(&config.layers)?;
        Ok(config)
    }
}

/// Beside a layer of areas stands one of their labels, called after it.
fn refuse_names_of_labels(layers: &[LayerConfig]) -> Result<(), ConfigError> {
    let clash = layers.iter().find_map(|layer| {
        let of = layer.id.strip_suffix(LayerConfig::LABELS_SUFFIX)?;
        let is_taken = layers.iter().any(|other| other.id == of) || STANDARD_LAYERS.contains(&of);
        is_taken.then(|| ConfigError::LabelsName { layer: layer.id.clone(), of: of.to_owned() })
    });
    clash.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::EpsgCode;

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
            PublicColumn { column: "so_thua".into(), name: "number".into(), minzoom: 0, not_personal: None }
        );
    }

    #[test]
    fn the_issuer_of_door_codes_is_two_symbols_of_their_alphabet() {
        let config = parse("[codes]\nissuer = \"T7\"").unwrap();
        assert_eq!(config.issuer.map(|issuer| issuer.to_string()).as_deref(), Some("T7"));
        for wrong in ["\"T0\"", "\"T\"", "\"t7\"", "7"] {
            assert!(
                parse(&format!("[codes]\nissuer = {wrong}"))
                    .unwrap_err()
                    .to_string()
                    .contains("`issuer` in [codes]")
            );
        }
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
        assert_eq!(
            error.to_string(),
            "bandoso.toml, line 4: unknown key `colums` in [layers.a]; did you mean `columns`?"
        );
        let error = parse("listn = \"127.0.0.1:1\"").unwrap_err();
        assert_eq!(error.to_string(), "bandoso.toml, line 1: unknown key `listn`; did you mean `listen`?");
    }

    #[test]
    fn what_is_missing_or_of_the_wrong_type_is_named() {
        let message = |text| parse(text).unwrap_err().to_string();
        let at = |line: usize, rest: &str| format!("bandoso.toml, line {line}: {rest}");
        assert_eq!(message("\n[layers.a]\ntable = \"t\""), at(2, "[layers.a] needs `id`"));
        assert_eq!(message("wait_s = \"soon\""), at(1, "`wait_s` must be a whole number"));
        assert_eq!(message("\ntile_cache_mb = -1"), at(2, "`tile_cache_mb` must be megabytes, 0 or more"));
        assert!(message("tile_cache_control = \"a\\nb\"").contains("must be a header such as"));
        assert!(message("[layers.\"a b\"]").contains("not usable in a URL"));
        assert!(message("[layers.a]\ntable=\"t\"\nid=\"i\"\nminzoom=15\nmaxzoom=3").contains("minzoom 15"));
        assert!(message("[layers.a]\ntable=\"t\"\nid=\"i\"\ncolumns=[\"x\",\"x\"]").contains("given twice"));
        assert!(message("wait_s = 1\na = [").starts_with("bandoso.toml, line 2, key `a`: not valid TOML"));
        let secret = message("source = \"postgres://u:canary@h/d\nwait_s = 1");
        assert!(
            secret.starts_with("bandoso.toml, line 1, key `source`") && !secret.contains("canary"),
            "{secret}"
        );
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
    fn one_dialect_may_own_the_root() {
        let config = parse("[geocoding]\nroot = \"nominatim\"\nphoton_names_addresses = true").unwrap();
        let expected = GeocodingConfig { root: Some(Dialect::Nominatim), photon_names_addresses: true };
        assert_eq!(config.geocoding, expected);
        let message = |text| parse(text).unwrap_err().to_string();
        assert_eq!(
            message("[geocoding]\nroot = \"pelias\""),
            "bandoso.toml, line 2: `root` in [geocoding] must be \"photon\", \"nominatim\" or \"ban\""
        );
        assert_eq!(
            message("[geocoding]\nrot = \"ban\""),
            "bandoso.toml, line 2: unknown key `rot` in [geocoding]; did you mean `root`?"
        );
        assert_eq!(
            message("geocoding = 1"),
            "bandoso.toml, line 1: `geocoding` must be a section of its own"
        );
        assert!(message("[geocoding]\nphoton_names_addresses = 1").contains("must be true or false"));
    }

    #[test]
    fn a_fault_within_a_table_in_a_line_is_found_by_its_line() {
        let layer = "[layers.b]\ntable = \"t\"\nid = \"i\"\n";
        let message = |rest: &str| parse(&format!("{layer}{rest}")).unwrap_err().to_string();
        let column = message("columns = [\"a\", { colum = \"b\" }]");
        assert!(
            column.starts_with("bandoso.toml, line 4: unknown key `colum` in columns of [layers.b]"),
            "{column}"
        );
        let dissolve = message("columns = [\"a\"]\ndissolve = { ward = \"a\", uses = \"a\" }");
        assert!(dissolve.starts_with("bandoso.toml, line 5: unknown key `uses`"), "{dissolve}");
        let table = parse("[layers.b]\nid = \"i\"\ntable = 'a\"b'").unwrap_err().to_string();
        assert!(table.starts_with("bandoso.toml, line 3: `table` in [layers.b] must be"), "{table}");
    }

    #[test]
    fn a_layer_called_as_the_labels_of_another_is_refused() {
        let layer = |id: &str| format!("[layers.{id}]\ntable = \"t\"\nid = \"i\"\n");
        let message = |text: &str| parse(text).unwrap_err().to_string();
        assert!(message(&format!("{}{}", layer("zz"), layer("zz_labels"))).contains("labels of layer `zz`"));
        assert!(message(&layer("parcels_labels")).contains("labels of layer `parcels`"));
        assert!(parse(&layer("zz_labels")).is_ok());
    }

    #[test]
    fn limits_are_whole_numbers_and_those_not_named_stay() {
        let config = parse("[limits]\nsilent_s = 3\ntables = 2").unwrap();
        assert_eq!(config.limits, Limits { silent_s: 3, tables: 2, ..Limits::default() });
        let message = |text: &str| parse(&format!("[limits]\n{text}")).unwrap_err().to_string();
        assert!(message("silent_s = 0").ends_with("line 2: `silent_s` in [limits] must be 1 or more"));
        assert!(
            message("table = 1").ends_with("line 2: unknown key `table` in [limits]; did you mean `tables`?")
        );
    }

    #[test]
    fn trusted_proxies_are_addresses_and_networks() {
        let config = parse("trusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\", \"fd00::/8\"]").unwrap();
        let is_trusted = |address: &str| config.trusted_proxies.contains(address.parse().unwrap());
        for address in ["127.0.0.1", "10.200.3.4", "::ffff:10.1.1.1", "fd12::1"] {
            assert!(is_trusted(address), "{address}");
        }
        for address in ["127.0.0.2", "11.0.0.1", "::1"] {
            assert!(!is_trusted(address), "{address}");
        }
        for wrong in ["\"10.0.0.0/8\"", "[\"proxy.local\"]", "[10]"] {
            let error = parse(&format!("trusted_proxies = {wrong}")).unwrap_err();
            assert!(error.to_string().contains("10.0.0.0/8"), "{error}");
        }
    }
}

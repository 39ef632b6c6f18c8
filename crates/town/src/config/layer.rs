//! `[layers.NAME]`: a table or view, what of it is public, and how its tiles show it.

use std::ops::RangeInclusive;

use toml::{Table, Value};

use super::ConfigError;
use super::section::Section;
use crate::database::quote_identifier;
use crate::geometry::EpsgCode;

/// A table or view, with its schema where one was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TableName {
    /// As in `schema.table`; `None` leaves it to the search path.
    pub schema: Option<String>,
    /// The table's own name.
    pub name: String,
}

impl TableName {
    /// Reads `table`, `schema.table` and, with the parts in double quotes as in SQL, `schema."Table name"`. Without
    /// quotes the first dot parts the two, and capitals count as they do within quotes. `None` where a quote
    /// stands alone.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, rest) = identifier(text.trim(), '.')?;
        if rest.is_empty() {
            return Some(Self { schema: None, name: first }).filter(|table| !table.name.is_empty());
        }
        let (name, rest) = identifier(rest, '\0')?;
        let is_whole = rest.is_empty() && !first.is_empty() && !name.is_empty();
        is_whole.then_some(Self { schema: Some(first), name })
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

/// One identifier, in double quotes or not, up to a dot; with what follows the dot.
fn identifier(text: &str, end: char) -> Option<(String, &str)> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let (name, rest) = match text.split_once(end) {
            // a dot with nothing behind it
            Some((_, rest)) if rest.trim().is_empty() => return None,
            Some(parts) => parts,
            None => (text, ""),
        };
        return (!name.contains('"')).then(|| (name.trim().to_owned(), rest.trim_start()));
    };
    let mut name = String::new();
    loop {
        let (part, after) = rest.split_once('"')?;
        name.push_str(part);
        rest = match after.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                after
            }
            None => {
                let after = after.trim_start();
                return match after.strip_prefix('.') {
                    Some(next) => Some((name, next.trim_start())).filter(|_| !next.trim().is_empty()),
                    None => after.is_empty().then_some((name, "")),
                };
            }
        };
    }
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
    /// Why it holds nothing of a person, although its name or values look so.
    pub not_personal: Option<String>,
}

impl PublicColumn {
    /// A column that keeps its name.
    pub fn same(name: &str) -> Self {
        Self::from_zoom(name, 0)
    }

    /// A column that keeps its name and comes with tiles from this zoom on.
    pub fn from_zoom(name: &str, minzoom: u8) -> Self {
        Self { column: name.to_owned(), name: name.to_owned(), minzoom, not_personal: None }
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
    /// The coordinate system of all rows, whatever they name; `None` takes what they name.
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
    /// What the layer of a layer's labels is called, behind its name.
    pub const LABELS_SUFFIX: &str = "_labels";
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
const COLUMN_KEYS: [&str; 4] = ["column", "as", "minzoom", "not_personal"];
const DISSOLVE_KEYS: [&str; 2] = ["ward", "use"];

pub(super) fn read_layer(id: &str, table: &Table) -> Result<LayerConfig, ConfigError> {
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
        table: TableName::parse(&needed("table")?)
            .ok_or_else(|| section.wrong("table", "a name such as 'thua_dat' or 'dia_chinh.\"Thửa đất\"'"))?,
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
                let not_personal = entry.text("not_personal")?.map(|reason| reason.trim().to_owned());
                if not_personal.as_ref().is_some_and(String::is_empty) {
                    return Err(
                        entry.wrong("not_personal", "the reason why the column holds nothing of a person")
                    );
                }
                PublicColumn { column, name, minzoom: minzoom as u8, not_personal }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_with_quotes_and_without() {
        let cases = [
            ("thua_dat", None, "thua_dat"),
            ("dia_chinh.thua_dat", Some("dia_chinh"), "thua_dat"),
            ("dia_chinh.\"Thửa Đất\"", Some("dia_chinh"), "Thửa Đất"),
            ("dia_chinh.Thửa Đất", Some("dia_chinh"), "Thửa Đất"),
            ("\"Địa chính\".\"Thửa.2024\"", Some("Địa chính"), "Thửa.2024"),
            ("\"thua.2024\"", None, "thua.2024"),
            (" \"a\"\"b\" ", None, "a\"b"),
            ("a.b.c", Some("a"), "b.c"),
        ];
        for (text, schema, name) in cases {
            let expected = TableName { schema: schema.map(str::to_owned), name: name.to_owned() };
            assert_eq!(TableName::parse(text), Some(expected), "{text}");
        }
        for text in ["", "\"a", "a\"b", "\"a\"b", "a.", ".a", "\"a\".", "\"a\".\"b\".\"c\""] {
            assert_eq!(TableName::parse(text), None, "{text}");
        }
    }
}

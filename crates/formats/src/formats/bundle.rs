//! The layers of a folder or zip: a shapefile each `.shp`, a table each `.dbf` without one, and the other files that
//! are read alone.
//!
//! Here names say what a file is, because most files of a delivery belong to others or are not for us; those are named
//! in a remark. A file that turns out to be something else fails as its own layer.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::counted::Counted;
use super::deferred::Deferred;
use super::files::{Files, Member};
use super::foreign::Foreign;
use super::layer::Layer;
use super::read_rows::{ReadOptions, ReadRows, Remark};
use super::shapefile::{Set, Shapefile};
use super::spool::spool;
use super::text::rows_of_text;
use super::{ReadError, geopackage, zipped};

const BUFFER: usize = 1 << 17;

/// The most names in one sentence.
const MAX_NAMES: usize = 8;

/// Files that are read alone, by the end of their names.
const TEXTS: [&str; 9] = ["geojson", "geojsonl", "geojsons", "json", "ndjson", "csv", "tsv", "gml", "kml"];

/// Files of several layers of their own.
const BOOKS: [&str; 3] = ["gpkg", "xlsx", "xlsm"];

/// Files that belong to others or are for people: nothing is lost when they are not read.
const SIDE_FILES: [&str; 30] = [
    "shx", "prj", "cpg", "cst", "qpj", "qix", "sbn", "sbx", "fbn", "fbx", "ain", "aih", "atx", "ixs", "mxs",
    "xml", "xsd", "gfs", "qml", "qmd", "sld", "lyr", "lyrx", "style", "txt", "md", "html", "log", "ini",
    "db",
];

/// What a member is.
enum Role {
    /// A layer of its own.
    Layer(Source),
    /// Layers of its own: a GeoPackage, a workbook.
    Book,
    /// Named, and not read.
    Unread,
    /// A part of something else.
    Side,
}

/// Where the rows of a layer come from.
enum Source {
    Set(Box<Set>),
    Text(Member),
}

/// The layers of a folder.
pub fn of_folder(folder: &Path, name: &str, options: ReadOptions) -> Result<Vec<Layer>, ReadError> {
    if name.to_ascii_lowercase().ends_with(".gdb") {
        return Err(ReadError::Foreign(Foreign::file_gdb(name)));
    }
    let place = if name.is_empty() { String::new() } else { format!("{name}/") };
    layers(&Files::of_folder(folder)?, &place, options)
}

/// The layers of a zip.
pub fn of_zip(zip: File, name: &str, options: ReadOptions) -> Result<Vec<Layer>, ReadError> {
    if let Some(foreign) = Foreign::office_file(name) {
        return Err(ReadError::Foreign(foreign));
    }
    layers(&Files::of_zip(zip)?, &format!("/vsizip/{name}/"), options)
}

/// The layers of files; `place` stands before their paths where `ogr2ogr` is to read them.
fn layers(files: &Files, place: &str, options: ReadOptions) -> Result<Vec<Layer>, ReadError> {
    let (mut sources, mut books) = (Vec::new(), Vec::new());
    let mut unread = Vec::new();
    for member in &files.members {
        match role(member, files) {
            Role::Layer(source) => sources.push((member, source)),
            Role::Book => books.push(member),
            Role::Unread => unread.push(geodatabase_of(&member.path).unwrap_or(&member.path)),
            Role::Side => {}
        }
    }
    unread.dedup();
    if sources.is_empty() && books.is_empty() {
        let foreign = unread.iter().find_map(|path| Foreign::by_name(&format!("{place}{path}")));
        return Err(foreign.map_or(ReadError::NothingToRead, ReadError::Foreign));
    }
    let mut remark = (!unread.is_empty()).then(|| unread_files(&unread));
    let mut named: HashMap<&str, usize> = HashMap::new();
    for (member, _) in &sources {
        *named.entry(member.stem()).or_default() += 1;
    }
    let name = |member: &Member| match named.get(member.stem()) {
        Some(1) => member.stem().to_owned(),
        _ => member.path.clone(),
    };
    let mut layers = Vec::new();
    for (member, source) in sources {
        layers.push(source.layer(name(member), place, remark.take(), options));
    }
    for member in books {
        layers.extend(layers_of_book(member)?);
    }
    Ok(layers)
}

/// The layers of a GeoPackage or workbook, which is read in a file of its own.
fn layers_of_book(member: &Member) -> Result<Vec<Layer>, ReadError> {
    let place = spool(member.open()?)?;
    let mut layers =
        if member.extension() == "gpkg" { geopackage::layers(&place) } else { zipped::workbook(&place) }?;
    for layer in &mut layers {
        let own = layer.name.take().unwrap_or_default();
        layer.name = Some(format!("{}:{own}", member.stem()));
    }
    Ok(layers)
}

impl Source {
    /// A layer that is opened when it is its turn.
    fn layer(self, name: String, place: &str, remark: Option<Remark>, options: ReadOptions) -> Layer {
        let taken = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&taken);
        let (rows, size) = match self {
            Self::Set(set) => {
                let size = set.size();
                let open = move || Ok(Box::new(Shapefile::open(&set, &count, options)?) as Box<dyn ReadRows>);
                (Deferred::new(open), size)
            }
            Self::Text(member) => {
                let size = member.size;
                let input = format!("{place}{}", member.path);
                let open = move || {
                    let bytes = Counted::new(member.open()?, &count);
                    let again = move || Ok(Box::new(member.open()?) as Box<dyn std::io::Read + Send>);
                    rows_of_text(
                        BufReader::with_capacity(BUFFER, bytes),
                        &input,
                        Some(Box::new(again)),
                        options,
                    )
                };
                (Deferred::new(open), size)
            }
        };
        Layer::new(Some(name), Box::new(rows.with_remark(remark)), taken, size)
    }
}

/// What a member is, by its name. Another format that is read alone gets its line here.
fn role(member: &Member, files: &Files) -> Role {
    let set = |set: Option<Set>| set.map_or(Role::Unread, |set| Role::Layer(Source::Set(Box::new(set))));
    if geodatabase_of(&member.path).is_some() {
        return Role::Unread;
    }
    match member.extension().as_str() {
        "shp" => set(Set::around_shapes(member, files)),
        "dbf" if files.companion(member, "shp").is_some() => Role::Side,
        "dbf" => set(Set::around_table(member, files)),
        // memos of a table, which says itself that it does not read them
        "dbt" | "fpt" if files.companion(member, "dbf").is_some() => Role::Side,
        extension if BOOKS.contains(&extension) => Role::Book,
        extension if TEXTS.contains(&extension) => Role::Layer(Source::Text(member.clone())),
        "gz" if is_packed_text(member.stem()) => Role::Layer(Source::Text(member.clone())),
        extension if SIDE_FILES.contains(&extension) => Role::Side,
        _ => Role::Unread,
    }
}

fn is_packed_text(stem: &str) -> bool {
    let extension = stem.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| TEXTS.contains(&extension.as_str()))
}

/// The geodatabase, a folder, that a file is a part of.
fn geodatabase_of(path: &str) -> Option<&str> {
    let mut ends = path.match_indices('/').map(|(i, _)| &path[..i]);
    ends.find(|folder| folder.to_ascii_lowercase().ends_with(".gdb"))
}

fn unread_files(paths: &[&str]) -> Remark {
    let more = if paths.len() > MAX_NAMES { ", …" } else { "" };
    let names = paths[..paths.len().min(MAX_NAMES)].join(", ");
    Remark { what: format!("files beside it that are not read: {names}{more}"), rows: paths.len() as u64 }
}

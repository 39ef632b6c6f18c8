//! Formats that are known and not read here, told from first bytes and, where these say nothing, from the name; each
//! answered with what to do.
//!
//! Where GDAL of Debian 12 reads the format the answer is the line to type; `tests` run these lines. For the others it
//! says which export to ask the office for. Nothing here reads more than the start of a file.

use std::fmt;

/// A file in a format that is not read here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    kind: Kind,
    input: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    MapInfoTable,
    MapInfoInterchange,
    Dxf,
    BinaryDxf,
    Dwg,
    DgnV7,
    DgnV8,
    FileGdb,
    AccessDatabase,
    GCadas,
    FlatGeobuf,
    WebPage,
    Pdf,
    Rar,
    SevenZip,
    Tar,
    Zip,
    Image,
    OldOffice,
    Document,
}

/// Bytes of a file that are enough to tell it.
pub const START_BYTES: usize = 4096;

/// What a file begins with, and what it then is.
const MAGICS: [(&[u8], Kind); 24] = [
    (b"AutoCAD Binary DXF", Kind::BinaryDxf),
    // the first element of a DGN of version 7, flat and with heights, and of a library of its cells
    (b"\x08\x09\xfe\x02", Kind::DgnV7),
    (b"\xc8\x09\xfe\x02", Kind::DgnV7),
    (b"\x08\x05\x17\x00", Kind::DgnV7),
    (b"\x00\x01\x00\x00Standard Jet DB", Kind::AccessDatabase),
    (b"\x00\x01\x00\x00Standard ACE DB", Kind::AccessDatabase),
    (b"fgb\x03fgb", Kind::FlatGeobuf),
    (b"%PDF", Kind::Pdf),
    (b"Rar!\x1a\x07", Kind::Rar),
    (b"7z\xbc\xaf\x27\x1c", Kind::SevenZip),
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"\x89PNG\r\n\x1a\n", Kind::Image),
    (b"\xff\xd8\xff", Kind::Image),
    (b"II*\0", Kind::Image),
    (b"MM\0*", Kind::Image),
    (b"II+\0", Kind::Image),
    (b"GIF8", Kind::Image),
    (b"RIFF", Kind::Image),
    (b"\0\0\0\x0cjP  ", Kind::Image),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::OldOffice),
    (b"{\\rtf", Kind::Document),
    (b"!table", Kind::MapInfoTable),
    (b"!TABLE", Kind::MapInfoTable),
];

impl Foreign {
    /// Tells a file by its start, and by its name where that alone says it. `input` is the file as `ogr2ogr` takes it:
    /// its name, or `/vsizip/…` for one in a zip.
    pub fn recognise(input: &str, start: &[u8]) -> Option<Self> {
        let kind = by_bytes(start, &extension(input)).or_else(|| by_name(&extension(input)))?;
        Some(Self { kind, input: input.to_owned() })
    }

    /// Tells a file or folder by its name alone.
    pub fn by_name(input: &str) -> Option<Self> {
        let extension = extension(input);
        let kind = by_name(&extension).or(match extension.as_str() {
            "tab" => Some(Kind::MapInfoTable),
            "mif" => Some(Kind::MapInfoInterchange),
            "dxf" => Some(Kind::Dxf),
            "dwg" => Some(Kind::Dwg),
            "mdb" | "accdb" => Some(Kind::AccessDatabase),
            "fgb" => Some(Kind::FlatGeobuf),
            "rar" => Some(Kind::Rar),
            "7z" => Some(Kind::SevenZip),
            "tar" | "tgz" => Some(Kind::Tar),
            "zip" => Some(Kind::Zip),
            "xls" => Some(Kind::OldOffice),
            "pdf" => Some(Kind::Pdf),
            "doc" | "docx" | "rtf" => Some(Kind::Document),
            "tif" | "tiff" | "jpg" | "jpeg" | "png" | "ecw" | "jp2" => Some(Kind::Image),
            _ => None,
        })?;
        Some(Self { kind, input: input.to_owned() })
    }

    /// A workbook or document, which is a zip by its bytes.
    pub fn office_file(input: &str) -> Option<Self> {
        let kind = by_bytes(b"PK\x03\x04", &extension(input)).filter(|kind| *kind != Kind::Zip)?;
        Some(Self { kind, input: input.to_owned() })
    }

    /// A geodatabase of ESRI, which is a folder.
    pub fn file_gdb(input: &str) -> Self {
        Self { kind: Kind::FileGdb, input: input.to_owned() }
    }

    /// The line that makes a readable file of it, where there is one.
    pub fn ogr2ogr(&self) -> Option<String> {
        let input = match self.kind {
            // these lie beside the file that is named
            Kind::MapInfoTable => with_extension(&self.input, "tab"),
            Kind::MapInfoInterchange => with_extension(&self.input, "mif"),
            Kind::Dxf | Kind::DgnV7 | Kind::FileGdb | Kind::FlatGeobuf => self.input.clone(),
            _ => return None,
        };
        let input = if input == "-" { "in".to_owned() } else { input };
        let name = input.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let output = if stem.starts_with('-') { format!("./{stem}.gpkg") } else { format!("{stem}.gpkg") };
        Some(format!("ogr2ogr -f GPKG {} {}", quoted(&output), quoted(&input)))
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, way_out) = match self.kind {
            Kind::MapInfoTable => ("a MapInfo table", ""),
            Kind::MapInfoInterchange => ("a MapInfo MIF", ""),
            Kind::Dxf => ("a DXF drawing", ""),
            Kind::DgnV7 => ("a MicroStation drawing (DGN V7)", ""),
            Kind::FileGdb => ("an ESRI geodatabase", ""),
            Kind::FlatGeobuf => ("FlatGeobuf", ""),
            Kind::BinaryDxf => ("a binary DXF", "ask for a DXF saved as text (AutoCAD 2013 or older)"),
            Kind::Dwg => (
                "an AutoCAD drawing (DWG)",
                "ask for a shapefile, or for a DXF saved as text (AutoCAD 2013 or older)",
            ),
            Kind::DgnV8 => (
                "a MicroStation drawing (DGN V8)",
                "ask for a shapefile, or for the drawing saved as DGN V7 or DXF",
            ),
            Kind::AccessDatabase => {
                ("an Access database (.mdb)", "ask for a shapefile or an ESRI file geodatabase (.gdb)")
            }
            Kind::GCadas => {
                ("a gCadas file (.gtp), which only gCadas reads", "ask for its export as shapefile or GML")
            }
            Kind::WebPage => {
                ("a web page", "the download went wrong: fetch the file itself, after logging in if need be")
            }
            Kind::Pdf => ("a PDF", "ask for the data behind the map: a shapefile, GeoPackage or DXF"),
            Kind::Rar => ("a RAR archive", "unpack it (`unar FILE`) and give the folder"),
            Kind::SevenZip => ("a 7z archive", "unpack it (`7z x FILE`) and give the folder"),
            Kind::Tar => ("a tar archive", "unpack it (`tar -xf FILE`) and give the folder"),
            Kind::Zip => ("a zip", "unpack it and give the file or folder in it"),
            Kind::Image => ("an image", "ask for the data behind the map: a shapefile, GeoPackage or DXF"),
            Kind::OldOffice => {
                ("an old Office file (.xls, .doc) or a DGN V8", "save it as CSV UTF-8; a drawing as DGN V7")
            }
            Kind::Document => ("a text document", "ask for its tables as CSV or Excel"),
        };
        match self.ogr2ogr() {
            Some(line) => write!(f, "{what}: convert it first with `{line}`"),
            None => write!(f, "{what}: {way_out}"),
        }
    }
}

fn by_bytes(start: &[u8], extension: &str) -> Option<Kind> {
    let found = MAGICS.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, kind)| *kind);
    match (found, extension) {
        (Some(Kind::OldOffice), "dgn") => return Some(Kind::DgnV8),
        (Some(Kind::OldOffice), "doc") => return Some(Kind::Document),
        (Some(Kind::Zip), "docx") => return Some(Kind::Document),
        (Some(kind), _) => return Some(kind),
        (None, _) => {}
    }
    // `AC1032` and five bytes that are zero in all versions but the oldest
    if start.starts_with(b"AC1") && start.get(6) == Some(&0) {
        return Some(Kind::Dwg);
    }
    if start.get(257..262) == Some(b"ustar") {
        return Some(Kind::Tar);
    }
    by_text(start)
}

/// Formats that are text.
fn by_text(start: &[u8]) -> Option<Kind> {
    let text = String::from_utf8_lossy(&start[..start.len().min(START_BYTES)]).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with("!table") {
        return Some(Kind::MapInfoTable);
    }
    if text.starts_with("version ") && text.contains("\ncolumns ") {
        return Some(Kind::MapInfoInterchange);
    }
    let mut lines = text.lines().map(str::trim);
    match (lines.next(), lines.next()) {
        (Some("0"), Some("section")) => return Some(Kind::Dxf),
        (Some("999"), Some(_)) if lines.any(|line| line == "section") => return Some(Kind::Dxf),
        _ => {}
    }
    if text.starts_with("<!doctype html") || text.starts_with("<html") {
        return Some(Kind::WebPage);
    }
    let is_page = text.starts_with("<?xml") && text.contains("<html");
    is_page.then_some(Kind::WebPage)
}

/// Names that say it whatever the bytes: these files begin in many ways, or are parts of a set.
fn by_name(extension: &str) -> Option<Kind> {
    Some(match extension {
        "gtp" => Kind::GCadas,
        "map" | "id" => Kind::MapInfoTable,
        "mid" => Kind::MapInfoInterchange,
        "gdb" => Kind::FileGdb,
        "dgn" => Kind::DgnV8,
        "ecw" | "sid" => Kind::Image,
        _ => return None,
    })
}

fn extension(input: &str) -> String {
    let name = input.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// The name of the file beside it that has this extension, in capitals where its own is.
fn with_extension(input: &str, wanted: &str) -> String {
    match input.rsplit_once('.') {
        Some((_, own)) if own.eq_ignore_ascii_case(wanted) => input.to_owned(),
        Some((stem, own)) if own.chars().all(|c| c.is_ascii_uppercase()) => {
            format!("{stem}.{}", wanted.to_ascii_uppercase())
        }
        Some((stem, _)) => format!("{stem}.{wanted}"),
        None => input.to_owned(),
    }
}

/// As a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./+,:@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

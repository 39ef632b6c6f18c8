//! Which column of a file is which field of ours: by `--map field=column`, else by the names
//! Vietnamese and English files use. What is not mapped is never read: an allow list, so that a
//! column with an owner's name stays in the file.

use std::collections::BTreeMap;
use std::sync::Mutex;

use clap::ValueEnum;
use unicode_normalization::UnicodeNormalization;

use super::ImportError;
use super::cells::is_error_value;
use crate::formats::Content;
use crate::table::find_column;
pub use crate::table::fold_column as fold;

/// What the rows of a file become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Kind {
    /// Shapes of units already known by code.
    Units,
    /// What became of old wards: old code, new code, whole or part.
    Links,
    /// Parcels of a cadastral map.
    Parcels,
    /// Zones of one plan.
    Zones,
    /// Streets and alleys.
    Streets,
    /// Doors.
    Addresses,
    /// Markets, schools, pagodas: places known by their names.
    Landmarks,
    /// What streets were called before.
    FormerStreetNames,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Units => "units",
            Self::Links => "links",
            Self::Parcels => "parcels",
            Self::Zones => "zones",
            Self::Streets => "streets",
            Self::Addresses => "addresses",
            Self::Landmarks => "landmarks",
            Self::FormerStreetNames => "former-street-names",
        })
    }
}

/// A field of ours and the column names that mean it, folded (see [`fold`]), likeliest first.
struct Field {
    name: &'static str,
    is_required: bool,
    means: &'static [&'static str],
}

const fn required(name: &'static str, means: &'static [&'static str]) -> Field {
    Field { name, is_required: true, means }
}

const fn optional(name: &'static str, means: &'static [&'static str]) -> Field {
    Field { name, is_required: false, means }
}

const WARD: &[&str] = &[
    "wardcode",
    "unitcode",
    "maxa",
    "maphuongxa",
    "maxaphuong",
    "madvhc",
    "madvhcxa",
    "communecode",
    "ward",
    "unit",
];
const LAT: Field = optional("lat", &["lat", "latitude", "vido"]);
const LON: Field = optional("lon", &["lon", "lng", "long", "longitude", "kinhdo"]);
const X: Field = optional("x", &["x", "easting", "east", "toadox"]);
const Y: Field = optional("y", &["y", "northing", "north", "toadoy"]);

// `soHieuToBanDo`, `soThuTuThua`, `dienTich`, `kyHieuMucDich`/`loaiDat` are the usual names in exchanged
// cadastral data, `maDoiTuong` and `tenDoiTuong` those of Circular 16/2025/TT-BXD, Annex II.
const UNITS: &[Field] = &[required("code", WARD_OR_CODE)];
const WARD_OR_CODE: &[&str] = &[
    "wardcode",
    "unitcode",
    "maxa",
    "maphuongxa",
    "maxaphuong",
    "madvhc",
    "madvhcxa",
    "communecode",
    "code",
    "ma",
];
const LINKS: &[Field] = &[
    required("old_code", &["oldwardcode", "oldcode", "maxacu", "macu", "oldunitcode"]),
    required("new_code", &["newwardcode", "newcode", "maxamoi", "mamoi", "newunitcode"]),
    required("extent", &["how", "extent", "hinhthuc", "mucdo"]),
    optional("share", &["share", "tyle"]),
    optional("legal_basis", LEGAL_BASIS),
];
const LEGAL_BASIS: &[&str] = &["legalbasis", "resolution", "nghiquyet", "cancu"];
const PARCELS: &[Field] = &[
    required(
        "sheet",
        &[
            "sohieutobando",
            "shbando",
            "sheet",
            "sheetno",
            "soto",
            "sototbando",
            "sotobando",
            "tobando",
            "sotobd",
            "to",
        ],
    ),
    required(
        "number",
        &["sothututhua", "number", "parcelno", "sothua", "sothuadat", "shthua", "thua", "thuadat"],
    ),
    required(
        "uses",
        &[
            "kyhieumucdich",
            "kyhieumucdichsudung",
            "mucdichsudung",
            "loaidat",
            "uses",
            "use",
            "landuse",
            "mucdich",
            "mucdichsd",
            "kyhieuloaidat",
            "mdsd",
        ],
    ),
    optional("registered_area_m2", &["dientich", "registeredaream2", "dientichphaply", "aream2", "area"]),
    required(
        "survey_unit",
        &["surveyunit", "maxacu", "oldwardcode", "wardcode", "maxa", "madvhc", "madvhcxa", "unitcode"],
    ),
    optional("unit", &["newwardcode", "maxamoi", "unit"]),
    optional("parcel_id", &["parcelid"]),
    optional("official_id", &["mathuadat", "madinhdanhthuadat", "officialid"]),
];
const ZONES: &[Field] = &[
    required("code", &["madoituong", "kyhieumucdich", "loaidat", "zonecode", "mucdich", "kyhieu", "code"]),
    optional("name", &["tendoituong", "zonename", "name", "ten"]),
];
const STREETS: &[Field] = &[
    required("name", &["name", "streetname", "tenduong", "ten", "street", "duong"]),
    optional("kind", &["kind", "loai", "loaiduong"]),
    optional("ward", WARD),
];
const ADDRESSES: &[Field] = &[
    optional("number", &["number", "housenumber", "addrhousenumber", "sonha", "so"]),
    optional("street", &["street", "streetname", "addrstreet", "duong", "tenduong"]),
    optional("hamlet", &["hamlet", "thon", "ap", "khupho", "todanpho", "thonto"]),
    optional("text", &["text", "address", "addresstext", "diachi", "diachiday", "diachidaydu"]),
    optional("ward", WARD),
    optional("former_ward", &["formerward", "formerunit", "oldwardcode", "maxacu"]),
    optional("former_place", &["formerplace", "oldplace", "diabancu"]),
    optional("address_id", &["addressid"]),
    optional("door_code", &["doorcode"]),
    optional("parcel_id", &["parcelid"]),
    optional("national_place_id", &["nationalplaceid", "madinhdanhdiadiem"]),
    optional("post_address_code", &["postaddresscode", "diachiso", "ndascode"]),
    optional("postal_code", &["postalcode", "postcode", "mabuuchinh"]),
    LAT,
    LON,
    X,
    Y,
];

const LANDMARKS: &[Field] = &[
    required(
        "name",
        &["landmark", "landmarkname", "tendiadanh", "diadanh", "tendiadiem", "diadiem", "name", "ten"],
    ),
    optional("kind", &["kind", "loai", "loaidiadanh"]),
    optional("other_names", &["othernames", "altname", "tenkhac", "tengoikhac"]),
    optional("ward", WARD),
    optional("landmark_id", &["landmarkid"]),
    LAT,
    LON,
    X,
    Y,
];
const FORMER_STREET_NAMES: &[Field] = &[
    required(
        "former_name",
        &["formername", "formerstreetname", "oldname", "oldstreetname", "tencu", "tenduongcu"],
    ),
    optional("street_id", &["streetid"]),
    optional(
        "street",
        &["street", "streetname", "name", "newname", "duong", "tenduong", "tenmoi", "tenduongmoi"],
    ),
    optional("ward", WARD),
    optional("valid_to", &["validto", "until", "ngaydoiten", "denngay"]),
    optional("legal_basis", LEGAL_BASIS),
];

impl Kind {
    /// The more demanding kind first: a parcel also has a ward's code.
    const ALL: [Self; 8] = [
        Self::Links,
        Self::FormerStreetNames,
        Self::Parcels,
        Self::Zones,
        Self::Streets,
        Self::Units,
        Self::Addresses,
        Self::Landmarks,
    ];

    fn fields(self) -> &'static [Field] {
        match self {
            Self::Units => UNITS,
            Self::Links => LINKS,
            Self::Parcels => PARCELS,
            Self::Zones => ZONES,
            Self::Streets => STREETS,
            Self::Addresses => ADDRESSES,
            Self::Landmarks => LANDMARKS,
            Self::FormerStreetNames => FORMER_STREET_NAMES,
        }
    }

    /// The field in which a row names the ward it lies in.
    pub(super) fn ward_field(self) -> Option<&'static str> {
        match self {
            Self::Units => Some("code"),
            Self::Parcels => Some("survey_unit"),
            Self::Streets | Self::Addresses | Self::Landmarks => Some("ward"),
            Self::Links | Self::Zones | Self::FormerStreetNames => None,
        }
    }

    /// Told from the columns and the shape of the first rows, where only one kind fits.
    pub fn guess(samples: &[&Content]) -> Result<Self, ImportError> {
        let known = columns_of(samples);
        let dimension = samples.iter().filter_map(|s| s.geometry.as_ref()).map(dimension).max();
        let has_place = dimension == Some(0) || find(&known, &LAT).is_some() || find(&known, &X).is_some();
        let fits = |kind: &Self| {
            let has_shape = match kind {
                Self::Links | Self::FormerStreetNames => dimension.is_none(),
                Self::Parcels | Self::Zones | Self::Units => dimension == Some(2),
                Self::Streets => dimension == Some(1),
                Self::Addresses | Self::Landmarks => has_place,
            };
            // An own name says what it is: `code` alone may be anything, and a point's `name` a person's.
            let has_any = |names: &[&str]| known.iter().any(|c| names.contains(&fold(c).as_str()));
            let has_field = |names: &[&str]| {
                kind.fields().iter().any(|f| names.contains(&f.name) && find(&known, f).is_some())
            };
            let is_named = match kind {
                Self::Zones => has_any(&["madoituong", "zonecode"]),
                Self::Landmarks => {
                    has_any(&["landmark", "landmarkname", "tendiadanh", "diadanh", "tendiadiem"])
                }
                Self::Addresses => has_field(&["number", "street", "hamlet", "text"]),
                Self::FormerStreetNames => has_field(&["street_id", "street"]) && !has_place,
                _ => true,
            };
            let is_complete = kind.fields().iter().all(|f| !f.is_required || find(&known, f).is_some());
            has_shape && is_named && is_complete
        };
        Self::ALL.into_iter().find(fits).ok_or_else(|| ImportError::WhichKind {
            kinds: Self::value_variants().iter().map(Self::to_string).collect::<Vec<_>>().join("|"),
            columns: known.join(", "),
        })
    }
}

fn dimension(geometry: &geo_types::Geometry) -> u8 {
    use geo::HasDimensions;
    match geometry.dimensions() {
        geo::dimensions::Dimensions::TwoDimensional => 2,
        geo::dimensions::Dimensions::OneDimensional => 1,
        _ => 0,
    }
}

/// All columns of some rows, in the order met.
pub fn columns_of(samples: &[&Content]) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for column in samples.iter().flat_map(|s| s.columns()) {
        if !known.contains(&column) {
            known.push(column);
        }
    }
    known
}

fn find<'a>(known: &'a [String], field: &Field) -> Option<&'a String> {
    let named = |meaning: &str| known.iter().find(|column| fold(column) == meaning);
    let cut = |meaning: &str| known.iter().find(|column| is_cut(&fold(column), meaning));
    field.means.iter().find_map(|meaning| named(meaning)).or_else(|| field.means.iter().find_map(|m| cut(m)))
}

/// Whether a name is what a shapefile's table leaves of another: its first ten letters.
fn is_cut(name: &str, whole: &str) -> bool {
    const LONGEST_NAME: usize = 10;
    name.len() == LONGEST_NAME && whole.len() > LONGEST_NAME && whole.starts_with(name)
}

/// The mapping used for one file.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    chosen: BTreeMap<&'static str, String>,
    /// Columns of the file that are not read.
    pub left_out: Vec<String>,
    /// By column how many cells hold the error value of a program.
    error_values: ErrorValues,
}

/// Counts of one reader of the rows: a copy of the mapping begins anew, so that no cell counts twice.
#[derive(Debug, Default)]
struct ErrorValues(Mutex<BTreeMap<String, u64>>);

impl Clone for ErrorValues {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Columns {
    /// Maps fields to columns; `given` are the pairs of `--map`.
    pub fn choose(kind: Kind, samples: &[&Content], given: &[(String, String)]) -> Result<Self, ImportError> {
        let known = columns_of(samples);
        let mut chosen = BTreeMap::new();
        for (name, column) in given {
            let Some(field) = kind.fields().iter().find(|f| f.name == name) else {
                let fields: Vec<_> = kind.fields().iter().map(|f| f.name).collect();
                return Err(ImportError::NoField { kind, name: name.clone(), fields: fields.join(", ") });
            };
            let Some(found) = find_column(&known, column).and_then(|place| known.get(place)) else {
                return Err(ImportError::NoColumn { column: column.clone(), columns: known.join(", ") });
            };
            chosen.insert(field.name, found.clone());
        }
        for field in kind.fields() {
            if chosen.contains_key(field.name) {
                continue;
            }
            match find(&known, field) {
                Some(column) => {
                    chosen.insert(field.name, column.clone());
                }
                None if field.is_required => {
                    return Err(ImportError::MissingColumn {
                        kind,
                        field: field.name,
                        columns: known.join(", "),
                    });
                }
                None => {}
            }
        }
        if let Some(doubled) = chosen.values().find(|column| samples.iter().any(|s| s.is_doubled(column))) {
            return Err(ImportError::DoubledColumn(doubled.clone()));
        }
        let left_out = known.into_iter().filter(|c| !chosen.values().any(|used| used == c)).collect();
        Ok(Self { chosen, left_out, error_values: ErrorValues::default() })
    }

    /// Whether a field has a column.
    pub fn has(&self, field: &str) -> bool {
        self.chosen.contains_key(field)
    }

    /// The fields of a place, the easting or longitude first.
    pub fn coordinate_fields(&self) -> Option<[&'static str; 2]> {
        [["lon", "lat"], ["x", "y"]].into_iter().find(|pair| pair.iter().all(|field| self.has(field)))
    }

    /// The text of a field in a row.
    pub fn text(&self, row: &Content, field: &str) -> Option<String> {
        let column = self.chosen.get(field)?;
        let text = row.text(column)?;
        if is_error_value(&text) {
            if let Ok(mut counts) = self.error_values.0.lock() {
                *counts.entry(column.clone()).or_default() += 1;
            }
            return None;
        }
        Some(text.nfc().collect())
    }

    /// By column how many of the cells that were read hold `#N/A`, `nan` and the like, which are taken for empty.
    pub fn error_values(&self) -> BTreeMap<String, u64> {
        self.error_values.0.lock().map(|counts| counts.clone()).unwrap_or_default()
    }
}

impl std::fmt::Display for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, (field, column)) in self.chosen.iter().enumerate() {
            write!(f, "{}{field}={column}", if i > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(text: &str) -> Vec<Content> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let mut layers = crate::formats::open(file.path()).unwrap();
        layers.remove(0).map(|row| row.unwrap().content.unwrap()).collect()
    }

    #[test]
    fn the_kind_is_guessed_where_it_is_clear_and_asked_for_where_not() {
        let guess = |text: &str| Kind::guess(&samples(text).iter().collect::<Vec<_>>()).ok();
        assert_eq!(guess("old_ward_code,new_ward_code,how\n1,2,whole\n"), Some(Kind::Links));
        assert_eq!(guess("text,lat,lon\na,1,2\n"), Some(Kind::Addresses));
        assert_eq!(guess("id,lat,lon\na,1,2\n"), None);
        assert_eq!(guess("Tên địa danh,lat,lon\na,1,2\n"), Some(Kind::Landmarks));
        assert_eq!(guess("name,lat,lon\na,1,2\n"), None, "a point's name may be a person's");
        assert_eq!(guess("Tên đường,Mã xã,Tên cũ\na,25630,b\n"), Some(Kind::FormerStreetNames));
        let polygon = r#""geometry":{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,1],[1,2]]]}}"#;
        let with = |p: &str| guess(&format!(r#"{{"type":"Feature","properties":{{{p}}},{polygon}"#));
        assert_eq!(with(r#""ward_code":"25630""#), Some(Kind::Units));
        assert_eq!(
            with(r#""soHieuToBanDo":1,"soThuTuThua":2,"loaiDat":"ONT","maXa":"25630""#),
            Some(Kind::Parcels)
        );
        assert_eq!(with(r#""maDoiTuong":"ODT""#), Some(Kind::Zones));
        assert_eq!(with(r#""colour":"red""#), None);
    }

    #[test]
    fn a_mapping_given_by_hand_wins_and_the_rest_is_left_out() {
        let rows = samples("So nha,duong,chu_so_huu,lat,lon\n1,a,b,11,106\n");
        let given = [("hamlet".to_owned(), "duong".to_owned())];
        let columns = Columns::choose(Kind::Addresses, &[&rows[0]], &given).unwrap();
        assert_eq!(columns.text(&rows[0], "hamlet").as_deref(), Some("a"));
        assert_eq!(columns.text(&rows[0], "number").as_deref(), Some("1"));
        assert_eq!(columns.left_out, ["chu_so_huu"]);
    }

    #[test]
    fn a_column_named_twice_ends_the_import_only_where_it_is_used() {
        let rows = samples("text,note,note,lat,lon\na,1,2,11,106\n");
        assert!(Columns::choose(Kind::Addresses, &[&rows[0]], &[]).is_ok());
        let doubled = [("hamlet".to_owned(), "note".to_owned())];
        let refused = Columns::choose(Kind::Addresses, &[&rows[0]], &doubled).unwrap_err();
        assert!(refused.to_string().contains("note"), "{refused}");
    }

    #[test]
    fn names_that_a_shapefile_cut_at_ten_letters_are_known() {
        let polygon = r#""geometry":{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,1],[1,2]]]}}"#;
        let cut = r#"{"type":"Feature","properties":{"SOHIEUTOBA":"12.0","SOTHUTUTHU":"7","KYHIEUMUCD":"LUC","MAXA":"24121"},"#;
        let rows = samples(&format!("{cut}{polygon}"));
        assert_eq!(Kind::guess(&[&rows[0]]).unwrap(), Kind::Parcels);
        let columns = Columns::choose(Kind::Parcels, &[&rows[0]], &[]).unwrap();
        assert_eq!(columns.text(&rows[0], "sheet").as_deref(), Some("12.0"));
    }

    #[test]
    fn an_error_value_is_an_empty_cell_and_is_counted() {
        let rows = samples("text,hamlet,lat,lon\na,#N/A,11,106\n");
        let columns = Columns::choose(Kind::Addresses, &[&rows[0]], &[]).unwrap();
        assert_eq!(columns.text(&rows[0], "hamlet"), None);
        assert_eq!(columns.error_values().get("hamlet"), Some(&1));
    }

    #[test]
    fn a_missing_column_is_named_with_the_columns_there_are() {
        let rows = samples("a,b\n1,2\n");
        let refused = Columns::choose(Kind::Units, &[&rows[0]], &[]).unwrap_err();
        assert!(refused.to_string().contains("code") && refused.to_string().contains("a, b"), "{refused}");
    }
}

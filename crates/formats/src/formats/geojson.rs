//! GeoJSON without holding the file in memory: a scanner cuts the text into features by counting
//! brackets, serde reads one at a time.
//!
//! A FeatureCollection, features one a line, in an array and in RFC 8142 sequences are the same to it: objects, of
//! which one may hold an array called `features`. A feature that cannot be read is one bad row.

use std::io::BufRead;

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::ReadError;
use super::read_rows::{NamedCrs, ReadRows};
use super::row::{Content, Row};

/// The features of a file.
pub struct Features {
    text: Box<dyn BufRead + Send>,
    line: u64,
    count: u64,
    /// Inside the `features` array of a collection.
    in_collection: bool,
    /// Inside an array that is the whole text.
    in_array: bool,
    named_crs: Option<NamedCrs>,
    /// Where the text can be read once more: for a `crs` behind the features.
    again: Option<Reopen>,
    buffer: Vec<u8>,
}

/// Opens the same text from its first character.
pub type Reopen = Box<dyn Fn() -> Result<Box<dyn BufRead + Send>, ReadError> + Send>;

/// Members behind the features are read up to this length, and those of a collection that holds more are not.
const LONGEST_TAIL: usize = 1 << 20;

/// Why the scanner stopped.
enum Stop {
    /// `buffer` holds a whole object.
    Object,
    /// The array `features` begins; `buffer` holds what came before it in the collection.
    FeaturesArray,
    /// The array `features` ends.
    ArrayEnd,
    /// The text ends where it may.
    TextEnd,
}

impl Features {
    /// Starts at the first character.
    pub fn new(text: Box<dyn BufRead + Send>) -> Self {
        Self {
            text,
            line: 1,
            count: 0,
            in_collection: false,
            in_array: false,
            named_crs: None,
            again: None,
            buffer: Vec::new(),
        }
    }

    /// Where a collection names no system before its features, the text is opened once more and looked through for one
    /// behind them, before the first row is given.
    pub fn looking_ahead(self, again: Reopen) -> Self {
        Self { again: Some(again), ..self }
    }

    /// Reads on to the end of the next object, or to an edge of the features array.
    fn scan(&mut self) -> Result<Stop, ReadError> {
        self.buffer.clear();
        let mut state = Scanner { looks_for_features: !self.in_collection, ..Scanner::default() };
        loop {
            let available = self.text.fill_buf()?;
            if available.is_empty() {
                return if state.depth == 0 && !self.in_collection && !self.in_array {
                    Ok(Stop::TextEnd)
                } else {
                    Err(ReadError::CutOff { after: self.count })
                };
            }
            let mut used = 0;
            let mut stop = None;
            for &byte in available {
                used += 1;
                self.line += u64::from(byte == b'\n');
                if state.depth == 0 {
                    match byte {
                        b'{' => {}
                        b']' if self.in_collection => {
                            stop = Some(Stop::ArrayEnd);
                            break;
                        }
                        b'[' if self.count == 0 && !self.in_array => {
                            self.in_array = true;
                            continue;
                        }
                        b']' if self.in_array => {
                            self.in_array = false;
                            continue;
                        }
                        b',' | 0x1e => continue,
                        b if b.is_ascii_whitespace() => continue,
                        _ => {
                            return Err(ReadError::NotGeoJson { line: self.line, after: self.count });
                        }
                    }
                }
                self.buffer.push(byte);
                match state.step(byte, &self.buffer) {
                    Step::On => {}
                    Step::ObjectEnds => {
                        stop = Some(Stop::Object);
                        break;
                    }
                    Step::FeaturesBegin => {
                        stop = Some(Stop::FeaturesArray);
                        break;
                    }
                }
            }
            self.text.consume(used);
            if let Some(stop) = stop {
                return Ok(stop);
            }
        }
    }

    /// After `]` of the features: other members and the closing brace. Gives the system that is named there.
    fn read_rest_of_collection(&mut self) -> Result<Option<NamedCrs>, ReadError> {
        let mut state = Scanner { depth: 1, ..Scanner::default() };
        let mut tail = b"{\"features\":0".to_vec();
        loop {
            let available = self.text.fill_buf()?;
            if available.is_empty() {
                return Err(ReadError::CutOff { after: self.count });
            }
            let end = available.iter().position(|&byte| matches!(state.step(byte, &[]), Step::ObjectEnds));
            let used = end.map_or(available.len(), |i| i + 1);
            if tail.len() + used <= LONGEST_TAIL {
                tail.extend_from_slice(&available[..used]);
            }
            self.text.consume(used);
            if end.is_some() {
                return Ok(crs_in(&tail));
            }
        }
    }

    /// Passes over the features without reading them; gives the system the collection names behind them. What is wrong
    /// with the text is told when its rows are read.
    fn crs_behind_features(&mut self) -> Result<Option<NamedCrs>, ReadError> {
        loop {
            match self.scan()? {
                Stop::Object => {}
                Stop::FeaturesArray => self.in_collection = true,
                Stop::ArrayEnd => return self.read_rest_of_collection(),
                Stop::TextEnd => return Ok(None),
            }
        }
    }
}

impl ReadRows for Features {
    fn read_row(&mut self) -> Result<Option<Row>, ReadError> {
        loop {
            match self.scan()? {
                Stop::Object => {
                    self.count += 1;
                    let number = if self.in_collection { self.count } else { self.line };
                    return Ok(Some(Row { number, content: read_feature(&self.buffer) }));
                }
                Stop::FeaturesArray => {
                    self.in_collection = true;
                    self.buffer.extend_from_slice(b"]}");
                    self.named_crs = crs_in(&self.buffer);
                    if self.named_crs.is_none()
                        && let Some(again) = &self.again
                    {
                        self.named_crs = Self::new(again()?).crs_behind_features().unwrap_or_default();
                    }
                }
                Stop::ArrayEnd => {
                    self.in_collection = false;
                    let behind = self.read_rest_of_collection()?;
                    self.named_crs = self.named_crs.take().or(behind);
                }
                Stop::TextEnd => return Ok(None),
            }
        }
    }

    /// The `crs` member of a collection (GeoJSON of 2008, still written by QGIS). Where it comes behind the features and
    /// the text cannot be read twice, it is known after the last row only.
    fn crs(&self) -> Option<NamedCrs> {
        self.named_crs.clone()
    }
}

/// Counts brackets outside of strings.
#[derive(Default)]
struct Scanner {
    depth: u32,
    in_string: bool,
    is_escaped: bool,
    looks_for_features: bool,
}

enum Step {
    On,
    ObjectEnds,
    FeaturesBegin,
}

impl Scanner {
    fn step(&mut self, byte: u8, so_far: &[u8]) -> Step {
        if self.in_string {
            if self.is_escaped {
                self.is_escaped = false;
            } else if byte == b'\\' {
                self.is_escaped = true;
            } else if byte == b'"' {
                self.in_string = false;
            }
            return Step::On;
        }
        match byte {
            b'"' => self.in_string = true,
            b'[' if self.depth == 1 && self.looks_for_features && ends_with_features_key(so_far) => {
                return Step::FeaturesBegin;
            }
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Step::ObjectEnds;
                }
            }
            _ => {}
        }
        Step::On
    }
}

/// Whether the text ends in `"features" : [`, with the bracket.
fn ends_with_features_key(text: &[u8]) -> bool {
    let before_bracket = text[..text.len() - 1].trim_ascii_end();
    let Some(before_colon) = before_bracket.strip_suffix(b":") else { return false };
    before_colon.trim_ascii_end().ends_with(b"\"features\"")
}

/// The system in `{"type":"FeatureCollection","crs":{…}}`: by name, by a link, or as a number in the oldest form.
fn crs_in(collection: &[u8]) -> Option<NamedCrs> {
    let collection: Value = serde_json::from_slice(collection).ok()?;
    let crs = collection.get("crs")?;
    let properties = crs.get("properties").unwrap_or(crs);
    let code = properties.get("code").and_then(|code| match code {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_u64().and_then(|number| u32::try_from(number).ok()),
    });
    let text = ["name", "href"].iter().find_map(|key| properties.get(key)?.as_str()).or(crs.as_str());
    code.map(NamedCrs::Epsg).or_else(|| text.map(|text| NamedCrs::Text(text.to_owned())))
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    properties: Option<Map<String, Value>>,
    #[serde(default)]
    geometry: Option<Shape>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

fn read_feature(bytes: &[u8]) -> Result<Content, String> {
    let feature: Feature = serde_json::from_slice(bytes).map_err(|e| {
        if std::str::from_utf8(bytes).is_err() {
            "bytes that are not UTF-8: save the file as UTF-8".to_owned()
        } else if e.is_data() {
            format!("not a GeoJSON feature ({})", without_position(&e))
        } else {
            "not JSON".to_owned()
        }
    })?;
    if feature.kind.as_deref() != Some("Feature") {
        return Err("not a GeoJSON feature (its `type` is not \"Feature\")".to_owned());
    }
    let mut properties = feature.properties.unwrap_or_default();
    if !feature.id.is_null() && !properties.contains_key("id") {
        properties.insert("id".to_owned(), feature.id);
    }
    let geometry = feature.geometry.map(Geometry::try_from).transpose()?;
    Ok(Content::of_properties(properties, geometry))
}

fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// A geometry as GeoJSON writes it, read straight into packed coordinates.
#[derive(Deserialize)]
#[serde(tag = "type")]
enum Shape {
    Point { coordinates: MaybePosition },
    MultiPoint { coordinates: Vec<Position> },
    LineString { coordinates: Vec<Position> },
    MultiLineString { coordinates: Vec<Vec<Position>> },
    Polygon { coordinates: Vec<Vec<Position>> },
    MultiPolygon { coordinates: Vec<Vec<Vec<Position>>> },
    GeometryCollection { geometries: Vec<Self> },
}

impl TryFrom<Shape> for Geometry {
    type Error = String;

    fn try_from(shape: Shape) -> Result<Self, String> {
        Ok(match shape {
            Shape::Point { coordinates: MaybePosition(Some(at)) } => Self::Point(Point(at)),
            // an empty point has no form of its own in geo-types
            Shape::Point { .. } => Self::MultiPoint(MultiPoint(Vec::new())),
            Shape::MultiPoint { coordinates } => {
                Self::MultiPoint(coordinates.into_iter().map(|p| Point(p.0)).collect())
            }
            Shape::LineString { coordinates } => Self::LineString(line(coordinates)),
            Shape::MultiLineString { coordinates } => {
                Self::MultiLineString(MultiLineString(coordinates.into_iter().map(line).collect()))
            }
            Shape::Polygon { coordinates } => Self::Polygon(polygon(coordinates)),
            Shape::MultiPolygon { coordinates } => {
                Self::MultiPolygon(MultiPolygon(coordinates.into_iter().map(polygon).collect()))
            }
            Shape::GeometryCollection { geometries } => Self::GeometryCollection(
                geometries.into_iter().map(Self::try_from).collect::<Result<Vec<_>, _>>()?.into(),
            ),
        })
    }
}

fn line(positions: Vec<Position>) -> LineString {
    LineString(positions.into_iter().map(|p| p.0).collect())
}

fn polygon(rings: Vec<Vec<Position>>) -> Polygon {
    let mut rings = rings.into_iter().map(line);
    let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    Polygon::new(outer, rings.collect())
}

/// `[x, y]`, further numbers ignored.
struct Position(Coord);

/// A position, or `[]` as some programs write an empty point.
struct MaybePosition(Option<Coord>);

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        MaybePosition::deserialize(deserializer)?
            .0
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("a position without coordinates"))
    }
}

impl<'de> Deserialize<'de> for MaybePosition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = MaybePosition;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a position of two numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<MaybePosition, A::Error> {
                let Some(x) = numbers.next_element()? else { return Ok(MaybePosition(None)) };
                let Some(y) = numbers.next_element()? else {
                    return Err(serde::de::Error::custom("a position of one number"));
                };
                while numbers.next_element::<IgnoredAny>()?.is_some() {}
                Ok(MaybePosition(Some(Coord { x, y })))
            }
        }
        deserializer.deserialize_seq(Numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::super::input::Input;
    use super::*;

    const ONE: &str = r#"{"type":"Feature","id":7,"properties":{"name":"a ] } \" {"},"geometry":{"type":"Point","coordinates":[106.0,11.0,3.5]}}"#;

    fn read(text: &str) -> Vec<Result<Row, ReadError>> {
        let mut features = Features::new(Input::from_bytes(text.as_bytes()).unwrap().text);
        let mut is_over = false;
        std::iter::from_fn(|| {
            let row = if is_over { None } else { features.read_row().transpose() };
            is_over = !matches!(row, Some(Ok(_)));
            row
        })
        .collect()
    }

    fn numbers(text: &str) -> Vec<u64> {
        read(text)
            .into_iter()
            .map(|row| row.unwrap())
            .filter(|row| row.content.is_ok())
            .map(|row| row.number)
            .collect()
    }

    #[test]
    fn a_collection_and_lines_and_sequences_hold_the_same_features() {
        let collection = format!(
            r#"{{"type":"FeatureCollection","bbox":[1,2,3,4],"features" : [{ONE},{ONE}],"more":[{{}}]}}"#
        );
        assert_eq!(numbers(&collection), [1, 2]);
        assert_eq!(numbers(&format!("{ONE}\n\n{ONE}\n")), [1, 3]);
        assert_eq!(numbers(&format!("[\n{ONE},\n{ONE}\n]\n")), [2, 3]);
        assert!(numbers(" [ ]").is_empty());
        assert_eq!(numbers(&format!("\u{1e}{ONE}\n\u{1e}{ONE}\n")), [1, 2]);
        let content = read(ONE).remove(0).unwrap().content.unwrap();
        assert_eq!(content.text("name").as_deref(), Some("a ] } \" {"));
        assert_eq!(content.text("id").as_deref(), Some("7"));
        assert_eq!(content.geometry, Some(Point::new(106.0, 11.0).into()));
    }

    #[test]
    fn a_broken_feature_is_one_bad_row() {
        let text = format!(
            r#"{ONE}
{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":"x"}}}}
{{"type":"Feature",,}}
{ONE}"#
        );
        assert_eq!(numbers(&text), [1, 4]);
    }

    #[test]
    fn an_empty_or_missing_geometry_is_read_as_such() {
        for geometry in
            ["null", r#"{"type":"Point","coordinates":[]}"#, r#"{"type":"MultiPolygon","coordinates":[]}"#]
        {
            let text = format!(r#"{{"type":"Feature","properties":null,"geometry":{geometry}}}"#);
            let content = read(&text).remove(0).unwrap().content.unwrap();
            assert!(content.geometry.is_none_or(|g| geo::CoordsIter::coords_count(&g) == 0), "{geometry}");
        }
    }

    #[test]
    fn a_file_that_was_cut_off_says_after_how_many_features() {
        let collection = format!(r#"{{"type":"FeatureCollection","features":[{ONE},{ONE}"#);
        assert!(matches!(read(&collection).pop(), Some(Err(ReadError::CutOff { after: 2 }))));
        assert!(matches!(read(&ONE[..60]).pop(), Some(Err(ReadError::CutOff { after: 0 }))));
        assert!(matches!(read(&format!("[{ONE},")).pop(), Some(Err(ReadError::CutOff { after: 1 }))));
    }

    fn crs_of(text: &str, looks_ahead: bool) -> [Option<NamedCrs>; 2] {
        let open = |text: &str| Input::from_bytes(text.as_bytes()).unwrap().text;
        let mut features = Features::new(open(text));
        if looks_ahead {
            let again = text.to_owned();
            features =
                features.looking_ahead(Box::new(move || Ok(Input::from_bytes(again.as_bytes())?.text)));
        }
        features.read_row().unwrap();
        let at_first = features.crs();
        while features.read_row().unwrap().is_some() {}
        [at_first, features.crs()]
    }

    #[test]
    fn the_coordinate_system_of_a_collection_is_seen_in_every_form() {
        let name = Some(NamedCrs::Text("urn:ogc:def:crs:EPSG::9209".to_owned()));
        for (crs, expected) in [
            (r#"{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::9209"}}"#, name.clone()),
            (r#"{"type":"link","properties":{"href":"urn:ogc:def:crs:EPSG::9209"}}"#, name.clone()),
            (r#"{"type":"EPSG","properties":{"code":9209}}"#, Some(NamedCrs::Epsg(9209))),
            (r#"{"type":"EPSG","properties":{"code":"9209"}}"#, Some(NamedCrs::Epsg(9209))),
            (r#""urn:ogc:def:crs:EPSG::9209""#, name),
            ("null", None),
            ("{}", None),
        ] {
            let before = format!(r#"{{"type":"FeatureCollection","crs":{crs},"features":[{ONE},{ONE}]}}"#);
            assert_eq!(crs_of(&before, false), [expected.clone(), expected.clone()], "{crs}");
            let behind =
                format!(r#"{{"features":[{ONE},{ONE}], "bbox":[1,2], "crs":{crs},"more":{{"crs":"a"}}}}"#);
            assert_eq!(crs_of(&behind, true), [expected.clone(), expected.clone()], "{crs}");
            assert_eq!(crs_of(&behind, false), [None, expected], "{crs}");
        }
        assert_eq!(crs_of(&format!("{ONE}\n{ONE}"), true), [None, None]);
    }

    #[test]
    fn a_fault_that_is_met_while_looking_ahead_is_told_when_its_row_is_read() {
        let cut = format!(r#"{{"features":[{ONE},{ONE}"#);
        let again = cut.clone();
        let mut features = Features::new(Input::from_bytes(cut.as_bytes()).unwrap().text)
            .looking_ahead(Box::new(move || Ok(Input::from_bytes(again.as_bytes())?.text)));
        assert!(features.read_row().unwrap().is_some() && features.read_row().unwrap().is_some());
        assert!(matches!(features.read_row(), Err(ReadError::CutOff { after: 2 })));
    }
}

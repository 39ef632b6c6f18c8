//! GML 2.1, 3.1 and 3.2, as a Web Feature Service answers and as land offices' programs export it.
//!
//! A feature is what stands in a `member`, `featureMember` or `featureMembers`. Its columns are its elements by
//! their local names, those within others as `a.b`; its shape is the first one in it. Coordinates are given as the
//! file has them: a name like `urn:ogc:def:crs:EPSG::9218` says northing first by the letter of the standard, and
//! what land offices write after it is easting, northing. Schemas are not fetched, references (`xlink:href`) not
//! followed.

mod geometry;
mod numbers;
mod srs;

use serde_json::{Map, Value};

use super::ReadError;
use super::curves::Unit;
use super::parts::{Tally, note};
use super::read_rows::{NamedCrs, ReadRows, Remark};
use super::row::{Content, Row};
use super::xml::{Element, Tag, Xml};
use geometry::{Surroundings, shape_of};

/// What stands around features.
const MEMBERS: [&str; 4] = ["member", "featureMember", "featureMembers", "members"];
/// Collections, which a WFS puts into each other when it is asked several questions at once.
const COLLECTIONS: [&str; 2] = ["FeatureCollection", "SimpleFeatureCollection"];

/// The features of a file.
pub struct Features {
    xml: Xml,
    /// Names of the elements that are open.
    open: Vec<String>,
    surroundings: Surroundings,
    crs: Option<NamedCrs>,
    first_type: Option<String>,
    tally: Tally,
    of_other_types: u64,
    further_shapes: u64,
    latitude_first: u64,
}

impl Features {
    /// Whether a file with this first element is GML.
    pub fn begin_with(root: &Element) -> bool {
        COLLECTIONS.contains(&root.name.as_str())
            || root.attribute("schemaLocation").is_some_and(|s| s.contains("/gml"))
    }

    /// After the first element began.
    pub fn new(xml: Xml, root: &Element) -> Self {
        Self {
            xml,
            open: vec![root.name.clone()],
            surroundings: Surroundings::default(),
            crs: None,
            first_type: None,
            tally: Tally::default(),
            of_other_types: 0,
            further_shapes: 0,
            latitude_first: 0,
        }
    }

    /// The system and the dimension the collection names for all.
    fn read_bounds(&mut self, bounds: &Element) {
        let Some(envelope) = bounds.children.first() else { return };
        self.surroundings = self.surroundings.within(envelope);
        self.crs = self.crs.take().or_else(|| self.surroundings.crs());
    }

    fn content_of(&mut self, feature: &Element) -> Result<Content, String> {
        let mut properties = Map::new();
        if let Some(id) = feature.attribute("id").or_else(|| feature.attribute("fid")) {
            properties.insert("gml_id".to_owned(), Value::String(id.to_owned()));
        }
        let mut shapes = Vec::new();
        gather(feature, "", &mut properties, &mut shapes);
        let bounds = feature.child("boundedBy").and_then(|bounds| bounds.children.first());
        let surroundings = bounds.map_or_else(|| self.surroundings.clone(), |b| self.surroundings.within(b));
        let Some(first) = shapes.first() else { return Ok(Content::of_properties(properties, None)) };
        let surroundings = surroundings.within(first);
        let crs = surroundings.crs();
        if self.crs.is_none() {
            self.crs.clone_from(&crs);
        }
        if crs.is_some() && crs != self.crs {
            return Err("the shape is in another coordinate system than those before it".to_owned());
        }
        let parts = shape_of(first, &surroundings, Unit::of(crs.as_ref()))?;
        let done = parts.done;
        let geometry = parts.into_geometry()?;
        self.tally.count(done);
        self.latitude_first += u64::from(surroundings.has_latitude_first());
        self.further_shapes += u64::from(shapes.len() > 1);
        Ok(Content::of_properties(properties, Some(geometry)))
    }

    fn is_in_member(&self) -> bool {
        self.open.last().is_some_and(|name| MEMBERS.contains(&name.as_str()))
    }
}

impl ReadRows for Features {
    fn read_row(&mut self) -> Result<Option<Row>, ReadError> {
        loop {
            match self.xml.next_tag()? {
                Tag::Start(start) if start.name == "boundedBy" => {
                    if let Ok(bounds) = self.xml.read_element(start)? {
                        self.read_bounds(&bounds);
                    }
                }
                Tag::Start(start) if self.is_in_member() && !COLLECTIONS.contains(&start.name.as_str()) => {
                    let feature = self.xml.read_element(start)?;
                    self.xml.count += 1;
                    if let Ok(feature) = &feature {
                        let first = self.first_type.get_or_insert_with(|| feature.name.clone());
                        self.of_other_types += u64::from(*first != feature.name);
                    }
                    let content = feature.and_then(|feature| self.content_of(&feature));
                    return Ok(Some(Row { number: self.xml.count, content }));
                }
                Tag::Start(start) => self.open.push(start.name),
                Tag::End => {
                    self.open.pop();
                }
                Tag::Eof => return Ok(None),
            }
        }
    }

    fn crs(&self) -> Option<NamedCrs> {
        self.crs.clone()
    }

    fn remarks(&self) -> Vec<Remark> {
        let mut remarks = self.tally.remarks();
        note(
            &mut remarks,
            "the file names WGS 84 in the form that puts latitude first; coordinates are taken as they stand",
            self.latitude_first,
        );
        note(&mut remarks, "further shapes of a feature left out: its first is taken", self.further_shapes);
        note(&mut remarks, "features of another type than the first one's", self.of_other_types);
        remarks
    }
}

/// The texts of a feature by column, and its shapes.
fn gather<'a>(
    parent: &'a Element,
    prefix: &str,
    texts: &mut Map<String, Value>,
    shapes: &mut Vec<&'a Element>,
) {
    for child in &parent.children {
        if geometry::is_shape(child) {
            shapes.push(child);
            continue;
        }
        if child.name == "boundedBy" {
            continue;
        }
        let name = format!("{prefix}{}", child.name);
        let text = match child.text.trim() {
            // a value out of a list, by its address
            "" if child.children.is_empty() => child.attribute("href").unwrap_or_default(),
            text => text,
        };
        if !text.is_empty() {
            add(texts, &name, text);
        }
        gather(child, &format!("{name}."), texts, shapes);
    }
}

/// An element that stands several times has all its texts in one column.
fn add(texts: &mut Map<String, Value>, name: &str, text: &str) {
    match texts.get_mut(name) {
        Some(Value::String(known)) => {
            known.push_str("; ");
            known.push_str(text);
        }
        _ => {
            texts.insert(name.to_owned(), Value::String(text.to_owned()));
        }
    }
}

/// The first text in an element: what a server says is wrong.
pub fn first_text(element: &Element) -> String {
    let text = element.text.trim();
    if !text.is_empty() {
        return text.chars().take(300).collect();
    }
    element.children.iter().map(first_text).find(|text| !text.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests;

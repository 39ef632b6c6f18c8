//! KML: a row each placemark. Longitude, latitude on WGS 84, always.
//!
//! Columns are `name`, `description` and the other texts of a placemark, its extended data by their own names, and
//! `folder`, the folders it is in. Styles, tours, overlays and models are not looked at, links to other files not
//! followed but counted.

mod geometry;

use serde_json::{Map, Value};

use super::ReadError;
use super::parts::{Tally, note};
use super::read_rows::{NamedCrs, ReadRows, Remark};
use super::row::{Content, Row};
use super::xml::{Element, Tag, Xml};

/// The placemarks of a file.
pub struct Placemarks {
    xml: Xml,
    /// The containers that are open, with their names once these were read.
    open: Vec<Open>,
    tally: Tally,
    links: u64,
}

struct Open {
    is_folder: bool,
    name: Option<String>,
}

impl Placemarks {
    /// Whether a file with this first element is KML.
    pub fn begin_with(root: &Element) -> bool {
        matches!(root.name.as_str(), "kml" | "Document" | "Folder")
    }

    /// After the first element began.
    pub fn new(xml: Xml, root: &Element) -> Self {
        Self {
            xml,
            open: vec![Open { is_folder: root.name == "Folder", name: None }],
            tally: Tally::default(),
            links: 0,
        }
    }

    fn content_of(&mut self, placemark: &Element) -> Result<Content, String> {
        let mut columns = Map::new();
        let folders: Vec<&str> = self.open.iter().filter_map(|open| open.name.as_deref()).collect();
        if !folders.is_empty() {
            columns.insert("folder".to_owned(), Value::String(folders.join("/")));
        }
        for child in &placemark.children {
            match child.name.as_str() {
                "ExtendedData" => add_extended(child, &mut columns),
                _ if child.children.is_empty() && !child.text.trim().is_empty() => {
                    add(&mut columns, &child.name, &child.text);
                }
                _ => {}
            }
        }
        let parts = geometry::parts_of(placemark)?;
        let Some(parts) = parts else { return Ok(Content::of_properties(columns, None)) };
        let done = parts.done;
        let geometry = parts.into_geometry()?;
        self.tally.count(done);
        Ok(Content::of_properties(columns, Some(geometry)))
    }
}

/// `Data` with a `value`, and `SimpleData` in `SchemaData`.
fn add_extended(extended: &Element, columns: &mut Map<String, Value>) {
    for data in &extended.children {
        let value = match data.name.as_str() {
            "SchemaData" => {
                add_extended(data, columns);
                continue;
            }
            "Data" => data.child("value").map(|value| value.text.as_str()),
            _ => Some(data.text.as_str()),
        };
        let name = data.attribute("name").unwrap_or(&data.name);
        add(columns, name, value.unwrap_or_default());
    }
}

/// A name of extended data that is taken already does not replace what stands there.
fn add(columns: &mut Map<String, Value>, name: &str, text: &str) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let mut name = name.to_owned();
    while columns.contains_key(&name) {
        name.push_str("_2");
    }
    columns.insert(name, Value::String(text.to_owned()));
}

impl ReadRows for Placemarks {
    fn read_row(&mut self) -> Result<Option<Row>, ReadError> {
        loop {
            match self.xml.next_tag()? {
                Tag::Start(start) if start.name == "Placemark" => {
                    let placemark = self.xml.read_element(start)?;
                    self.xml.count += 1;
                    let content = placemark.and_then(|placemark| self.content_of(&placemark));
                    return Ok(Some(Row { number: self.xml.count, content }));
                }
                Tag::Start(start) if start.name == "name" => {
                    let name = self.xml.read_element(start)?;
                    if let (Some(open), Ok(name)) = (self.open.last_mut().filter(|open| open.is_folder), name)
                    {
                        open.name = Some(name.text.trim().to_owned()).filter(|name| !name.is_empty());
                    }
                }
                Tag::Start(start) => {
                    self.links += u64::from(start.name == "NetworkLink");
                    self.open.push(Open { is_folder: start.name == "Folder", name: None });
                }
                Tag::End => {
                    self.open.pop();
                }
                Tag::Eof => return Ok(None),
            }
        }
    }

    fn crs(&self) -> Option<NamedCrs> {
        Some(NamedCrs::Epsg(4326))
    }

    fn remarks(&self) -> Vec<Remark> {
        let mut remarks = self.tally.remarks();
        note(&mut remarks, "links to other files that were not followed", self.links);
        remarks
    }
}

#[cfg(test)]
mod tests;

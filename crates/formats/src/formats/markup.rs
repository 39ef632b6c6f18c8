//! Which reader takes XML: its first element says it.

use super::read_rows::ReadRows;
use super::xml::{Tag, Xml};
use super::{ReadError, gml, kml};

/// The rows of GML or KML.
pub fn of_xml(mut xml: Xml) -> Result<Box<dyn ReadRows>, ReadError> {
    let root = match xml.next_tag()? {
        Tag::Start(root) => root,
        Tag::End | Tag::Eof => return Err(ReadError::Empty),
    };
    if gml::Features::begin_with(&root) {
        return Ok(Box::new(gml::Features::new(xml, &root)));
    }
    if kml::Placemarks::begin_with(&root) {
        return Ok(Box::new(kml::Placemarks::new(xml, &root)));
    }
    if matches!(root.name.as_str(), "ExceptionReport" | "ServiceExceptionReport") {
        let report = xml.read_element(root)?.unwrap_or_default();
        return Err(ReadError::ServerSays(gml::first_text(&report)));
    }
    Err(ReadError::UnknownXml(root.name))
}

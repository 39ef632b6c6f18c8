//! The shapes of GML as points, lines and areas. Curves are made straight; solids and splines are refused by name.

use geo_types::{Coord, LineString, Point};

use super::numbers::{coordinates_in, dimension_of};
use super::srs::{crs_of, is_by_the_letter};
use crate::formats::NamedCrs;
use crate::formats::curves::{Unit, straighten_arcs, straighten_circle};
use crate::formats::parts::Parts;
use crate::formats::xml::Element;

/// Elements that are a shape where they stand in a property.
const SHAPES: [&str; 23] = [
    "CompositeCurve",
    "CompositeSurface",
    "Curve",
    "GeometryCollection",
    "LineString",
    "LinearRing",
    "MultiCurve",
    "MultiGeometry",
    "MultiLineString",
    "MultiPoint",
    "MultiPolygon",
    "MultiSolid",
    "MultiSurface",
    "OrientableCurve",
    "OrientableSurface",
    "Point",
    "Polygon",
    "PolyhedralSurface",
    "Ring",
    "Solid",
    "Surface",
    "Tin",
    "TriangulatedSurface",
];

/// Whether an element is a shape. A property may be called `Point` too; then it has no coordinates in it.
pub fn is_shape(element: &Element) -> bool {
    let holds_no_text = element.text.trim().is_empty();
    holds_no_text && SHAPES.contains(&element.name.as_str())
}

/// What elements around a shape say of its coordinates.
#[derive(Debug, Default, Clone)]
pub struct Surroundings {
    srs_name: Option<String>,
    dimension: Option<usize>,
}

impl Surroundings {
    /// What holds inside an element that may say something else.
    pub fn within(&self, element: &Element) -> Self {
        let own = element.attribute("srsName").map(str::trim).filter(|name| !name.is_empty());
        // some programs name the system at the parts of a shape and not at the whole
        let named = own.or_else(|| (self.srs_name.is_none()).then(|| first_srs_name(element)).flatten());
        Self {
            srs_name: named.map(str::to_owned).or_else(|| self.srs_name.clone()),
            dimension: dimension_of(element).or(self.dimension),
        }
    }

    /// The system named.
    pub fn crs(&self) -> Option<NamedCrs> {
        self.srs_name.as_deref().map(crs_of)
    }

    /// Whether WGS 84 is named in a form that puts latitude first.
    pub fn has_latitude_first(&self) -> bool {
        self.srs_name.as_deref().is_some_and(|name| {
            is_by_the_letter(name)
                && crs_of(name) == NamedCrs::Epsg(4326)
                && !name.to_ascii_lowercase().ends_with("crs84")
        })
    }
}

fn first_srs_name(element: &Element) -> Option<&str> {
    element.children.iter().find_map(|child| {
        let own = child.attribute("srsName").map(str::trim).filter(|name| !name.is_empty());
        own.or_else(|| first_srs_name(child))
    })
}

/// A shape in parts.
pub fn shape_of(element: &Element, surroundings: &Surroundings, unit: Unit) -> Result<Parts, String> {
    let mut builder = Builder { parts: Parts::default(), unit };
    builder.add(element, surroundings.dimension)?;
    Ok(builder.parts)
}

struct Builder {
    parts: Parts,
    unit: Unit,
}

impl Builder {
    /// Adds a shape, or all of a collection. The reader of XML bounds the depth.
    fn add(&mut self, element: &Element, dimension: Option<usize>) -> Result<(), String> {
        let dimension = dimension_of(element).or(dimension);
        if element.children.is_empty() && element.attribute("href").is_some() {
            return Err(BY_REFERENCE.to_owned());
        }
        match element.name.as_str() {
            "Point" => {
                let at = coordinates_in(element, dimension, &mut self.parts.done)?;
                // an empty point has no coordinates
                self.parts.points.extend(at.first().map(|&at| Point(at)));
            }
            "LineString" | "LinearRing" | "Curve" | "CompositeCurve" | "OrientableCurve" | "Ring" => {
                let line = self.line(element, dimension)?;
                if !line.is_empty() {
                    self.parts.lines.push(LineString(line));
                }
            }
            "Polygon" | "PolygonPatch" | "Rectangle" | "Triangle" => self.add_polygon(element, dimension)?,
            "Solid" | "MultiSolid" | "CompositeSolid" => return Err(unread(&element.name)),
            "Sphere" | "Cone" | "Cylinder" => return Err(unread(&element.name)),
            _ if is_holder(&element.name) => {
                for child in &element.children {
                    self.add(child, dimension)?;
                }
                if element.children.is_empty() && element.attribute("href").is_some() {
                    return Err(BY_REFERENCE.to_owned());
                }
            }
            // names, descriptions and the like
            _ => {}
        }
        Ok(())
    }

    fn add_polygon(&mut self, element: &Element, dimension: Option<usize>) -> Result<(), String> {
        let (mut outer, mut rings) = (None, Vec::new());
        for boundary in &element.children {
            let is_outer = matches!(boundary.name.as_str(), "exterior" | "outerBoundaryIs");
            let is_inner = matches!(boundary.name.as_str(), "interior" | "innerBoundaryIs");
            if !(is_outer || is_inner) {
                continue;
            }
            for ring in &boundary.children {
                let corners = self.line(ring, dimension)?;
                if corners.is_empty() {
                    continue;
                }
                if is_inner {
                    rings.push(corners);
                } else if outer.replace(corners).is_some() {
                    return Err("a polygon with two outer rings".to_owned());
                }
            }
        }
        match outer {
            Some(outer) => {
                rings.insert(0, outer);
                self.parts.push_polygon(rings);
            }
            None if rings.is_empty() => {}
            None => return Err("a polygon with a hole and no outer ring".to_owned()),
        }
        Ok(())
    }

    /// The corners of a line, a ring or a curve.
    fn line(&mut self, element: &Element, dimension: Option<usize>) -> Result<Vec<Coord>, String> {
        let dimension = dimension_of(element).or(dimension);
        match element.name.as_str() {
            "LineString" | "LinearRing" | "LineStringSegment" => {
                coordinates_in(element, dimension, &mut self.parts.done)
            }
            "Arc" | "ArcString" => {
                self.parts.done.straightened = true;
                straighten_arcs(&coordinates_in(element, dimension, &mut self.parts.done)?, self.unit)
            }
            "Circle" => {
                self.parts.done.straightened = true;
                straighten_circle(&coordinates_in(element, dimension, &mut self.parts.done)?, self.unit)
            }
            "OrientableCurve" => {
                let mut corners = self.joined(element, dimension)?;
                if element.attribute("orientation") == Some("-") {
                    corners.reverse();
                }
                Ok(corners)
            }
            "Curve" | "CompositeCurve" | "Ring" | "segments" | "curveMember" | "curveMembers"
            | "baseCurve" => self.joined(element, dimension),
            // names, descriptions and the like
            name if name.chars().next().is_some_and(char::is_lowercase) => Ok(Vec::new()),
            name => Err(unread(name)),
        }
    }

    /// Pieces end to end; a corner where two of them meet stands once.
    fn joined(&mut self, element: &Element, dimension: Option<usize>) -> Result<Vec<Coord>, String> {
        if element.children.is_empty() && element.attribute("href").is_some() {
            return Err(BY_REFERENCE.to_owned());
        }
        let mut corners: Vec<Coord> = Vec::new();
        for piece in &element.children {
            let piece = self.line(piece, dimension)?;
            let meets = corners.last().is_some_and(|last| piece.first() == Some(last));
            corners.extend(piece.into_iter().skip(usize::from(meets)));
        }
        Ok(corners)
    }
}

const BY_REFERENCE: &str = "a shape by reference (`xlink:href`): write the coordinates into the feature";

fn unread(name: &str) -> String {
    format!("`{name}` is not read: use points, lines, polygons and arcs")
}

/// Elements that hold shapes, and properties of these that do.
fn is_holder(name: &str) -> bool {
    SHAPES.contains(&name)
        || matches!(
            name,
            "pointMember"
                | "pointMembers"
                | "lineStringMember"
                | "curveMember"
                | "curveMembers"
                | "polygonMember"
                | "surfaceMember"
                | "surfaceMembers"
                | "geometryMember"
                | "geometryMembers"
                | "patches"
                | "polygonPatches"
                | "trianglePatches"
                | "baseSurface"
        )
}

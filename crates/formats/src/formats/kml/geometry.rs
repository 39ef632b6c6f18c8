//! The shapes of KML.

use geo_types::{Coord, LineString, Point};

use crate::formats::parts::{Done, Parts};
use crate::formats::xml::Element;

/// The shapes directly in a placemark; nothing where it has none.
pub fn parts_of(placemark: &Element) -> Result<Option<Parts>, String> {
    let mut parts = Parts::default();
    let mut has_shape = false;
    for child in &placemark.children {
        has_shape |= add(child, &mut parts)?;
    }
    Ok(has_shape.then_some(parts))
}

/// Adds a shape; `false` where the element is none.
fn add(element: &Element, parts: &mut Parts) -> Result<bool, String> {
    match element.name.as_str() {
        "Point" => parts.points.extend(coordinates(element, &mut parts.done)?.first().map(|&at| Point(at))),
        "LineString" | "LinearRing" => {
            let line = coordinates(element, &mut parts.done)?;
            if !line.is_empty() {
                parts.lines.push(LineString(line));
            }
        }
        "Polygon" => add_polygon(element, parts)?,
        "MultiGeometry" | "MultiTrack" => {
            for member in &element.children {
                add(member, parts)?;
            }
        }
        "Track" => {
            let positions = element.children.iter().filter(|child| child.name == "coord");
            let done = &mut parts.done;
            let line =
                positions.map(|at| position(at.text.split_whitespace(), done)).collect::<Result<_, _>>()?;
            parts.lines.push(LineString(line));
        }
        "Model" => return Err("a model is not read: use points, lines and polygons".to_owned()),
        _ => return Ok(false),
    }
    Ok(true)
}

fn add_polygon(polygon: &Element, parts: &mut Parts) -> Result<(), String> {
    let mut rings_of = |name: &str| {
        let boundaries = polygon.children.iter().filter(|child| child.name == name);
        let rings = boundaries.flat_map(|boundary| &boundary.children);
        rings.map(|ring| coordinates(ring, &mut parts.done)).collect::<Result<Vec<_>, _>>()
    };
    let mut outer = rings_of("outerBoundaryIs")?;
    let inner = rings_of("innerBoundaryIs")?;
    match outer.len() {
        0 if inner.is_empty() => {}
        1 => {
            outer.extend(inner.into_iter().filter(|ring| !ring.is_empty()));
            if !outer[0].is_empty() {
                parts.push_polygon(outer);
            }
        }
        count => return Err(format!("a polygon with {count} outer rings")),
    }
    Ok(())
}

/// `lng,lat[,height]` with blanks between. Some programs put blanks after the commas too.
fn coordinates(element: &Element, done: &mut Done) -> Result<Vec<Coord>, String> {
    let Some(text) = element.child("coordinates").map(|child| child.text.as_str()) else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    let mut tuple: Vec<&str> = Vec::new();
    let mut is_open = false;
    for word in text.split_whitespace() {
        if !is_open && !word.starts_with(',') && !tuple.is_empty() {
            all.push(position(tuple.drain(..), done)?);
        }
        is_open = word.ends_with(',');
        tuple.extend(word.split(',').filter(|number| !number.is_empty()));
    }
    if !tuple.is_empty() {
        all.push(position(tuple.into_iter(), done)?);
    }
    Ok(all)
}

fn position<'a>(numbers: impl Iterator<Item = &'a str>, done: &mut Done) -> Result<Coord, String> {
    let read = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
    let numbers: Option<Vec<f64>> = numbers.map(read).collect();
    match numbers.as_deref() {
        None => Err("a coordinate is not a number".to_owned()),
        Some([x, y, rest @ ..]) => {
            // programs that know no heights write 0
            done.dropped_heights |= rest.iter().any(|height| *height != 0.0);
            Ok(Coord { x: *x, y: *y })
        }
        Some(_) => Err("a position of fewer than two numbers".to_owned()),
    }
}

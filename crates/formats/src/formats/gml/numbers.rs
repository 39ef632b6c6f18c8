//! Coordinates as GML writes them: `posList`, `pos`, `coordinates` with separators of its own, `coord`.

use geo_types::Coord;

use crate::formats::parts::Done;
use crate::formats::xml::Element;

/// The coordinates directly in an element that has some: a point, a ring, a segment of a curve.
/// `dimension` is what an element around it says.
pub fn coordinates_in(
    parent: &Element,
    dimension: Option<usize>,
    done: &mut Done,
) -> Result<Vec<Coord>, String> {
    let dimension = dimension_of(parent).or(dimension);
    let mut all = Vec::new();
    for child in &parent.children {
        let dimension = dimension_of(child).or(dimension);
        match child.name.as_str() {
            "posList" => all.extend(pairs(&numbers(&child.text)?, dimension, done)?),
            "pos" => all.push(position(&numbers(&child.text)?, done)?),
            "coordinates" => all.extend(tuples(child, done)?),
            "coord" => all.push(coord(child, done)?),
            // a point given whole
            "pointProperty" | "pointRep" => {
                for point in &child.children {
                    all.extend(coordinates_in(point, dimension, done)?);
                }
            }
            _ => {}
        }
    }
    Ok(all)
}

/// What an element says about how many numbers a position has.
pub fn dimension_of(element: &Element) -> Option<usize> {
    let said = element.attribute("srsDimension").or_else(|| element.attribute("dimension"))?;
    said.trim().parse().ok().filter(|dimension| (2..=4).contains(dimension))
}

fn number(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| "a coordinate is not a number".to_owned())
}

fn numbers(text: &str) -> Result<Vec<f64>, String> {
    text.split_ascii_whitespace().map(number).collect()
}

fn position(numbers: &[f64], done: &mut Done) -> Result<Coord, String> {
    let [x, y, rest @ ..] = numbers else {
        return Err("a position of fewer than two numbers".to_owned());
    };
    done.dropped_heights |= !rest.is_empty();
    Ok(Coord { x: *x, y: *y })
}

fn pairs(numbers: &[f64], dimension: Option<usize>, done: &mut Done) -> Result<Vec<Coord>, String> {
    let dimension = dimension.unwrap_or_else(|| likely_dimension(numbers));
    if !numbers.len().is_multiple_of(dimension) {
        return Err(format!("{} numbers are not positions of {dimension} each", numbers.len()));
    }
    numbers.chunks_exact(dimension).map(|numbers| position(numbers, done)).collect()
}

/// Two, unless only as threes they are whole positions or a closed ring.
fn likely_dimension(numbers: &[f64]) -> usize {
    let ends = |dimension: usize| {
        numbers.get(..2).is_some_and(|first| {
            numbers.get(numbers.len().wrapping_sub(dimension)..).is_some_and(|last| last.starts_with(first))
        })
    };
    let is_three =
        numbers.len().is_multiple_of(3) && (!numbers.len().is_multiple_of(2) || (ends(3) && !ends(2)));
    if is_three { 3 } else { 2 }
}

/// `x,y[,z]` with spaces between, or with the separators the element names.
fn tuples(element: &Element, done: &mut Done) -> Result<Vec<Coord>, String> {
    let separator = |name: &str, usual: char| {
        element.attribute(name).and_then(|said| said.chars().next()).unwrap_or(usual)
    };
    let (decimal, within, between) = (separator("decimal", '.'), separator("cs", ','), separator("ts", ' '));
    let is_between = |c: char| if between.is_whitespace() { c.is_whitespace() } else { c == between };
    let is_within = |c: char| c == within || (within.is_whitespace() && c.is_whitespace());
    let positions = element.text.split(is_between).map(str::trim).filter(|tuple| !tuple.is_empty());
    let read = |tuple: &str| {
        let parts = tuple.split(is_within).map(str::trim).filter(|part| !part.is_empty());
        let numbers: Result<Vec<f64>, String> = parts
            .map(|part| if decimal == '.' { number(part) } else { number(&part.replace(decimal, ".")) })
            .collect();
        numbers
    };
    positions.map(|tuple| position(&read(tuple)?, done)).collect()
}

/// `<X>…</X><Y>…</Y>`, of the first version of GML 2.
fn coord(element: &Element, done: &mut Done) -> Result<Coord, String> {
    let part = |name: &str| element.child(name).map(|part| number(part.text.trim())).transpose();
    let all: Vec<f64> = [part("X")?, part("Y")?, part("Z")?].into_iter().flatten().collect();
    position(&all, done)
}

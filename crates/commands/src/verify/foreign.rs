//! The rows of a tile as other people's code draws them: projected in plain floating point, clipped by `geo`, rounded, written by
//! the `mvt` crate, and read back by the same decoder as ours.
//!
//! Nothing of `tile` or `geometry::planar` takes part, so a fault there does not hide itself. What both share: the rows as the
//! store gives them, and below `geo`, as below our own repair, the crate `i_overlay`.

use geo::{BooleanOps, Coord, LineString, MultiLineString, MultiPolygon, Polygon, Rect};
use mvt::{GeomData, GeomEncoder, GeomType};
use rustc_hash::FxHashSet;

use super::decode::{Layer, Tile};
use super::shape::{Unit, twice_area};
use crate::geometry::{BUFFER, EXTENT, ShapeKind, TileId, World};
use crate::store::{Feature, FeatureId, Field, Value};

/// What the other code makes of rows.
pub(super) struct Foreign {
    /// The layer as it was written and read back.
    pub layer: Layer,
    /// Areas and lines inside the tile that are nothing once they are rounded.
    pub vanished: Vec<FeatureId>,
    /// Rows that reach beyond the tile, and what is within it may be a sliver of them.
    pub cut: FxHashSet<FeatureId>,
}

/// A place in tile units that is not rounded.
type Place = Coord<f64>;

/// Where the drawn part of a tile ends.
const LOW: f64 = -BUFFER as f64;
const HIGH: f64 = (EXTENT + BUFFER) as f64;

/// Draws rows in a tile, with these columns.
pub(super) fn draw<'a>(
    rows: impl IntoIterator<Item = Feature<'a>>,
    columns: &[(usize, Field)],
    tile: TileId,
) -> Result<Foreign, String> {
    let (mut drawn, mut vanished, mut cut) = (Vec::new(), Vec::new(), FxHashSet::default());
    for row in rows {
        let (geometry, is_inside) = shape(&row, tile).map_err(|error| error.to_string())?;
        if !is_inside {
            cut.insert(row.id());
        }
        match geometry {
            Some(geometry) => drawn.push((row, geometry)),
            None if is_inside => vanished.push(row.id()),
            None => {}
        }
    }
    Ok(Foreign { layer: written(drawn, columns)?, vanished, cut })
}

/// The attributes of rows; their shapes are all one point.
pub(super) fn attributes<'a>(
    rows: impl IntoIterator<Item = Feature<'a>>,
    columns: &[(usize, Field)],
) -> Result<Layer, String> {
    let point = || points(&[(0, 0)]).map_err(|error| error.to_string());
    let rows: Result<Vec<_>, String> = rows.into_iter().map(|row| Ok((row, point()?))).collect();
    written(rows?, columns)
}

fn written(rows: Vec<(Feature<'_>, GeomData)>, columns: &[(usize, Field)]) -> Result<Layer, String> {
    const NAME: &str = "rows";
    let mut tile = mvt::Tile::new(EXTENT as u32);
    let mut layer = tile.create_layer(NAME);
    for (row, geometry) in rows {
        let mut feature = layer.into_feature(geometry);
        feature.set_id(row.id());
        for (column, Field { name, .. }) in columns {
            match row.value(*column) {
                Value::Null => {}
                Value::Bool(b) => feature.add_tag_bool(name, b),
                Value::Int(n @ 0..) => feature.add_tag_uint(name, n.unsigned_abs()),
                Value::Int(n) => feature.add_tag_sint(name, n),
                Value::Float(x) => feature.add_tag_double(name, x),
                Value::Date(day) => feature.add_tag_string(name, &day.to_string()),
                Value::Text(text) => feature.add_tag_string(name, text),
                Value::ComputedText(text) => feature.add_tag_string(name, text.as_str()),
            }
        }
        layer = feature.into_layer();
    }
    tile.add_layer(layer).map_err(|error| error.to_string())?;
    let bytes = tile.to_bytes().map_err(|error| error.to_string())?;
    Ok(Tile::decode(&bytes)?.layer(NAME).cloned().unwrap_or_default())
}

/// A row's shape in the tile, where anything is left of it, and whether all of the row lies in the tile.
fn shape(row: &Feature<'_>, tile: TileId) -> Result<(Option<GeomData>, bool), mvt::Error> {
    let parts: Vec<(bool, Vec<Place>)> =
        row.rings().map(|ring| (ring.is_hole, ring.points().map(|p| place(p, tile)).collect())).collect();
    let is_inside = parts.iter().flat_map(|(_, part)| part).all(|p| is_in_tile(*p));
    let geometry = match row.kind() {
        ShapeKind::Point => {
            let rounded = parts.iter().flat_map(|(_, part)| part).map(|&p| rounded(p));
            let there: Vec<Unit> =
                rounded.filter(|&(x, y)| is_in_tile(Coord { x: x as f64, y: y as f64 })).collect();
            if there.is_empty() { None } else { Some(points(&there)?) }
        }
        ShapeKind::Line => {
            let lines = MultiLineString::new(parts.into_iter().map(|(_, line)| LineString(line)).collect());
            encoded_lines(&if is_inside { lines } else { view().clip(&lines, false) })?
        }
        // an area that lies inside is cut too, which makes it valid before it is rounded: a bow-tie is two areas
        ShapeKind::Polygon => encoded_area(&view().intersection(&polygons(parts)))?,
    };
    Ok((geometry, is_inside))
}

/// A place of the world in units of the tile: the size of the world is a power of two, so this is exact.
fn place(p: World, tile: TileId) -> Place {
    let across = f64::from(EXTENT) * 2f64.powi(i32::from(tile.z()));
    let unit = |steps: i64, number: u32| {
        steps as f64 / World::SIZE as f64 * across - f64::from(number) * f64::from(EXTENT)
    };
    Coord { x: unit(p.x, tile.x()), y: unit(p.y, tile.y()) }
}

fn rounded(p: Place) -> Unit {
    ((p.x + 0.5).floor() as i64, (p.y + 0.5).floor() as i64)
}

fn is_in_tile(p: Place) -> bool {
    (LOW..=HIGH).contains(&p.x) && (LOW..=HIGH).contains(&p.y)
}

fn view() -> Polygon {
    Rect::new((LOW, LOW), (HIGH, HIGH)).to_polygon()
}

/// Rings as polygons, the holes with the outer ring before them.
fn polygons(rings: Vec<(bool, Vec<Place>)>) -> MultiPolygon {
    let mut polygons: Vec<Polygon> = Vec::new();
    for (is_hole, ring) in rings {
        match polygons.last_mut() {
            Some(polygon) if is_hole => polygon.interiors_push(LineString(ring)),
            _ => polygons.push(Polygon::new(LineString(ring), Vec::new())),
        }
    }
    MultiPolygon::new(polygons)
}

/// The area of a row in tile units, neither clipped nor rounded.
pub(super) fn area(row: &Feature<'_>, tile: TileId) -> MultiPolygon {
    polygons(
        row.rings().map(|ring| (ring.is_hole, ring.points().map(|p| place(p, tile)).collect())).collect(),
    )
}

fn points(points: &[Unit]) -> Result<GeomData, mvt::Error> {
    let mut encoder = GeomEncoder::<i32>::new(GeomType::Point);
    for &(x, y) in points {
        encoder.add_point(x as i32, y as i32)?;
    }
    encoder.encode()
}

fn encoded_lines(lines: &MultiLineString) -> Result<Option<GeomData>, mvt::Error> {
    let mut parts: Vec<Vec<Unit>> = Vec::new();
    for line in lines {
        let mut part: Vec<Unit> = line.coords().map(|&p| rounded(p)).collect();
        part.dedup();
        // where a line begins at the end of the last one the encoder leaves out the MoveTo
        match parts.last_mut() {
            Some(last) if last.last() == part.first() => last.extend(part.into_iter().skip(1)),
            _ if part.len() > 1 => parts.push(part),
            _ => {}
        }
    }
    encoded(GeomType::Linestring, &parts)
}

fn encoded_area(area: &MultiPolygon) -> Result<Option<GeomData>, mvt::Error> {
    let mut parts: Vec<Vec<Unit>> = Vec::new();
    for polygon in area {
        let Some(outer) = wound(polygon.exterior(), true) else { continue };
        let holes = polygon.interiors().iter().filter_map(|hole| wound(hole, false));
        for mut ring in std::iter::once(outer).chain(holes) {
            // the same as with lines
            if parts.last().and_then(|last| last.last()) == ring.first() {
                ring.rotate_left(1);
            }
            parts.push(ring);
        }
    }
    encoded(GeomType::Polygon, &parts)
}

/// An open ring of whole units, wound as a tile has it; none where nothing is left inside.
fn wound(ring: &LineString, is_outer: bool) -> Option<Vec<Unit>> {
    let mut ring: Vec<Unit> = ring.coords().map(|&p| rounded(p)).collect();
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    let area = twice_area(&ring);
    if (area > 0) != is_outer {
        ring.reverse();
    }
    (area != 0).then_some(ring)
}

fn encoded(kind: GeomType, parts: &[Vec<Unit>]) -> Result<Option<GeomData>, mvt::Error> {
    if parts.is_empty() {
        return Ok(None);
    }
    let mut encoder = GeomEncoder::<i32>::new(kind);
    for part in parts {
        for &(x, y) in part {
            encoder.add_point(x as i32, y as i32)?;
        }
        encoder.complete_geom()?;
    }
    encoder.encode().map(Some)
}

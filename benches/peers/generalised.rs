//! Below z15 our tiles hold generalised shapes that no table has. So that peers can serve the same
//! there, this reads all our tiles of a zoom, puts shapes cut by tile borders together again and
//! writes them into one table a zoom.
//!
//! The tiles are read with another decoder than ours, and the vertices are the tiles' own whole
//! units, so a peer that draws the table at that zoom finds the same units again.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::SocketAddr;

use bandoso::database::quote_identifier;
use bandoso::tile::{BUFFER, EXTENT, TileId};
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use geozero::{CoordDimensions, ToWkb};
use sqlx::{Connection, PgConnection};

use super::common::connection::Connection as Http;
use super::mvt::{Piece, Ring, Value, decode, inside_tile, twice_area};
use super::servers::Encoding;
use super::support::{Database, block_on};
use super::tables::{Column, PeerTable, PeerTables};
use super::tiles::covering;
use super::town::{Degrees, FIRST_EXACT_ZOOM};

/// A shape that counts several parcels is made for one tile and means nothing beyond it: it is cut at
/// the tile's border, because the tile next to it has its own.
const PATCH_ATTRIBUTE: &str = "count";
/// Rows sent to the database at once, in bytes.
const BATCH_BYTES: usize = 4 << 20;

/// Adds a table for every measured zoom below [`FIRST_EXACT_ZOOM`].
pub fn generalised_tables(
    tables: &mut PeerTables,
    zooms: impl Iterator<Item = u8>,
    ours: SocketAddr,
    wards: &[Degrees],
    database: &Database,
) {
    for zoom in zooms.filter(|&zoom| zoom < FIRST_EXACT_ZOOM) {
        eprintln!("a table of what our tiles show at z{zoom}");
        let table = block_on(|| make(zoom, ours, wards, &database.url));
        tables.add(zoom, table);
    }
}

async fn make(zoom: u8, ours: SocketAddr, wards: &[Degrees], url: &str) -> Result<PeerTable, String> {
    let name = format!("peer_parcels_z{zoom}");
    let mut database = PgConnection::connect(url).await.map_err(|e| e.to_string())?;
    run(&mut database, PIECES).await?;
    let columns = copy_pieces(&mut database, zoom, ours, wards).await?;
    if columns.is_empty() {
        return Err(format!("our server shows nothing at z{zoom}"));
    }
    run(&mut database, &join(&name, &columns)).await?;
    run(&mut database, &format!("VACUUM ANALYZE {name}")).await?;
    database.close().await.map_err(|e| e.to_string())?;
    Ok(PeerTable { name, first_zoom: zoom, last_zoom: zoom, columns })
}

/// What tiles hold, gone with the connection.
const PIECES: &str = "CREATE TEMP TABLE piece
    (shape text, id bigint, is_whole boolean, attributes jsonb, geom geometry(MultiPolygon, 4326))";

/// Sends every piece of every tile to the database and gives the attributes seen.
async fn copy_pieces(
    database: &mut PgConnection,
    zoom: u8,
    ours: SocketAddr,
    wards: &[Degrees],
) -> Result<Vec<Column>, String> {
    let mut http = Http::open(ours).map_err(|e| e.to_string())?;
    let mut types: BTreeMap<String, &'static str> = BTreeMap::new();
    let mut rows = String::new();
    let copy = database.copy_in_raw("COPY piece FROM STDIN (FORMAT csv)").await;
    let mut copy = copy.map_err(|e| e.to_string())?;
    for tile in covering(wards, zoom) {
        let path = format!("/tiles/parcels/{}/{}/{}", tile.z(), tile.x(), tile.y());
        let answer = http.get(&path, Encoding::Identity.header()).map_err(|e| format!("{path}: {e}"))?;
        match answer.status {
            200 => {}
            204 => continue,
            status => return Err(format!("our server answers {path} with {status}")),
        }
        for piece in decode(answer.body)? {
            for (name, value) in &piece.values {
                types.entry(name.clone()).or_insert_with(|| sql_type(value));
            }
            write_row(&mut rows, tile, &piece)?;
        }
        if rows.len() > BATCH_BYTES {
            copy.send(rows.as_bytes()).await.map_err(|e| e.to_string())?;
            rows.clear();
        }
    }
    copy.send(rows.as_bytes()).await.map_err(|e| e.to_string())?;
    copy.finish().await.map_err(|e| e.to_string())?;
    Ok(types.into_iter().map(|(name, sql_type)| Column { name, sql_type: sql_type.to_owned() }).collect())
}

/// One row a shape: a whole one as it was found first, one that no tile holds whole from its pieces.
fn join(name: &str, columns: &[Column]) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|c| {
            let key = c.name.replace('\'', "''");
            format!("(attributes ->> '{key}')::{} AS {}", c.sql_type, quote_identifier(&c.name))
        })
        .collect();
    format!(
        "CREATE TABLE {name} AS
         WITH whole AS (
             SELECT DISTINCT ON (shape) shape, id, attributes, geom FROM piece WHERE is_whole
         ), cut AS (
             SELECT min(id) AS id, attributes,
                    ST_Multi(ST_Union(geom))::geometry(MultiPolygon, 4326) AS geom
             FROM piece
             WHERE NOT is_whole AND NOT EXISTS (SELECT FROM whole WHERE whole.shape = piece.shape)
             GROUP BY shape, attributes
         )
         SELECT id, {}, geom
         FROM (SELECT id, attributes, geom FROM whole UNION ALL SELECT id, attributes, geom FROM cut) AS shape
         ORDER BY geom;
         CREATE INDEX ON {name} USING gist (geom)",
        columns.join(", ")
    )
}

async fn run(database: &mut PgConnection, sql: &str) -> Result<(), String> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(database).await.map(drop).map_err(|e| e.to_string())
}

fn sql_type(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "text",
        Value::Whole(_) => "int8",
        Value::Real(_) => "float8",
        Value::Bool(_) => "bool",
    }
}

/// A piece as a row of CSV.
fn write_row(rows: &mut String, tile: TileId, piece: &Piece) -> Result<(), String> {
    let id = piece.id.map(|id| id.to_string()).unwrap_or_default();
    let is_patch = piece.values.iter().any(|(name, _)| name == PATCH_ATTRIBUTE);
    let corners = || piece.rings.iter().flatten();
    let in_buffer = -BUFFER + 1..EXTENT + BUFFER;
    let is_whole = is_patch || corners().all(|(x, y)| in_buffer.contains(x) && in_buffer.contains(y));
    let shape = match piece.id {
        _ if is_patch => format!("{}/{}/{id}", tile.x(), tile.y()),
        Some(_) => id.clone(),
        // without a number a shape is known by where it begins
        None => corners().min().map(|&(x, y)| format!("{:?}", world_units(tile, x, y))).unwrap_or_default(),
    };
    let rings: Vec<Vec<(f64, f64)>> = if is_patch {
        piece.rings.iter().map(|ring| inside_tile(ring)).collect()
    } else {
        let exactly = |ring: &Ring| ring.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
        piece.rings.iter().map(exactly).collect()
    };
    let geometry = polygons(tile, &rings);
    if geometry.0.is_empty() {
        return Ok(());
    }
    let attributes = json(&piece.values).to_string().replace('"', "\"\"");
    let _ = write!(rows, "\"{shape}\",{id},{is_whole},\"{attributes}\",");
    let bytes = Geometry::MultiPolygon(geometry).to_ewkb(CoordDimensions::xy(), Some(4326));
    for byte in bytes.map_err(|e| e.to_string())? {
        let _ = write!(rows, "{byte:02x}");
    }
    rows.push('\n');
    Ok(())
}

fn json(values: &[(String, Value)]) -> serde_json::Value {
    let member = |(name, value): &(String, Value)| {
        let value: serde_json::Value = match value {
            Value::Text(text) => text.as_str().into(),
            Value::Whole(n) => (*n).into(),
            Value::Real(x) => (*x).into(),
            Value::Bool(b) => (*b).into(),
        };
        (name.clone(), value)
    };
    values.iter().map(member).collect()
}

/// Outer rings with the holes that follow them, in degrees; rings of no area are left out.
fn polygons(tile: TileId, rings: &[Vec<(f64, f64)>]) -> MultiPolygon {
    let mut polygons: Vec<Polygon> = Vec::new();
    for ring in rings {
        let area = twice_area(ring);
        let line = LineString(ring.iter().map(|&(x, y)| degrees(tile, x, y)).collect());
        match polygons.last_mut() {
            _ if area == 0.0 => {}
            Some(polygon) if area < 0.0 => polygon.interiors_push(line),
            _ => polygons.push(Polygon::new(line, Vec::new())),
        }
    }
    MultiPolygon(polygons)
}

/// A corner in units of the whole world.
fn world_units(tile: TileId, x: impl Into<f64>, y: impl Into<f64>) -> (f64, f64) {
    let along = |tile: u32, unit: f64| f64::from(tile) * f64::from(EXTENT) + unit;
    (along(tile.x(), x.into()), along(tile.y(), y.into()))
}

/// Web Mercator's inverse on the unit square.
fn degrees(tile: TileId, x: f64, y: f64) -> Coord {
    let (x, y) = world_units(tile, x, y);
    let side = f64::from(EXTENT) * 2f64.powi(i32::from(tile.z()));
    let latitude = (std::f64::consts::PI * (1.0 - 2.0 * y / side)).sinh().atan();
    Coord { x: x / side * 360.0 - 180.0, y: latitude.to_degrees() }
}

//! A small invented town for tests: every kind of layer a tile is drawn from, small enough to be built many times.

use geozero::{CoordDimensions, ToWkb};
use std::sync::Arc;
use time::Date;
use time::macros::date;

use super::{Drawn, MapLayer, TileId, map_layers, render};
use crate::config::{Dissolve, LayerConfig, PublicColumn, TableName};
use crate::geometry::{LngLat, World};
use crate::store::{ColumnType, Field, Key, Layer, LayerBuilder, RawGeometry, Revision, Value, is_in_force};

/// The day it is served on.
pub const TODAY: Date = date!(2026 - 06 - 15);

/// A degree of longitude and latitude of its north-west corner.
const CORNER: (f64, f64) = (106.1, 11.28);
/// About a metre in degrees.
const METRE: f64 = 0.000_009;

const COLUMNS: [(&str, ColumnType); 7] = [
    ("name", ColumnType::Text),
    ("unit", ColumnType::Text),
    ("uses", ColumnType::Text),
    ("areas", ColumnType::Text),
    ("size", ColumnType::Float),
    ("valid_from", ColumnType::Date),
    ("valid_to", ColumnType::Date),
];

/// A row of any of its tables.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: i64,
    pub shape: geo_types::Geometry,
    pub name: String,
    pub unit: &'static str,
    pub uses: &'static str,
    /// A sum of areas, or another text.
    pub areas: String,
    pub size: f64,
    pub valid: [Option<Date>; 2],
}

impl Row {
    fn new(id: i64, shape: impl Into<geo_types::Geometry>) -> Self {
        let name = format!("số {id}");
        let areas = format!("{}+{}", 100 + id, id);
        let (shape, size, valid) = (shape.into(), id as f64 / 10.0, [None, None]);
        Self { id, shape, name, unit: "25630", uses: "ONT", areas, size, valid }
    }
}

/// Its tables.
#[derive(Debug, Clone)]
pub struct SmallTown {
    pub wards: Vec<Row>,
    pub parcels: Vec<Row>,
    pub streets: Vec<Row>,
    pub doors: Vec<Row>,
    /// What of it is declared.
    pub configs: Vec<LayerConfig>,
}

/// The place so many metres east and south of the corner.
pub fn at(east: f64, south: f64) -> (f64, f64) {
    (CORNER.0 + east * METRE, CORNER.1 - south * METRE)
}

/// A rectangle of metres.
pub fn lot(east: f64, south: f64, width: f64, depth: f64) -> geo_types::Geometry {
    geo_types::Rect::new(at(east, south), at(east + width, south + depth)).to_polygon().into()
}

/// The tile of this zoom around a place of the town.
pub fn tile_at(z: u8, (lng, lat): (f64, f64)) -> TileId {
    let World { x, y } = World::from_lnglat(LngLat { lng, lat });
    let shift = World::BITS - u32::from(z);
    TileId::new(z, (x >> shift) as u32, (y >> shift) as u32).unwrap()
}

impl SmallTown {
    /// Four wards of 3 km, eight blocks of parcels far from each other, streets and doors along them.
    pub fn new() -> Self {
        let mut town = Self {
            wards: Vec::new(),
            parcels: Vec::new(),
            streets: Vec::new(),
            doors: Vec::new(),
            configs: configs(),
        };
        for (i, unit) in (0..).zip(["25630", "25633", "25636", "25639"]) {
            let (east, south) = (f64::from(i % 2) * 3000.0, f64::from(i / 2) * 3000.0);
            // a ragged border that the neighbour has too, straight at the corners
            let wave = |n: i32| f64::from(n * 7 % 10) * 3.0;
            let side = |n: i32| f64::from(n) * 100.0;
            let mut ring = Vec::new();
            ring.extend((0..30).map(|n| at(east + side(n), south + wave(n))));
            ring.extend((0..30).map(|n| at(east + 3000.0 + wave(n), south + side(n))));
            ring.extend((1..=30).rev().map(|n| at(east + side(n), south + 3000.0 + wave(n))));
            ring.extend((1..=30).rev().map(|n| at(east + wave(n), south + side(n))));
            let polygon = geo_types::Polygon::new(ring.into(), Vec::new());
            town.wards.push(Row { unit, ..Row::new(i64::from(i) + 1, polygon) });
        }
        for block in 0..8 {
            let (east, south) =
                (f64::from(block % 4) * 1400.0 + 200.0, f64::from(block / 4) * 2900.0 + 300.0);
            for n in 0..24 {
                let (column, row) = (f64::from(n % 12), f64::from(n / 12));
                let id = i64::from(block * 24 + n) + 1;
                let shape = lot(east + column * 6.0, south + row * 20.0, 6.0, 20.0);
                let uses = ["ONT+CLN", "LUC", "CLN", "ONT"][(id * id % 11 % 4) as usize];
                let unit = ["25630", "25633", "25636", "25639"][(block % 4) as usize];
                town.parcels.push(Row { uses, unit, ..Row::new(id, shape) });
                let door = geo_types::Point::from(at(east + column * 6.0 + 3.0, south + row * 20.0 + 1.0));
                town.doors.push(Row { unit, ..Row::new(id, door) });
            }
            for n in 0..6 {
                let along = |m: i32| at(east + f64::from(m) * 30.0, south + f64::from(n * 45 + m % 3));
                let line: geo_types::LineString = (0..=(n + 1) * 3).map(along).collect();
                town.streets.push(Row::new(i64::from(block * 6 + n) + 1, line));
            }
        }
        let first = &mut town.parcels[0];
        first.shape = {
            // two parts and a hole
            let part = |geometry: geo_types::Geometry| geo_types::Polygon::try_from(geometry).unwrap();
            let hole = part(lot(202.0, 304.0, 2.0, 3.0)).exterior().clone();
            let whole =
                geo_types::Polygon::new(part(lot(200.0, 300.0, 6.0, 20.0)).exterior().clone(), vec![hole]);
            geo_types::MultiPolygon(vec![whole, part(lot(150.0, 310.0, 5.0, 5.0))]).into()
        };
        // what was until last year, and what comes next year
        town.parcels[5].valid = [None, Some(date!(2025 - 07 - 01))];
        town.parcels[6].valid = [Some(date!(2025 - 07 - 01)), None];
        town.doors[40].valid = [Some(date!(2027 - 01 - 01)), None];
        town
    }

    /// Its tables under their names.
    pub fn tables(&mut self) -> [&mut Vec<Row>; 4] {
        [&mut self.wards, &mut self.parcels, &mut self.streets, &mut self.doors]
    }

    /// Its layers as tiles offer them.
    pub fn map(&self) -> Vec<MapLayer> {
        let tables = [&self.wards, &self.parcels, &self.streets, &self.doors];
        let layers = self.configs.iter().zip(tables).map(|(config, rows)| {
            let is_current = |row: &&Row| is_in_force(row.valid[0], row.valid[1], TODAY);
            let layer = |rows: Vec<&Row>| layer(config, &rows);
            let current = layer(rows.iter().filter(is_current).collect());
            let history = layer(rows.iter().filter(|row| !is_current(row)).collect());
            let history = (!history.is_empty()).then(|| Arc::new(history));
            ((Arc::new(current), config.clone()), history)
        });
        map_layers(layers, |_| {})
    }
}

fn configs() -> Vec<LayerConfig> {
    let config = |id: &str, minzoom: u8| LayerConfig {
        id: id.to_owned(),
        title: id.to_owned(),
        table: TableName { schema: None, name: id.to_owned() },
        key: "id".to_owned(),
        geometry: "geom".to_owned(),
        srid: None,
        columns: COLUMNS.iter().map(|&(name, _)| PublicColumn::same(name)).collect(),
        minzoom,
        maxzoom: 18,
        dissolve: None,
        label_columns: Vec::new(),
    };
    let mut parcels = config("parcels", 6);
    parcels.dissolve = Some(Dissolve { ward: "unit".to_owned(), use_code: "uses".to_owned() });
    parcels.label_columns = vec!["name".to_owned()];
    parcels.columns[4].minzoom = 16;
    vec![config("wards", 6), parcels, config("streets", 8), config("doors", 12)]
}

fn layer(config: &LayerConfig, rows: &[&Row]) -> Layer {
    let column_type = |name: &str| COLUMNS.iter().find(|(known, _)| *known == name).unwrap().1;
    let fields = config
        .columns
        .iter()
        .map(|column| Field { name: column.name.clone(), column_type: column_type(&column.column) });
    let mut builder = LayerBuilder::new(&config.id, fields.collect(), None);
    for row in rows {
        let day = |day: Option<Date>| day.map_or(Value::Null, Value::Date);
        let value = |column: &PublicColumn| match column.column.as_str() {
            "name" => Value::Text(&row.name),
            "unit" => Value::Text(row.unit),
            "uses" => Value::Text(row.uses),
            "areas" => Value::Text(&row.areas),
            "size" => Value::Float(row.size),
            "valid_from" => day(row.valid[0]),
            _ => day(row.valid[1]),
        };
        let values: Vec<Value<'_>> = config.columns.iter().map(value).collect();
        let bytes = row.shape.to_ewkb(CoordDimensions::xy(), Some(4326)).unwrap();
        builder.push(Key::Int(row.id), RawGeometry::Ewkb(&bytes), &values);
    }
    let layer = builder.finish(std::time::Duration::ZERO);
    assert_eq!(layer.report().refused_rows(), 0, "{:?}", layer.report());
    layer
}

/// A layer's tile as it stood on a day, with the revision it is kept under; `None` where that day is not shown.
pub fn draw(layer: &MapLayer, tile: TileId, day: Option<Date>) -> Option<(Revision, Drawn)> {
    let epoch = day.and_then(|day| layer.epoch(day, TODAY));
    if epoch.is_some() && layer.is_dissolved_at(tile.z()) {
        return None;
    }
    let drawn = render([layer.drawing(tile.z(), None, None, epoch)], tile);
    Some((layer.revision_in(tile, epoch), drawn))
}

//! Two judges of drawn polygons: the `geo` crate at once, GEOS in batches through PostGIS.

use geo::Validation;
use geozero::{CoordDimensions, ToWkb};

use super::decode::{LayerOfShapes, Shape};
use crate::support::Database;

/// What one statement carries to PostGIS.
const BATCH: usize = 2_000;

/// Collects polygons and what is wrong with them.
pub struct Judge<'a> {
    database: &'a Database,
    waiting: Vec<(String, String)>,
    pub polygons: usize,
    faults: Vec<String>,
}

impl<'a> Judge<'a> {
    /// A judge who asks this database.
    pub fn new(database: &'a Database) -> Self {
        Self { database, waiting: Vec::new(), polygons: 0, faults: Vec::new() }
    }

    /// Judges all polygons of a tile.
    pub fn tile(&mut self, layers: &[LayerOfShapes], place: &str) {
        for layer in layers {
            self.shapes(&layer.shapes, &format!("{place} {}", layer.name));
        }
    }

    pub fn shapes(&mut self, shapes: &[Shape], place: &str) {
        for shape in shapes.iter().filter(|shape| shape.is_polygon) {
            let name = format!("{place} {}", shape.id);
            if let Err(fault) = shape.geometry.check_validation() {
                self.faults.push(format!("{name}: geo says {fault}: {:?}", shape.rings));
            }
            let wkb = shape.geometry.to_wkb(CoordDimensions::xy()).unwrap();
            self.waiting.push((name, wkb.iter().map(|byte| format!("{byte:02x}")).collect()));
            self.polygons += 1;
        }
        if self.waiting.len() >= BATCH {
            self.ask_geos();
        }
    }

    fn ask_geos(&mut self) {
        let shapes: Vec<String> = self.waiting.iter().map(|(_, wkb)| format!("'{wkb}'")).collect();
        let rows = self.database.query(&format!(
            "SELECT n, ST_IsValidReason(g), ST_AsText(g) FROM unnest(ARRAY[{}]::geometry[]) WITH ORDINALITY AS drawn(g, n)
             WHERE NOT ST_IsValid(g)",
            shapes.join(",")
        ));
        for row in rows {
            let [n, reason, text] = [0, 1, 2].map(|i| row[i].clone().unwrap());
            let (name, _) = &self.waiting[n.parse::<usize>().unwrap() - 1];
            self.faults.push(format!("{name}: GEOS says {reason}: {text}"));
        }
        self.waiting.clear();
    }

    /// Demands that nothing was wrong, and gives the number of polygons.
    pub fn verdict(mut self) -> usize {
        self.ask_geos();
        let first: String = self.faults.iter().take(10).map(|fault| format!("{fault:.600}\n")).collect();
        let (faults, polygons) = (self.faults.len(), self.polygons);
        assert!(self.faults.is_empty(), "{faults} faults in {polygons} polygons:\n{first}");
        self.polygons
    }
}

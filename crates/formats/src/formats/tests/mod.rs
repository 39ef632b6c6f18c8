//! Files of shapes as they come, read through the one door [`open`](super::open).

mod any_bytes;
mod bundles;
mod foreign_files;
mod gdal;
mod made;
mod real_files;
mod shapefiles;

use std::path::Path;

use geo_types::{Coord, Geometry, LineString, Polygon};

use super::{Content, Layer, NamedCrs, ReadError, Remark, Row, open};

/// What a layer gave.
#[derive(Debug)]
struct Given {
    name: Option<String>,
    rows: Vec<Row>,
    crs: Option<NamedCrs>,
    remarks: Vec<Remark>,
}

impl Given {
    fn of(mut layer: Layer) -> Result<Self, ReadError> {
        let rows = layer.by_ref().collect::<Result<_, _>>()?;
        Ok(Self { name: layer.name.clone(), rows, crs: layer.crs(), remarks: layer.remarks() })
    }

    fn content(&self, i: usize) -> &Content {
        self.rows[i].content.as_ref().unwrap()
    }

    fn text(&self, i: usize, column: &str) -> Option<String> {
        self.content(i).text(column).map(std::borrow::Cow::into_owned)
    }

    fn geometry(&self, i: usize) -> Option<&Geometry> {
        self.content(i).geometry.as_ref()
    }

    fn numbers(&self) -> Vec<u64> {
        self.rows.iter().map(|row| row.number).collect()
    }

    /// How many rows a remark is of that has these words in it.
    fn remarked(&self, words: &str) -> Option<u64> {
        self.remarks.iter().find(|remark| remark.what.contains(words)).map(|remark| remark.rows)
    }
}

fn read_all(path: &Path) -> Result<Vec<Given>, ReadError> {
    open(path)?.into_iter().map(Given::of).collect()
}

/// Writes files into a folder of their own and reads one of them, or with an empty name the folder.
fn read_files(files: &[(&str, &[u8])], name: &str) -> Result<Vec<Given>, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    for (file, bytes) in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    read_all(&folder.path().join(name))
}

fn read_one(files: &[(&str, &[u8])], name: &str) -> Given {
    let mut layers = read_files(files, name).unwrap();
    assert_eq!(layers.len(), 1);
    layers.remove(0)
}

fn ring(points: &[(f64, f64)]) -> LineString {
    LineString(points.iter().map(|(x, y)| Coord { x: *x, y: *y }).collect())
}

fn polygon(outer: &[(f64, f64)], holes: &[&[(f64, f64)]]) -> Polygon {
    Polygon::new(ring(outer), holes.iter().map(|hole| ring(hole)).collect())
}

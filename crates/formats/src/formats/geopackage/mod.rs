//! A GeoPackage: a layer each table of features or attributes, in the order of its list of contents.
//!
//! It is opened for reading only and in one read transaction, so another program may hold it open and write to
//! it. Tables of tiles are named in a remark; tables that stand in no list of contents are not looked at.

mod connection;
mod rows;
mod tables;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::ReadError;
use super::layer::Layer;
use super::read_rows::Remark;
use super::spool::Place;
use super::threaded::Threaded;

/// The layers of a package.
pub fn layers(place: &Place) -> Result<Vec<Layer>, ReadError> {
    let contents = connection::wait(tables::contents(place.path()))?;
    if contents.tables.is_empty() {
        return Err(ReadError::GeoPackage("it lists no table of features or attributes".to_owned()));
    }
    let mut others = (contents.of_other_kinds > 0).then(|| Remark {
        what: "tables of tiles and other things that are not read".to_owned(),
        rows: contents.of_other_kinds,
    });
    let layer = |table: tables::Table| {
        let (name, crs, place) = (table.name.clone(), table.crs.clone(), place.clone());
        let others = others.take();
        let rows = Threaded::new(crs, move |outlet| {
            let read = connection::block_on(rows::read(place.path(), &table, outlet))?;
            read.map(|remarks| remarks.into_iter().chain(others).collect())
        });
        Layer::new(Some(name), Box::new(rows), Arc::new(AtomicU64::new(0)), 0)
    };
    Ok(contents.tables.into_iter().map(layer).collect())
}

#[cfg(test)]
mod tests;

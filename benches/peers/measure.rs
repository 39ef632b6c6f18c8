//! One cell of the tables after the other: a server, a zoom, a form of bodies.
//!
//! Servers take turns within a zoom, so that other work on the machine meets all of them. Those with
//! caches have them filled by a full pass first; the others have warm page buffers then, no more.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use bandoso::tile::TileId;

use super::common::connection::Connection;
use super::common::sample::{mean, percentile};
use super::content::{Content, compare, some_of};
use super::load::{Saturated, Target};
use super::servers::{Encoding, Fleet, Running, Subject};
use super::tables::PeerTables;

/// What a cell holds.
pub struct Measured {
    pub serial_p50_ms: f64,
    pub serial_p99_ms: f64,
    pub body_bytes: f64,
    pub saturated: Saturated,
    /// With half as many requests as were possible; nothing where the client could not keep the pace.
    pub half_load_p99_ms: Option<f64>,
}

pub type Cell = Result<Measured, String>;

/// Where a cell stands.
pub type Place = (u8, Encoding, Subject);

/// All that was measured, and whether peers answered with what we did.
#[derive(Default)]
pub struct Results {
    pub cells: BTreeMap<Place, Cell>,
    /// By zoom and peer.
    pub same_content: BTreeMap<(u8, Subject), Result<(), String>>,
}

pub struct Plan<'a> {
    pub fleet: &'a Fleet,
    pub tables: &'a PeerTables,
    /// By zoom.
    pub tiles: &'a BTreeMap<u8, Vec<TileId>>,
    pub limit: Duration,
    pub folder: &'a Path,
}

impl Plan<'_> {
    pub fn run(&self) -> Results {
        let mut results = Results::default();
        for (&zoom, tiles) in self.tiles {
            eprintln!("z{zoom}: {} tiles", tiles.len());
            for peer in
                [Subject::MartinPostgis, Subject::MartinMbtiles, Subject::MartinPmtiles, Subject::Versatiles]
            {
                results.same_content.insert((zoom, peer), self.compare(peer, tiles));
            }
            for encoding in [Encoding::Identity, Encoding::Gzip] {
                for subject in Subject::COLD {
                    results.cells.insert((zoom, encoding, subject), self.cell(subject, tiles, encoding));
                }
            }
            // the fixed answer comes last: it has the size of ours
            for subject in Subject::WARM {
                let cell = match subject {
                    Subject::Fixed => self.fixed(&results, zoom, tiles),
                    _ => self.cell(subject, tiles, Encoding::Gzip),
                };
                results.cells.insert((zoom, Encoding::Gzip, subject), cell);
            }
        }
        results
    }

    fn compare(&self, peer: Subject, tiles: &[TileId]) -> Result<(), String> {
        let ours = self.content(self.fleet.get(Subject::Ours)?, tiles)?;
        let theirs = self.content(self.fleet.get(peer)?, tiles)?;
        compare(&ours, &theirs)
    }

    fn content(&self, server: &Running, tiles: &[TileId]) -> Result<Content, String> {
        let mut connection = Connection::open(server.address).map_err(|e| e.to_string())?;
        let mut content = Content::default();
        for tile in some_of(tiles) {
            let path = server.path(tile, self.tables)?;
            let answer =
                connection.get(&path, Encoding::Identity.header()).map_err(|e| format!("{path}: {e}"))?;
            match answer.status {
                200 if answer.is_gzip => return Err(format!("{path} is gzip though identity was asked for")),
                200 => content.add(tile, answer.body)?,
                status => return Err(format!("{path} is answered with {status}")),
            }
        }
        Ok(content)
    }

    fn cell(&self, subject: Subject, tiles: &[TileId], encoding: Encoding) -> Cell {
        let server = self.fleet.get(subject)?;
        let paths: Result<Vec<String>, String> = tiles.iter().map(|&t| server.path(t, self.tables)).collect();
        self.measure(server, &paths?, encoding)
    }

    fn fixed(&self, results: &Results, zoom: u8, tiles: &[TileId]) -> Cell {
        let ours = results.cells.get(&(zoom, Encoding::Gzip, Subject::OursCached));
        let Some(Ok(ours)) = ours else { return Err("ours was not measured".to_owned()) };
        let path = format!("/{:.0}", ours.body_bytes);
        self.measure(self.fleet.get(Subject::Fixed)?, &vec![path; tiles.len()], Encoding::Gzip)
    }

    fn measure(&self, server: &Running, paths: &[String], encoding: Encoding) -> Cell {
        let target = Target { address: server.address, paths, encoding };
        let first = target.first_pass(self.limit)?;
        let pass = target.serial(self.limit)?;
        let saturated = target.saturate(self.limit, self.folder)?;
        let half = saturated.requests_per_s / 2.0;
        let half_load_p99_ms = target.steady_p99_ms(half, self.limit / 2)?;
        Ok(Measured {
            serial_p50_ms: percentile(pass.latencies_ms.clone(), 50),
            serial_p99_ms: percentile(pass.latencies_ms, 99),
            body_bytes: mean(first.body_bytes.into_iter()),
            saturated,
            half_load_p99_ms,
        })
    }
}

impl Results {
    /// How many times a peer's requests a second we answer, or why that cannot be said.
    pub fn ratio(&self, zoom: u8, encoding: Encoding, ours: Subject, other: Subject) -> Result<f64, String> {
        let rate = |subject| match self.cells.get(&(zoom, encoding, subject)) {
            Some(Ok(measured)) => match measured.saturated.errors {
                0 => Ok(measured.saturated.requests_per_s),
                errors => Err(format!("not comparable: {errors} errors under load")),
            },
            Some(Err(why)) => Err(format!("not measured: {why}")),
            None => Err("not measured".to_owned()),
        };
        let ratio = rate(ours)? / rate(other)?;
        match self.same_content.get(&(zoom, other)) {
            Some(Err(why)) => Err(format!("not comparable: {why}")),
            _ => Ok(ratio),
        }
    }
}

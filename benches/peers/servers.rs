//! The servers side by side: what each is called, how it names a tile, and the set that runs.

use std::any::Any;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use bandoso::tile::TileId;

use super::arguments::Arguments;
use super::support::{Database, Server};
use super::tables::{PeerTable, PeerTables};
use super::town::Degrees;
use super::{martin, versatiles};

/// The form in which a client wants its bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    Identity,
    Gzip,
}

impl Encoding {
    pub fn header(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
        }
    }
}

/// A server under measurement, by what it is and whether it keeps answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Ours,
    OursCached,
    MartinPostgis,
    MartinMbtiles,
    MartinPmtiles,
    Versatiles,
    /// An answer of a fixed body: what HTTP on this machine allows at most.
    Fixed,
}

impl Subject {
    /// Those that make every tile anew.
    pub const COLD: [Self; 3] = [Self::Ours, Self::MartinPostgis, Self::Versatiles];
    /// Those that keep or were given finished tiles.
    pub const WARM: [Self; 4] = [Self::OursCached, Self::MartinMbtiles, Self::MartinPmtiles, Self::Fixed];

    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "bandoso, no cache",
            Self::OursCached => "bandoso, cache",
            Self::MartinPostgis => "Martin on PostGIS, no cache",
            Self::MartinMbtiles => "Martin on MBTiles",
            Self::MartinPmtiles => "Martin on PMTiles",
            Self::Versatiles => "VersaTiles in memory",
            Self::Fixed => "fixed body of our size",
        }
    }

    pub fn is_ours(self) -> bool {
        matches!(self, Self::Ours | Self::OursCached)
    }
}

/// A server that answers, and what keeps it alive.
pub struct Running {
    pub subject: Subject,
    pub address: SocketAddr,
    /// Stops the server when dropped.
    _keep: Box<dyn Any>,
}

impl Running {
    pub fn new(subject: Subject, address: SocketAddr, keep: impl Any) -> Self {
        Self { subject, address, _keep: Box::new(keep) }
    }

    /// The path of a tile; peers have a source a table.
    pub fn path(&self, tile: TileId, tables: &PeerTables) -> Result<String, String> {
        let (z, x, y) = (tile.z(), tile.x(), tile.y());
        let source = |table: Result<&PeerTable, String>| table.map(|t| t.name.clone());
        Ok(match self.subject {
            Subject::Ours | Subject::OursCached => format!("/tiles/parcels/{z}/{x}/{y}"),
            Subject::Versatiles => format!("/tiles/{}/{z}/{x}/{y}", source(tables.at(z))?),
            Subject::Fixed => "/0".to_owned(),
            _ => format!("/{}/{z}/{x}/{y}", source(tables.at(z))?),
        })
    }
}

/// Our own server on the town's database.
pub fn start_ours(subject: Subject, database: &Database, folder: &Path) -> Running {
    let config = folder.join(format!("{subject:?}.toml"));
    let text = if subject == Subject::Ours { "tile_cache_mb = 0\n" } else { "" };
    std::fs::write(&config, text).expect("the temporary folder can be written");
    let config = config.to_str().expect("a path in UTF-8");
    let server = Server::start(&["serve", "--source", &database.url, "--config", config]);
    let address = server.base_url.trim_start_matches("http://").parse().expect("an address and a port");
    Running::new(subject, address, server)
}

/// The servers that run, and why others do not.
pub struct Fleet {
    running: Vec<Running>,
    missing: Vec<(Subject, String)>,
}

impl Fleet {
    pub fn new() -> Self {
        Self { running: Vec::new(), missing: Vec::new() }
    }

    pub fn add(&mut self, running: Running) {
        self.running.push(running);
    }

    /// Starts the peers; one that does not start is missing in the tables and nothing else.
    pub fn start_peers(&mut self, site: &Site<'_>) {
        type Start = fn(&Site<'_>) -> Result<Running, String>;
        let peers: [(&str, Subject, Start); 4] = [
            ("martin", Subject::MartinPostgis, martin::on_postgis),
            ("martin", Subject::MartinMbtiles, martin::on_mbtiles),
            ("martin", Subject::MartinPmtiles, martin::on_pmtiles),
            ("versatiles", Subject::Versatiles, versatiles::in_memory),
        ];
        for (peer, subject, start) in peers {
            if !site.arguments.beside.wants(peer) {
                self.missing.push((subject, "left out".to_owned()));
                continue;
            }
            eprintln!("starting {}", subject.name());
            match start(site) {
                Ok(running) => self.running.push(running),
                Err(why) => {
                    eprintln!("  not measured: {why}");
                    self.missing.push((subject, why));
                }
            }
        }
    }

    /// A server, or why it does not run.
    pub fn get(&self, subject: Subject) -> Result<&Running, String> {
        self.running.iter().find(|running| running.subject == subject).ok_or_else(|| {
            let missing = self.missing.iter().find(|(missing, _)| *missing == subject);
            missing.map_or_else(|| "not started".to_owned(), |(_, why)| why.clone())
        })
    }
}

/// All that a peer needs to start.
pub struct Site<'a> {
    pub arguments: &'a Arguments,
    pub database: &'a Database,
    pub tables: &'a PeerTables,
    /// Where parcels are: nothing is rendered elsewhere.
    pub wards: &'a [Degrees],
    /// For archives, exports and logs; goes with the run.
    pub folder: &'a Path,
}

impl Site<'_> {
    /// A program of a peer.
    pub fn program(&self, name: &str) -> Result<PathBuf, String> {
        let program = self.arguments.beside.folder().join(name);
        if program.is_file() { Ok(program) } else { Err(format!("missing: {name}")) }
    }
}

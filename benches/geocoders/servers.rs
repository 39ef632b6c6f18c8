//! The geocoders side by side: what each is called, how it is asked, and what starts it.

use std::any::Any;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use bandoso::geometry::LngLat;

use super::arguments::Arguments;
use super::common::doors::encoded;
use super::rows::Register;
use super::support::Server;
use super::{addok, nominatim};

/// Answers wanted of every search.
pub const ANSWERS: usize = 5;
/// Processes that answer, of each peer.
pub const WORKERS: usize = 4;

/// A geocoder under measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Ours,
    /// As it comes.
    Addok,
    /// With a configuration for Vietnamese.
    AddokVietnamese,
    Nominatim,
}

impl Subject {
    pub const ALL: [Self; 4] = [Self::Ours, Self::AddokVietnamese, Self::Addok, Self::Nominatim];

    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "bandoso",
            Self::Addok => "addok, stock",
            Self::AddokVietnamese => "addok, configured",
            Self::Nominatim => "Nominatim",
        }
    }

    /// Loads the doors and serves them.
    pub fn start(self, site: &Site<'_>) -> Result<Running, String> {
        match self {
            Self::Ours => Ok(start_ours(site)),
            Self::Addok if site.arguments.beside.wants("addok") => addok::start(site, false),
            Self::AddokVietnamese if site.arguments.beside.wants("addok") => addok::start(site, true),
            Self::Nominatim if site.arguments.beside.wants("nominatim") => nominatim::start(site),
            _ => Err("left out".to_owned()),
        }
    }

    /// The path of a search for a whole address, in the geocoder's own words.
    pub fn search(self, text: &str) -> String {
        let text = encoded(text);
        match self {
            Self::Ours => format!("/v1/search?text={text}&size={ANSWERS}"),
            Self::Addok | Self::AddokVietnamese => {
                format!("/search?q={text}&limit={ANSWERS}&autocomplete=0")
            }
            Self::Nominatim => {
                format!("/search?q={text}&limit={ANSWERS}&format=jsonv2&addressdetails=1&countrycodes=vn")
            }
        }
    }

    /// The path that asks for the door nearest to a place.
    pub fn reverse(self, at: LngLat) -> String {
        let place = format!("lat={:.6}&lon={:.6}", at.lat, at.lng);
        match self {
            Self::Ours => format!("/v1/reverse?{place}&size=1"),
            Self::Addok | Self::AddokVietnamese => format!("/reverse?{place}"),
            Self::Nominatim => format!("/reverse?{place}&format=jsonv2"),
        }
    }
}

/// A geocoder that answers, and what keeps it alive.
pub struct Running {
    pub subject: Subject,
    pub address: SocketAddr,
    /// Its name and version, and those of what it stands on.
    pub version: String,
    /// From the rows in its own form to the first answer.
    pub load_s: f64,
    /// Processes that it is made of, each with its children.
    pub processes: Vec<u32>,
    /// Stops all of it when dropped.
    pub _keep: Box<dyn Any>,
}

/// All that a geocoder needs to start.
pub struct Site<'a> {
    pub arguments: &'a Arguments,
    pub register: &'a Register,
    /// The whole town as a GeoPackage.
    pub town: &'a Path,
    /// For files and logs; goes with the run.
    pub folder: &'a Path,
}

fn start_ours(site: &Site<'_>) -> Running {
    let started = Instant::now();
    let server = Server::start(&["serve", "--source", site.town.to_str().expect("a path in UTF-8")]);
    Running {
        subject: Subject::Ours,
        address: server.base_url.trim_start_matches("http://").parse().expect("an address and a port"),
        version: format!("bandoso {}", env!("CARGO_PKG_VERSION")),
        load_s: started.elapsed().as_secs_f64(),
        processes: vec![server.pid()],
        _keep: Box::new(server),
    }
}

/// The version of a package in a peer's Python.
pub fn package_version(site: &Site<'_>, peer: &str, package: &str) -> Result<String, String> {
    let program = site.arguments.program(peer, "python")?;
    let script = format!("from importlib.metadata import version; print(version('{package}'))");
    output_of(std::process::Command::new(program).args(["-c", &script]))
}

/// What a command says.
pub fn output_of(command: &mut std::process::Command) -> Result<String, String> {
    let output = command.output().map_err(|e| format!("{:?} is missing: {e}", command.get_program()))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

//! The command line.

use std::path::PathBuf;

use clap::Parser;

use super::common::arguments::{are_for_a_bench, peers_folder};

/// Measures this server's geocoder and its peers on the same generated addresses.
#[derive(Parser)]
#[command(name = "geocoders")]
pub struct Arguments {
    /// About how many addresses the town has
    #[arg(long, default_value_t = 100_000)]
    pub addresses: u32,

    /// Questions in each category
    #[arg(long, default_value_t = 300)]
    pub questions: usize,

    /// Peers to start: addok, nominatim [default: all]
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,

    /// The page whose part between `<!-- geocoders:begin -->` and `<!-- geocoders:end -->` is written anew
    #[arg(long, default_value = "docs/performance.md")]
    pub out: PathBuf,

    /// Folder of the peers' programs [default: ~/.local/share/bandoso-peers/bin]
    #[arg(long, env = "BANDOSO_PEERS")]
    pub peers: Option<PathBuf>,

    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

impl Arguments {
    /// The arguments, or nothing where `cargo test --all-targets` only wants to know that it was built.
    pub fn read() -> Option<Self> {
        are_for_a_bench().then(Self::parse)
    }

    pub fn wants(&self, peer: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == peer)
    }

    /// A program of a peer's Python, which stands in a folder of the peer's name beside that of the others.
    pub fn program(&self, peer: &str, name: &str) -> Result<PathBuf, String> {
        let beside = peers_folder(self.peers.as_ref()).with_file_name(peer);
        let program = beside.join("bin").join(name);
        if program.is_file() {
            Ok(program)
        } else {
            Err(format!("{peer} is not installed: {name} is missing"))
        }
    }

    /// The command that makes the same tables again.
    pub fn command(&self) -> String {
        let only =
            if self.only.is_empty() { String::new() } else { format!(" --only {}", self.only.join(",")) };
        format!("scripts/bench-geocoders --addresses {} --questions {}{only}", self.addresses, self.questions)
    }
}

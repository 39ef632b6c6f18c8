//! The command line.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::Parser;

use super::common::arguments::{are_for_a_bench, peers_folder};

/// Measures this server and its peers on the same generated town.
#[derive(Parser)]
#[command(name = "peers")]
pub struct Arguments {
    /// About how many parcels the town has
    #[arg(long, default_value_t = 1_000_000)]
    pub parcels: u32,

    /// Zooms to measure, first and last (6-18 takes half as long again)
    #[arg(long, default_value = "8-16", value_parser = parse_zooms)]
    pub zooms: RangeInclusive<u8>,

    /// Seconds of full load in every cell of the tables
    #[arg(long, default_value_t = 3)]
    pub seconds: u64,

    /// Peers to start: martin, versatiles [default: all]
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,

    /// The page whose part between `<!-- peers:begin -->` and `<!-- peers:end -->` is written anew
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

    pub fn peers_folder(&self) -> PathBuf {
        peers_folder(self.peers.as_ref())
    }

    /// The command that makes the same tables again.
    pub fn command(&self) -> String {
        let zooms = format!("{}-{}", self.zooms.start(), self.zooms.end());
        let only =
            if self.only.is_empty() { String::new() } else { format!(" --only {}", self.only.join(",")) };
        format!(
            "scripts/bench-peers --parcels {} --zooms {zooms} --seconds {}{only}",
            self.parcels, self.seconds
        )
    }
}

fn parse_zooms(text: &str) -> Result<RangeInclusive<u8>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let zoom = |text: &str| text.parse().ok().filter(|&z: &u8| z <= 20);
    match (zoom(first), zoom(last)) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err("say two zooms such as 13-16".to_owned()),
    }
}

//! The command line.

use std::path::PathBuf;

use clap::Parser;

use super::common::arguments::{PeerArguments, are_for_a_bench};

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

    #[command(flatten)]
    pub beside: PeerArguments,
}

impl Arguments {
    /// The arguments, or nothing where `cargo test --all-targets` only wants to know that it was built.
    pub fn read() -> Option<Self> {
        are_for_a_bench().then(Self::parse)
    }

    /// A program of a peer's Python, which stands in a folder of the peer's name beside that of the others.
    pub fn program(&self, peer: &str, name: &str) -> Result<PathBuf, String> {
        let beside = self.beside.folder().with_file_name(peer);
        let program = beside.join("bin").join(name);
        if program.is_file() {
            Ok(program)
        } else {
            Err(format!("{peer} is not installed: {name} is missing"))
        }
    }

    /// The command that makes the same tables again.
    pub fn command(&self) -> String {
        let only = if self.beside.only.is_empty() {
            String::new()
        } else {
            format!(" --only {}", self.beside.only.join(","))
        };
        format!("scripts/bench-geocoders --addresses {} --questions {}{only}", self.addresses, self.questions)
    }
}

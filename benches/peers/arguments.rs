//! The command line.

use std::ops::RangeInclusive;

use clap::Parser;

use super::common::arguments::{PeerArguments, are_for_a_bench};

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

    #[command(flatten)]
    pub beside: PeerArguments,
}

impl Arguments {
    /// The arguments, or nothing where `cargo test --all-targets` only wants to know that it was built.
    pub fn read() -> Option<Self> {
        are_for_a_bench().then(Self::parse)
    }

    /// The command that makes the same tables again.
    pub fn command(&self) -> String {
        let zooms = format!("{}-{}", self.zooms.start(), self.zooms.end());
        let only = if self.beside.only.is_empty() {
            String::new()
        } else {
            format!(" --only {}", self.beside.only.join(","))
        };
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

//! What the command lines of benches share, and the end of a bench that takes too long.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Whatever happens, nothing of a bench runs longer.
const TIME_LIMIT: Duration = Duration::from_secs(40 * 60);

/// The number given, or `usual`; or the exit code where there is nothing to measure.
pub fn number<N: std::str::FromStr + std::fmt::Display>(
    bench: &str,
    what: &str,
    usual: N,
) -> Result<N, ExitCode> {
    if !are_for_a_bench() {
        return Err(ExitCode::SUCCESS);
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().find(|a| !a.starts_with("--")).map(|a| a.parse()) {
        None => Ok(usual),
        Some(Ok(number)) => Ok(number),
        Some(Err(_)) => {
            eprintln!("usage: cargo bench --bench {bench} -- {what}   (a whole number, {usual} if left out)");
            Err(ExitCode::FAILURE)
        }
    }
}

/// What `--NAME=VALUE` says.
pub fn option(name: &str) -> Option<String> {
    std::env::args().find_map(|argument| argument.strip_prefix(&format!("--{name}="))?.to_owned().into())
}

/// `cargo bench` says so; `cargo test --all-targets` only wants to know that it was built.
pub fn are_for_a_bench() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// What a bench beside other servers is told of them.
#[derive(clap::Args)]
pub struct PeerArguments {
    /// Peers to start, by name, commas between [default: all]
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,

    /// The page whose part between the bench's two marks is written anew
    #[arg(long, default_value = "docs/performance.md")]
    pub out: PathBuf,

    /// Folder of the peers' programs [default: ~/.local/share/bandoso-peers/bin]
    #[arg(long, env = "BANDOSO_PEERS")]
    peers: Option<PathBuf>,

    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

impl PeerArguments {
    pub fn wants(&self, peer: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| wanted == peer)
    }

    /// The folder of the peers' programs: the one given, or the usual one.
    pub fn folder(&self) -> PathBuf {
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
        self.peers.clone().unwrap_or_else(|| home().join(".local/share/bandoso-peers/bin"))
    }
}

/// Ends the process when it has taken too long, and with it all that watchdogs and guards look after; the
/// folder goes too.
pub fn give_up_in_time(folder: Option<PathBuf>) {
    std::thread::spawn(move || {
        std::thread::sleep(TIME_LIMIT);
        eprintln!("not done after {} minutes: given up", TIME_LIMIT.as_secs() / 60);
        folder.map(std::fs::remove_dir_all);
        std::process::exit(1);
    });
}

//! The command line of a bench that takes one number, and the end of one that takes too long.

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
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says so; `cargo test --all-targets` only wants to know that it was built
    if !arguments.iter().any(|a| a == "--bench") {
        return Err(ExitCode::SUCCESS);
    }
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

/// Ends the process when it has taken too long.
pub fn give_up_in_time() {
    std::thread::spawn(|| {
        std::thread::sleep(TIME_LIMIT);
        eprintln!("not done after {} minutes: given up", TIME_LIMIT.as_secs() / 60);
        std::process::exit(1);
    });
}

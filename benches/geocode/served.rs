//! The same over HTTP: one client after the other's answer, and several at once.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use super::common::asking::{Answered, crowd, serial};
use super::common::sample::percentile;
use super::common::table::Table;
use super::support::Server;

/// Requests of the serial client.
const SERIAL: usize = 5_000;
/// How long several at once ask.
const ASKING: Duration = Duration::from_secs(5);

/// Starts the server over the file and writes the table; `paths` is what is asked for, by name.
pub fn print(file: &Path, paths: &[(&str, Vec<String>)]) {
    let server = Server::start(&["serve", "--source", &file.to_string_lossy()]);
    let address: SocketAddr = server.base_url.trim_start_matches("http://").parse().expect("an address");
    let mut table =
        Table::new(&["Asked", "serial p50 µs", "p99 µs", "answers a second, 4 clients", "p99 µs"]);
    for (name, paths) in paths {
        let serial = all(serial(address, paths, SERIAL, Duration::from_secs(60)));
        let crowd = all(crowd(address, paths, ASKING));
        table.row(vec![
            (*name).to_owned(),
            format!("{:.0}", percentile(serial.times.clone(), 50)),
            format!("{:.0}", percentile(serial.times, 99)),
            format!("{:.0}", crowd.per_second()),
            format!("{:.0}", percentile(crowd.times, 99)),
        ]);
    }
    table.print("Over HTTP on loopback, the clients on the same two cores");
}

/// Our own server has no reason not to answer.
fn all(answered: Result<Answered, String>) -> Answered {
    let answered = answered.expect("answers");
    assert_eq!(answered.errors, 0, "answers that are not 200");
    answered
}

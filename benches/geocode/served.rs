//! The same over HTTP: one client after the other's answer, and several at once.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use super::common::connection::Connection;
use super::common::sample::percentile;
use super::common::table::Table;
use super::support::Server;

/// Requests of the serial client.
const SERIAL: usize = 5_000;
/// Clients at once, and how long they ask.
const CLIENTS: usize = 4;
const ASKING: Duration = Duration::from_secs(5);

/// Starts the server over the file and writes the table; `paths` is what is asked for, by name.
pub fn print(file: &Path, paths: &[(&str, Vec<String>)]) {
    let server = Server::start(&["serve", "--source", &file.to_string_lossy()]);
    let address: SocketAddr = server.base_url.trim_start_matches("http://").parse().expect("an address");
    let mut table =
        Table::new(&["Asked", "serial p50 µs", "p99 µs", "answers a second, 4 clients", "p99 µs"]);
    for (name, paths) in paths {
        let serial = ask(address, paths, SERIAL, Duration::from_secs(60));
        let started = Instant::now();
        let each: Vec<Vec<f64>> = std::thread::scope(|scope| {
            let clients: Vec<_> =
                (0..CLIENTS).map(|_| scope.spawn(|| ask(address, paths, usize::MAX, ASKING))).collect();
            clients.into_iter().map(|client| client.join().expect("a client")).collect()
        });
        let seconds = started.elapsed().as_secs_f64();
        let all: Vec<f64> = each.concat();
        table.row(vec![
            (*name).to_owned(),
            format!("{:.0}", percentile(serial.clone(), 50)),
            format!("{:.0}", percentile(serial, 99)),
            format!("{:.0}", all.len() as f64 / seconds),
            format!("{:.0}", percentile(all, 99)),
        ]);
    }
    table.print("Over HTTP on loopback, the clients on the same two cores");
}

/// Microseconds of each answer.
fn ask(address: SocketAddr, paths: &[String], count: usize, limit: Duration) -> Vec<f64> {
    let mut connection = Connection::open(address).expect("a connection");
    let (started, mut times) = (Instant::now(), Vec::new());
    for path in paths.iter().cycle().take(count) {
        let asked = Instant::now();
        let answer = connection.get(path, "identity").expect("an answer");
        assert_eq!(answer.status, 200, "{path}");
        times.push(asked.elapsed().as_secs_f64() * 1e6);
        if started.elapsed() > limit {
            break;
        }
    }
    times
}

//! The same over HTTP: one client after the other's answer, and several at once.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use super::common::connection::Connection;
use super::common::sample::percentile;
use super::common::table::{Table, whole};
use super::support::{Server, block_on};

/// Requests of the serial client.
const SERIAL: usize = 5_000;
/// Clients at once, and how long they ask.
const CLIENTS: usize = 4;
const ASKING: Duration = Duration::from_secs(5);
/// Rows of one table.
const BATCH: usize = 100_000;

/// Starts the server over the file and writes the table; `paths` is what is asked for, by name.
pub fn print(file: &Path, paths: &[(&str, Vec<String>)], list: &[String]) {
    let server = Server::start(&["serve", "--source", &file.to_string_lossy()]);
    let address: SocketAddr = server.base_url.trim_start_matches("http://").parse().expect("an address");
    let mut table = Table::new(&[
        "Asked",
        "serial p50 µs",
        "p99 µs",
        "answers a second, 4 clients",
        "p99 µs",
        "p99 µs at half of it",
    ]);
    for (name, paths) in paths {
        let serial = ask(address, paths, SERIAL, Duration::from_secs(60));
        let started = Instant::now();
        let all = by_all(|_| ask(address, paths, usize::MAX, ASKING));
        let rate = all.len() as f64 / started.elapsed().as_secs_f64();
        let half = by_all(|client| ask_in_time(address, paths, client, rate / 2.0));
        table.row(vec![
            (*name).to_owned(),
            format!("{:.0}", percentile(serial.clone(), 50)),
            format!("{:.0}", percentile(serial, 99)),
            format!("{rate:.0}"),
            format!("{:.0}", percentile(all, 99)),
            format!("{:.0}", percentile(half, 99)),
        ]);
    }
    table.print("Over HTTP on loopback, the clients on the same two cores");
    batch(&server, list);
}

/// A list sent as one table to `/v1/batch`.
fn batch(server: &Server, list: &[String]) {
    let rows: String = list.iter().cycle().take(BATCH).map(|text| format!("\"{text}\"\n")).collect();
    let started = Instant::now();
    let lines = block_on(|| async {
        let request = reqwest::Client::new().post(format!("{}/v1/batch", server.base_url));
        let answer = request.header("content-type", "text/csv").body(format!("q\n{rows}")).send().await;
        let answer = answer.expect("an answer").text().await.expect("a whole body");
        answer.lines().filter(|line| line.ends_with(",ok")).count()
    });
    let seconds = started.elapsed().as_secs_f64();
    let mut table = Table::new(&["Rows", "found", "seconds", "rows a second"]);
    table.row(vec![
        whole(BATCH as u64),
        whole(lines as u64),
        format!("{seconds:.1}"),
        whole((BATCH as f64 / seconds) as u64),
    ]);
    table.print("A table of addresses in one request");
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

/// The same by several clients at once.
fn by_all(ask: impl Fn(usize) -> Vec<f64> + Sync) -> Vec<f64> {
    let each: Vec<Vec<f64>> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                scope.spawn({
                    let ask = &ask;
                    move || ask(client)
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().expect("a client")).collect()
    });
    each.concat()
}

/// One of several clients that together ask so often a second. A time counts from when the question was due, so
/// that one slow answer is not forgiven the others behind it.
fn ask_in_time(address: SocketAddr, paths: &[String], client: usize, rate: f64) -> Vec<f64> {
    let mut connection = Connection::open(address).expect("a connection");
    let (started, mut times) = (Instant::now(), Vec::new());
    for (i, path) in paths.iter().cycle().enumerate() {
        let due = Duration::from_secs_f64((i * CLIENTS + client) as f64 / rate);
        if due > ASKING {
            break;
        }
        std::thread::sleep(due.saturating_sub(started.elapsed()));
        let answer = connection.get(path, "identity").expect("an answer");
        assert_eq!(answer.status, 200, "{path}");
        times.push((started.elapsed() - due).as_secs_f64() * 1e6);
    }
    times
}

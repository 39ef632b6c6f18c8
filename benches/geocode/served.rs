//! The same over HTTP: one client after the other's answer, and several at once.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use super::common::asking::{Answered, crowd, serial, steady};
use super::common::sample::percentile;
use super::common::table::{Table, whole};
use super::support::{Server, block_on};

/// Requests of the serial client.
const SERIAL: usize = 5_000;
/// How long several at once ask.
const ASKING: Duration = Duration::from_secs(5);
/// Rows of one table.
const BATCH: usize = 100_000;

/// Starts the server over the file and writes the table; `paths` is what is asked for, by name.
pub fn print(file: &Path, paths: &[(&str, Vec<String>)], list: &[String]) {
    let server = Server::start(&["serve", "--source", &file.to_string_lossy()]);
    // what is united for low zooms is made beside the first answers: a tile that needs it waits for it
    ["parcels", "parcels_labels"].into_iter().for_each(|layer| ask_once(&server, layer));
    let address: SocketAddr = server.base_url.trim_start_matches("http://").parse().expect("an address");
    let mut table = Table::new(&[
        "Asked",
        "serial p50 µs",
        "p99 µs",
        "answers a second, 4 clients",
        "p99 µs",
        "p99 µs at half of it",
        "of a fixed answer at that pace",
    ]);
    // what a machine with the clients on its cores takes for an answer that costs nothing
    let fixed = ["/health/live".to_owned()];
    for (name, paths) in paths {
        let serial = all(serial(address, paths, SERIAL, Duration::from_secs(60)));
        let crowd = all(crowd(address, paths, ASKING));
        let pace = crowd.per_second() / 2.0;
        let half = all(steady(address, paths, ASKING, pace));
        let floor = all(steady(address, &fixed, ASKING, pace));
        table.row(vec![
            (*name).to_owned(),
            format!("{:.0}", percentile(serial.times.clone(), 50)),
            format!("{:.0}", percentile(serial.times, 99)),
            format!("{:.0}", crowd.per_second()),
            format!("{:.0}", percentile(crowd.times, 99)),
            format!("{:.0}", percentile(half.times, 99)),
            format!("{:.0}", percentile(floor.times, 99)),
        ]);
    }
    table.print("Over HTTP on loopback, the clients on the same two cores");
    batch(&server, list);
}

/// Asks for the tile in the middle of a layer at its lowest zoom.
fn ask_once(server: &Server, layer: &str) {
    let about = server.get(&format!("/tiles/{layer}")).json();
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    let (lng, lat) = (number(&about["center"][0]), number(&about["center"][1]).to_radians());
    let zoom = number(&about["minzoom"]);
    let place = |share: f64| (share * zoom.exp2()) as u32;
    let (x, y) = (place(lng / 360.0 + 0.5), place(0.5 - lat.tan().asinh() / std::f64::consts::TAU));
    let status = server.get(&format!("/tiles/{layer}/{zoom}/{x}/{y}")).status;
    assert!(matches!(status, 200 | 204), "{layer} at z{zoom}: {status}");
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

/// Our own server has no reason not to answer.
fn all(answered: Result<Answered, String>) -> Answered {
    let answered = answered.expect("answers");
    assert_eq!(answered.errors, 0, "answers that are not 200");
    answered
}

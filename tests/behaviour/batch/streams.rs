//! Long tables, the memory they take, and clients that hang up.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::town::server;
use crate::support::Server;

/// A table on its way to a server, in pieces of a chunked body.
struct Sending(TcpStream);

impl Sending {
    fn start(server: &Server, path: &str) -> Self {
        let mut stream = TcpStream::connect(server.base_url.strip_prefix("http://").unwrap()).unwrap();
        let head = "Host: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\nConnection: close";
        write!(stream, "POST {path} HTTP/1.1\r\n{head}\r\n\r\n").unwrap();
        Self(stream)
    }

    fn piece(&mut self, text: &str) {
        write!(self.0, "{:x}\r\n{text}\r\n", text.len()).unwrap();
    }

    fn end(mut self) -> BufReader<TcpStream> {
        self.0.write_all(b"0\r\n\r\n").unwrap();
        BufReader::new(self.0)
    }
}

fn peak_memory_mb(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[test]
fn two_hundred_megabytes_do_not_grow_the_server_though_the_client_reads_nothing_before_it_has_sent_all() {
    const GROWTH_MB: u64 = 64;
    let (server, _folder) = start_unlimited();
    let row = format!("Phường Thanh Điền,{}\n", "ghi chú ".repeat(100));
    let thousand = row.repeat(1_000);
    let answer = |thousands: usize| {
        let mut sending = Sending::start(&server, "/v1/batch?columns=q");
        sending.piece("q,note\n");
        (0..thousands).for_each(|_| sending.piece(&thousand));
        let mut answer = sending.end();
        let mut lines = 0;
        let mut line = Vec::new();
        while answer.read_until(b'\n', &mut line).unwrap() > 0 {
            lines += usize::from(line.starts_with("Phường Thanh Điền,".as_bytes()));
            line.clear();
        }
        lines
    };
    // the threads and the buffers that every table needs
    answer(10);
    let before_mb = peak_memory_mb(&server);
    let thousands = 200_000_000 / thousand.len() + 1;
    let lines = answer(thousands);
    let grown_mb = peak_memory_mb(&server) - before_mb;
    // a row may be cut by the borders of the answer's chunks
    assert!(lines * 100 >= thousands * 1_000 * 99, "{lines} of {thousands},000 rows came back");
    assert!(grown_mb < GROWTH_MB, "grew by {grown_mb} MB over {before_mb} MB");
}

#[test]
fn a_client_that_hangs_up_ends_the_work() {
    const ROWS: usize = 1_000_000;
    let (server, _folder) = start_unlimited();
    let mut sending = Sending::start(&server, "/v1/batch");
    sending.piece("q\n");
    let thousand = "12 duong hung vuong long hoa hoa thanh\n".repeat(1_000);
    (0..ROWS / 1_000).for_each(|_| sending.piece(&thousand));
    let mut answer = sending.end();
    let mut some = [0; 10_000];
    answer.read_exact(&mut some).unwrap();
    drop(answer);
    let started = Instant::now();
    let metric = |name: &str| -> Option<f64> {
        let metrics = server.get("/metrics").text();
        let lines: Vec<&str> = metrics.lines().filter(|line| line.starts_with(name)).collect();
        (!lines.is_empty())
            .then(|| lines.iter().filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum())
    };
    while metric("batches_under_way") != Some(0.0) {
        assert!(started.elapsed() < Duration::from_secs(30), "the work goes on");
        std::thread::sleep(Duration::from_millis(20));
    }
    let answered = metric("batch_rows_total").unwrap();
    assert!(answered < ROWS as f64 / 2.0, "{answered} rows were answered for nobody");
}

/// A server that answers tables of any length.
fn start_unlimited() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let file = file.to_str().unwrap();
    assert_eq!(Server::run(&["demo", "--parcels", "1000", "--out", file]).0, 0);
    (Server::start(&["serve", "--source", file]), folder)
}

#[test]
fn an_upload_that_is_cut_off_is_no_whole_answer() {
    let mut sending = Sending::start(server(), "/v1/batch");
    sending.piece("q\n");
    sending.piece(&"Long Hoa\n".repeat(20_000));
    sending.0.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    let _ = sending.0.read_to_end(&mut answer);
    assert!(!answer.ends_with(b"0\r\n\r\n"), "a part was given for the whole");
}

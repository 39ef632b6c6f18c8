//! Asking a server for paths: one after the other over one connection, and several clients at once. An answer
//! that is not 200 is counted apart and its time is not.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::connection::Connection;

/// Clients at once.
pub const CLIENTS: usize = 4;

/// What one or more clients got.
pub struct Answered {
    /// Microseconds of each answer.
    pub times: Vec<f64>,
    pub errors: usize,
    /// Of the clock.
    pub seconds: f64,
}

impl Answered {
    pub fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }
}

/// Asks for so many at most, within about that time.
pub fn serial(
    address: SocketAddr,
    paths: &[String],
    count: usize,
    limit: Duration,
) -> Result<Answered, String> {
    ask(address, paths.iter().cycle().take(count), limit)
}

/// [`CLIENTS`] at once. Every one begins at another place of the list, and goes through it over and over.
pub fn crowd(address: SocketAddr, paths: &[String], limit: Duration) -> Result<Answered, String> {
    by_all(|client| ask(address, from(paths, client), limit))
}

/// [`CLIENTS`] that together ask so often a second. A question that waits for the answer before it counts from when
/// it was due, so that one slow answer is not forgiven the others behind it; one that waits for the clock counts
/// from when it was sent, since a late alarm is the client's own.
pub fn steady(
    address: SocketAddr,
    paths: &[String],
    limit: Duration,
    per_second: f64,
) -> Result<Answered, String> {
    by_all(|client| {
        let mut connection = Connection::open(address).map_err(|e| format!("no connection: {e}"))?;
        let (started, mut times, mut errors) = (Instant::now(), Vec::new(), 0);
        for (i, path) in from(paths, client).enumerate() {
            let due = Duration::from_secs_f64((i * CLIENTS + client) as f64 / per_second);
            if due > limit {
                break;
            }
            let wait = due.saturating_sub(started.elapsed());
            let counts_from = if wait.is_zero() {
                due
            } else {
                std::thread::sleep(wait);
                started.elapsed()
            };
            let answer = connection.get(path, "identity").map_err(|e| format!("{path}: {e}"))?;
            match answer.status {
                200 => times.push(started.elapsed().saturating_sub(counts_from).as_secs_f64() * 1e6),
                _ => errors += 1,
            }
        }
        Ok(Answered { times, errors, seconds: started.elapsed().as_secs_f64() })
    })
}

/// The list from where a client begins, over and over.
fn from(paths: &[String], client: usize) -> impl Iterator<Item = &String> {
    paths.iter().cycle().skip(paths.len() * client / CLIENTS)
}

fn by_all(ask: impl Fn(usize) -> Result<Answered, String> + Sync) -> Result<Answered, String> {
    let started = Instant::now();
    let each: Result<Vec<Answered>, String> = std::thread::scope(|scope| {
        let ask = &ask;
        let clients: Vec<_> = (0..CLIENTS).map(|client| scope.spawn(move || ask(client))).collect();
        clients.into_iter().map(|client| client.join().map_err(|_| "a client thread ended")?).collect()
    });
    let mut all = Answered { times: Vec::new(), errors: 0, seconds: started.elapsed().as_secs_f64() };
    for client in each? {
        all.times.extend(client.times);
        all.errors += client.errors;
    }
    Ok(all)
}

fn ask<'a>(
    address: SocketAddr,
    paths: impl Iterator<Item = &'a String>,
    limit: Duration,
) -> Result<Answered, String> {
    let mut connection = Connection::open(address).map_err(|e| format!("no connection: {e}"))?;
    let (started, mut times, mut errors) = (Instant::now(), Vec::new(), 0);
    for path in paths {
        let asked = Instant::now();
        let answer = connection.get(path, "identity").map_err(|e| format!("{path}: {e}"))?;
        match answer.status {
            200 => times.push(asked.elapsed().as_secs_f64() * 1e6),
            _ => errors += 1,
        }
        if started.elapsed() > limit {
            break;
        }
    }
    Ok(Answered { times, errors, seconds: started.elapsed().as_secs_f64() })
}

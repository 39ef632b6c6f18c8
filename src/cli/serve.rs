//! `bandoso serve`: load a source, answer requests, load again on SIGHUP and for a new day, stop on SIGTERM.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use super::day::DayWatch;
use super::failure::Failure;
use super::load::load_after;
use super::signals::stop_signal;
use super::town_arguments::TownArguments;
use crate::config::Config;
use crate::http::{App, bind, serve};
use crate::page;
use crate::town::{Clock, Town};

#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    town: TownArguments,

    /// Address and port to listen on; port 0 picks a free one and prints it [default: 127.0.0.1:8080]
    #[arg(long, env = "BANDOSO_LISTEN")]
    listen: Option<SocketAddr>,

    /// Address of this server as clients see it, such as https://bando.example.vn
    #[arg(long, env = "BANDOSO_PUBLIC_URL")]
    public_url: Option<String>,
}

impl Arguments {
    /// The arguments of a server for one file.
    pub fn for_file(file: String, listen: Option<SocketAddr>) -> Self {
        Self { town: TownArguments::for_file(file), listen, public_url: None }
    }

    /// The configuration: the file, with what the command line says over it.
    fn config(&self) -> Result<Config, Failure> {
        let mut config = self.town.config()?;
        if let Some(listen) = self.listen {
            config.listen = listen;
        }
        if let Some(public_url) = &self.public_url {
            let url = public_url.parse();
            config.public_url = Some(url.map_err(|problem| format!("--public-url must be {problem}"))?);
        }
        Ok(config)
    }
}

/// Serves until SIGTERM or Ctrl-C.
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    // before anything takes time: without a handler the signal ends the process; what comes while the first town is
    // loaded waits until that is served
    let hangup = signal(SignalKind::hangup())?;
    let written = arguments.config()?;
    let mut config = written.clone();
    let socket = bind(config.listen)?;
    let address = socket.local_addr()?;
    config.listen = address;
    let clock = Clock::system();
    let app = App::new(config.clone(), install_metrics()?);
    let (begun, listening) = oneshot::channel();
    let mut answering = tokio::spawn(serve(socket, app.clone(), begun, stop_signal()?));
    let town = tokio::select! {
        town = load_aside(config.clone(), clock.clone(), None) => town?,
        // asked to stop while loading
        done = wait_for_stop(stop_signal()?) => return Ok(done),
        // another program took the port meanwhile
        ended = &mut answering => return Ok(ended??),
    };
    if !app.are_workers_ready().await {
        return Err("a thread for heavy work could not be started: allow this process more threads".into());
    }
    if listening.await.is_err() {
        return Ok(answering.await??);
    }
    // from here on every request finds all it needs
    app.show(town, config);
    println_address(address);
    let reloads = tokio::spawn(Reloads { arguments, written, address, app, clock }.keep_current(hangup));
    answering.await??;
    reloads.abort();
    tracing::info!("stopped");
    Ok(())
}

async fn wait_for_stop(stop: impl Future<Output = ()>) {
    stop.await;
}

/// The one line a script waits for.
#[expect(clippy::print_stdout, reason = "this is the command's answer, not a log line")]
fn println_address(address: SocketAddr) {
    println!("bandoso is ready at http://{address}");
}

fn install_metrics() -> Result<PrometheusHandle, Failure> {
    // seconds; a tile is a millisecond, a report some tens
    const BUCKETS: [f64; 12] =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0];
    Ok(PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?)
}

/// Loading again while serving.
struct Reloads {
    arguments: Arguments,
    /// The configuration of the start as it was written: what of it needs a restart stays.
    written: Config,
    /// Where this server listens.
    address: SocketAddr,
    app: App,
    clock: Clock,
}

impl Reloads {
    /// Loads again on SIGHUP, and when another day begins on which other rows are in force.
    async fn keep_current(self, mut hangup: Signal) {
        let mut watch = DayWatch::new(self.clock.clone());
        loop {
            let is_asked = tokio::select! {
                asked = hangup.recv() => match asked {
                    Some(()) => true,
                    None => return,
                },
                () = tokio::time::sleep(watch.pause()) => false,
            };
            if !is_asked && !self.app.served().is_some_and(|town| watch.must_load(&town)) {
                continue;
            }
            let why = if is_asked { "SIGHUP" } else { "another day" };
            tracing::info!("{why}: loading again beside what is served");
            if self.reload().await {
                watch.loaded();
            } else if !is_asked {
                watch.failed();
            }
        }
    }

    /// Reads the configuration anew and loads beside what is served; a fault keeps what is served. Whether it went
    /// well.
    async fn reload(&self) -> bool {
        match self.load().await {
            Ok((town, config)) => {
                self.app.show(town, config);
                tracing::info!("the new snapshot is served");
                true
            }
            Err(error) => {
                let age_s = self.app.load_failed().unwrap_or_default().as_secs();
                tracing::error!(age_s, "loading failed, the old snapshot stays: {error}");
                false
            }
        }
    }

    async fn load(&self) -> Result<(Town, Config), Failure> {
        let mut config = self.arguments.config()?;
        let waiting = config.keep_until_restart(&self.written);
        config.listen = self.address;
        if !waiting.is_empty() {
            tracing::warn!("changed keys that take a restart, the old values hold: {}", waiting.join(", "));
        }
        let town = load_aside(config.clone(), self.clock.clone(), self.app.served()).await?;
        Ok((town, config))
    }
}

/// Loads on threads of its own, for reading and for building: packing a million rows takes seconds, and neither
/// the threads that answer requests nor what these wait for may be held by it. They end with the load, and with
/// them the memory they kept.
async fn load_aside(config: Config, clock: Clock, previous: Option<Arc<Town>>) -> Result<Town, Failure> {
    let (sender, town) = oneshot::channel();
    let load = move || {
        // nobody waits any more where the process was told to stop
        let _ = sender.send(load_on_own_threads(previous.as_deref(), &config, &clock));
    };
    std::thread::Builder::new().name("load".to_owned()).spawn(load)?;
    town.await.map_err(|_| "loading ended in a panic: this is a fault in bandoso, please report it")?
}

/// How long the threads that read may take to end.
const LONGEST_END: Duration = Duration::from_secs(10);

fn load_on_own_threads(previous: Option<&Town>, config: &Config, clock: &Clock) -> Result<Town, Failure> {
    let reading =
        tokio::runtime::Builder::new_multi_thread().thread_name("load-read").enable_all().build()?;
    let building = rayon::ThreadPoolBuilder::new().thread_name(|i| format!("load-build-{i}")).build()?;
    let town = building.install(|| {
        let load = within_time(config.load_s, load_after(previous, config, clock));
        let town = reading.block_on(load)?;
        page::prepare();
        Ok(town)
    });
    // waited for: a thread that is still giving back its PROJ handles when the process ends crashes it
    reading.shutdown_timeout(LONGEST_END);
    town
}

/// Ends a load whose source has stopped answering: a database that is frozen says nothing for ever.
async fn within_time(
    load_s: u64,
    load: impl Future<Output = Result<Town, Failure>>,
) -> Result<Town, Failure> {
    match tokio::time::timeout(Duration::from_secs(load_s), load).await {
        Ok(town) => town,
        Err(_) => Err(format!(
            "it took longer than {load_s} s: the source stopped answering, or `load_s` is too short for it"
        )
        .into()),
    }
}

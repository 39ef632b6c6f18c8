//! Any bytes as the body of a form with a table, sent to a served town in two pieces: the server answers each, and goes
//! on answering. Run with `cargo +nightly fuzz run forms`. A small town is made at the start.
#![no_main]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::time::Duration;

use bandoso::config::Config;
use bandoso::demo::{RECORDED_AT, TownOptions, write_town};
use bandoso::http::{App, bind, serve};
use bandoso::schema::SchemaWriter;
use bandoso::source::{Location, Source};
use bandoso::town::{Clock, load_town};
use libfuzzer_sys::fuzz_target;

type Failure = Box<dyn std::error::Error + Send + Sync>;

static SERVED: LazyLock<SocketAddr> = LazyLock::new(|| {
    let (sender, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async { serve_town(sender).await.expect("a served town") });
    });
    address.recv().expect("an address")
});

async fn serve_town(ready: std::sync::mpsc::Sender<SocketAddr>) -> Result<(), Failure> {
    let folder = std::env::temp_dir().join(format!("bandoso-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("town.gpkg");
    let mut writer = SchemaWriter::geopackage(&file, RECORDED_AT).await?;
    write_town(&TownOptions { parcels: 1_000, seed: 1 }, &mut writer, |_| ()).await?;
    writer.commit().await?;

    let mut config = Config { listen: ([127, 0, 0, 1], 0).into(), ..Config::default() };
    let socket = bind(config.listen)?;
    config.listen = socket.local_addr()?;
    let location = Location::GeoPackage(file);
    let source = Source::open(&location, Duration::from_secs(10)).await?;
    let town = load_town(&source, &location, &config, &Clock::system(), |_| ()).await?;
    std::fs::remove_dir_all(&folder)?;
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder().handle();
    let app = App::new(config.clone(), metrics);
    app.show(town, config.clone());
    let (begun, listening) = tokio::sync::oneshot::channel();
    let answering = tokio::spawn(serve(socket, app, begun, std::future::pending()));
    listening.await?;
    ready.send(config.listen)?;
    answering.await??;
    Ok(())
}

fuzz_target!(|body: &[u8]| {
    let mut connection = TcpStream::connect(*SERVED).expect("the server still listens");
    connection.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let head = format!(
        "POST /v1/batch HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    let (first, rest) = body.split_at(body.len() / 2);
    // a server that has refused the head already may have closed its side
    let _ = connection.write_all(head.as_bytes()).and_then(|()| connection.write_all(first));
    let _ = connection.write_all(rest);
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer);
    assert!(answer.starts_with(b"HTTP/1.1 "), "{} bytes were not answered", body.len());
    assert!(!answer.starts_with(b"HTTP/1.1 500"), "{}", String::from_utf8_lossy(&answer));
});

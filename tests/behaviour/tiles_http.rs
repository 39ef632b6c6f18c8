//! Tiles at the door: made once, kept, packed in the form a client takes, told apart by their tags, and
//! never a fault of the server whatever the address.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::OnceLock;

use crate::support::{Reply, Server};

const FORMS: [&str; 4] = ["identity", "gzip", "br", "zstd"];

/// A file of a small demo town.
fn town() -> &'static str {
    static TOWN: OnceLock<(tempfile::TempDir, String)> = OnceLock::new();
    let (_, file) = TOWN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town.gpkg").to_str().unwrap().to_owned();
        let (code, _, log) = Server::run(&["demo", "--parcels", "2000", "--out", &file]);
        assert_eq!(code, 0, "{log}");
        (folder, file)
    });
    file
}

/// A server nobody else asks, so that what it counts is known.
fn server() -> Server {
    Server::start(&["serve", "--source", town()])
}

/// A server with these lines of configuration.
fn server_with(lines: &str) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, lines).unwrap();
    (Server::start(&["serve", "--source", town(), "--config", config.to_str().unwrap()]), folder)
}

/// A tile with parcels in it.
fn full_tile(server: &Server) -> String {
    let (x, y) = server.middle_tile(14);
    format!("/tiles/parcels/14/{x}/{y}")
}

fn packed(server: &Server, path: &str, form: &str) -> Reply {
    server.request(path, &[("accept-encoding", form)])
}

fn unpacked(reply: &Reply) -> Vec<u8> {
    let mut out = Vec::new();
    let body = reply.body.as_slice();
    match reply.header("content-encoding") {
        "" => out.extend_from_slice(body),
        "gzip" => drop(flate2::read::GzDecoder::new(body).read_to_end(&mut out).unwrap()),
        "br" => drop(brotli::Decompressor::new(body, 4096).read_to_end(&mut out).unwrap()),
        "zstd" => out = zstd::stream::decode_all(body).unwrap(),
        other => panic!("nobody asked for {other}"),
    }
    out
}

/// The sum of a metric's series whose labels contain this text.
fn metric(server: &Server, name: &str, labels: &str) -> f64 {
    let metrics = server.get("/metrics").text();
    let values = metrics.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?.strip_prefix(['{', ' '])?;
        rest.contains(labels).then(|| rest.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
    });
    values.sum()
}

/// The answer to a request as it stands on the wire, split at the empty line.
fn raw(server: &Server, request: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(server.base_url.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    (String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec())
}

#[test]
fn fifty_who_ask_for_the_same_cold_tile_have_it_drawn_once() {
    let server = server();
    let path = full_tile(&server);
    let bodies: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..50).map(|_| scope.spawn(|| packed(&server, &path, "gzip").body)).collect();
        asking.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(bodies.iter().all(|body| *body == bodies[0] && !body.is_empty()));
    assert_eq!(metric(&server, "tile_render_seconds_count", ""), 1.0);
    let (hits, misses) =
        (metric(&server, "tile_cache_hits_total", ""), metric(&server, "tile_cache_misses_total", ""));
    assert_eq!(hits + misses, 50.0);
    packed(&server, &path, "gzip");
    assert_eq!(metric(&server, "tile_cache_hits_total", "encoding=\"gzip\""), hits + 1.0);
    assert_eq!(metric(&server, "tile_render_seconds_count", ""), 1.0);
    assert!(metric(&server, "tile_cache_bytes", "") >= bodies[0].len() as f64);
}

#[test]
fn an_empty_tile_is_remembered_too() {
    let server = server();
    for _ in 0..3 {
        let reply = server.get("/tiles/parcels/14/1/1");
        assert_eq!(
            (reply.status, reply.body.len(), reply.header("vary")),
            (204, 0, "accept, accept-encoding")
        );
        assert_ne!(reply.header("etag"), "");
    }
    assert_eq!(metric(&server, "tile_render_seconds_count", ""), 1.0);
}

#[test]
fn every_form_unpacks_to_the_same_tile_under_a_tag_of_its_own() {
    let server = server();
    let path = full_tile(&server);
    let plain = server.get(&path);
    let mut tags = Vec::new();
    for form in FORMS {
        // drawn, then from the cache
        for _ in 0..2 {
            let reply = packed(&server, &path, form);
            assert_eq!(unpacked(&reply), plain.body, "{form}");
            assert_eq!(reply.header("vary"), "accept, accept-encoding");
            assert_eq!(reply.header("content-length"), reply.body.len().to_string());
            tags.push(reply.header("etag").to_owned());
        }
        let held = [("accept-encoding", form), ("if-none-match", tags.last().unwrap())];
        assert_eq!(server.request(&path, &held).status, 304, "{form}");
    }
    assert!(tags.iter().all(|tag| tag.starts_with('"')), "they are strong: {tags:?}");
    tags.dedup();
    assert_eq!(tags.len(), FORMS.len(), "{tags:?}");
    assert_eq!(packed(&server, &path, "gzip, deflate, br, zstd").header("content-encoding"), "zstd");
    assert_eq!(packed(&server, &path, "compress, identity;q=0").status, 406);
}

/// Of every layer, in order: name, keys, and of every feature, by id, the shape and the values as text;
/// the formats differ in how wide an integer is, not in the number.
type Content = Vec<(String, Vec<String>, Vec<(Option<u64>, String, Vec<String>)>)>;

fn content(layers: Vec<mlt_core::TileLayer>) -> Content {
    let text = |value: &mlt_core::PropValue| {
        let value = format!("{value:?}");
        value.split_once('(').unwrap().1.to_owned()
    };
    let features = |layer: &mlt_core::TileLayer| -> Vec<_> {
        let mut features = layer.features().to_vec();
        features.sort_by_key(mlt_core::TileFeature::id);
        features
            .iter()
            .map(|f| (f.id(), format!("{:?}", f.geometry()), f.properties().iter().map(text).collect()))
            .collect()
    };
    layers.iter().map(|l| (l.name().to_owned(), l.property_names().to_vec(), features(l))).collect()
}

fn content_of_mlt(bytes: &[u8]) -> Content {
    let mut decoder = mlt_core::Decoder::default();
    let layers = mlt_core::Parser::default().parse_layers(bytes).unwrap().into_iter();
    content(layers.map(|l| l.into_layer01().unwrap().into_tile(&mut decoder).unwrap()).collect())
}

const MVT: &str = "application/vnd.mapbox-vector-tile";
const MLT: &str = "application/vnd.maplibre-tile";

#[test]
fn who_asks_for_mlt_gets_the_same_tile_in_it() {
    let server = server();
    for z in [11, 14, 16, 18] {
        let (x, y) = server.middle_tile(z);
        let path = format!("/tiles/parcels,streets,units/{z}/{x}/{y}");
        let (mvt, mlt) = (server.get(&path), server.request(&path, &[("accept", MLT)]));
        assert_eq!((mvt.header("content-type"), mlt.header("content-type")), (MVT, MLT));
        assert!(mlt.body.len() < mvt.body.len(), "zoom {z}: {} for {}", mlt.body.len(), mvt.body.len());
        let of_mvt = content(mlt_core::mvt::mvt_to_tile_layers(&mvt.body).unwrap());
        assert!(!of_mvt.is_empty());
        assert_eq!(content_of_mlt(&mlt.body), of_mvt, "zoom {z}");
    }
    assert_eq!(metric(&server, "tile_transcode_seconds_count", ""), 4.0);
}

#[test]
fn formats_are_kept_apart_and_told_apart() {
    let server = server();
    let path = full_tile(&server);
    let plain = server.request(&path, &[("accept", MLT)]);
    let mut tags = vec![server.get(&path).header("etag").to_owned()];
    for form in FORMS {
        let asks = [("accept", MLT), ("accept-encoding", form)];
        // made, then from the cache
        for _ in 0..2 {
            let reply = server.request(&path, &asks);
            assert_eq!((reply.status, reply.header("content-type")), (200, MLT), "{form}");
            assert_eq!(unpacked(&reply), plain.body, "{form}");
            assert_eq!(reply.header("vary"), "accept, accept-encoding");
            tags.push(reply.header("etag").to_owned());
        }
        let held = server.request(&path, &[asks[0], asks[1], ("if-none-match", tags.last().unwrap())]);
        assert_eq!((held.status, held.header("vary")), (304, "accept, accept-encoding"), "{form}");
        let other = server.request(&path, &[asks[1], ("if-none-match", tags.last().unwrap())]);
        assert_eq!((other.status, other.header("content-type")), (200, MVT), "a tag holds for one format");
    }
    tags.dedup();
    assert_eq!(tags.len(), 1 + FORMS.len(), "{tags:?}");
    for accept in ["*/*", "application/x-protobuf", "image/png", "application/vnd.maplibre-tile;q=0"] {
        assert_eq!(server.request(&path, &[("accept", accept)]).header("content-type"), MVT, "{accept}");
    }
}

#[test]
fn an_empty_tile_is_empty_in_every_format() {
    let reply = server().request("/tiles/parcels/14/1/1", &[("accept", MLT)]);
    assert_eq!((reply.status, reply.body.len(), reply.header("content-type")), (204, 0, ""));
}

#[test]
fn tags_are_equal_on_every_replica_and_without_a_cache() {
    let one = server();
    let (other, _folder) = server_with("tile_cache_mb = 0");
    let path = full_tile(&one);
    for form in FORMS {
        let (a, b) = (packed(&one, &path, form), packed(&other, &path, form));
        assert_eq!((a.header("etag"), &a.body), (b.header("etag"), &b.body), "{form}");
    }
    packed(&other, &path, "gzip");
    assert_eq!(metric(&other, "tile_cache_hits_total", ""), 0.0);
    assert_eq!(metric(&other, "tile_render_seconds_count", ""), 5.0);
}

#[test]
fn what_is_wrong_is_refused_before_a_tag_is_looked_at() {
    let server = server();
    let refused = |path: &str| server.request(path, &[("if-none-match", "*")]).status;
    assert_eq!(refused("/tiles/parcels/14/99999/1"), 400);
    assert_eq!(refused("/tiles/roads/14/1/1"), 404);
    assert_eq!(refused("/tiles/parcels/14/1/1"), 304);
    assert_eq!(metric(&server, "tile_render_seconds_count", ""), 0.0, "304 draws nothing");
}

#[test]
fn a_tile_under_its_revision_may_be_kept_for_ever_and_under_an_old_one_not() {
    let (server, _folder) = server_with("tile_cache_control = \"max-age=5\"");
    let (x, y) = server.middle_tile(14);
    let json = server.get("/tiles/parcels").json();
    let current = json["tiles"][0].as_str().unwrap().strip_prefix(&server.base_url).unwrap().to_owned();
    let current = current.replace("{z}/{x}/{y}", &format!("14/{x}/{y}"));
    let path = full_tile(&server);
    for _ in 0..2 {
        let age = |path: &str| server.get(path).header("cache-control").to_owned();
        assert_eq!(age(&current), "public, max-age=31536000, immutable");
        assert_eq!(age(&path), "max-age=5");
        assert_eq!(age(&format!("{path}?v=0123456789abcdef")), "max-age=5");
        assert_eq!(age(&format!("{path}?v=x")), "max-age=5");
    }
    assert_eq!(server.get(&path).header("etag"), server.get(&current).header("etag"));
}

#[test]
fn head_has_the_headers_of_get_cold_and_from_the_cache() {
    let server = server();
    let path = full_tile(&server);
    let ask = |method: &str| {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\naccept-encoding: br\r\nconnection: close\r\n\r\n"
        );
        let (head, body) = raw(&server, &request);
        let mut lines: Vec<String> =
            head.lines().filter(|line| !line.starts_with("date:")).map(str::to_owned).collect();
        lines.sort();
        (lines, body)
    };
    let (cold, nothing) = ask("HEAD");
    assert!(nothing.is_empty());
    let (get, body) = ask("GET");
    assert!(get.contains(&format!("content-length: {}", body.len())), "{get:?}");
    assert_eq!(cold, get);
    assert_eq!(ask("HEAD"), (get, Vec::new()));
    assert_eq!(metric(&server, "tile_render_seconds_count", ""), 1.0);
    assert_eq!(
        metric(&server, "http_requests_total", "method=\"HEAD\",route=\"/tiles/{ids}/{z}/{x}/{y}\""),
        2.0
    );
}

#[test]
fn a_tile_from_the_cache_is_framed_and_counted_like_any_answer() {
    let server = server();
    let path = full_tile(&server);
    let (first, second) = (server.get(&path), server.get(&path));
    for name in ["access-control-allow-origin", "cross-origin-resource-policy", "referrer-policy", "etag"] {
        assert_eq!(first.header(name), second.header(name), "{name}");
        assert_ne!(first.header(name), "", "{name}");
    }
    assert_eq!(second.header("x-content-type-options"), "nosniff");
    let route = "route=\"/tiles/{ids}/{z}/{x}/{y}\",status=\"200\"";
    assert_eq!(metric(&server, "http_requests_total", route), 2.0);
    let (head, _) = raw(&server, &format!("PURGE {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
    assert!(head.starts_with("HTTP/1.1 405"), "{head}");
    assert!(!server.get("/metrics").text().contains("PURGE"), "no label is a client's own text");
}

#[test]
fn a_page_elsewhere_may_ask_before_it_asks() {
    let server = server();
    let (head, _) = raw(
        &server,
        "OPTIONS /tiles/parcels/14/1/1 HTTP/1.1\r\nhost: x\r\norigin: https://a.vn\r\n\
         access-control-request-method: GET\r\naccess-control-request-headers: if-none-match\r\n\
         connection: close\r\n\r\n",
    );
    assert!(head.starts_with("HTTP/1.1 2"), "{head}");
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
    assert!(head.contains("access-control-allow-methods: GET"), "{head}");
    assert!(head.contains("access-control-allow-headers: *"), "{head}");
}

#[test]
fn names_in_any_order_or_escaped_are_one_tile() {
    let server = server();
    let (x, y) = server.middle_tile(14);
    let tag = |ids: &str| server.get(&format!("/tiles/{ids}/14/{x}/{y}.mvt")).header("etag").to_owned();
    let one = tag("parcels,streets");
    assert_ne!(one, "");
    for same in ["streets,parcels", "parcels%2Cstreets", "parcels,streets,parcels", "%70arcels,streets"] {
        assert_eq!(tag(same), one, "{same}");
    }
    assert_eq!(metric(&server, "tile_render_seconds_count", ""), 1.0);
}

/// Numbers that are the same at every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }
}

fn random_request(dice: &mut Dice) -> String {
    const IDS: [&str; 12] = [
        "parcels",
        "units",
        "streets,parcels",
        ",",
        "",
        "%ff",
        "%00",
        "..",
        "%2e%2e",
        "nothing",
        "parcels,parcels",
        "%F0%9F%8F%A0",
    ];
    const NUMBERS: [&str; 16] = [
        "0",
        "1",
        "14",
        "13",
        "20",
        "21",
        "30",
        "31",
        "255",
        "256",
        "4294967296",
        "-1",
        "+1",
        "1e3",
        "x",
        "99999999999999999999999",
    ];
    const QUERIES: [&str; 10] = [
        "",
        "?",
        "?v=",
        "?v=zz",
        "?v=ffffffffffffffffff",
        "?filter=(",
        "?properties=%ff",
        "?a=b&&=&v=1",
        "?v=%00",
        "?%",
    ];
    const HEADERS: [&str; 13] = [
        "accept-encoding: gzip;q=nan",
        "accept-encoding: ,,;;==",
        "accept-encoding: br;q=-1, *;q=2",
        "accept-encoding: identity;q=0",
        "if-none-match: *",
        "if-none-match: \"",
        "if-none-match: W/",
        "host: ///",
        "range: bytes=0-1",
        "x-a: \u{e9}",
        "accept: text/html",
        "accept: application/vnd.maplibre-tile",
        "accept: */*;q=nan, application/vnd.maplibre-tile;q=-1,,;;",
    ];
    let method = dice.one_of(&["GET", "GET", "GET", "HEAD", "OPTIONS", "PUT", "ODD"]);
    let mut path = format!("/tiles/{}", dice.one_of(&IDS));
    for _ in 0..[3, 3, 3, 3, 0, 2, 4][dice.below(7)] {
        path += "/";
        path += dice.one_of(&NUMBERS);
    }
    path += dice.one_of(&["", "", ".mvt", ".pbf", ".png", "/"]);
    path += dice.one_of(&QUERIES);
    format!("{method} {path} HTTP/1.1\r\nhost: x\r\n{}\r\n\r\n", dice.one_of(&HEADERS))
}

#[test]
fn ten_thousand_odd_requests_are_all_answered_and_none_is_our_fault() {
    let server = server();
    let mut dice = Dice(0x5eed);
    for _ in 0..100 {
        // a hundred on one connection; each is answered in turn, refused or not
        let requests: Vec<String> = (0..100).map(|_| random_request(&mut dice)).collect();
        let mut stream = TcpStream::connect(server.base_url.strip_prefix("http://").unwrap()).unwrap();
        let mut sending = stream.try_clone().unwrap();
        let text = requests.concat() + "GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let sender = std::thread::spawn(move || drop(sending.write_all(text.as_bytes())));
        let mut answers = Vec::new();
        stream.read_to_end(&mut answers).unwrap();
        sender.join().unwrap();
        let answers = String::from_utf8_lossy(&answers);
        let statuses: Vec<&str> = answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
        assert_eq!(statuses.len(), 101, "an answer is missing after {:?}", requests.get(statuses.len()));
        if let Some(at) = statuses.iter().position(|status| status.starts_with('5')) {
            panic!("{} for {:?}", statuses[at], requests.get(at));
        }
    }
    assert!(!server.stop().contains("panic"));
}

#[test]
fn a_client_that_never_ends_its_request_holds_nobody_up() {
    let server = server();
    let address = server.base_url.strip_prefix("http://").unwrap();
    let idle: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\nx-slow: ").unwrap();
            stream
        })
        .collect();
    assert_eq!(server.get("/health/live").status, 200);
    assert_eq!(server.get(&full_tile(&server)).status, 200);
    drop(idle);
}

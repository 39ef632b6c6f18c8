//! The door: statuses, conditional requests, encodings, limits, logs, and the life of the process.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::OnceLock;

use crate::support::{Reply, Server};

const ALL: &str = "units,parcels,plans,plan_zones,streets,addresses,landmarks";

/// A small demo town, served from a file of its own.
fn server() -> &'static Server {
    static SERVER: OnceLock<(Server, tempfile::TempDir)> = OnceLock::new();
    let (server, _) = SERVER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town.gpkg");
        let file = file.to_str().unwrap();
        let (code, _, log) = Server::run(&["demo", "--parcels", "2000", "--out", file]);
        assert_eq!(code, 0, "{log}");
        (Server::start(&["serve", "--source", file]), folder)
    });
    server
}

/// A tile with parcels in it.
fn full_tile() -> String {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| {
        let (x, y) = server().middle_tile(14);
        format!("/tiles/parcels/14/{x}/{y}")
    })
    .clone()
}

fn problem(reply: &Reply) -> String {
    assert_eq!(reply.header("content-type"), "application/problem+json", "{}", reply.text());
    let body = reply.json();
    assert_eq!(body["status"], reply.status);
    body["detail"].as_str().unwrap().to_owned()
}

#[test]
fn a_tile_says_what_it_is_and_can_be_asked_for_again_by_its_tag() {
    let first = server().get(&full_tile());
    assert_eq!(first.status, 200);
    assert_eq!(first.header("content-type"), "application/vnd.mapbox-vector-tile");
    assert_eq!(first.header("vary"), "accept, accept-encoding");
    assert!(first.header("cache-control").contains("max-age"));
    let tag = first.header("etag").to_owned();
    for held in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = server().request(&full_tile(), &[("if-none-match", &held)]);
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag.as_str()), "{held}");
        assert_eq!(again.header("vary"), "accept, accept-encoding");
        assert_eq!(again.header("access-control-allow-origin"), "*");
    }
    assert_eq!(server().request(&full_tile(), &[("if-none-match", "\"other\"")]).status, 200);
}

#[test]
fn gzip_is_sent_to_those_who_take_it_under_a_tag_of_its_own() {
    let plain = server().get(&full_tile());
    let packed = server().request(&full_tile(), &[("accept-encoding", "gzip, br")]);
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_ne!(packed.header("etag"), plain.header("etag"));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    assert_eq!(plain.header("content-encoding"), "");
    let neither = server().request(&full_tile(), &[("accept-encoding", "identity;q=0")]);
    assert_eq!(neither.status, 406);
    problem(&neither);
}

#[test]
fn every_status_carries_cors() {
    let tag = server().get(&full_tile()).header("etag").to_owned();
    let not_modified = server().request(&full_tile(), &[("if-none-match", &tag)]);
    let replies = [
        (200, server().get(&full_tile())),
        (204, server().get("/tiles/parcels/14/1/1")),
        (304, not_modified),
        (400, server().get("/tiles/parcels/14/99999/1")),
        (404, server().get("/tiles/nothing/14/1/1")),
        (404, server().get("/no/such/path")),
        (414, server().get(&format!("/v1/search?text={}", "a".repeat(10_000)))),
    ];
    for (status, reply) in replies {
        assert_eq!(reply.status, status);
        assert_eq!(reply.header("access-control-allow-origin"), "*", "on {status}");
    }
}

#[test]
fn what_cannot_be_is_refused_with_a_sentence_that_says_what_can() {
    let detail = |path: &str, status: u16| {
        let reply = server().get(path);
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
        problem(&reply)
    };
    assert!(detail("/tiles/roads/14/1/1", 404).contains("there are: units, units_labels, parcels"));
    assert!(detail("/tiles/parcels/3/1/1", 404).contains("from zoom 6 to 20"));
    assert!(detail("/tiles/parcels/21/1/1", 404).contains("from zoom 6 to 20"));
    assert!(detail("/tiles/parcels/14/16384/1", 400).contains("x must be 0 to 16383"));
    assert!(detail("/tiles/parcels/31/1/1", 400).contains("zoom must be 0 to 30"));
    assert!(detail("/tiles/parcels/z/x/y", 400).contains("whole number"));
    assert!(detail("/tiles/parcels/14/-1/1", 400).contains("x must be a whole number"));
    assert!(detail("/tiles/,/14/1/1", 400).contains("1 to 32 layers"));
    assert!(detail("/v1/parcels", 400).contains("lat and lon"));
    assert!(detail("/v1/parcels?lat=nan&lon=106", 400).contains("lat must be a number"));
    assert!(detail("/v1/parcels?lat=11&lon=1e9", 400).contains("lon must be a number"));
    assert!(detail("/v1/parcels/abc", 400).contains("whole number"));
    assert!(detail("/v1/parcels/1", 404).contains("no parcel"));
    assert!(detail("/styles/night.json", 404).contains("there are"));
}

#[test]
fn zero_is_a_place_and_not_a_missing_parameter() {
    let answer = server().get("/v1/reverse?lat=0&lon=0");
    assert_eq!((answer.status, answer.json()["features"].as_array().unwrap().len()), (200, 0));
}

#[test]
fn bad_bytes_in_a_url_are_answered_and_never_a_server_error() {
    let paths = [
        "/v1/search?text=%ff%fe",
        "/v1/search?text=%00",
        "/v1/search?text=%F0%9F%8F%A0",
        "/v1/autocomplete?text=%E2%80%AE%E2%81%A6abc",
        "/v1/search?text=a&size=-1",
        "/v1/search?text=a&size=99999999999999999999",
        "/v1/units/%2e%2e%2f",
        "/v1/place?ids=,,address:,unit:x,parcel:-1",
        "/tiles/%ff/1/1/1",
        "/tiles/parcels/1e3/1/1",
        "/fonts/x/y",
        "/assets/../../etc/passwd",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/v1/parcels?sheet='%20OR%201=1--&number=1",
    ];
    for path in paths {
        let reply = server().get(path);
        assert!(reply.status < 500, "{path}: {} {}", reply.status, reply.text());
        assert!(!reply.text().contains("root:"), "{path}");
    }
}

#[test]
fn a_query_of_a_megabyte_is_refused_and_the_server_goes_on() {
    let address = server().base_url.strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(address).unwrap();
    // the server may hang up while we still write
    let request = format!("GET /v1/search?text={} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(1 << 20));
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 414") || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    assert_eq!(server().get("/health/live").status, 200);
}

#[test]
fn head_is_get_without_the_body() {
    let address = server().base_url.strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "HEAD {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", full_tile()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let get = server().get(&full_tile());
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200") && body.is_empty(), "{answer}");
    let length = format!("content-length: {}", get.body.len());
    assert!(head.to_lowercase().contains(&length), "{head}");
    assert!(head.contains(get.header("etag")), "{head}");
}

#[test]
fn tilejson_names_every_layer_with_its_zooms_and_fields() {
    let json = server().get(&format!("/tiles/{ALL}")).json();
    assert_eq!(json["tilejson"], "3.0.0");
    let url = json["tiles"][0].as_str().unwrap();
    assert!(url.starts_with(&server().base_url) && url.contains("/{z}/{x}/{y}?v="), "{url}");
    let layers = json["vector_layers"].as_array().unwrap();
    assert_eq!(layers.iter().map(|l| l["id"].as_str().unwrap()).collect::<Vec<_>>().join(","), ALL);
    let (low, high) = (json["minzoom"].as_u64().unwrap(), json["maxzoom"].as_u64().unwrap());
    for layer in layers {
        assert!(layer["minzoom"].as_u64().unwrap() >= low && layer["maxzoom"].as_u64().unwrap() <= high);
        assert!(layer["fields"].as_object().unwrap().values().all(serde_json::Value::is_string));
    }
    let [west, south, east, north] = [0, 1, 2, 3].map(|i| json["bounds"][i].as_f64().unwrap());
    let center = [0, 1].map(|i| json["center"][i].as_f64().unwrap());
    assert!(west < center[0] && center[0] < east && south < center[1] && center[1] < north);
    let reordered = server().get("/tiles/landmarks,addresses,streets,plan_zones,plans,parcels,units").json();
    assert_eq!(reordered["tiles"], json["tiles"], "any order of names is one tile set");
}

#[test]
fn labels_carry_only_what_a_label_says() {
    let json = server().get("/tiles/parcels_labels").json();
    let fields = json["vector_layers"][0]["fields"].as_object().unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["number", "uses"]);
}

#[test]
fn the_address_of_the_server_in_answers_cannot_be_forged_into_markup() {
    let forged = server().request("/tiles/parcels", &[("host", "evil\"><script>")]);
    assert!(!forged.text().contains("<script"), "{}", forged.text());
    let named = server().request("/tiles/parcels", &[("host", "map.town.vn")]).json();
    assert!(named["tiles"][0].as_str().unwrap().starts_with("http://map.town.vn/tiles/"));
}

#[test]
fn searches_by_post_answer_like_searches_by_get() {
    let by_get = server().get("/v1/search?text=hiep+tan&size=3").json();
    let client = reqwest::Client::new();
    let url = format!("{}/v1/search", server().base_url);
    for (kind, body) in [
        ("application/json", r#"{"text": "hiep tan", "size": 3}"#),
        ("application/x-www-form-urlencoded", "text=hiep+tan&size=3"),
    ] {
        let request = client.post(&url).header("content-type", kind).body(body);
        let by_post: serde_json::Value = crate::support::block_on(|| async {
            serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap()
        });
        assert_eq!(by_post["features"], by_get["features"], "{kind}");
    }
}

#[test]
fn metrics_count_by_route_and_never_by_what_was_asked() {
    server().get("/v1/search?text=secretstreet");
    server().get(&full_tile());
    let metrics = server().get("/metrics").text();
    assert!(metrics.contains(r#"route="/tiles/{ids}/{z}/{x}/{y}""#), "{metrics}");
    assert!(metrics.contains(r#"layer_rows{layer="parcels"}"#));
    assert!(!metrics.contains("secretstreet"));
}

#[test]
fn the_log_holds_routes_and_never_a_query() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let file = file.to_str().unwrap();
    assert_eq!(Server::run(&["demo", "--parcels", "1000", "--out", file]).0, 0);
    let args = ["serve", "--source", file, "--log-format", "json"];
    let server = Server::start_with(&args, &[("RUST_LOG", "debug")]);
    server.get("/v1/search?text=secretstreet");
    server.get("/v1/parcels?lat=11.2345&lon=106.1234");
    server.get("/v1/units/25633");
    let log = server.stop();
    assert!(log.contains("/v1/units/{code}") && log.contains("\"/v1/search\""), "{log}");
    for private in ["secretstreet", "11.2345", "25633"] {
        assert!(!log.contains(private), "{private} is in the log");
    }
    for line in log.lines().filter(|line| line.starts_with('{')) {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
}

#[test]
fn stopping_lets_a_request_under_way_finish() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let file = file.to_str().unwrap();
    assert_eq!(Server::run(&["demo", "--parcels", "1000", "--out", file]).0, 0);
    let server = Server::start(&["serve", "--source", file]);
    let address = server.base_url.strip_prefix("http://").unwrap().to_owned();
    // half a request is on its way when the signal comes
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /catalog HTTP/1.1\r\nHost: x\r\n").unwrap();
    assert_eq!(server.get("/health/live").status, 200);
    let stopping = std::thread::spawn(move || server.stop());
    stream.write_all(b"\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with('}'), "{answer}");
    stopping.join().unwrap();
}

#[test]
fn a_port_in_use_is_said_at_once() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, message) = Server::expect_failure(&["serve", "--source", "x.gpkg", "--listen", &address]);
    assert_eq!(code, 1);
    assert!(message.contains("is in use") && message.contains("--listen"), "{message}");
}

#[test]
fn a_source_that_cannot_be_read_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let failure = |source: &str| {
        let (code, message) =
            Server::expect_failure(&["serve", "--listen", "127.0.0.1:0", "--source", source]);
        assert_eq!(code, 1, "{message}");
        message
    };
    assert!(failure(&path("none.gpkg")).contains("no file"));
    assert!(failure("town.shp").contains("neither a postgres:// address nor a .gpkg file"));
    std::fs::write(path("text.gpkg"), "this is no database at all, only some text").unwrap();
    assert!(failure(&path("text.gpkg")).contains("not a readable GeoPackage"));
    let whole = path("whole.gpkg");
    assert_eq!(Server::run(&["demo", "--parcels", "1000", "--out", &whole]).0, 0);
    let bytes = std::fs::read(&whole).unwrap();
    std::fs::write(path("cut.gpkg"), &bytes[..bytes.len() / 2]).unwrap();
    let message = failure(&path("cut.gpkg"));
    assert!(message.contains("not a readable GeoPackage") || message.contains("reading"), "{message}");
}

#[test]
fn a_fault_at_reload_keeps_what_was_served() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let name = file.to_str().unwrap();
    assert_eq!(Server::run(&["demo", "--parcels", "1000", "--out", name]).0, 0);
    let server = Server::start(&["serve", "--source", name]);
    let before = server.get("/catalog").json()["revision"].clone();
    std::fs::remove_file(&file).unwrap();
    server.signal("HUP");
    server.wait_for_log("the old snapshot stays");
    assert_eq!(server.get("/catalog").json()["revision"], before);
    server.stop();
}

#[test]
fn an_unknown_configuration_key_names_the_nearest_known_one() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, "[layers.a]\ntable = \"t\"\nid = \"i\"\ncolumms = [\"x\"]\n").unwrap();
    let (code, message) = Server::expect_failure(&["serve", "--config", config.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(message.contains("unknown key `columms` in [layers.a]; did you mean `columns`?"), "{message}");
}

#[test]
fn help_names_every_verb_in_words() {
    let (code, help, _) = Server::run(&["--help"]);
    assert_eq!(code, 0);
    for verb in ["demo", "serve", "migrate", "import", "check"] {
        assert!(help.contains(&format!("  {verb}")), "{verb} is missing:\n{help}");
        let (code, help, _) = Server::run(&[verb, "--help"]);
        assert_eq!(code, 0);
        assert!(help.contains("--"), "{help}");
    }
}

#[test]
fn the_page_its_styles_and_its_glyphs_come_from_this_server() {
    let page = server().get("/");
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").contains("default-src 'self'"));
    let style = server().get("/styles/thua-dat.json").json();
    let glyphs = style["glyphs"].as_str().unwrap();
    assert!(glyphs.starts_with(&server().base_url), "{glyphs}");
    for range in ["0-255", "256-511", "768-1023", "7680-7935", "8192-8447"] {
        let path = glyphs.strip_prefix(&server().base_url).unwrap();
        let path = path.replace("{fontstack}", "Be%20Vietnam%20Pro%20Regular").replace("{range}", range);
        let reply = server().get(&path);
        assert!(
            reply.status == 200 && reply.body.len() > 500,
            "{path}: {} {}",
            reply.status,
            reply.body.len()
        );
    }
}

//! One contract over HTTP: whatever is wrong with a request is told in one shape, or in that of the dialect, and the
//! server can stand under a part of a host.

use std::sync::OnceLock;

use crate::support::{Reply, Server};

/// A small demo town with a configuration of its own.
fn start(keys: &str) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("town.gpkg");
    let (code, _, log) = Server::run(&["demo", "--parcels", "1000", "--out", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{log}");
    let config = folder.path().join("bandoso.toml");
    std::fs::write(&config, format!("source = \"{}\"\n{keys}", file.display())).unwrap();
    (Server::start(&["serve", "--config", config.to_str().unwrap()]), folder)
}

fn server() -> &'static Server {
    static SERVER: OnceLock<(Server, tempfile::TempDir)> = OnceLock::new();
    &SERVER.get_or_init(|| start("")).0
}

/// The media type and the key that holds the sentence.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Problem,
    Pelias,
    Photon,
    Nominatim,
    Ban,
}

fn assert_shape(reply: &Reply, shape: Shape, what: &str) {
    let is_problem = matches!(shape, Shape::Problem);
    let media_type = if is_problem { "application/problem+json" } else { "application/json" };
    assert!(reply.header("content-type").starts_with(media_type), "{what}: {}", reply.text());
    let body = reply.json();
    let sentence = match shape {
        Shape::Problem => &body["detail"],
        Shape::Pelias => &body["geocoding"]["errors"][0],
        Shape::Photon => &body["message"],
        Shape::Nominatim => &body["error"]["message"],
        Shape::Ban => &body["title"],
    };
    assert!(sentence.as_str().is_some_and(|sentence| !sentence.is_empty()), "{what}: {body}");
    assert_eq!(reply.header("access-control-allow-origin"), "*", "{what}");
}

#[test]
fn every_mistake_is_told_in_one_shape_or_in_that_of_the_dialect() {
    use Shape::{Ban, Nominatim, Pelias, Photon, Problem};
    let table = [
        ("/v1/parcels?lat=11&lat=12&lon=106", 400, Problem),
        ("/v1/parcels?sheet=1&number=2&number=3", 400, Problem),
        ("/v1/parcels?lat=%ff&lon=106", 400, Problem),
        ("/v1/parcels?lat=&lon=", 400, Problem),
        ("/v1/parcels/%ff", 400, Problem),
        ("/v1/parcels/%ff/planning", 400, Problem),
        ("/v1/codes?lat=11&lon=106&lon=106", 400, Problem),
        ("/v1/codes?lat=11&lon=%20", 400, Problem),
        ("/v1/codes?lat=%c3%28&lon=106", 400, Problem),
        ("/v1/addresses/%ff", 400, Problem),
        ("/d/%ff", 400, Problem),
        ("/d/%ff/plate.svg", 400, Problem),
        ("/v1/units/%ff", 400, Problem),
        ("/v1/units/25630@rubbish", 400, Pelias),
        ("/v1/units/25630@2025-02-30", 400, Pelias),
        ("/v1/units/convert?text=a&text=b", 400, Problem),
        ("/v1/units/convert?text=%ff", 400, Problem),
        ("/v1/units/convert?text=+", 400, Problem),
        ("/tiles/%ff", 400, Problem),
        ("/tiles/%ff/14/1/1", 400, Problem),
        ("/tiles/parcels/14/1/1?filter=a&filter=b", 400, Problem),
        ("/tiles/parcels/14/1/1?at=%ff", 400, Problem),
        ("/styles/%ff", 400, Problem),
        ("/fonts/%ff/0-255.pbf", 400, Problem),
        ("/v1/search?text=%ff", 400, Pelias),
        ("/v1/search?text=", 400, Pelias),
        ("/v1/reverse?lat=%ff&lon=1", 400, Pelias),
        ("/photon/api?q=%ff", 400, Photon),
        ("/photon/reverse?lat=&lon=", 400, Photon),
        ("/nominatim/search?q=%ff", 400, Nominatim),
        ("/ban/search?q=%ff", 400, Ban),
        ("/ban/search?q=", 400, Ban),
    ];
    for (path, status, shape) in table {
        for path in [path.to_owned(), with_slash(path)] {
            let reply = server().get(&path);
            assert_eq!(reply.status, status, "{path}: {}", reply.text());
            assert_shape(&reply, shape, &path);
        }
    }
}

#[test]
fn a_code_with_a_day_is_the_unit_that_had_it_on_that_day() {
    // 06820 was Trưng Vương until the reform of 1 July 2025 and is Vàng Danh
    for (day, name) in
        [("2025-06-30", "Trưng Vương"), ("2025-07-01", "Vàng Danh"), ("2026-01-01", "Vàng Danh")]
    {
        let answer = server().get(&format!("/v1/units/06820@{day}")).json();
        let features = answer["features"].as_array().unwrap();
        assert_eq!(features.len(), 1, "{day}: {answer}");
        assert!(features[0]["properties"]["name"].as_str().unwrap().contains(name), "{day}: {answer}");
    }
    assert_eq!(server().get("/v1/units/06820").json()["features"].as_array().unwrap().len(), 2);
    let never = server().get("/v1/units/06820@1900-01-01");
    assert!([200, 404].contains(&never.status), "{}", never.text());
}

#[test]
fn a_body_of_a_wrong_kind_is_told_in_the_shape_of_the_dialect() {
    use Shape::{Ban, Nominatim, Pelias, Photon};
    let paths = [
        ("/v1/search", Pelias),
        ("/v1/autocomplete", Pelias),
        ("/v1/reverse", Pelias),
        ("/photon/api", Photon),
        ("/nominatim/search", Nominatim),
        ("/ban/search", Ban),
    ];
    let bodies = [
        ("application/xml", "<text>a</text>", 415),
        ("multipart/form-data; boundary=x", "--x--", 415),
        ("application/json", "{\"text\": ", 400),
        ("application/json", "{\"text\": \"\\ud800\"}", 400),
        ("application/x-www-form-urlencoded", "text=%ff&q=%ff", 400),
    ];
    for (path, shape) in paths {
        for (kind, body, status) in bodies {
            let reply = server().post(path, kind, body);
            assert_eq!(reply.status, status, "{path} {kind}: {}", reply.text());
            assert_shape(&reply, shape, &format!("{path} {kind}"));
        }
    }
    for path in ["/catalog", "/v1/parcels", "/styles", "/health/live"] {
        let reply = server().post(path, "application/json", "{}");
        assert_eq!(reply.status, 405, "{path}");
        assert_shape(&reply, Shape::Problem, path);
    }
}

#[test]
fn a_slash_at_the_end_means_nothing() {
    let paths = [
        "/catalog",
        "/styles",
        "/styles/thua-dat.json",
        "/tiles/parcels",
        "/v1/search?text=hiep+tan",
        "/v1/units/25645",
        "/v1/codes?lat=11.25&lon=106.1",
        "/photon/api?q=hiep+tan",
        "/nominatim/search?q=hiep+tan",
        "/ban/search?q=hiep+tan",
        "/health/live",
    ];
    for path in paths {
        let (without, with) = (server().get(path), server().get(&with_slash(path)));
        assert_eq!((without.status, with.status), (200, 200), "{path}: {}", with.text());
        assert_eq!(untimed(&without), untimed(&with), "{path}");
    }
    assert!(!server().get("/metrics").text().contains("/\",status"), "a route is counted under one name");
}

#[test]
fn a_blank_parameter_is_not_given() {
    let same = |blank: &str, without: &str| {
        let (blank_reply, reply) = (server().get(blank), server().get(without));
        assert_eq!((blank_reply.status, &blank_reply.body), (reply.status, &reply.body), "{blank}");
    };
    same("/v1/parcels?lat=11.25&lon=106.1&unit=&sheet=+", "/v1/parcels?lat=11.25&lon=106.1");
    same("/tiles/parcels/14/1/1?filter=&properties=&at=", "/tiles/parcels/14/1/1");
    same("/v1/units/convert?text=25645&direction=&from=+", "/v1/units/convert?text=25645");
}

#[test]
fn of_several_fonts_the_first_known_one_serves() {
    let alone = server().get("/fonts/Be%20Vietnam%20Pro%20Regular/0-255.pbf");
    let among = server().get("/fonts/Noto%20Sans%20Regular,Be%20Vietnam%20Pro%20Regular/0-255.pbf");
    assert_eq!((alone.status, among.status), (200, 200), "{}", among.text());
    assert_eq!(alone.body, among.body);
    assert_eq!(server().get("/fonts/Noto%20Sans%20Regular/0-255.pbf").status, 404);
}

#[test]
fn styles_carry_a_sprite_with_every_pattern_they_use() {
    let style = server().get("/styles/thua-dat.json").json();
    let sprite = style["sprite"].as_str().unwrap().strip_prefix(&server().base_url).unwrap().to_owned();
    let patterns = style["metadata"]["hatches"].as_object().unwrap();
    assert!(!patterns.is_empty());
    for density in ["", "@2x"] {
        let index = server().get(&format!("{sprite}{density}.json")).json();
        for name in patterns.keys() {
            assert!(index[name]["width"].as_u64().is_some_and(|width| width >= 16), "{name}: {index}");
        }
        let picture = server().get(&format!("{sprite}{density}.png"));
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"));
        assert!(picture.body.starts_with(b"\x89PNG"));
    }
    assert_eq!(server().get("/sprites/none.png").status, 404);
}

#[test]
fn the_path_of_the_public_address_works_whether_a_proxy_strips_it_or_not() {
    let (server, _folder) = start("public_url = \"https://h.vn/bando/\"");
    for prefix in ["", "/bando"] {
        let page = server.get(&format!("{prefix}/"));
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("=\"/"), "the page asks relative to itself: {}", page.text());
        for path in ["/catalog", "/icon.svg", "/v1/codes?lat=11.25&lon=106.1", "/tiles/parcels/14/1/1"] {
            let reply = server.get(&format!("{prefix}{path}"));
            assert!([200, 204].contains(&reply.status), "{prefix}{path}: {}", reply.text());
        }
        let description = server.get(&format!("{prefix}/tiles/parcels")).json();
        assert!(description["tiles"][0].as_str().unwrap().starts_with("https://h.vn/bando/tiles/parcels/"));
        let style = server.get(&format!("{prefix}/styles/thua-dat.json")).json();
        assert!(style["glyphs"].as_str().unwrap().starts_with("https://h.vn/bando/fonts/"));
        let door = server.get(&format!("{prefix}/d/T72-345-676"));
        assert_eq!(door.status, 404);
        assert!(door.text().contains("href=\"/bando/icon.svg\""), "{}", door.text());
        assert!(!door.text().contains("href=\"/icon.svg\""), "{}", door.text());
    }
    assert_eq!(server.get("/bandoso/catalog").status, 404, "another path that begins alike");
    server.stop();
}

#[test]
fn what_a_proxy_says_of_the_address_counts_only_where_it_is_trusted() {
    let forwarded =
        [("x-forwarded-proto", "https"), ("x-forwarded-host", "map.vn"), ("x-forwarded-prefix", "/bando")];
    let standard = [("forwarded", "for=203.0.113.7;proto=https;host=map.vn")];
    let tiles = |server: &Server, path: &str, headers: &[(&str, &str)]| {
        let reply = server.request(path, headers);
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.json()["tiles"][0].as_str().unwrap().to_owned()
    };
    let (trusting, _folder) = start("trusted_proxies = [\"127.0.0.1\"]");
    for path in ["/tiles/parcels", "/bando/tiles/parcels"] {
        let url = tiles(&trusting, path, &forwarded);
        assert!(url.starts_with("https://map.vn/bando/tiles/"), "{url}");
    }
    let url = tiles(&trusting, "/tiles/parcels", &standard);
    assert!(url.starts_with("https://map.vn/tiles/"), "{url}");
    // the client wrote the left ones, the proxy the right ones
    let spoofed = [("x-forwarded-for", "1.2.3.4, 203.0.113.7"), ("x-forwarded-host", "evil.vn, map.vn")];
    let url = tiles(&trusting, "/tiles/parcels", &spoofed);
    assert!(url.starts_with("http://map.vn/tiles/"), "{url}");
    let bad = [("x-forwarded-host", "a\"><script>"), ("x-forwarded-prefix", "//evil.vn")];
    let url = tiles(&trusting, "/tiles/parcels", &bad);
    assert!(url.starts_with(&format!("{}/tiles/", trusting.base_url)), "{url}");
    trusting.stop();
    for headers in [forwarded.as_slice(), &standard] {
        let url = tiles(server(), "/tiles/parcels", headers);
        assert!(url.starts_with(&format!("{}/tiles/", server().base_url)), "{url}");
    }
    assert_eq!(server().request("/bando/tiles/parcels", &forwarded).status, 404);
}

#[test]
fn a_public_address_that_is_none_is_said_at_the_start() {
    for (url, reason) in [
        ("map.vn", "http:// or https://"),
        ("ftp://map.vn", "http:// or https://"),
        ("https://map.vn/?a=1", "without user name"),
        ("https://map.vn/tiles", "begins with no path of this server"),
    ] {
        let (code, message) =
            Server::expect_failure(&["serve", "--listen", "127.0.0.1:0", "--public-url", url]);
        assert_eq!(code, 1, "{message}");
        assert!(message.contains("--public-url must be") && message.contains(reason), "{message}");
    }
}

/// A body without the time at which it was written.
fn untimed(reply: &Reply) -> String {
    let text = reply.text();
    let Some((before, after)) = text.split_once("\"timestamp\":") else { return text };
    format!("{before}{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// The same path with a slash behind it.
fn with_slash(path: &str) -> String {
    match path.split_once('?') {
        Some((path, query)) => format!("{path}/?{query}"),
        None => format!("{path}/"),
    }
}

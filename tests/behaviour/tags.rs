//! A tag means its bytes: after a reload, whatever was changed, a tile with the tag it had before has the bytes
//! it had before, and every tile is the one a server has that was started on the same tables.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};

use crate::support::tile_at;
use crate::support::{Cluster, Database, Dice, Server, block_on};
use crate::tiles_valid::sweep::number;

/// Tiles that are compared, those with something in them and empty ones alike.
const TILES: usize = 2_000;

/// Layers asked for, as often as they stand here.
const LAYERS: [&str; 12] = [
    "parcels",
    "parcels",
    "lots",
    "lots",
    "units",
    "streets",
    "plan_zones",
    "addresses",
    "parcels_labels",
    "lots_labels",
    "units_labels,landmarks",
    "units,parcels,plans,plan_zones,streets,addresses",
];

const QUERIES: [&str; 6] =
    ["", "", "", "?at=2024-01-15", "?properties=unit", "?filter=unit%20IS%20NOT%20NULL"];

/// The parcels once more as a town's own table, so that how they are published can be changed.
const LOTS: &str = "[layers.lots]
table = \"bandoso.layer_parcels\"
id = \"id\"
minzoom = 8
columns = [\"number\", \"unit\", \"uses\", \"valid_from\", \"valid_to\"]
dissolve = { ward = \"unit\", use = \"uses\" }
";

/// A path to what it was answered with: the tag, and the body where there is one.
type Answers = BTreeMap<String, (String, Vec<u8>)>;

/// The answers of a server to these paths; those that it refuses are left out.
fn ask(server: &Server, paths: &[String]) -> Answers {
    block_on(|| async {
        let client = reqwest::Client::new();
        let get = |path: String| {
            let request = client.get(format!("{}{path}", server.base_url));
            async move {
                let answer = request.send().await.unwrap();
                let status = answer.status().as_u16();
                let tag = answer.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
                let body = answer.bytes().await.unwrap().to_vec();
                assert!(matches!(status, 200 | 204 | 400 | 404), "{path}: {status}");
                tag.map(|tag| (path, (tag, body)))
            }
        };
        let answers = stream::iter(paths.to_vec()).map(get).buffered(4);
        answers.filter_map(|answer| async move { answer }).collect().await
    })
}

/// Paths of tiles of zooms 6 to 18 around parcels of the town, the same in every run.
fn paths(database: &Database) -> Vec<String> {
    let rows = database.query(
        "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_PointOnSurface(geom) AS p FROM bandoso.parcel
         ORDER BY parcel_id * 7919 % 10007, parcel_id LIMIT 400) AS places",
    );
    let places: Vec<(f64, f64)> = rows.iter().map(|row| (number(&row[0]), number(&row[1]))).collect();
    assert_eq!(places.len(), 400);
    let mut dice = Dice(0x7a65);
    let mut one_of = |count: usize| dice.roll(count as u64) as usize;
    let mut paths = Vec::new();
    while paths.len() < TILES * 3 {
        let (z, x, y) = tile_at(places[one_of(places.len())], 6 + one_of(13) as u32);
        let path =
            format!("/tiles/{}/{z}/{x}/{y}{}", LAYERS[one_of(LAYERS.len())], QUERIES[one_of(QUERIES.len())]);
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// Makes the server load again and waits until it has.
fn reload(server: &Server) {
    let served = || server.log().matches("the new snapshot is served").count();
    let (before, started) = (served(), Instant::now());
    server.signal("HUP");
    while served() == before {
        assert!(started.elapsed() < Duration::from_secs(60), "{}", server.log());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Holds a reloaded server's tiles against those before and those of a fresh server; gives how many tags and how
/// many bodies changed.
fn compare(what: &str, before: &Answers, reloaded: &Answers, fresh: &Answers) -> (usize, usize) {
    assert_eq!(reloaded.len(), fresh.len(), "{what}");
    for (path, (tag, body)) in reloaded {
        let (fresh_tag, fresh_body) = &fresh[path];
        assert_eq!(tag, fresh_tag, "{what}: {path}: a reloaded server has the tags of a fresh one");
        assert!(body == fresh_body, "{what}: {path}: a reloaded server has the tiles of a fresh one");
    }
    let both = || fresh.iter().filter_map(|(path, new)| Some((path, before.get(path)?, new)));
    for (path, old, new) in both() {
        assert!(old.0 != new.0 || old.1 == new.1, "{what}: {path}: the tag {} stands for two bodies", old.0);
    }
    let tags = both().filter(|(_, old, new)| old.0 != new.0).count();
    let bodies = both().filter(|(_, old, new)| old.1 != new.1).count();
    println!("{what}: of {} tiles {tags} tags and {bodies} bodies changed", both().count());
    (tags, bodies)
}

#[test]
fn after_any_change_a_tag_that_is_the_same_stands_for_the_same_bytes() {
    let database = Cluster::shared().fresh_database();
    for args in [
        vec!["migrate", "--into", &database.url, "--without-reference"],
        vec!["demo", "--into", &database.url, "--parcels", "6000"],
    ] {
        let (code, _, log) = Server::run(&args);
        assert_eq!(code, 0, "{log}");
    }
    // some parcels were split the year before last
    database.execute("UPDATE bandoso.parcel SET valid_to = '2024-07-01' WHERE parcel_id % 50 = 7");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bandoso.toml");
    std::fs::write(&file, LOTS).unwrap();
    let arguments = ["serve", "--source", &database.url, "--config", file.to_str().unwrap()];
    let server = Server::start(&arguments);
    let mut paths = paths(&database);
    let mut before = ask(&server, &paths);
    assert!(before.len() >= TILES, "{} of {} tiles are there", before.len(), paths.len());
    paths.retain(|path| before.contains_key(path));
    paths.truncate(TILES);
    before.retain(|path, _| paths.contains(path));

    let in_force = "valid_to IS NULL";
    let west = format!(
        "(SELECT parcel_id FROM bandoso.parcel WHERE {in_force} ORDER BY ST_XMin(geom), parcel_id LIMIT 3)"
    );
    let one = format!(
        "(SELECT parcel_id FROM bandoso.parcel WHERE {in_force} ORDER BY parcel_id * 7919 % 10007, parcel_id LIMIT 1)"
    );
    let steps = [
        ("one attribute of one parcel", format!("UPDATE bandoso.parcel SET number = '9' || number WHERE parcel_id IN {one}")),
        ("the use of three parcels at one end", format!("UPDATE bandoso.parcel SET uses = '{{SKC}}', use_areas_m2 = NULL WHERE parcel_id IN {west}")),
        ("three parcels less at one end", format!("UPDATE bandoso.parcel SET valid_to = '2023-01-01' WHERE parcel_id IN {west}")),
        ("names of streets", "UPDATE bandoso.street SET name = name || ' Mới' WHERE street_id % 5 = 0".to_owned()),
        ("the past only", "UPDATE bandoso.parcel SET number = '8' || number WHERE valid_to = '2024-07-01' AND parcel_id % 100 = 7".to_owned()),
        ("the configuration only", String::new()),
    ];
    let mut all = BTreeMap::new();
    for (what, sql) in steps {
        let version = |server: &Server| server.get("/tiles/lots").json()["tiles"][0].to_string();
        let old_version = version(&server).replace(&server.base_url, "");
        if sql.is_empty() {
            let other = LOTS.replace("\"number\"", "{ column = \"number\", as = \"so_thua\", minzoom = 17 }");
            std::fs::write(&file, other).unwrap();
        } else {
            database.execute(&sql);
        }
        reload(&server);
        let fresh_server = Server::start(&arguments);
        let (reloaded, fresh) = (ask(&server, &paths), ask(&fresh_server, &paths));
        all.insert(what, compare(what, &before, &reloaded, &fresh));
        let is_of_lots = what != "names of streets";
        let new_version = version(&fresh_server).replace(&fresh_server.base_url, "");
        assert_eq!(
            old_version != new_version,
            is_of_lots,
            "{what}: the address of tiles names all their rows"
        );
        before = fresh;
    }
    let (tags, bodies) = all["one attribute of one parcel"];
    assert!(bodies > 0, "the parcel lies in some of the tiles");
    assert!(tags <= 3 * bodies + 10, "{tags} tags changed for {bodies} bodies");
    let (tags, bodies) = all["the past only"];
    assert!(bodies > 0 && tags < before.len() / 2, "{tags} tags, {bodies} bodies");
    assert!(all.values().all(|&(_, bodies)| bodies > 0), "{all:?}");
}

//! The dialect that owns the root, beside all of them under their own paths.

use super::town::{address, encoded, json, server, server_with};

#[test]
fn the_root_is_nobodys_unless_the_configuration_says_whose() {
    for path in ["/api?q=a", "/search?q=a", "/reverse?lat=1&lon=1", "/status"] {
        assert_eq!(server().get(path).status, 404, "{path}");
    }
}

#[test]
fn the_root_speaks_the_dialect_it_is_given_to() {
    let text = encoded(&address().text);
    for (dialect, path) in [("photon", "/api/"), ("nominatim", "/search.php"), ("ban", "/search/")] {
        let (server, _folder) = server_with(&format!("[geocoding]\nroot = \"{dialect}\"\n"));
        let own = json(&format!("/{dialect}{path}?q={text}&limit=1"));
        assert_eq!(server.get(&format!("{path}?q={text}&limit=1")).json(), own, "{dialect}");
        // the others keep their own paths, and the map stays where it is
        assert_eq!(server.get(&format!("/v1/search?text={text}")).status, 200);
        assert_eq!(server.get("/health/live").status, 200);
        assert!(server.get("/").header("content-type").starts_with("text/html"));
    }
}

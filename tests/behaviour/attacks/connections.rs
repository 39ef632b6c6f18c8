//! More connections than there is room for.

use std::cell::RefCell;

use super::{Raw, SILENT, start, start_by};
use crate::support::Server;

/// Half a request with a body: it is answered only when the rest comes, or too late.
const HALF: &str = "POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ntext=";

fn hold(server: &Server, count: usize) -> Vec<Raw> {
    (0..count).map(|_| Raw::send(server, HALF)).collect()
}

fn alive(server: &Server) {
    for _ in 0..20 {
        assert_eq!(server.get("/health/live").status, 200);
        assert_eq!(server.get("/health/ready").status, 200);
    }
}

#[test]
fn the_health_of_a_server_is_told_while_all_descriptors_are_taken() {
    let command = ["prlimit", "--nofile=64:64"];
    let server = start_by(&command, "[limits]\nconnections_per_client = 1000\nsilent_s = 60\n", &[]);
    assert!(server.log().contains("too few file descriptors"), "{}", server.log());
    let held = hold(&server, 200);
    alive(&server);
    let refused = server.get("/catalog");
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"));
    drop(held);
    super::wait_until("there is room again", || server.get("/catalog").status == 200);
    assert!(!server.log().contains("could not be accepted"), "{}", server.log());
}

#[test]
fn one_client_has_only_so_many_connections_and_is_told_so() {
    let server = start("[limits]\nconnections_per_client = 50\nsilent_s = 60\n");
    let held = hold(&server, 300);
    alive(&server);
    let refused = server.get("/catalog");
    assert_eq!((refused.status, refused.header("retry-after")), (429, "5"));
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    drop(held);
    super::wait_until("there is room again", || server.get("/catalog").status == 200);
}

#[test]
fn a_thousand_connections_with_half_a_body_are_let_go_of() {
    // of this process, which holds the other ends
    let descriptors = rlimit::increase_nofile_limit(u64::MAX).unwrap();
    assert!(descriptors > 1_200, "this test needs 1,200 file descriptors, the hard limit is {descriptors}");
    let server = start(&format!("[limits]\nconnections_per_client = 2000\n{SILENT}"));
    let mut held = hold(&server, 1_010);
    alive(&server);
    assert_eq!(server.get("/catalog").status, 200);
    for raw in &mut held {
        assert_eq!(raw.status(), Some(408));
    }
}

#[test]
fn clients_behind_a_proxy_are_counted_each_and_the_proxy_is_not() {
    let config = "trusted_proxies = [\"127.0.0.1\"]\n[limits]\nconnections_per_client = 3\nsilent_s = 60\n";
    let server = start(config);
    let of =
        |client: &str| HALF.replace("Host: x", &format!("Host: x\r\nX-Forwarded-For: 9.9.9.9, {client}"));
    // one more each time: the request that asks whether all places are taken may itself be in the last one
    let held = RefCell::new(Vec::new());
    let ask = |client: &str| server.request("/catalog", &[("x-forwarded-for", client)]).status;
    super::wait_until("the client has as many as it may have", || {
        held.borrow_mut().push(Raw::send(&server, &of("203.0.113.1")));
        ask("203.0.113.1") == 429
    });
    // what stands left of it is the client's own word
    assert_eq!(ask("203.0.113.2, 203.0.113.1"), 429);
    let other: Vec<u16> = (0..10).map(|_| ask("203.0.113.2")).collect();
    assert_eq!(other, [200; 10]);
    drop(held);
    super::wait_until("the client has room again", || ask("203.0.113.1") == 200);
}

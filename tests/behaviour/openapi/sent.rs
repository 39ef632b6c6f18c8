//! Every operation is sent, with its examples and with what is wrong, and every answer is held against the document.

use std::collections::{BTreeMap, BTreeSet};

use super::requests::{right, wrong};
use super::shapes::{assert_documented, assert_tight};
use super::{document, operations, server, start};

#[test]
fn every_operation_answers_its_examples_as_the_document_says() {
    let (mut sent, mut tried) = (BTreeMap::new(), 0);
    let operations = operations(document());
    let (mut wrong_ones, mut empty) = (Vec::new(), Vec::new());
    for operation in &operations {
        for request in right(operation) {
            let what = format!("{} {request:?}", operation.id());
            *sent.entry(operation.id()).or_insert(0) += 1;
            let reply = request.send(server());
            if reply.status != 200 {
                wrong_ones.push(format!("{what}: {} {}", reply.status, reply.text()));
                continue;
            }
            assert_eq!(reply.header("access-control-allow-origin"), "*", "{what}");
            let Some((body, schema)) = assert_documented(operation, &reply, &what) else {
                assert!(!reply.body.is_empty(), "{what}: nothing");
                continue;
            };
            if body["features"].as_array().is_some_and(Vec::is_empty)
                || body.as_array().is_some_and(Vec::is_empty)
            {
                empty.push(what.clone());
            }
            if operation.path != "/openapi.json" && !operation.path.starts_with("/styles") {
                tried += assert_tight(&body, &schema, &what);
            }
        }
    }
    assert!(wrong_ones.is_empty(), "{}", wrong_ones.join("\n"));
    assert_eq!(sent.len(), operations.len(), "every operation was sent");
    let requests: usize = sent.values().sum();
    println!("{requests} requests of {} operations, unknown keys at {tried} places", operations.len());
    println!("nothing was found by {} of them", empty.len());
    assert!(empty.len() * 10 < requests, "examples that find nothing:\n{}", empty.join("\n"));
    assert!(requests > 650, "{requests} requests");
    assert!(tried > 4_000, "{tried} places");
}

/// Statuses an operation has by itself and that a request alone brings about.
const BY_A_REQUEST: [u16; 6] = [200, 304, 400, 404, 413, 415];

#[test]
fn what_is_wrong_is_refused_as_the_document_says() {
    let mut seen: BTreeMap<&str, BTreeSet<u16>> = BTreeMap::new();
    let (mut sent, mut refused) = (0, 0);
    let operations = operations(document());
    for operation in &operations {
        let statuses = seen.entry(operation.id()).or_default();
        let other_method = super::requests::Request {
            post: operation.method == "get",
            path: operation.path.replace(['{', '}'], ""),
            body: None,
        };
        let methods = document()["paths"][operation.path].as_object().unwrap();
        let mut requests = wrong(operation);
        if methods.len() == 1 {
            requests.push(("another method".to_owned(), other_method));
        }
        for (wrong, request) in requests {
            let what = format!("{}, {wrong}: {request:?}", operation.id());
            let reply = request.send(server());
            assert_documented(operation, &reply, &what);
            statuses.insert(reply.status);
            sent += 1;
            refused += usize::from((400..500).contains(&reply.status));
        }
        for request in right(operation).iter().take(1) {
            let reply = request.send(server());
            statuses.insert(reply.status);
            if operation.method == "get" && !reply.header("etag").is_empty() {
                let again = server().request(&request.path, &[("if-none-match", reply.header("etag"))]);
                assert_documented(operation, &again, operation.id());
                statuses.insert(again.status);
            }
        }
        assert!(
            statuses.iter().any(|status| (400..500).contains(status)),
            "{}: {statuses:?}",
            operation.id()
        );
    }
    println!("{sent} requests, {refused} refused");
    let mut never = Vec::new();
    for operation in &operations {
        for status in operation.is["responses"].as_object().unwrap().keys() {
            let Ok(status) = status.parse::<u16>() else { continue };
            // tables too long are sent by the tests of tables
            let is_table = operation.is["requestBody"]["content"].get("text/csv").is_some();
            if BY_A_REQUEST.contains(&status)
                && !(is_table && status == 413)
                && !seen[operation.id()].contains(&status)
            {
                never.push(format!("{} {status}", operation.id()));
            }
        }
    }
    assert!(never.is_empty(), "documented and never answered:\n{}", never.join("\n"));
    assert!(sent > 2_500 && refused > 1_000, "{sent} requests, {refused} refused");
}

#[test]
fn a_dialect_at_the_root_is_described_there_and_answers_as_it_says() {
    for (root, least) in [("photon", 7), ("nominatim", 14), ("ban", 5)] {
        let (server, _folder) = start(&format!("[geocoding]\nroot = \"{root}\"\n"));
        let with_root = server.get("/openapi.json").json();
        let mut added = 0;
        for operation in operations(&with_root) {
            if document()["paths"].get(operation.path).is_some() {
                continue;
            }
            added += 1;
            assert_eq!(operation.is["tags"][0], root, "{}", operation.path);
            for request in right(&operation).into_iter().take(2) {
                let reply = request.send(&server);
                assert_eq!(reply.status, 200, "{request:?}: {}", reply.text());
                assert_documented(&operation, &reply, operation.id());
            }
        }
        assert_eq!(added, least, "operations of {root} at the root");
        server.stop();
    }
}

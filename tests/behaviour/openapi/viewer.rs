//! `/docs`: the document as a page of this server alone.

use std::collections::BTreeSet;

use super::{document, operations, server};

/// Values of an attribute.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    page.split(&format!(" {attribute}=\"")).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn the_page_shows_every_operation_and_asks_nobody_else() {
    let reply = server().get("/docs");
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(reply.header("content-security-policy").contains("default-src 'self'"));
    let page = reply.text();
    assert!(page.contains("<html lang=\"vi\">") && !page.contains("<script") && !page.contains('\u{1}'));
    let ids: BTreeSet<&str> = values(&page, "id").into_iter().collect();
    let operations = operations(document());
    for operation in &operations {
        assert!(ids.contains(operation.id()), "{}", operation.id());
    }
    for name in document()["components"]["schemas"].as_object().unwrap().keys() {
        assert!(ids.contains(format!("shape-{name}").as_str()), "{name}");
    }
    let links = values(&page, "href");
    assert!(links.len() > operations.len(), "{} links", links.len());
    for link in links {
        match link.strip_prefix('#') {
            Some(anchor) => assert!(ids.contains(anchor), "{link} leads nowhere"),
            None => assert!(link.starts_with('/') && !link.starts_with("//"), "{link} leaves the server"),
        }
    }
    assert!(values(&page, "src").is_empty() && !page.contains("url(") && !page.contains("@import"));
}

#[test]
fn every_request_the_page_offers_is_answered_under_a_base_path_too() {
    let (behind, _folder) = super::start("public_url = \"https://h.vn/bando\"");
    let page = behind.get("/bando/docs").text();
    let links: BTreeSet<String> = values(&page, "href")
        .into_iter()
        .filter(|link| !link.starts_with('#'))
        .map(|link| link.replace("&amp;", "&"))
        .collect();
    assert!(links.len() > 50, "{} links", links.len());
    for link in links {
        assert!(link.starts_with("/bando/"), "{link}");
        let reply = behind.get(&link);
        assert_eq!(reply.status, 200, "{link}: {}", reply.text());
    }
    behind.stop();
}

//! The description as it is sent: made once for a choice of routes, and with the address of a request put in.

use serde_json::{Value, json};
use utoipa::openapi::OpenApi;
use xxhash_rust::xxh3::xxh3_64;

use super::complete::complete;
use super::page::Page;

/// What stands in the document where the address of the server belongs.
const ADDRESS: &str = "bandoso:address";

/// The document and its page.
#[derive(Debug)]
pub(super) struct Description {
    before_address: String,
    after_address: String,
    page: Page,
}

impl Description {
    /// Of the operations a router answers.
    pub fn of(api: &OpenApi) -> Self {
        let mut document = complete(api);
        let page = Page::of(&document);
        document["servers"] = json!([{ "url": ADDRESS }]);
        let text = document.to_string();
        let marker = Value::from(ADDRESS).to_string();
        let (before, after) = text.split_once(&marker).unwrap_or((&text, ""));
        Self { before_address: before.to_owned(), after_address: after.to_owned(), page }
    }

    /// The document for a server at this address.
    pub fn document(&self, address: &str) -> String {
        [self.before_address.as_str(), &Value::from(address).to_string(), &self.after_address].concat()
    }

    /// The page.
    pub fn page(&self) -> &Page {
        &self.page
    }
}

/// A tag for a document: equal for equal bytes.
pub(super) fn tag_of(document: &str) -> String {
    format!("{:016x}", xxh3_64(document.as_bytes()))
}

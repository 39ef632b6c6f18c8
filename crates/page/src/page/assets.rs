//! The map page as built from `web/`, held in the binary, all files compressed once, before anything is served.
//! A debug build reads the files when it starts, so that a changed page needs no compiling.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use libdeflater::{CompressionLvl, Compressor};
use rust_embed::Embed;
use xxhash_rust::xxh3::xxh3_64;

/// The built page, where it was built.
#[derive(Embed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Page;

/// Stands for the page where it was not built: without Node.js the server still does its work.
const NOT_BUILT: &str = r#"<!doctype html>
<html lang="vi"><meta charset="utf-8"><title>bandoso</title>
<p>Trang bản đồ chưa được dựng. The map page is not built. Run
<code>npm --prefix web ci &amp;&amp; npm --prefix web run build</code>, then build the server again.</p>
</html>
"#;

/// One file of the page.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The file as it is.
    pub bytes: Cow<'static, [u8]>,
    /// The file in gzip, where that is at least a tenth smaller.
    pub gzip: Option<Arc<[u8]>>,
    /// For the `Content-Type` header.
    pub content_type: &'static str,
    /// The name holds a hash of the content, so that a browser may keep the file for ever.
    pub is_immutable: bool,
    /// Quoted, for the `ETag` header.
    pub etag: String,
}

/// The page itself, for `/`.
pub fn index() -> Option<Asset> {
    asset("index.html")
}

/// A file of the page by its path, with or without the leading slash.
pub fn asset(path: &str) -> Option<Asset> {
    static ASSETS: OnceLock<HashMap<Cow<'static, str>, Asset>> = OnceLock::new();
    let assets = ASSETS.get_or_init(|| {
        let not_built = ("index.html".into(), Asset::new("index.html", NOT_BUILT.as_bytes().into()));
        let built = Page::iter().filter_map(|name| {
            let asset = Asset::new(&name, Page::get(&name)?.data);
            Some((name, asset))
        });
        std::iter::once(not_built).chain(built).collect()
    });
    assets.get(path.trim_start_matches('/')).cloned()
}

impl Asset {
    fn new(name: &str, bytes: Cow<'static, [u8]>) -> Self {
        Self {
            gzip: gzip(&bytes),
            content_type: content_type(name),
            is_immutable: name.starts_with("assets/"),
            etag: format!("\"{:016x}\"", xxh3_64(&bytes)),
            bytes,
        }
    }
}

fn gzip(bytes: &[u8]) -> Option<Arc<[u8]>> {
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let len = compressor.gzip_compress(bytes, &mut out).ok()?;
    (len < bytes.len() * 9 / 10).then(|| out[..len].into())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_html_and_is_never_kept_for_ever() {
        let index = index().unwrap();
        assert_eq!(index.content_type, "text/html; charset=utf-8");
        assert!(!index.is_immutable);
        assert!(String::from_utf8_lossy(&index.bytes).contains("<html lang=\"vi\""));
    }

    #[test]
    fn a_leading_slash_does_not_matter_and_a_foreign_path_finds_nothing() {
        assert!(asset("/index.html").is_some());
        assert!(asset("/../Cargo.toml").is_none());
        assert!(asset("").is_none());
    }

    #[test]
    fn gzip_gives_the_same_bytes_back() {
        let text = b"thua dat ".repeat(100);
        let packed = gzip(&text).unwrap();
        let mut back = vec![0; text.len()];
        libdeflater::Decompressor::new().gzip_decompress(&packed, &mut back).unwrap();
        assert_eq!(back, text);
    }

    #[test]
    fn what_does_not_get_smaller_is_not_sent_in_gzip() {
        assert!(gzip(b"x").is_none());
    }
}

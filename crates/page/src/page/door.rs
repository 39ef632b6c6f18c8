//! The files the page of a door asks for: built from `web/src/door.ts`, under names that hold a hash, which
//! Vite's manifest tells.

use std::sync::OnceLock;

use serde_json::Value;

use super::asset;

/// Paths without a leading slash.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DoorPage {
    /// `None` where the page was not built: a door's page does without.
    pub script: Option<String>,
    /// Style sheets the script brings.
    pub styles: Vec<String>,
}

/// The files of this build.
pub fn door_page() -> &'static DoorPage {
    static FILES: OnceLock<DoorPage> = OnceLock::new();
    FILES.get_or_init(|| asset("manifest.json").and_then(|file| read(&file.bytes)).unwrap_or_default())
}

fn read(manifest: &[u8]) -> Option<DoorPage> {
    let manifest: Value = serde_json::from_slice(manifest).ok()?;
    let entry = manifest.get("src/door.ts")?;
    let imported = entry.get("imports").and_then(Value::as_array).into_iter().flatten();
    let chunks = imported.filter_map(|name| manifest.get(name.as_str()?)).chain([entry]);
    let styles = chunks.filter_map(|chunk| chunk.get("css")?.as_array()).flatten();
    Some(DoorPage {
        script: Some(entry.get("file")?.as_str()?.to_owned()),
        styles: styles.filter_map(|name| name.as_str().map(str::to_owned)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_the_script_and_the_style_sheets_of_what_it_shares() {
        let manifest = br#"{
            "src/door.ts": { "file": "assets/door-1.js", "imports": ["_hatch.js"], "css": ["assets/door-2.css"] },
            "_hatch.js": { "file": "assets/hatch-3.js", "css": ["assets/hatch-4.css"] }
        }"#;
        let files = read(manifest).unwrap();
        assert_eq!(files.script.as_deref(), Some("assets/door-1.js"));
        assert_eq!(files.styles, ["assets/hatch-4.css", "assets/door-2.css"]);
        assert_eq!(read(b"{}"), None);
    }
}

//! Puts the built map page where the compiler can embed it: `web/dist` is copied to
//! `$OUT_DIR/page`. Without Node.js the server still builds; its page then says how to make it.

use std::{env, fs, io, path::Path};

const NOT_BUILT: &str = r#"<!doctype html>
<html lang="vi"><meta charset="utf-8"><title>bandoso</title>
<p>Trang bản đồ chưa được dựng. The map page is not built. Run
<code>npm --prefix web ci &amp;&amp; npm --prefix web run build</code>, then build the server again.</p>
</html>
"#;

fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    let page = Path::new(&out).join("page");
    if page.exists() {
        fs::remove_dir_all(&page)?;
    }
    fs::create_dir_all(&page)?;

    let built = Path::new("web/dist");
    println!("cargo::rerun-if-changed=build.rs");
    if built.join("index.html").exists() {
        println!("cargo::rerun-if-changed=web/dist");
        copy_folder(built, &page)
    } else {
        // Not `web/dist`: cargo would run this script on every build as long as that is missing.
        println!("cargo::rerun-if-changed=web");
        fs::write(page.join("index.html"), NOT_BUILT)
    }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

//! Where the secret of feature ids comes from: the configuration, else a file of our own beside the source, made once.
//!
//! It is looked for when the first text key is met, so a source whose keys are numbers has no such file. Ids must stay after a
//! restart and be equal on every replica; who has several servers of one source sets the key, or copies the file.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::Location;
use crate::privacy::{FeatureIdKey, SharedIdKey};

/// The key of a source, read or made at first use.
pub(super) fn id_key(location: &Location, configured: Option<FeatureIdKey>) -> SharedIdKey {
    let file = file_of(location);
    let look_up = move || configured.unwrap_or_else(|| kept_in(file.as_deref()));
    Arc::new(LazyLock::new(Box::new(look_up)))
}

/// `town.gpkg.id-key`; of a database a file in the folder for the state of programs.
fn file_of(location: &Location) -> Option<PathBuf> {
    match location {
        Location::GeoPackage(file) => {
            let mut name = file.as_os_str().to_owned();
            name.push(".id-key");
            Some(PathBuf::from(name))
        }
        Location::PostGis(address) => {
            let name = xxhash_rust::xxh3::xxh3_64(address.to_string().as_bytes());
            Some(state_folder()?.join(format!("{name:016x}.id-key")))
        }
    }
}

/// systemd's `STATE_DIRECTORY`, else the XDG folder.
fn state_folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let of_user = || {
        Some(folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")))?.join("bandoso"))
    };
    folder("STATE_DIRECTORY").or_else(of_user)
}

/// The key in the file, or a new one put there. Where neither works the ids are good until the server ends.
fn kept_in(file: Option<&Path>) -> FeatureIdKey {
    let problem = match file.map(read_or_make) {
        Some(Ok(key)) => return key,
        Some(Err(problem)) => problem,
        None => "there is no folder for it".to_owned(),
    };
    tracing::error!(
        "text keys: the secret of their ids cannot be kept ({problem}), so ids change with every start; set \
         `feature_id_key` or BANDOSO_FEATURE_ID_KEY to 32 hexadecimal digits"
    );
    FeatureIdKey::new()
}

fn read_or_make(file: &Path) -> Result<FeatureIdKey, String> {
    if let Some(key) = read(file)? {
        return Ok(key);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let in_words = |error: std::io::Error| error.to_string();
    std::fs::create_dir_all(folder).map_err(in_words)?;
    let key = FeatureIdKey::new();
    // only the owner may read it (0600 from the first moment); whole or not there
    let mut new = tempfile::Builder::new().prefix(".id-key").tempfile_in(folder).map_err(in_words)?;
    writeln!(new, "{}", key.to_hex()).and_then(|()| new.as_file().sync_all()).map_err(in_words)?;
    match new.persist_noclobber(file) {
        Ok(_) => {
            tracing::info!(
                "text keys: a secret for their ids was made beside the source; back it up with it"
            );
            Ok(key)
        }
        // another server was first
        Err(error) => read(file)?.ok_or_else(|| error.error.to_string()),
    }
}

/// `None` where there is no file.
fn read(file: &Path) -> Result<Option<FeatureIdKey>, String> {
    match std::fs::read_to_string(file) {
        Ok(text) => {
            text.parse().map(Some).map_err(|error: crate::privacy::BadFeatureIdKey| error.to_string())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_stays() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let location = Location::GeoPackage(folder.path().join("town.gpkg"));
        let key = **id_key(&location, None);
        let file = folder.path().join("town.gpkg.id-key");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(**id_key(&location, None), key);
        let set: FeatureIdKey = "000102030405060708090a0b0c0d0e0f".parse().unwrap();
        assert_eq!(**id_key(&location, Some(set)), set);
        std::fs::remove_file(&file).unwrap();
        assert_ne!(**id_key(&location, None), key);
    }

    #[test]
    fn a_damaged_file_is_neither_used_nor_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("town.gpkg.id-key");
        std::fs::write(&file, "not a key").unwrap();
        assert!(read_or_make(&file).unwrap_err().contains("32 hexadecimal digits"));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "not a key");
    }
}

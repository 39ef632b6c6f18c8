//! The files of a folder, and of the folders in it.

use std::path::{Path, PathBuf};

use super::{Member, Place};
use crate::formats::ReadError;

/// Folders in folders that are looked into.
const MAX_DEPTH: usize = 16;

/// All files below a folder. Links to folders are not followed, because they may go in circles.
pub(super) fn all_files(folder: &Path, most: usize) -> Result<Vec<Member>, ReadError> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = folders.pop() {
        for (path, name) in entries(&folder)? {
            let within = format!("{prefix}{name}");
            if path.is_dir() {
                if !path.is_symlink() && depth < MAX_DEPTH {
                    folders.push((path, format!("{within}/"), depth + 1));
                }
            } else if let Some(member) = file(path, within) {
                files.push(member);
            }
            if files.len() + folders.len() > most {
                return Err(ReadError::TooManyFiles { most });
            }
        }
    }
    Ok(files)
}

/// The files in the folder of this one that have its name, whatever the extension and the case.
pub(super) fn files_of_one_name(of: &Path) -> Result<Vec<Member>, ReadError> {
    let folder = match of.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase());
    let wanted = stem(of);
    let named = entries(folder)?.into_iter().filter(|(path, _)| stem(path) == wanted && path.is_file());
    Ok(named.filter_map(|(path, name)| file(path, name)).collect())
}

fn entries(folder: &Path) -> Result<Vec<(PathBuf, String)>, ReadError> {
    let entries = std::fs::read_dir(folder).map_err(ReadError::Open)?;
    let named = entries
        .map(|entry| entry.map(|entry| (entry.path(), entry.file_name().to_string_lossy().into_owned())));
    named.collect::<std::io::Result<_>>().map_err(ReadError::Open)
}

/// `None` for what is no file: a pipe, a link that leads nowhere.
fn file(path: PathBuf, within: String) -> Option<Member> {
    let metadata = path.metadata().ok()?;
    metadata.is_file().then(|| Member { path: within, size: metadata.len(), place: Place::OnDisk(path) })
}

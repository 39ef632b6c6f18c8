//! Files that lie together, in a folder or in a zip, as one thing: each with a path within and bytes to read from any
//! place. What they hold is for those who ask.
//!
//! Nothing is ever written by the name a zip gives: what is unpacked lies in memory or in a file without a name.

mod archive;
mod folder;

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::ReadError;
use archive::Archive;

/// The most files looked at in a folder or zip.
const MAX_FILES: usize = 50_000;

/// Bytes that can be read from any place.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// A file among others.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its path within the folder or zip, with `/` between the names.
    pub path: String,
    /// Bytes, as the folder or zip says.
    pub size: u64,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    OnDisk(PathBuf),
    Packed(Arc<Mutex<Archive>>, usize),
}

impl Member {
    /// Its bytes, unpacked.
    pub fn open(&self) -> Result<Box<dyn ReadSeek>, ReadError> {
        match &self.place {
            Place::OnDisk(path) => Ok(Box::new(File::open(path).map_err(ReadError::Open)?)),
            Place::Packed(archive, index) => {
                let mut archive = archive.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(Box::new(archive.unpack(*index)?))
            }
        }
    }

    /// Its name without folders and extension.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// Its path without the extension.
    pub fn path_without_extension(&self) -> &str {
        &self.path[..self.path.len() - self.extension_length()]
    }

    /// What stands behind the last point of its name, in small letters.
    pub fn extension(&self) -> String {
        let length = self.extension_length();
        self.path[self.path.len() - length..].trim_start_matches('.').to_ascii_lowercase()
    }

    /// With the point.
    fn extension_length(&self) -> usize {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(0, |(_, extension)| extension.len() + 1)
    }
}

/// The files of a folder or zip, in the order of their paths.
#[derive(Debug)]
pub struct Files {
    /// Without those that systems put beside the files of people.
    pub members: Vec<Member>,
    /// Numbers of members by path without extension, both in small letters.
    by_name: HashMap<(String, String), Vec<usize>>,
}

impl Files {
    /// All files of a folder and the folders in it.
    pub fn of_folder(folder: &Path) -> Result<Self, ReadError> {
        Ok(Self::new(folder::all_files(folder, MAX_FILES)?))
    }

    /// The files beside this one that have its name with other extensions, and itself.
    pub fn beside(file: &Path) -> Result<Self, ReadError> {
        Ok(Self::new(folder::files_of_one_name(file)?))
    }

    /// The files of a zip.
    pub fn of_zip(file: File) -> Result<Self, ReadError> {
        let archive = Archive::open(file, MAX_FILES)?;
        let entries = archive.entries();
        let archive = Arc::new(Mutex::new(archive));
        let members = entries.into_iter().map(|entry| Member {
            path: entry.path,
            size: entry.size,
            place: Place::Packed(Arc::clone(&archive), entry.index),
        });
        Ok(Self::new(members.collect()))
    }

    fn new(mut members: Vec<Member>) -> Self {
        members.retain(|member| !member.path.split('/').any(is_of_a_system));
        members.sort_by(|a, b| a.path.cmp(&b.path));
        let mut by_name: HashMap<_, Vec<usize>> = HashMap::new();
        for (i, member) in members.iter().enumerate() {
            let name = member.path_without_extension().to_lowercase();
            by_name.entry((name, member.extension())).or_default().push(i);
        }
        Self { members, by_name }
    }

    /// The file that lies beside another and has this extension. Where names differ only in case, the one that is written
    /// the same.
    pub fn companion(&self, of: &Member, extension: &str) -> Option<&Member> {
        let name = of.path_without_extension();
        let found = self.by_name.get(&(name.to_lowercase(), extension.to_owned()))?;
        let same = found.iter().find(|i| self.members[**i].path_without_extension() == name);
        same.or(found.first()).map(|i| &self.members[*i])
    }
}

/// Names that systems put beside the files of people.
fn is_of_a_system(name: &str) -> bool {
    name == "__MACOSX" || (name.starts_with('.') && !matches!(name, "." | ".."))
}

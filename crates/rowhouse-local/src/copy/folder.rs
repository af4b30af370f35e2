//! The folder of a copy: in the temporary folder, removed with the copy, or later if the program was killed.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::{Cluster, Error, process};

const PREFIX: &str = "rowhouse-copy-";

#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new one, named for this process.
    pub(super) fn make() -> Result<Self, Error> {
        let place = std::env::temp_dir();
        remove_those_of_the_dead(&place);
        let path = place.join(format!(
            "{PREFIX}{}-{:08x}",
            std::process::id(),
            rand::random::<u32>()
        ));
        // As root the server runs under another account, which walks through; what it makes in there is closed.
        let mode = if rustix::process::geteuid().is_root() {
            0o711
        } else {
            0o700
        };
        fs::DirBuilder::new()
            .mode(mode)
            .create(&path)
            .map_err(|e| Error::io("create", &path, e))?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Whatever stays is removed by the next copy.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Copies of processes that were killed: their servers are stopped, their folders removed.
fn remove_those_of_the_dead(place: &Path) {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX))
            .and_then(|rest| rest.split_once('-'))
            .and_then(|(pid, _)| pid.parse::<u32>().ok());
        let ours =
            fs::symlink_metadata(entry.path()).is_ok_and(|meta| meta.is_dir() && meta.uid() == me);
        if let Some(pid) = pid
            && ours
            && !process::is_alive(pid)
        {
            let _ = Cluster::wipe_blocking(&entry.path());
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

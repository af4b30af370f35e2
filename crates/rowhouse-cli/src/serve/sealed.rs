//! The keys that the service seals with, and the same again when their file has changed.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rowhouse::{Rowhouse, SealKeys};

use crate::failure::Misuse;

/// How often to look whether the file has changed.
const EVERY: Duration = Duration::from_secs(2);

/// A file of keys.
#[derive(Debug, Clone)]
pub(super) struct KeyFile(PathBuf);

/// By which a file that was put in place of another is told.
type Mark = Option<(u64, i64, i64, u64)>;

impl KeyFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The keys in it.
    pub(super) fn read(&self) -> Result<SealKeys, Misuse> {
        SealKeys::read(&self.0).map_err(|error| {
            let cause = std::error::Error::source(&error)
                .map_or_else(String::new, |cause| format!(": {cause}"));
            Misuse::new(format!("{}: {error}{cause}", self.0.display()))
                .hint("`rowhouse seal init` makes the file; key_file under [seal] says where it is")
        })
    }

    /// Takes over what is written there from now on. Never ends. What cannot be read changes nothing: the keys there
    /// are stay in use.
    pub(super) async fn follow(&self, house: &Rowhouse) {
        let mut known = mark(&self.0);
        loop {
            tokio::time::sleep(EVERY).await;
            let found = mark(&self.0);
            if found == known || found.is_none() {
                continue;
            }
            match self.read().map_err(anyhow::Error::from).and_then(|keys| {
                let first = keys.ids().next().unwrap_or_default().to_owned();
                house.replace_seal_keys(keys)?;
                Ok(first)
            }) {
                Ok(first) => tracing::info!("seals are made with key {first} from now on"),
                Err(error) => {
                    tracing::warn!("the keys for seals stay as they were: {error:#}");
                }
            }
            known = found;
        }
    }
}

fn mark(path: &Path) -> Mark {
    let file = std::fs::metadata(path).ok()?;
    Some((file.ino(), file.mtime(), file.mtime_nsec(), file.len()))
}

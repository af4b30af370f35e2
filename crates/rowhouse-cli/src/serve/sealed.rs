//! The keys that the service seals with, and the same again when their file has changed.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rowhouse::{Rowhouse, SealKeys};
use tokio::signal::unix::{SignalKind, signal};

use crate::failure::Misuse;

/// How often to look whether the file has changed.
const EVERY: Duration = Duration::from_secs(2);

/// A file of keys.
#[derive(Debug, Clone)]
pub(super) struct KeyFile(PathBuf);

/// By which a file that was put in place of another is told.
type Mark = Option<(u64, i64, i64, i64, i64, u64)>;

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

    /// Takes over what is written there from now on. Never ends. What cannot be read changes nothing, and is tried until
    /// it can: the keys there are stay in use.
    pub(super) async fn follow(&self, house: &Rowhouse) -> anyhow::Result<()> {
        let mut hangup = signal(SignalKind::hangup())?;
        // What was written while the service started is new: the first look is at once.
        let mut known: Mark = None;
        let mut failed = false;
        loop {
            let found = mark(&self.0);
            if found != known {
                match self.take_over(house) {
                    Ok(first) => {
                        tracing::info!("seals are made with key {first}");
                        (known, failed) = (found, false);
                    }
                    Err(error) if !failed => {
                        tracing::warn!(
                            "the keys for seals stay as they were until the file can be read: {error:#}"
                        );
                        failed = true;
                    }
                    Err(_) => {}
                }
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                _ = hangup.recv() => known = None,
            }
        }
    }

    fn take_over(&self, house: &Rowhouse) -> anyhow::Result<String> {
        let keys = self.read()?;
        let first = keys.ids().next().unwrap_or_default().to_owned();
        house.replace_seal_keys(keys)?;
        Ok(first)
    }
}

fn mark(path: &Path) -> Mark {
    let file = std::fs::metadata(path).ok()?;
    let (ino, len) = (file.ino(), file.len());
    // Who may read it counts too.
    Some((
        ino,
        file.mtime(),
        file.mtime_nsec(),
        file.ctime(),
        file.ctime_nsec(),
        len,
    ))
}

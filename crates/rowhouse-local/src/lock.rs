//! Our own lock files. The kernel lets go of a lock when its holder dies, however it dies.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Error;

/// An exclusive lock on a file, held until dropped. The file tells who holds it, for error messages.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Waits for the lock.
    pub(crate) fn wait(path: &Path, patience: Duration) -> Result<Self, Error> {
        let started = Instant::now();
        loop {
            if let Some(lock) = Self::try_now(path)? {
                return Ok(lock);
            }
            if started.elapsed() > patience {
                return Err(Error::Locked {
                    path: path.to_owned(),
                    holder: fs::read_to_string(path).unwrap_or_default(),
                    waited_s: patience.as_secs(),
                });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Takes the lock if it is free.
    pub(crate) fn try_now(path: &Path) -> Result<Option<Self>, Error> {
        // Close-on-exec, as every file the standard library opens: the server must not inherit the lock.
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(|e| Error::io("open", path, e))?;
        match file.try_lock() {
            Ok(()) => {
                let mut lock = Self { file };
                if !lock.is_on(path) {
                    // Removed between our open and our lock: others lock the new file.
                    return Ok(None);
                }
                lock.write(&std::process::id().to_string())
                    .map_err(|e| Error::io("write", path, e))?;
                Ok(Some(lock))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(Error::io("lock", path, e)),
        }
    }

    /// Replaces what the file says.
    pub(crate) fn write(&mut self, text: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())
    }

    /// Whether this lock is on the file now at `path`, not on one that was removed meanwhile.
    pub(crate) fn is_on(&self, path: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        match (self.file.metadata(), fs::metadata(path)) {
            (Ok(mine), Ok(there)) => mine.ino() == there.ino() && mine.dev() == there.dev(),
            _ => false,
        }
    }
}

/// What a lock file says, whoever holds it.
pub(crate) fn said(path: &Path) -> String {
    let mut text = String::new();
    if let Ok(mut file) = File::open(path) {
        // An unreadable note is as good as none.
        let _ = file.read_to_string(&mut text);
    }
    text
}

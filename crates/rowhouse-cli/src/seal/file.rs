//! The file of keys: a line for each, the one that seals first. It is never half written, and its owner's alone.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::failure::Misuse;

const ABOUT: &str =
    "# Keys of `rowhouse seal`. Whoever can read this file can act as any tenant.\n";

/// The lines with keys; none where there is no file.
pub(super) fn lines(path: &Path) -> anyhow::Result<Vec<String>> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(Misuse::new(format!("{} is not a file", path.display())).into());
    }
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
    };
    let lines = text.lines().map(str::trim);
    let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(keys.map(str::to_owned).collect())
}

/// The id in a line.
pub(super) fn id(line: &str) -> &str {
    line.split_ascii_whitespace().nth(1).unwrap_or_default()
}

/// Whether a line is a key's.
pub(super) fn is_key(line: &str) -> bool {
    line.parse::<rowhouse::SealKeys>().is_ok()
}

/// A new state of the file, on the disk beside it.
pub(super) struct Draft {
    beside: PathBuf,
    path: PathBuf,
    kept: bool,
}

impl Draft {
    /// Writes `keys` beside `path`, readable as `path` is, or by its owner alone.
    pub(super) fn write(path: &Path, keys: &[String]) -> anyhow::Result<Self> {
        // Where a name leads elsewhere, the file there is meant.
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".new-{}", std::process::id()));
        let draft = path.with_file_name(name);
        let before = fs::metadata(path).ok();
        let mode = before
            .as_ref()
            .map_or(0o600, |known| known.permissions().mode() & 0o660);
        let cannot = || format!("cannot write {}", draft.display());
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&draft)
            .with_context(cannot)?;
        let written = Self {
            beside: draft.clone(),
            path: path.to_owned(),
            kept: false,
        };
        if let Some(before) = before {
            // The service's account must be able to read it as it could the one before.
            std::os::unix::fs::chown(&draft, Some(before.uid()), Some(before.gid())).with_context(
                || {
                    format!(
                        "{} cannot have the owner that {} has",
                        draft.display(),
                        path.display()
                    )
                },
            )?;
        }
        let text = format!("{ABOUT}{}\n", keys.join("\n"));
        file.write_all(text.as_bytes()).with_context(cannot)?;
        file.sync_all().with_context(cannot)?;
        Ok(written)
    }

    /// Puts it in the place of the file.
    pub(super) fn keep(mut self) -> anyhow::Result<()> {
        fs::rename(&self.beside, &self.path).with_context(|| {
            format!(
                "the keys are in {}, which cannot be moved to {}",
                self.beside.display(),
                self.path.display()
            )
        })?;
        self.kept = true;
        Ok(())
    }

    /// The database has the key whatever happens to the file now: it is not thrown away.
    pub(super) fn spare(&mut self) {
        self.kept = true;
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.beside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_its_owners_alone_and_never_half_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seal.key");
        assert_eq!(lines(&path).unwrap(), Vec::<String>::new());
        drop(Draft::write(&path, &["rowhouse-seal-1 0a x".into()]).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let draft = Draft::write(&path, &["rowhouse-seal-1 0a x".into()]).unwrap();
        assert!(!path.exists());
        draft.keep().unwrap();
        assert_eq!(lines(&path).unwrap(), ["rowhouse-seal-1 0a x"]);
        assert_eq!(id("rowhouse-seal-1 0a x"), "0a");
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }
}

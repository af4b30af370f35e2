//! Where PostgreSQL's programs are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::{Error, Version};

/// `DROP DATABASE … WITH (FORCE)` came with 13.
const OLDEST: u32 = 13;

/// The programs a cluster is made of.
const NEEDED: [&str; 2] = ["postgres", "initdb"];

/// Folders of packages; `*` stands for a version and may be anything within one name.
const USUAL_PLACES: [&str; 11] = [
    "/usr/lib/postgresql/*/bin",   // Debian, Ubuntu
    "/usr/pgsql-*/bin",            // packages of postgresql.org for RHEL, Fedora
    "/usr/lib/postgresql*/bin",    // openSUSE
    "/usr/lib64/postgresql-*/bin", // Gentoo
    "/usr/libexec/postgresql*",    // Alpine
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/Library/PostgreSQL/*/bin",
    "/usr/local/pgsql/bin", // from source
];

/// One installation of PostgreSQL: a folder with `postgres` and `initdb`, and its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    dir: PathBuf,
    version: Version,
}

impl Binaries {
    /// Finds PostgreSQL: the folder given, else the one in `PG_BINDIR`, else the newest in the usual
    /// places, else what is on `PATH`. A folder that was named is used or refused, never passed over.
    ///
    /// # Errors
    /// [`Error::NoBinaries`] with how to install it, or why the folder named does not do.
    pub fn find(dir: Option<&Path>) -> Result<Self, Error> {
        if let Some(named) = dir.map(Path::to_owned).or_else(named_by_environment) {
            return Self::at(&named);
        }
        let newest = in_usual_places().into_iter().next();
        newest
            .or_else(|| on_path().into_iter().next())
            .ok_or_else(|| Error::NoBinaries {
                looked_at: format!("PG_BINDIR, {}, PATH", USUAL_PLACES.join(", ")),
            })
    }

    /// The binaries in one folder.
    ///
    /// # Errors
    /// When a program is missing, does not tell its version, or is too old.
    pub fn at(dir: &Path) -> Result<Self, Error> {
        if let Some(missing) = NEEDED.into_iter().find(|name| !dir.join(name).is_file()) {
            return Err(Error::NotABinDir {
                dir: dir.to_owned(),
                missing,
            });
        }
        let dir = dir
            .canonicalize()
            .map_err(|e| Error::io("resolve", dir, e))?;
        let program = dir.join("postgres");
        let output = Command::new(&program)
            .arg("--version")
            .env("LC_ALL", "C")
            .output()
            .map_err(|e| Error::io("run", &program, e))?;
        let banner = String::from_utf8_lossy(&output.stdout);
        let version = Version::from_banner(&banner).ok_or_else(|| Error::NoVersion {
            program,
            output: format!("{banner}{}", String::from_utf8_lossy(&output.stderr)),
        })?;
        if version.major < OLDEST {
            return Err(Error::TooOld {
                dir,
                version,
                oldest: OLDEST,
            });
        }
        Ok(Self { dir, version })
    }

    /// Every usable installation, newest first; those on `PATH` last.
    pub fn installed() -> Vec<Self> {
        let mut found = in_usual_places();
        for more in on_path() {
            if !found.contains(&more) {
                found.push(more);
            }
        }
        found
    }

    /// The installation whose data format is `major`, if there is one.
    pub(crate) fn of_major(major: u32) -> Option<Self> {
        let fits = |b: &Self| b.version.major == major;
        let usual = in_usual_places().into_iter().find(fits);
        usual.or_else(|| on_path().into_iter().find(fits))
    }

    /// Their version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Their folder, without symbolic links.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The path of one program, e.g. `psql`; it need not exist.
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// `PG_BINDIR`, unless it is empty.
pub(crate) fn named_by_environment() -> Option<PathBuf> {
    env::var_os("PG_BINDIR")
        .filter(|v| !v.is_empty())
        .map(PathBuf::from)
}

/// Newest first.
fn in_usual_places() -> Vec<Binaries> {
    let mut found: Vec<Binaries> = USUAL_PLACES
        .iter()
        .flat_map(|pattern| expand(pattern))
        .filter_map(|dir| Binaries::at(&dir).ok())
        .collect();
    found.sort_by_key(|b| std::cmp::Reverse(b.version));
    found
}

fn on_path() -> Vec<Binaries> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .filter(|dir| dir.is_absolute())
        .filter_map(|dir| {
            // A link such as /usr/local/bin/postgres stands for the folder it points to.
            let target = dir.join("postgres").canonicalize().ok()?;
            Binaries::at(target.parent()?)
                .or_else(|_| Binaries::at(&dir))
                .ok()
        })
        .collect()
}

/// The folders that a pattern with at most one `*` stands for.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else {
        return vec![PathBuf::from(pattern)];
    };
    let Some((parent, prefix)) = before.rsplit_once('/') else {
        return Vec::new();
    };
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join(after.trim_start_matches('/')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_folder_is_used_or_refused_never_passed_over() {
        let empty = tempfile::tempdir().unwrap();
        let error = Binaries::find(Some(empty.path())).unwrap_err();
        assert!(matches!(
            error,
            Error::NotABinDir {
                missing: "postgres",
                ..
            }
        ));
        assert!(error.hint().unwrap().contains("apt-get install postgresql"));
    }

    #[test]
    fn patterns_match_within_one_name() {
        let root = tempfile::tempdir().unwrap();
        for dir in ["pgsql-15/bin", "pgsql-16/bin", "other/bin"] {
            fs::create_dir_all(root.path().join(dir)).unwrap();
        }
        let pattern = format!("{}/pgsql-*/bin", root.path().display());
        let mut found = expand(&pattern);
        found.sort();
        assert_eq!(
            found,
            [
                root.path().join("pgsql-15/bin"),
                root.path().join("pgsql-16/bin")
            ]
        );
    }

    #[test]
    fn a_program_that_does_not_tell_its_version_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        for name in NEEDED {
            let path = dir.path().join(name);
            fs::write(&path, "#!/bin/sh\necho something else\n").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let error = Binaries::at(dir.path()).unwrap_err();
        assert!(error.to_string().contains("something else"), "{error}");
    }
}

//! The account the server runs as. PostgreSQL refuses root, so root hands over to another one.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Error;

/// A user the server, and everything that touches its data, runs as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    uid: u32,
    gid: u32,
    name: String,
    /// We are root and become this account for the server's programs.
    switch: bool,
}

impl Account {
    /// This user; for root the owner of `data` if that exists, else `postgres`, else `nobody`.
    pub(crate) fn for_server(data: &Path) -> Result<Self, Error> {
        let me = rustix::process::geteuid().as_raw();
        let owner = fs::metadata(data).ok().map(|m| (m.uid(), m.gid()));
        if me != 0 {
            return match owner {
                Some((owner, _)) if owner != me => Err(Error::WrongOwner {
                    path: data.to_owned(),
                    owner,
                    me,
                }),
                _ => Ok(Self {
                    uid: me,
                    gid: rustix::process::getegid().as_raw(),
                    name: format!("with user id {me}"),
                    switch: false,
                }),
            };
        }
        if let Some((uid, gid)) = owner.filter(|(uid, _)| *uid != 0) {
            return Ok(Self {
                uid,
                gid,
                name: format!("with user id {uid}"),
                switch: true,
            });
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(Self::named)
            .ok_or(Error::NoServerAccount)
    }

    fn named(name: &str) -> Option<Self> {
        Some(Self {
            uid: id("-u", name)?,
            gid: id("-g", name)?,
            name: name.to_owned(),
            switch: true,
        })
    }

    pub(crate) fn uid(&self) -> u32 {
        self.uid
    }

    /// Whether others than this user must get through to the folders we make.
    pub(crate) fn is_another(&self) -> bool {
        self.switch
    }

    /// A program run as this account, in the environment the server gets: nothing of the caller's
    /// locale, time zone, `PG*` or `LD_PRELOAD` reaches it, only where its libraries are.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .env("HOME", "/")
            .current_dir("/")
            .stdin(Stdio::null());
        for name in ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if self.switch {
            // With a uid given, the standard library also drops root's supplementary groups.
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Makes `path` this account's own.
    pub(crate) fn give(&self, path: &Path) -> Result<(), Error> {
        if self.switch {
            std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
                .map_err(|e| Error::io("change the owner of", path, e))?;
        }
        Ok(())
    }

    /// Makes a folder of this account that nobody else can enter; one that exists already is kept.
    pub(crate) fn private_dir(&self, path: &Path) -> Result<(), Error> {
        match fs::create_dir(path) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
            other => other.map_err(|e| Error::io("create", path, e))?,
        }
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))
            .map_err(|e| Error::io("set the mode of", path, e))?;
        self.give(path)
    }

    /// Refuses a path this account cannot walk to, naming the folder that is in the way.
    pub(crate) fn check_reaches(&self, path: &Path) -> Result<(), Error> {
        if !self.switch {
            return Ok(());
        }
        let mut ways: Vec<&Path> = path.ancestors().filter(|p| p.is_dir()).collect();
        ways.reverse();
        match ways
            .into_iter()
            .find(|dir| !self.mode_lets_in(dir) && !self.enters(dir))
        {
            Some(blocked) => Err(Error::NotReachable {
                path: path.to_owned(),
                blocked: PathBuf::from(blocked),
                account: self.name.clone(),
            }),
            None => Ok(()),
        }
    }

    fn mode_lets_in(&self, dir: &Path) -> bool {
        let Ok(meta) = fs::metadata(dir) else {
            return false;
        };
        let needed = if meta.uid() == self.uid {
            0o100
        } else if meta.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        meta.mode() & needed != 0
    }

    /// Tries it: access lists may allow what the mode does not show.
    fn enters(&self, dir: &Path) -> bool {
        self.command(Path::new("/bin/sh"))
            .args(["-c", "cd -- \"$0\""])
            .arg(dir)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

/// `id` asks the directory services too, which reading /etc/passwd would not.
fn id(what: &str, name: &str) -> Option<u32> {
    let output = Command::new("id")
        .args([what, name])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_decides_about_the_account() {
        if rustix::process::geteuid().is_root() {
            // A user's data, met under sudo, must stay the user's.
            let data = tempfile::tempdir().unwrap();
            std::os::unix::fs::chown(data.path(), Some(1), Some(1)).unwrap();
            let account = Account::for_server(data.path()).unwrap();
            assert_eq!((account.uid(), account.is_another()), (1, true));
        } else {
            let error = Account::for_server(Path::new("/")).unwrap_err();
            assert!(matches!(error, Error::WrongOwner { owner: 0, .. }));
        }
    }
}

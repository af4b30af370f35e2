//! The folder of the unix socket: private to the server's account, and with a short path.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::account::Account;
use crate::data_root::DataRoot;

/// The port of a server without TCP. It is a part of the socket's name only.
pub(crate) const PORT: u16 = 5432;

/// `sun_path` less its closing zero: 108 bytes on Linux, 104 on the BSDs and macOS.
pub(crate) const LIMIT: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The folder for this root's socket, made or found: in the root, or, when that path is too long, one
/// under the temporary folder which the root remembers.
pub(crate) fn prepare(root: &DataRoot, account: &Account) -> Result<PathBuf, Error> {
    let here = root.socket_dir();
    if fits(&here) {
        account.private_dir(&here)?;
        clear(&here);
        return Ok(here);
    }
    if let Some(known) = remembered(root).filter(|dir| is_private(dir, account)) {
        clear(&known);
        return Ok(known);
    }
    let dir = short_dir(account)?;
    let note = root.socket_note();
    fs::write(&note, dir.to_string_lossy().as_bytes()).map_err(|e| Error::io("write", &note, e))?;
    Ok(dir)
}

/// Removes what [`prepare`] made.
pub(crate) fn remove(root: &DataRoot) {
    for dir in [Some(root.socket_dir()), remembered(root)]
        .into_iter()
        .flatten()
    {
        clear(&dir);
        // Only if nothing else is in it.
        let _ = fs::remove_dir(dir);
    }
    let _ = fs::remove_file(root.socket_note());
}

pub(crate) fn fits(dir: &Path) -> bool {
    socket_path(dir, u16::MAX).as_os_str().len() <= LIMIT
}

/// The socket of a server with `port` in its name.
pub(crate) fn socket_path(dir: &Path, port: u16) -> PathBuf {
    dir.join(format!(".s.PGSQL.{port}"))
}

fn remembered(root: &DataRoot) -> Option<PathBuf> {
    let text = fs::read_to_string(root.socket_note()).ok()?;
    Some(PathBuf::from(text.trim())).filter(|dir| {
        dir.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(SHORT_PREFIX))
    })
}

/// Others can make folders under the temporary folder too, so an old one is looked at before use.
fn is_private(dir: &Path, account: &Account) -> bool {
    fs::symlink_metadata(dir)
        .is_ok_and(|m| m.is_dir() && m.uid() == account.uid() && m.mode() & 0o777 == 0o700)
}

const SHORT_PREFIX: &str = "rowhouse-s-";

fn short_dir(account: &Account) -> Result<PathBuf, Error> {
    let name = format!("{SHORT_PREFIX}{:08x}", rand::random::<u32>());
    let places = [std::env::temp_dir(), PathBuf::from("/tmp")];
    let Some(dir) = places
        .iter()
        .map(|place| place.join(&name))
        .find(|dir| fits(dir) && account.check_reaches(dir).is_ok())
    else {
        return Err(Error::SocketPathTooLong {
            path: socket_path(&places[1].join(&name), PORT),
            limit: LIMIT,
        });
    };
    // A random name and a plain mkdir: a folder somebody put there before is never used.
    fs::DirBuilder::new()
        .mode(0o700)
        .create(&dir)
        .map_err(|e| Error::io("create", &dir, e))?;
    account.give(&dir)?;
    Ok(dir)
}

/// Removes sockets and their lock files. No server runs when this is called, and a lock file whose pid
/// was reused would keep the next one from starting.
pub(crate) fn clear(dir: &Path) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        if entry.file_name().to_string_lossy().starts_with(".s.PGSQL.") {
            // If it cannot be removed the server says so.
            let _ = fs::remove_file(entry.path());
        }
    }
}

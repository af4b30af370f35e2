//! New data folders: by `initdb`, or copied from one it made before.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::account::Account;
use crate::{Binaries, Error, settings};

/// The superuser of every cluster.
pub(crate) const SUPERUSER: &str = "postgres";

/// Makes a cluster in `data`. It gets its name when it is complete, so a half-made one is never used.
/// The files may still be in the system's memory; [`flush`] writes them to disk.
pub(crate) fn create(binaries: &Binaries, account: &Account, data: &Path) -> Result<(), Error> {
    let unfinished = begin(account, data)?;
    // glibc and musl have C.UTF-8, macOS came late to it; there C gives the same order for UTF-8 bytes.
    let made = initdb(binaries, account, &unfinished, "C.UTF-8").or_else(|error| {
        let no_locale =
            matches!(&error, Error::Program { output, .. } if output.contains("locale"));
        if !no_locale {
            return Err(error);
        }
        begin(account, data)?;
        initdb(binaries, account, &unfinished, "C")
    });
    finish(
        &unfinished,
        data,
        made.and_then(|()| include_our_settings(&unfinished)),
    )
}

/// Copies a stopped cluster: about a tenth of the time `initdb` takes.
pub(crate) fn copy(account: &Account, template: &Path, data: &Path) -> Result<(), Error> {
    let unfinished = begin(account, data)?;
    let mut command = account.command(Path::new("/bin/cp"));
    command.arg("-Rp").arg(template.join(".")).arg(&unfinished);
    finish(&unfinished, data, run("cp", &mut command))
}

/// Runs SQL on a stopped cluster, one statement a line.
pub(crate) fn single_user(
    binaries: &Binaries,
    account: &Account,
    data: &Path,
    sql: &str,
) -> Result<(), Error> {
    let script = data.join("rowhouse-setup.sql");
    fs::write(&script, sql).map_err(|e| Error::io("write", &script, e))?;
    let input = fs::File::open(&script).map_err(|e| Error::io("open", &script, e))?;
    let mut command = account.command(&binaries.program("postgres"));
    command
        .arg("--single")
        .arg("-D")
        .arg(data)
        .args(["-c", "exit_on_error=on", SUPERUSER])
        .stdin(input);
    let ran = run("postgres --single", &mut command);
    fs::remove_file(&script).map_err(|e| Error::io("remove", &script, e))?;
    ran
}

fn begin(account: &Account, data: &Path) -> Result<PathBuf, Error> {
    let unfinished = data.with_extension("new");
    remove(&unfinished)?;
    account.private_dir(&unfinished)?;
    Ok(unfinished)
}

fn finish(unfinished: &Path, data: &Path, made: Result<(), Error>) -> Result<(), Error> {
    let done = made.and_then(|()| {
        fs::rename(unfinished, data).map_err(|e| Error::io("move the new cluster to", data, e))
    });
    if done.is_err() {
        // The first failure is the one to report.
        let _ = remove(unfinished);
    }
    done
}

/// Removes a folder that may not exist.
pub(crate) fn remove(dir: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(dir) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", dir, e)),
        _ => Ok(()),
    }
}

fn initdb(binaries: &Binaries, account: &Account, data: &Path, locale: &str) -> Result<(), Error> {
    let mut command = account.command(&binaries.program("initdb"));
    command
        .arg("-D")
        .arg(data)
        .args(["-U", SUPERUSER, "-E", "UTF8"])
        .arg(format!("--locale={locale}"))
        .args(["--auth-local=trust", "--auth-host=scram-sha-256"])
        .arg("--no-sync");
    run("initdb", &mut command)
}

/// Writes a new cluster's files to disk, without anybody waiting for it.
///
/// On a busy disk this takes seconds, where making the files takes half of one. Until it is done, a
/// power failure could damage the cluster; what can be lost then is seconds old.
pub(crate) fn flush(binaries: &Binaries, account: &Account, data: &Path) {
    let mut command = account.command(&binaries.program("initdb"));
    command
        .arg("--sync-only")
        .arg("-D")
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C is for us, not for it; and it goes on when we end first.
        .process_group(0);
    std::thread::spawn(move || match command.status() {
        Ok(status) if status.success() => {}
        Ok(status) => tracing::warn!(%status, "a new cluster could not be written to disk at once"),
        Err(error) => tracing::warn!(%error, "a new cluster could not be written to disk at once"),
    });
}

fn include_our_settings(data: &Path) -> Result<(), Error> {
    let path = data.join("postgresql.conf");
    let include = format!("\ninclude_if_exists = '{}'\n", settings::FILE);
    fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(include.as_bytes()))
        .map_err(|e| Error::io("write", &path, e))
}

fn run(program: &'static str, command: &mut Command) -> Result<(), Error> {
    let path = PathBuf::from(command.get_program() as &OsStr);
    let output = command.output().map_err(|e| Error::io("run", &path, e))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::Program {
        program,
        output: if said.is_empty() {
            output.status.to_string()
        } else {
            said
        },
    })
}

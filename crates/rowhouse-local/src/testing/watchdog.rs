//! The script that ends a run when its last user is gone.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Error, process};

/// Also a part of the run's key: runs with another script do not share a folder.
pub(super) const SCRIPT: &str = include_str!("watchdog.sh");

/// Whether someone watches the folder.
pub(super) fn watches(dir: &Path) -> bool {
    fs::read_to_string(dir.join("watchdog"))
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .and_then(process::command_line)
        .is_some_and(|command| command.contains(&*dir.to_string_lossy()))
}

/// Starts the script. It belongs to no process group and no terminal of ours, so it outlives us.
pub(super) fn start(dir: &Path) -> Result<(), Error> {
    let script = dir.join("watchdog.sh");
    fs::write(&script, SCRIPT).map_err(|e| Error::io("write", &script, e))?;
    let mut child = Command::new("/bin/sh")
        .arg(&script)
        .arg(dir)
        .arg(linger())
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LC_ALL", "C")
        .current_dir("/")
        // A test runner waits until nobody holds its pipes any more.
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|e| Error::io("run", Path::new("/bin/sh"), e))?;
    let pid = child.id();
    // Reaped if it ends before we do.
    thread::spawn(move || child.wait());

    let started = Instant::now();
    let said = dir.join("watchdog");
    while fs::read_to_string(&said).is_ok_and(|text| text.trim() != pid.to_string())
        || !said.exists()
    {
        if started.elapsed() > Duration::from_secs(10) {
            return Err(Error::Program {
                program: "watchdog.sh",
                output: format!("it does not write {}", said.display()),
            });
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

fn linger() -> String {
    std::env::var("ROWHOUSE_TEST_LINGER")
        .ok()
        .and_then(|text| text.parse::<u32>().ok())
        .unwrap_or(30)
        .to_string()
}

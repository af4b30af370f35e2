//! Who a process is. A pid in a file proves nothing: it may be dead, a zombie, or somebody else's by now.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// What became of a pid that once was a server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// It ended; a zombie counts as ended.
    Gone,
    /// It is PostgreSQL, running on the data folder in question.
    Postgres,
    /// It lives and is something else: the pid was reused.
    Other(String),
    /// It lives, and the system does not let us look.
    Unknown,
}

/// Who `pid` is, seen from the server whose data is in `data`.
pub(crate) fn who_is(pid: u32, data: &Path) -> Who {
    if !is_alive(pid) {
        return Who::Gone;
    }
    let data = data.canonicalize().unwrap_or_else(|_| data.to_owned());
    let Some(command) = settled_command_line(pid) else {
        // It may have ended between the two looks.
        return if is_alive(pid) {
            Who::Unknown
        } else {
            Who::Gone
        };
    };
    // The postmaster changes into its data folder, and so do the backends it leaves behind.
    let on_data = match fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(cwd) => cwd == data,
        Err(_) => command.contains(&*data.to_string_lossy()),
    };
    if on_data && command.contains("postgres") {
        Who::Postgres
    } else {
        Who::Other(command)
    }
}

/// Its command line, once it says something: a process that is just ending has lost its own and is no zombie yet, and one
/// that has just begun has none so far. Threads of the kernel never have one.
fn settled_command_line(pid: u32) -> Option<String> {
    let patience = Instant::now() + Duration::from_millis(200);
    loop {
        let command = command_line(pid);
        let is_settled = command.as_deref().is_none_or(|command| !command.is_empty());
        if is_settled || Instant::now() > patience {
            return command;
        }
        if !is_alive(pid) {
            return None;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Whether the process runs; a zombie does not.
pub(crate) fn is_alive(pid: u32) -> bool {
    if has_proc() {
        return stat_fields(pid).is_some_and(|f| !matches!(f[0].as_str(), "Z" | "X" | "x"));
    }
    match to_pid(pid).map(test_kill_process) {
        Some(Ok(()) | Err(rustix::io::Errno::PERM)) => {
            ps("stat=", pid).is_none_or(|s| !s.starts_with('Z'))
        }
        _ => false,
    }
}

/// When the process started, in the system's own unit; with the pid it names a process for good.
/// Empty where the system has no `/proc`.
pub(crate) fn started_at(pid: u32) -> String {
    // Field 22 of stat(5), counted from the third, the state.
    stat_fields(pid)
        .and_then(|f| f.get(19).cloned())
        .unwrap_or_default()
}

/// Sends a signal; a process that is gone already is no error.
pub(crate) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = to_pid(pid) {
        // The only other outcome is "not yours", which the caller sees as a server that does not stop.
        let _ = kill_process(pid, signal);
    }
}

/// The backends a killed postmaster left on `data`: they hold its shared memory, and the next
/// postmaster refuses to start while they live. Known on systems with `/proc` only.
pub(crate) fn orphans(data: &Path) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == data))
        .filter(|pid| who_is(*pid, data) == Who::Postgres)
        .collect()
}

fn has_proc() -> bool {
    Path::new("/proc/self/stat").exists()
}

/// The fields after the name, which is in parentheses and may itself contain spaces and parentheses.
fn stat_fields(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
    (!fields.is_empty()).then_some(fields)
}

/// The program and its arguments, as one line.
pub(crate) fn command_line(pid: u32) -> Option<String> {
    if !has_proc() {
        return ps("command=", pid);
    }
    let raw = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let text = String::from_utf8_lossy(&raw).replace('\0', " ");
    Some(text.trim().to_owned())
}

fn ps(what: &str, pid: u32) -> Option<String> {
    let output = Command::new("ps")
        .args(["-o", what, "-p", &pid.to_string()])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn to_pid(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_live_stranger_is_told_from_a_server_and_a_zombie_is_gone() {
        let data = Path::new("/nonexistent");
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let soon = |wanted: &dyn Fn(Who) -> bool| {
            (0..400).any(|_| {
                std::thread::sleep(std::time::Duration::from_millis(5));
                wanted(who_is(child.id(), data))
            })
        };
        // Its arguments show a moment after it is there.
        assert!(soon(
            &|who| matches!(who, Who::Other(command) if command == "sleep 60")
        ));

        signal(child.id(), Signal::KILL);
        // Not waited for, so it stays in the process table as a zombie.
        assert!(soon(&|who| who == Who::Gone));
        child.wait().unwrap();
    }
}

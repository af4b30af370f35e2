//! `rowhouse db stop`.

use std::path::Path;
use std::time::{Duration, Instant};

use rowhouse_local::{Cluster, Status};
use rustix::process::{Pid, Signal, kill_process};

use crate::terminal;

/// How long a service may take: its requests get ten seconds to finish, then its connections.
const PATIENCE: Duration = Duration::from_secs(30);

/// Stop it, whoever started it; a service that started it stops first
#[derive(Debug, clap::Args)]
pub(crate) struct Stop {}

impl Stop {
    pub(crate) async fn run(data: &Path) -> anyhow::Result<()> {
        let mut was_running = ask_service(data).await?;
        was_running |= Cluster::stop_at(data).await?;
        terminal::line(if was_running {
            "PostgreSQL is stopped; its data is kept"
        } else {
            "PostgreSQL did not run"
        });
        Ok(())
    }
}

/// A service whose database is taken away would fail the requests it is answering: ask it to finish, and wait.
async fn ask_service(data: &Path) -> anyhow::Result<bool> {
    let Status::Running(server) = Cluster::status(data)? else {
        return Ok(false);
    };
    let Some(owner) = server.owner.filter(|owner| is_rowhouse(*owner)) else {
        return Ok(false);
    };
    let Some(pid) = i32::try_from(owner).ok().and_then(Pid::from_raw) else {
        return Ok(false);
    };
    terminal::progress(format!("stopping the service (process {owner})"));
    kill_process(pid, Signal::TERM)?;
    let asked = Instant::now();
    while asked.elapsed() < PATIENCE {
        if !matches!(Cluster::status(data)?, Status::Running(_)) {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    terminal::warning("the service does not stop; taking its database away");
    Ok(false)
}

/// Whether the process runs this program: any other that looks after the server is not ours to signal.
fn is_rowhouse(pid: u32) -> bool {
    let name = std::fs::read_link(format!("/proc/{pid}/exe")).or_else(|_| {
        // Without /proc, as on macOS.
        let output = std::process::Command::new("ps")
            .args(["-o", "comm=", "-p", &pid.to_string()])
            .output()?;
        std::io::Result::Ok(String::from_utf8_lossy(&output.stdout).trim().into())
    });
    name.is_ok_and(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("rowhouse"))
    })
}

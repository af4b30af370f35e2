//! A measured program in a process of its own.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The demo's defaults for both resources.
const CONFIG: &str = "
[api.resource.items]
order = \"title\"
[api.resource.tenants]
select = \"id,name,items(id,title,tenant_id)\"
order = \"name\"
";

/// A running service; killed when dropped.
#[derive(Debug)]
pub(crate) struct Service {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From starting the process to its first answer.
    pub(crate) first_answer: Duration,
    _config: Option<tempfile::NamedTempFile>,
}

impl Service {
    /// `rowhouse serve` on the database at `url`.
    pub(crate) fn rowhouse(url: &str) -> Result<Self> {
        Self::serve(url, &[])
    }

    /// The same with the keys of a sealed database.
    pub(crate) fn sealed(url: &str, keys: &Path) -> Result<Self> {
        let keys = keys.to_str().context("the folder's name is no text")?;
        Self::serve(url, &["--seal-key-file", keys])
    }

    fn serve(url: &str, more: &[&str]) -> Result<Self> {
        let config = tempfile::Builder::new().suffix(".toml").tempfile()?;
        std::fs::write(config.path(), CONFIG)?;
        let address = free_address()?;
        let mut command = Command::new(binary()?);
        command
            .arg("serve")
            .args(["--database-url", url])
            .args(["--listen", &address.to_string()])
            .arg("--config")
            .arg(config.path())
            .args(more);
        Self::start(command, address, "/items/", Some(config))
    }

    /// The service on tokio-postgres: this program again.
    pub(crate) fn peer(url: &str) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("peer").arg(url).arg(address.port().to_string());
        Self::start(command, address, "/items/", None)
    }

    /// `postrust` on the database at `url`; as many connections as ours has at most.
    pub(crate) fn postrust(program: &Path, url: &str) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(program);
        command
            // sqlx wants a host there, and takes the socket's folder from behind the question mark.
            .env("DATABASE_URL", url.replacen("@/", "@localhost/", 1))
            .env("PGRST_DB_ANON_ROLE", crate::data::APP)
            .env("PGRST_DB_SCHEMAS", "public")
            .env("PGRST_SERVER_HOST", "127.0.0.1")
            .env("PGRST_SERVER_PORT", address.port().to_string())
            .env("PGRST_LOG_LEVEL", "error");
        Self::start(command, address, "/api/items?limit=1", None)
    }

    fn start(
        mut command: Command,
        address: SocketAddr,
        path: &str,
        config: Option<tempfile::NamedTempFile>,
    ) -> Result<Self> {
        let began = Instant::now();
        let log = std::fs::File::create(std::env::temp_dir().join("rowhouse-bench-service.log"))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let mut service = Self {
            child,
            address,
            first_answer: Duration::ZERO,
            _config: config,
        };
        loop {
            if let Some(status) = service.child.try_wait()? {
                bail!(
                    "{command:?} ended with {status}; see rowhouse-bench-service.log in the temporary folder"
                );
            }
            if answers(address, path) {
                service.first_answer = began.elapsed();
                return Ok(service);
            }
            if began.elapsed() > Duration::from_secs(20) {
                bail!("{command:?} does not answer");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Its resident memory in MiB.
    pub(crate) fn resident(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .context("VmRSS")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).context("VmRSS")?.parse()?;
        Ok(kilobytes / 1024.0)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Seconds of processor time of a process, its children and those it has waited for.
pub(crate) fn family_cpu(pid: u32) -> Result<f64> {
    let mut ticks = 0;
    for entry in std::fs::read_dir("/proc")? {
        let Ok(stat) = std::fs::read_to_string(entry?.path().join("stat")) else {
            continue;
        };
        // The name in parentheses may hold anything.
        let Some((before, after)) = stat.rsplit_once(") ") else {
            continue;
        };
        let fields: Vec<&str> = after.split(' ').collect();
        let own = before.split(' ').next() == Some(&pid.to_string());
        if own || fields[1] == pid.to_string() {
            let waited = if own {
                &fields[11..15]
            } else {
                &fields[11..13]
            };
            ticks += waited
                .iter()
                .map(|field| field.parse().unwrap_or(0))
                .sum::<u64>();
        }
    }
    // The kernel counts in hundredths wherever Linux runs.
    Ok(ticks as f64 / 100.0)
}

/// Whether a read of one tenant is answered.
fn answers(address: SocketAddr, path: &str) -> bool {
    use std::io::{Read, Write};
    let Ok(mut stream) = TcpStream::connect(address) else {
        return false;
    };
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nX-tenant-id: {}\r\nConnection: close\r\n\r\n",
        crate::data::tenant(1)
    );
    let mut head = [0; 12];
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_exact(&mut head).is_ok()
        && head.ends_with(b"200")
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

/// The release binary beside this one.
pub(crate) fn binary() -> Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("rowhouse");
    if !path.exists() {
        bail!(
            "{} is not built; run `make bench`, or cargo build --release -p rowhouse-cli",
            path.display()
        );
    }
    Ok(path)
}

//! pgbench with the same statements: the ruler.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use rowhouse_local::Binaries;

/// Without row security: a plain WHERE on a table without policies.
pub(crate) const PLAIN: &str = "\
\\set n random(1, :tenants)
SELECT id, title, tenant_id FROM plain_items WHERE tenant_id = ('00000000-0000-0000-0000-' || lpad(:n::text, 12, '0'))::uuid ORDER BY title;
";

/// With row security, the tenant and the statement in one Sync.
pub(crate) const ONE_SYNC: &str = "\
\\set n random(1, :tenants)
\\startpipeline
SELECT set_config('app.current_tenant_id', '00000000-0000-0000-0000-' || lpad(:n::text, 12, '0'), true);
SELECT id, title, tenant_id FROM items ORDER BY title;
\\endpipeline
";

/// Runs `script` for `seconds` and returns transactions per second.
pub(crate) fn run(
    url: &str,
    script: &str,
    tenants: u64,
    clients: usize,
    seconds: u64,
) -> Result<f64> {
    let binaries = Binaries::find(None)?;
    let program = [
        binaries.dir().join("pgbench"),
        Path::new("/usr/bin/pgbench").to_owned(),
    ];
    let program = program
        .iter()
        .find(|path| path.exists())
        .context("pgbench is not installed beside PostgreSQL")?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), script)?;
    let output = Command::new(program)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .arg(format!("--client={clients}"))
        .arg(format!("--time={seconds}"))
        .arg(format!("--define=tenants={tenants}"))
        .arg("--file")
        .arg(file.path())
        .arg(url)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let Some(line) = text.lines().find(|line| line.starts_with("tps = ")) else {
        bail!(
            "pgbench said: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    Ok(line
        .trim_start_matches("tps = ")
        .split(' ')
        .next()
        .context("tps")?
        .parse()?)
}

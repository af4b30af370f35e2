//! PostgreSQL's programs on this machine.

use rowhouse_local::Binaries;

use super::check::Check;

/// `needed` where no database was named, so that the private one is to be used.
pub(super) fn check(needed: bool) -> Check {
    const WHAT: &str = "programs";
    match Binaries::find(None) {
        Ok(found) => Check::ok(
            WHAT,
            format!(
                "PostgreSQL {} in {}",
                found.version(),
                found.dir().display()
            ),
        ),
        Err(error) if needed => Check::failed(WHAT, &error.into()),
        Err(_) => Check::ok(
            WHAT,
            "no PostgreSQL on this machine, and none is needed: a database was named",
        ),
    }
}

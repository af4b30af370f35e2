//! The server, and what stands between it and us.

use rowhouse::{Error, Pooling, Rowhouse};
use rowhouse_catalog::Catalog;

use super::check::Check;

pub(super) fn checks(catalog: &Catalog, house: &Result<Rowhouse, Error>) -> Vec<Check> {
    let server = &catalog.server;
    let mut checks = vec![if server.version.major() < 15 {
        Check::fail(
            "server",
            format!("PostgreSQL {}", server.version_text),
            "use PostgreSQL 15 or newer",
        )
    } else {
        Check::ok("server", format!("PostgreSQL {}", server.version_text))
    }];
    if server.in_recovery {
        checks.push(Check::warn(
            "standby",
            "the server is a standby: it takes no writes",
            "name the primary, or several hosts and target_session_attrs=read-write",
        ));
    }
    match house {
        Ok(house) => checks.push(pooler(house.pooling())),
        // Its dangers are told one by one, with the role.
        Err(Error::UnsafeRole { .. }) => {}
        Err(error) => checks.push(Check::fail(
            "connection",
            error.to_string(),
            error
                .hint()
                .unwrap_or_else(|| "mend what the message names".into()),
        )),
    }
    checks
}

fn pooler(pooling: Pooling) -> Check {
    const WHAT: &str = "pooler";
    match pooling {
        Pooling::Direct => Check::ok(WHAT, "none: the connection goes straight to the server"),
        Pooling::Unnamed => Check::warn(
            WHAT,
            "one that does not keep prepared statements apart: every statement is parsed each time",
            "use PgBouncer 1.21 or newer with max_prepared_statements > 0, or connect to the server itself",
        ),
        _ => Check::ok(WHAT, "one that keeps prepared statements apart"),
    }
}

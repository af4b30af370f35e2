//! Template databases: setup SQL is run once, and copied for every test that asks for the same.

use sha2::{Digest, Sha256};
use tokio_postgres::error::SqlState;

use super::run::{Run, hex};
use super::session::{Session, quoted, until_empty};
use super::{OWNER, SUPERUSER};
use crate::Error;

/// The name of the template for this setup, which is made if it is not there yet.
pub(super) async fn ensure(
    run: &Run,
    admin: &Session,
    superuser_sql: &str,
    owner_sql: &str,
) -> Result<String, Error> {
    let mut hash = Sha256::new();
    hash.update(superuser_sql);
    hash.update([0]);
    hash.update(owner_sql);
    let hash = hash.finalize();
    let name = format!("template_{}", hex(&hash[..8]));
    if is_finished(admin, &name).await? {
        return Ok(name);
    }
    // Many tests start at once and want the same: one makes it, the others wait.
    let lock = hash[..8]
        .iter()
        .fold(0_i64, |key, byte| key << 8 | i64::from(*byte));
    let action = "wait for the template database";
    admin
        .run(action, &format!("SELECT pg_advisory_lock({lock})"))
        .await?;
    let made = match is_finished(admin, &name).await {
        Ok(false) => make(run, admin, &name, superuser_sql, owner_sql).await,
        other => other.map(|_| ()),
    };
    admin
        .run(action, &format!("SELECT pg_advisory_unlock({lock})"))
        .await?;
    made.map(|()| name)
}

/// A template is marked as such last of all, so one that was begun by a killed test does not count.
async fn is_finished(admin: &Session, name: &str) -> Result<bool, Error> {
    let row = admin
        .client
        .query_opt(
            "SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate",
            &[&name],
        )
        .await;
    row.map(|row| row.is_some()).map_err(|source| Error::Sql {
        action: "look for the template database",
        source,
    })
}

async fn make(
    run: &Run,
    admin: &Session,
    name: &str,
    superuser_sql: &str,
    owner_sql: &str,
) -> Result<(), Error> {
    let action = "make the template database";
    let database = quoted(name);
    admin
        .run(
            action,
            &format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"),
        )
        .await?;
    admin
        .run(action, &format!("CREATE DATABASE {database} OWNER {OWNER}"))
        .await?;
    // 14 and older let everybody create there.
    let closed = "REVOKE CREATE ON SCHEMA public FROM PUBLIC;";
    for (role, sql) in [
        (
            SUPERUSER,
            format!("{closed} GRANT CREATE ON SCHEMA public TO {OWNER}"),
        ),
        (SUPERUSER, superuser_sql.to_owned()),
        (OWNER, owner_sql.to_owned()),
    ] {
        if sql.trim().is_empty() {
            continue;
        }
        let session = Session::open(&run.socket_dir, run.port, role, name).await?;
        let done = session.client.batch_execute(&sql).await;
        session.close().await;
        done.map_err(|source| Error::Setup {
            role: role.to_owned(),
            source,
        })?;
    }
    admin
        .run(
            action,
            &format!("ALTER DATABASE {database} ALLOW_CONNECTIONS false"),
        )
        .await?;
    until_empty(admin, name).await?;
    admin
        .run(
            action,
            &format!("ALTER DATABASE {database} IS_TEMPLATE true"),
        )
        .await
}

/// Copies a template. Copies go on side by side; only a template in use is refused for a moment.
pub(super) async fn copy(admin: &Session, template: &str, name: &str) -> Result<(), Error> {
    let sql = format!(
        "CREATE DATABASE {} TEMPLATE {} OWNER {OWNER}",
        quoted(name),
        quoted(template)
    );
    let mut tries = 0;
    loop {
        tries += 1;
        match admin.client.batch_execute(&sql).await {
            Err(e) if e.code() == Some(&SqlState::OBJECT_IN_USE) && tries < 5 => {}
            other => {
                return other.map_err(|source| Error::Sql {
                    action: "copy the template database",
                    source,
                });
            }
        }
    }
}

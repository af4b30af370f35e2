//! From an authenticated stream to a connection that may carry tenants: role checked, heads prepared, canary alive.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::connect::establish;
use crate::error::{Delivery, Error, Result};
use crate::head::{Context, Head, Heading, Mode, Origin, literal};
use crate::pooler::{self, Pooling};
use crate::roles;
use crate::seal::{self, Seat};
use crate::settings::Settings;
use crate::tenant_id::{TenantId, TenantType};
use crate::wire::{Connection, Exchange, encode};

/// How long the proof of a new connection may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a connection and proves it fit.
///
/// # Errors
/// No connection; a role that could bypass row security; a server or pooler on which the setting outlives its scope.
pub(crate) async fn open(settings: &Settings) -> Result<Connection> {
    let connected = establish(&settings.options).await?;
    match tokio::time::timeout(PATIENCE, prove(Connection::new(connected), settings)).await {
        Ok(proven) => proven,
        Err(_) => Err(Error::lost(
            "the server accepted the connection and then did not answer",
            Delivery::NotSent,
        )),
    }
}

async fn prove(mut connection: Connection, settings: &Settings) -> Result<Connection> {
    let version = server_version(&connection)?;
    standard_strings(&connection)?;
    check_role(&mut connection, settings, version).await?;
    let pooling = pooling(&mut connection, settings).await?;
    if settings.sealing.is_some() {
        connection.seat = Some(seat(&mut connection).await?);
    }
    let head = fixed_head(&mut connection, settings).await?;
    canary(&mut connection, settings, head, pooling).await?;
    Ok(connection)
}

/// Which server process is at the other end, and what its clock says. Asked together: a pooler that hides the process
/// shows another one than it said at first.
async fn seat(connection: &mut Connection) -> Result<Seat> {
    let asked = Instant::now();
    let rows = connection
        .setup(
            "SELECT pg_catalog.pg_backend_pid(),
                    pg_catalog.floor(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()))",
        )
        .await?;
    let number = |at: usize| -> Option<u64> { rows.first()?.get(at)?.as_ref()?.parse().ok() };
    let (Some(process), Some(told)) = (number(0), number(1)) else {
        return Err(Error::protocol("a server that does not tell its time"));
    };
    let at_first = connection.process_id;
    let direct = u64::from(at_first.unsigned_abs()) == process;
    Ok(Seat::new(direct.then_some(at_first), told, asked))
}

/// What stands in between, looked at on every connection: another host, or another address of the same, may differ.
async fn pooling(connection: &mut Connection, settings: &Settings) -> Result<Pooling> {
    let found = pooler::accept(
        pooler::detect(connection).await?,
        settings.limits.allow_unnamed,
    )?;
    let known = *settings.pooling.get_or_init(|| {
        if found == Pooling::Unnamed {
            tracing::info!(target: "rowhouse", "a pooler without prepared statements stands in between: using unnamed ones");
        }
        found
    });
    if known.named() && !found.named() {
        return Err(Error::UnsuitableServer(
            "a pooler that does not keep prepared statements apart stands before this server, and none did before the first"
                .to_owned(),
        ));
    }
    Ok(known)
}

/// `server_version` as a number, such as 150018.
fn server_version(connection: &Connection) -> Result<u32> {
    let text = connection
        .parameters
        .get("server_version")
        .map_or("", String::as_str);
    let mut parts = text
        .split(|c: char| !c.is_ascii_digit())
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if major < 15 {
        return Err(Error::UnsuitableServer(format!(
            "PostgreSQL {text}; 15 or newer is needed"
        )));
    }
    Ok(major * 10_000 + minor)
}

/// The statement classifier reads strings as the standard does.
fn standard_strings(connection: &Connection) -> Result<()> {
    match connection.parameters.get("standard_conforming_strings").map(String::as_str) {
        Some("on") => Ok(()),
        _ => Err(Error::UnsuitableServer(
            "standard_conforming_strings is off; set it on for this role: ALTER ROLE … SET standard_conforming_strings = on".to_owned(),
        )),
    }
}

/// Refuses a role that could get around row security.
pub(crate) async fn check_role(
    connection: &mut Connection,
    settings: &Settings,
    version: u32,
) -> Result<()> {
    let facts = connection.setup(&roles::query(version)).await?;
    let report = roles::judge(&facts, version);
    if !report.dangers.is_empty() {
        return Err(Error::UnsafeRole {
            role: report.role,
            dangers: report.dangers,
        });
    }
    if report.temporary && !settings.temporary_reported.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            target: "rowhouse::security",
            role = report.role,
            "the role may create temporary tables, which outlive a scope on a shared connection; \
             REVOKE TEMPORARY ON DATABASE … FROM PUBLIC"
        );
    }
    Ok(())
}

/// The house's head. The first connection tells the `search_path` that the session begins with.
async fn fixed_head<'a>(connection: &mut Connection, settings: &'a Settings) -> Result<&'a Head> {
    if let Some(head) = settings.head.get() {
        return Ok(head);
    }
    let limits = &settings.limits;
    let rows = connection
        .setup(
            "SELECT max(reset_val) FILTER (WHERE name = 'search_path'), max(reset_val) FILTER (WHERE name = 'synchronous_commit'),
                    pg_catalog.current_setting('role')
               FROM pg_catalog.pg_settings",
        )
        .await?;
    let mut row = rows
        .into_iter()
        .next()
        .unwrap_or_default()
        .into_iter()
        .flatten();
    let (Some(path), Some(synchronous_commit), Some(role)) = (row.next(), row.next(), row.next())
    else {
        return Err(Error::protocol(
            "a session that does not say what it begins with",
        ));
    };
    // Behind a pooler the session may have been another's; there a role cannot come from the connection's options.
    let direct = settings.pooling.get() == Some(&Pooling::Direct);
    let origin = Origin {
        search_path: limits.search_path.clone().unwrap_or(path),
        role: if direct { role } else { "none".to_owned() },
        synchronous_commit,
    };
    Ok(settings.head.get_or_init(|| {
        Head::new(
            &limits.setting,
            &limits.claims,
            settings.sealing.is_some(),
            &origin,
        )
    }))
}

/// Prepares the heads and proves that the setting is there within a Sync and gone after it.
async fn canary(
    connection: &mut Connection,
    settings: &Settings,
    head: &Head,
    pooling: Pooling,
) -> Result<()> {
    let context = canary_context(settings);
    connection.begin();
    for mode in [Mode::ReadOnly, Mode::ReadWrite] {
        let named = pooling.named();
        try_head(connection, settings, head, &context, (mode, named)).await?;
    }
    let rows = connection
        .setup(&format!(
            "SELECT pg_catalog.current_setting({}, true)",
            literal(&settings.limits.setting)
        ))
        .await?;
    let left = rows
        .into_iter()
        .next()
        .and_then(|row| row.into_iter().next().flatten())
        .unwrap_or_default();
    if left == context.tenant.as_str() {
        return Err(Error::UnsuitableServer(
            "the tenant setting outlives its transaction on this connection; whatever stands in between joins transactions".to_owned(),
        ));
    }
    if !left.is_empty() {
        return Err(Error::UnsuitableServer(format!(
            "the setting {0} has a default on the role or the database, which makes a forgotten tenant someone's tenant; \
             remove it: ALTER ROLE … RESET {0}, ALTER DATABASE … RESET {0}",
            settings.limits.setting
        )));
    }
    Ok(())
}

/// Prepares one head, and what follows it proves that it does its work.
async fn try_head(
    connection: &mut Connection,
    settings: &Settings,
    head: &Head,
    context: &Context,
    (mode, named): (Mode, bool),
) -> Result<()> {
    let nonce = settings.nonce();
    let name = if named { Head::name(mode) } else { "" };
    let seal = settings.seal(context, connection.seat, PATIENCE);
    let heading = Heading {
        name,
        head,
        context,
        mode,
        nonce,
        seal: seal.as_deref(),
    };
    head.prepare(&mut connection.output, name, mode);
    // Where it is parsed each time, it is there already.
    heading.run(&mut connection.output);
    let mut columns = Vec::new();
    if seal.is_some() {
        encode::command(&mut connection.output, "SELECT rowhouse.tenant()");
        columns.push(Some(1));
    }
    encode::sync(&mut connection.output);
    connection.owes();
    let outcome = connection
        .finish(Exchange::new(0, Some(context.check(nonce)), columns, 1024))
        .await?;
    match outcome.error {
        None => Ok(()),
        Some(error) if outcome.verified && seal.is_some() => Err(seal::refused(&error)),
        Some(error) => Err(error.into()),
    }
}

/// Makes a connection ready for commits that wait for the disk together, and tells whether it is. It is not where commits
/// wait for nothing anyway, and where the role must not write to the log by itself.
pub(crate) async fn together(connection: &mut Connection, settings: &Settings) -> Result<bool> {
    let Some(head) = settings.head.get() else {
        return Ok(false);
    };
    let Some(sql) = head.harden() else {
        return Ok(false);
    };
    let context = canary_context(settings);
    let mode = (Mode::Together, true);
    tokio::time::timeout(PATIENCE, async {
        connection.begin();
        try_head(connection, settings, head, &context, mode).await?;
        encode::command(&mut connection.output, sql);
        encode::sync(&mut connection.output);
        connection.owes();
        let exchange = Exchange::new(0, None, vec![Some(2)], 1024);
        match connection.finish(exchange).await?.error {
            None => Ok(true),
            // No EXECUTE, or a server that only reads.
            Some(error) => {
                tracing::info!(target: "rowhouse", %error, "each write waits for the disk by itself");
                Ok(false)
            }
        }
    })
    .await
    .unwrap_or_else(|_| {
        Err(Error::lost(
            "the server did not answer a new connection",
            Delivery::NotSent,
        ))
    })
}

fn canary_context(settings: &Settings) -> Context {
    Context::new(
        nobody(settings.limits.tenant_type),
        settings.limits.claims.len(),
        Duration::from_secs(10),
        Duration::from_secs(1),
    )
}

/// A tenant that there is not.
fn nobody(kind: TenantType) -> TenantId {
    match kind {
        TenantType::Integer => TenantId::from(-i64::from(rand::random::<u32>()) - 1),
        TenantType::Uuid | TenantType::Text => TenantId::from(uuid::Uuid::new_v4()),
    }
}

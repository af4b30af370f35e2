//! Whether the database's schema has changed since it was read.
//!
//! Whoever changes it can say so: `NOTIFY rowhouse`. What nobody says is found by looking: every few seconds at a
//! fingerprint of the catalogs, for a policy that opens a table changes nothing that a request could notice.

use std::time::{Duration, Instant};

use rowhouse::ConnectOptions;
use rowhouse_api::resource::Current;
use tokio::sync::mpsc::Receiver;

use crate::administration::Administration;

/// The channels: ours, and the one that PostgREST listens on.
const CHANNELS: [&str; 2] = ["rowhouse", "pgrst"];
/// How long to wait before the next try to connect, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// Looking takes at most one part in so many of the time.
const SHARE: u32 = 100;

/// Each row of these catalogs by its number and the transaction that wrote it, and of roles, whose catalog not everybody
/// may read, what they can do. A sum, so that order does not matter.
const FINGERPRINT: &str = "\
SELECT pg_catalog.concat_ws(' ',
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_class WHERE relkind <> 't'),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((attrelid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_attribute WHERE attrelid >= 16384),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((adrelid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_attrdef),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_policy),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_rewrite),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_trigger),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_constraint),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((indexrelid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_index),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((inhrelid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_inherits),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_proc),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_type),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_enum),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_operator),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_cast),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_namespace),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_default_acl),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_extension),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_largeobject_metadata),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_publication),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((roleid::int8 << 32) | member::int8)::int8 + pg_catalog.hashint8(xmin::text::int8)) FROM pg_catalog.pg_auth_members),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((setrole::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_db_role_setting),
  (SELECT pg_catalog.sum(pg_catalog.hashint8((oid::int8 << 32) | xmin::text::int8)) FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
  (SELECT pg_catalog.sum(pg_catalog.hashtext(r::text)) FROM (SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcanlogin, rolreplication, rolbypassrls FROM pg_catalog.pg_roles) AS r),
  pg_catalog.current_setting('server_version_num'))";

/// The catalogs' state, as far as what is served depends on it.
pub(super) async fn fingerprint(connection: &Administration) -> anyhow::Result<String> {
    let rows = connection.rows(FINGERPRINT).await?;
    let row = rows
        .first()
        .ok_or_else(|| anyhow::anyhow!("the server did not answer"))?;
    Ok(row.try_get(0)?)
}

/// A look-out that never ends.
#[derive(Debug)]
pub(super) struct Watch {
    /// The state that is being served.
    pub(super) known: String,
    /// How often to look; never, where absent.
    pub(super) every: Option<Duration>,
    /// Whether the session is ours alone. Behind a pooler LISTEN would be somebody else's too.
    pub(super) direct: bool,
}

impl Watch {
    /// Marks what is served as stale whenever the schema may have changed.
    pub(super) async fn run(mut self, options: &ConnectOptions, current: &Current) {
        if self.every.is_none() && !self.direct {
            return std::future::pending().await;
        }
        let mut wait = BACKOFF.0;
        loop {
            let began = Instant::now();
            let Err(error) = self.look_out(options, current).await;
            // A connection that held for a while was a good one.
            if began.elapsed() > BACKOFF.1 {
                wait = BACKOFF.0;
            }
            tracing::warn!(
                "changes of the schema are not seen until the database is reached again: {error:#}"
            );
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(BACKOFF.1);
        }
    }

    async fn look_out(
        &mut self,
        options: &ConnectOptions,
        current: &Current,
    ) -> anyhow::Result<std::convert::Infallible> {
        let (connection, mut told) = Administration::listening(options).await?;
        if self.direct {
            for channel in CHANNELS {
                connection.run(&format!("LISTEN {channel}")).await?;
            }
        }
        loop {
            let began = Instant::now();
            let found = fingerprint(&connection).await?;
            let rest = self.every.map(|every| every.max(began.elapsed() * SHARE));
            if found != self.known {
                self.known = found;
                current.mark_stale();
            }
            if heard(&mut told, rest).await? {
                current.mark_stale();
            }
        }
    }
}

/// Waits for a word, or until it is time to look.
async fn heard(told: &mut Receiver<()>, rest: Option<Duration>) -> anyhow::Result<bool> {
    let word = async {
        told.recv()
            .await
            .ok_or_else(|| anyhow::anyhow!("the connection is closed"))
    };
    match rest {
        None => word.await.map(|()| true),
        Some(rest) => match tokio::time::timeout(rest, word).await {
            Ok(word) => word.map(|()| true),
            Err(_) => Ok(false),
        },
    }
}

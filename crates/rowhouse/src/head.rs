//! The head: the statement in front of every statement, which sets the scope and undoes what a session may have kept.
//!
//! It sets, for the transaction only: the tenant, every claim, `search_path`, `row_security`, `role`, the timeouts, for
//! reads `transaction_read_only` and for writes `synchronous_commit`, and where the database is sealed the seal. It returns the nonce and the tenant, so that the reader can tell whose answer follows.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;

use crate::seal;
use crate::search_path;
use crate::tenant_id::TenantId;
use crate::wire::{HeadCheck, encode};

/// `text` and `int8`, by OID.
const TEXT: u32 = 25;
const INT8: u32 = 20;

/// Which head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The server refuses to write.
    ReadOnly,
    /// It may write, and its commit waits for the disk.
    ReadWrite,
    /// It may write, and its commit waits for the disk together with others'. Only where [`Head::harden`] follows.
    Together,
    /// Again, within a transaction that began with one of the others: the tenant and the claims only.
    Within,
}

impl Mode {
    /// Whether a one-shot in this mode may write.
    pub(crate) fn writes(self) -> bool {
        matches!(self, Self::ReadWrite | Self::Together)
    }
}

/// What a scope puts into the head.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) tenant: TenantId,
    canonical: Arc<str>,
    /// A value for each configured claim, in the configuration's order; empty when absent.
    pub(crate) claims: Vec<Arc<str>>,
    statement_timeout: Arc<str>,
    lock_timeout: Arc<str>,
    pub(crate) answer_within: Duration,
}

impl Context {
    pub(crate) fn new(
        tenant: TenantId,
        claims: usize,
        statement_timeout: Duration,
        lock_timeout: Duration,
    ) -> Self {
        Self {
            canonical: tenant.as_str().into(),
            tenant,
            claims: vec![Arc::from(""); claims],
            statement_timeout: millis(statement_timeout),
            lock_timeout: millis(lock_timeout),
            answer_within: bounded(statement_timeout),
        }
    }

    pub(crate) fn set_statement_timeout(&mut self, timeout: Duration) {
        self.statement_timeout = millis(timeout);
        self.answer_within = bounded(timeout);
    }

    pub(crate) fn set_lock_timeout(&mut self, timeout: Duration) {
        self.lock_timeout = millis(timeout);
    }

    /// What must come back for `nonce`.
    pub(crate) fn check(&self, nonce: i64) -> HeadCheck {
        HeadCheck {
            tenant: Arc::clone(&self.canonical),
            nonce,
        }
    }

    /// The head's parameters behind the nonce.
    fn texts<'a>(&'a self, mode: Mode, seal: Option<&'a str>) -> Vec<&'a str> {
        let mut texts = Vec::with_capacity(4 + self.claims.len());
        texts.push(&*self.canonical);
        if mode != Mode::Within {
            texts.extend([&*self.statement_timeout, &*self.lock_timeout]);
        }
        texts.extend(self.claims.iter().map(|claim| &**claim));
        texts.extend(seal);
        texts
    }
}

/// The longest wait there is: PostgreSQL counts timeouts in milliseconds of 31 bits, some 25 days.
pub(crate) const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// A duration that can be added to a point in time without care.
pub(crate) fn bounded(duration: Duration) -> Duration {
    duration.min(LONGEST)
}

/// PostgreSQL reads a bare number as milliseconds, and 0 as "no limit", which a scope never asks for.
fn millis(timeout: Duration) -> Arc<str> {
    timeout
        .as_millis()
        .clamp(1, i32::MAX as u128)
        .to_string()
        .into()
}

/// What a session of the house's role begins with, and what every head goes back to.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) search_path: String,
    /// `none`, unless the connection's options switch the role.
    pub(crate) role: String,
    pub(crate) synchronous_commit: String,
}

/// The heads of a house as SQL, fixed once the session's `search_path` is known.
#[derive(Debug)]
pub(crate) struct Head {
    read_only: String,
    read_write: String,
    together: String,
    /// Waits until every commit before it on its session is as durable as the session asks for; none where it asks for
    /// nothing. It writes to the log, because a commit that wrote nothing waits for nothing.
    harden: Option<String>,
    within: String,
    /// How many settings beside the tenant and the timeouts: claims, and the seal.
    more: usize,
}

impl Head {
    /// `origin` is what a session of this role begins with; a `sealed` head carries a seal behind the claims.
    pub(crate) fn new(setting: &str, claims: &[String], sealed: bool, origin: &Origin) -> Self {
        let claims = claims.iter().map(String::as_str);
        let more: Vec<&str> = claims.chain(sealed.then_some(seal::SETTING)).collect();
        let path = search_path::ending_in_pg_temp(&origin.search_path);
        let tenant = format!(
            "SELECT $1, pg_catalog.set_config({}, $2, true)",
            literal(setting)
        );
        let more_from = |first: usize| -> String {
            let set = |(at, name): (usize, &&str)| {
                format!(
                    ", pg_catalog.set_config({}, ${}, true)",
                    literal(name),
                    first + at
                )
            };
            more.iter().enumerate().map(set).collect()
        };
        let read_write = format!(
            "{tenant}, pg_catalog.set_config('statement_timeout', $3, true), pg_catalog.set_config('lock_timeout', $4, true), \
             pg_catalog.set_config('search_path', {}, true), pg_catalog.set_config('row_security', 'on', true), \
             pg_catalog.set_config('role', {}, true){}",
            literal(&path),
            literal(&origin.role),
            more_from(5)
        );
        let read_only =
            format!("{read_write}, pg_catalog.set_config('transaction_read_only', 'on', true)");
        let commit = |how: &str| {
            format!(
                "pg_catalog.set_config('synchronous_commit', {}, true)",
                literal(how)
            )
        };
        let usual = commit(&origin.synchronous_commit);
        let together = format!("{read_write}, {}", commit("off"));
        let read_write = format!("{read_write}, {usual}");
        let harden = (origin.synchronous_commit != "off").then(|| {
            format!(
                "SELECT {usual}, pg_catalog.pg_logical_emit_message(true, 'rowhouse', ''::text)"
            )
        });
        let within = format!("{tenant}{}", more_from(3));
        Self {
            read_only,
            read_write,
            together,
            harden,
            within,
            more: more.len(),
        }
    }

    /// The prepared statement's name on connections that keep the heads prepared.
    pub(crate) fn name(mode: Mode) -> &'static str {
        match mode {
            Mode::ReadOnly => "rowhouse_ro",
            Mode::ReadWrite => "rowhouse_rw",
            Mode::Together => "rowhouse_rt",
            Mode::Within => "rowhouse_tx",
        }
    }

    fn sql(&self, mode: Mode) -> &str {
        match mode {
            Mode::ReadOnly => &self.read_only,
            Mode::ReadWrite => &self.read_write,
            Mode::Together => &self.together,
            Mode::Within => &self.within,
        }
    }

    /// The statement that ends a group of commits. It is parsed each time: what stands under a name could have been replaced by
    /// SQL that a function runs.
    pub(crate) fn harden(&self) -> Option<&str> {
        self.harden.as_deref()
    }

    /// Parse of the head under `name`.
    pub(crate) fn prepare(&self, out: &mut BytesMut, name: &str, mode: Mode) {
        let timeouts = if mode == Mode::Within { 0 } else { 2 };
        let texts = std::iter::repeat_n(TEXT, 1 + timeouts + self.more);
        let types: Vec<u32> = std::iter::once(INT8).chain(texts).collect();
        encode::parse(out, name, self.sql(mode), types.into_iter());
    }
}

/// A head ready to be written in front of a statement, as often as statements follow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heading<'a> {
    /// The prepared statement's name; empty where it is parsed each time.
    pub(crate) name: &'static str,
    pub(crate) head: &'a Head,
    pub(crate) context: &'a Context,
    pub(crate) mode: Mode,
    pub(crate) nonce: i64,
    pub(crate) seal: Option<&'a str>,
}

impl<'a> Heading<'a> {
    /// Under the name its connection keeps it prepared, or unnamed where it keeps none.
    pub(crate) fn new(
        head: &'a Head,
        named: bool,
        context: &'a Context,
        mode: Mode,
        nonce: i64,
        seal: Option<&'a str>,
    ) -> Self {
        Self {
            name: if named { Head::name(mode) } else { "" },
            head,
            context,
            mode,
            nonce,
            seal,
        }
    }

    /// Writes it.
    pub(crate) fn write(&self, out: &mut BytesMut) {
        if self.name.is_empty() {
            self.head.prepare(out, "", self.mode);
        }
        self.run(out);
    }

    /// Bind and Execute, where it is prepared.
    pub(crate) fn run(&self, out: &mut BytesMut) {
        let texts = self.context.texts(self.mode, self.seal);
        encode::bind_head(out, self.name, self.nonce, texts.into_iter());
        encode::execute(out, "", 0);
    }
}

/// `text` as a string constant (standard strings: quotes doubled).
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

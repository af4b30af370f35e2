//! A lease in use for one scope: it writes heads and statements, and takes up where a dropped future stopped.

use std::sync::Arc;
use std::time::Duration;

use super::Lease;
use crate::error::{Delivery, Error, Result};
use crate::head::{Context, Head, Heading, Mode};
use crate::lane::{GRACE, Prepared, Script, Work};
use crate::pooler::Pooling;
use crate::settings::Settings;
use crate::wire::{Exchange, Outcome, Progress, encode};

/// What a session has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    /// Nothing was written; `BEGIN` goes out with the first statement.
    No,
    /// `BEGIN` and the full head are out.
    Yes,
    /// They are, and the full head goes out once more.
    Again,
}

/// One scope's use of a connection.
#[derive(Debug)]
pub(crate) struct Session {
    lease: Lease,
    context: Arc<Context>,
    prepared: Prepared,
    named: bool,
    begun: Begun,
    begin: String,
    /// Commands due before the next statement: what dropped savepoints left.
    due: Vec<String>,
    /// Statements whose Parse was written and not seen to succeed yet.
    doubtful: Vec<u64>,
    /// What this connection prepared in earlier scopes is there still: behind a pooler nothing deallocates it.
    kept: bool,
}

impl Session {
    /// `begin`: the command that begins its transaction, such as `BEGIN ISOLATION LEVEL SERIALIZABLE`.
    pub(crate) fn new(lease: Lease, context: Arc<Context>, begin: String) -> Self {
        let settings = lease.pool().settings();
        let prepared = Prepared::new(settings.limits.prepared);
        let named = settings.pooling.get().is_none_or(|pooling| pooling.named());
        let kept = settings.pooling.get() == Some(&Pooling::Named);
        Self {
            lease,
            context,
            prepared,
            named,
            begun: Begun::No,
            begin,
            due: Vec::new(),
            doubtful: Vec::new(),
            kept,
        }
    }

    pub(crate) fn settings(&self) -> &Arc<Settings> {
        self.lease.pool().settings()
    }

    pub(crate) fn context(&self) -> &Arc<Context> {
        &self.context
    }

    pub(crate) fn connection(&mut self) -> &mut Lease {
        &mut self.lease
    }

    pub(crate) fn is_begun(&self) -> bool {
        self.begun != Begun::No
    }

    /// Has the full head written with the next statement, where the transaction has begun.
    pub(crate) fn restate(&mut self) {
        if self.is_begun() {
            self.begun = Begun::Again;
        }
    }

    /// Whether the transaction can only be rolled back.
    pub(crate) fn is_failed(&self) -> bool {
        self.lease.status() == b'E'
    }

    /// Whether the transaction ended without us, or never began because `BEGIN` failed: what is written now would run
    /// outside of it.
    pub(crate) fn is_over(&self) -> bool {
        self.is_begun()
            && self.lease.owed() == 0
            && !self.lease.in_copy()
            && self.lease.status() == b'I'
    }

    /// How long the server may be silent over one statement: it would have given up by itself before that, so it is
    /// stopped, or gone without a word.
    fn patience(&self) -> Duration {
        self.context.answer_within.saturating_add(GRACE)
    }

    /// Reads away what dropped futures left.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        if self.lease.is_broken() {
            let reason = "it broke before, and the transaction with it";
            return Err(Error::lost(reason, Delivery::NotSent));
        }
        if self.lease.in_copy() {
            self.lease.fail_copy("the copy was dropped");
        }
        self.forget_doubtful();
        let patience = self.patience();
        self.lease.drain_within(patience).await?;
        while !self.due.is_empty() {
            // Once written it is owed: if this future is dropped here, the next one drains it.
            let sql = self.due.remove(0);
            self.run_command(&sql).await?;
        }
        Ok(())
    }

    /// Runs `sql`, a command of our own, before whatever comes next.
    pub(crate) fn owe(&mut self, sql: String) {
        self.due.push(sql);
    }

    /// Forgets what is prepared: the schema may have changed within this transaction.
    pub(crate) fn forget_prepared(&mut self) {
        self.prepared = Prepared::new(self.settings().limits.prepared);
    }

    /// Runs one statement by itself: head, statement, Sync, as on a lane.
    pub(crate) async fn one_shot(
        &mut self,
        mode: Mode,
        work: &Work<'_>,
        row_cap: u32,
        cap: usize,
    ) -> Result<Outcome> {
        self.settle().await?;
        let settings = Arc::clone(self.settings());
        let nonce = settings.nonce();
        let seal = settings.seal(&self.context, self.lease.seat, work.patience(&self.context));
        self.lease.begin();
        let mut script = Script::new(
            &mut self.lease.output,
            self.named.then_some(&mut self.prepared),
        );
        let heading = Heading::new(
            head(&settings)?,
            false,
            &self.context,
            mode,
            nonce,
            seal.as_deref(),
        );
        script
            .announce(work)
            .head(&heading)
            .work(work, row_cap, &heading)
            .sync();
        self.doubtful = script.parsing();
        self.lease.owes();
        let exchange = Exchange::new(0, Some(self.context.check(nonce)), columns(work), cap);
        let patience = work.patience(&self.context).saturating_add(GRACE);
        self.finish(exchange, patience).await
    }

    /// Runs `work` within the transaction, beginning it when it has not begun.
    pub(crate) async fn within(&mut self, work: &Work<'_>, cap: usize) -> Result<Outcome> {
        self.settle().await?;
        let exchange = self.write_within(work, cap)?;
        let patience = work.patience(&self.context).saturating_add(GRACE);
        self.finish(exchange, patience).await
    }

    /// Begins what is written within the transaction; its head's name must be free the first time.
    fn begin_script(&mut self) {
        self.lease.begin();
        if self.kept && !self.is_begun() {
            encode::close(&mut self.lease.output, Head::name(Mode::Within));
        }
    }

    /// Writes `work` behind its head and hands back the exchange that answers it.
    fn write_within(&mut self, work: &Work<'_>, cap: usize) -> Result<Exchange> {
        if self.is_over() {
            return Err(Error::TransactionOver("it ended before this statement"));
        }
        let settings = Arc::clone(self.settings());
        let nonce = settings.nonce();
        let seal = settings.seal(&self.context, self.lease.seat, work.patience(&self.context));
        self.begin_script();
        let mut script = Script::new(
            &mut self.lease.output,
            self.named.then_some(&mut self.prepared),
        );
        script.announce(work);
        let within = Heading::new(
            head(&settings)?,
            self.named,
            &self.context,
            Mode::Within,
            nonce,
            seal.as_deref(),
        );
        let before = open(&mut script, &mut self.begun, &self.begin, &within);
        script.work(work, 0, &within).sync();
        self.doubtful = script.parsing();
        self.lease.owes();
        Ok(Exchange::new(
            before,
            Some(self.context.check(nonce)),
            columns(work),
            cap,
        ))
    }

    /// Writes a head and whatever `write` adds, without a Sync, and hands back the exchange.
    pub(crate) fn write_raw(
        &mut self,
        cap: usize,
        columns: Vec<Option<u16>>,
        write: impl FnOnce(&mut bytes::BytesMut),
    ) -> Result<Exchange> {
        if self.is_over() {
            return Err(Error::TransactionOver("it ended before this statement"));
        }
        let settings = Arc::clone(self.settings());
        let nonce = settings.nonce();
        let seal = settings.seal(&self.context, self.lease.seat, self.patience());
        self.begin_script();
        let mut script = Script::new(&mut self.lease.output, None);
        let within = Heading::new(
            head(&settings)?,
            self.named,
            &self.context,
            Mode::Within,
            nonce,
            seal.as_deref(),
        );
        let before = open(&mut script, &mut self.begun, &self.begin, &within);
        write(&mut self.lease.output);
        Ok(Exchange::new(
            before,
            Some(self.context.check(nonce)),
            columns,
            cap,
        ))
    }

    /// Runs a command of our own within the transaction (COMMIT, SAVEPOINT …); nothing when it never began.
    pub(crate) async fn command(&mut self, sql: &str) -> Result<()> {
        self.settle().await?;
        if self.is_begun() {
            self.run_command(sql).await
        } else {
            Ok(())
        }
    }

    /// Commits. The server may die between the commit and its answer, and its last words are then a FATAL error: only an
    /// error that leaves the session alive says that nothing was committed.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        if !self.is_begun() {
            return Ok(());
        }
        self.lease.begin();
        Script::new(&mut self.lease.output, None)
            .command("COMMIT")
            .sync();
        self.lease.owes();
        let mut exchange = Exchange::new(0, None, Vec::new(), 0);
        let end = loop {
            match self.advance(&mut exchange).await {
                Ok(Progress::Ready) => break Ok(()),
                Ok(_) => {}
                Err(error) => break Err(error),
            }
        };
        let outcome = exchange.finish(self.lease.status());
        if !outcome.results.is_empty() {
            // CommandComplete comes when it is durable: what went wrong after it is the connection's end only.
            return Ok(());
        }
        match (end, outcome.error) {
            (Err(error @ (Error::Lost { .. } | Error::Timeout { .. })), _) => Err(error),
            (Err(error), _) => Err(Error::lost(error, self.lease.delivery())),
            (Ok(()), Some(error)) if error.is_fatal() => {
                Err(Error::lost(error, self.lease.delivery()))
            }
            (Ok(()), Some(error)) => Err(error.into()),
            (Ok(()), None) => Err(Error::protocol("a COMMIT that does not complete")),
        }
    }

    async fn run_command(&mut self, sql: &str) -> Result<()> {
        self.lease.begin();
        let mut script = Script::new(&mut self.lease.output, None);
        script.command(sql).sync();
        self.lease.owes();
        let outcome = self
            .finish(Exchange::new(1, None, Vec::new(), 0), self.patience())
            .await?;
        outcome.error.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Begins the transaction by itself, where the first statement cannot carry it (a savepoint).
    pub(crate) async fn begin(&mut self) -> Result<()> {
        if self.is_begun() {
            return Ok(());
        }
        let outcome = self.within(&Work::Run(&[]), 0).await?;
        outcome.error.map_or(Ok(()), |error| Err(error.into()))
    }

    async fn finish(&mut self, mut exchange: Exchange, patience: Duration) -> Result<Outcome> {
        while self.advance_for(&mut exchange, patience).await? != Progress::Ready {}
        let outcome = exchange.finish(self.lease.status());
        if outcome.error.is_some() {
            self.forget_doubtful();
        } else {
            self.doubtful.clear();
        }
        Ok(outcome)
    }

    /// Which of several Parses failed is not asked: one that did not is parsed again, under a name closed before.
    fn forget_doubtful(&mut self) {
        for number in self.doubtful.drain(..) {
            self.prepared.forget(number);
        }
    }

    /// Advances an exchange of [`Session::write_raw`].
    pub(crate) async fn advance(&mut self, exchange: &mut Exchange) -> Result<Progress> {
        self.advance_for(exchange, self.patience()).await
    }

    /// Sends what waits of a COPY … FROM STDIN, as long as the server has not refused it.
    pub(crate) async fn send_copy(&mut self, exchange: &mut Exchange) -> Result<()> {
        let patience = self.patience();
        self.lease.send_copy(exchange, patience).await
    }

    async fn advance_for(
        &mut self,
        exchange: &mut Exchange,
        patience: Duration,
    ) -> Result<Progress> {
        let progress = self.lease.advance_within(exchange, patience).await;
        if matches!(progress, Err(Error::IsolationCheck)) {
            self.settings()
                .raise_alarm("an answer did not carry its request's tenant and nonce");
        }
        progress
    }
}

/// The head that is due: `BEGIN` and everything the first time, `within` after that. Returns how many commands stand
/// before it.
fn open(script: &mut Script<'_>, begun: &mut Begun, command: &str, within: &Heading<'_>) -> u8 {
    let full = Heading {
        name: "",
        mode: Mode::ReadWrite,
        ..*within
    };
    let before = std::mem::replace(begun, Begun::Yes);
    if before != Begun::No {
        let again = before == Begun::Again;
        script.head(if again { &full } else { within });
        return 0;
    }
    script.command(command).head(&full);
    if !within.name.is_empty() {
        script.parse_head(within.head, within.name, Mode::Within);
    }
    1
}

fn head(settings: &Settings) -> Result<&Head> {
    settings
        .head
        .get()
        .ok_or_else(|| Error::protocol("a connection that was not set up"))
}

fn columns(work: &Work<'_>) -> Vec<Option<u16>> {
    match work {
        Work::Describe(..) => Vec::new(),
        Work::Run(steps) => steps
            .iter()
            .map(|step| Some(step.described.columns.len() as u16))
            .collect(),
    }
}

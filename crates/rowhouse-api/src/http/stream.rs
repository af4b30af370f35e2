//! Large answers: portions of rows become portions of JSON, as fast as the client takes them.

use std::sync::Arc;
use std::time::Duration;

use rowhouse::RowStream;
use tokio::sync::mpsc;

use super::body::{Body, Portion};
use super::failure;
use super::plans::Ready;
use super::read::Asked;
use super::request_id::RequestId;
use super::writer::Writer;
use crate::problem::Problem;
use crate::request::Shape;

/// The body of an answer whose rows come from `rows`, and how many rows there are, if they were
/// counted. The first portion is made here, so that what fails at once is a proper answer.
pub(super) async fn body(
    mut rows: RowStream,
    ready: &Arc<Ready>,
    asked: &Asked<'_>,
    stall: Duration,
) -> Result<(Body, Option<i64>), Problem> {
    let id = asked.id;
    let mut writer = Writer::new(asked.wishes.media, ready.plan.form);
    let mut out = Vec::new();
    writer.begin(&mut out, ready);
    let is_single = asked.wishes.media.shape == Shape::Object;
    while let Some(portion) = rows
        .next_portion()
        .await
        .map_err(|error| failure::of_library(&error, id))?
    {
        writer.write(&mut out, ready, &portion, id)?;
        if !is_single || writer.rows > 1 {
            break;
        }
    }
    if is_single && writer.rows != 1 {
        return Err(Problem::not_singular(writer.rows));
    }
    let total = writer.total;
    // One portion waits for the client while the next is made.
    let (sender, receiver) = mpsc::channel(1);
    let pump = Pump {
        rows,
        ready: Arc::clone(ready),
        writer,
        sender,
        stall,
        id: id.clone(),
    };
    tokio::spawn(pump.run(out));
    Ok((Body::portions(receiver), total))
}

/// Carries portions from the database to the client. When it ends early, for whatever reason, the
/// last portion is missing and the answer is cut off; its connection is cancelled and goes back.
struct Pump {
    rows: RowStream,
    ready: Arc<Ready>,
    writer: Writer,
    sender: mpsc::Sender<Portion>,
    stall: Duration,
    id: RequestId,
}

impl Pump {
    async fn run(mut self, mut out: Vec<u8>) {
        loop {
            let full = out.capacity();
            if !out.is_empty() && !self.send(Portion::More(out.into())).await {
                return;
            }
            let portion = tokio::select! {
                () = self.sender.closed() => return,
                portion = self.rows.next_portion() => portion,
            };
            out = Vec::with_capacity(full);
            match portion {
                Ok(Some(rows)) => {
                    let written = self.writer.write(&mut out, &self.ready, &rows, &self.id);
                    if written.is_err() {
                        return;
                    }
                }
                Ok(None) => {
                    self.writer.finish(&mut out);
                    self.send(Portion::Last(out.into())).await;
                    return;
                }
                Err(error) => {
                    let problem = failure::of_library(&error, &self.id);
                    tracing::warn!(target: "rowhouse::http", request_id = self.id.as_str(), reason = problem.detail(), "a large answer was cut off");
                    return;
                }
            }
        }
    }

    /// Whether the client took it.
    async fn send(&self, portion: Portion) -> bool {
        let sent = tokio::time::timeout(self.stall, self.sender.send(portion)).await;
        if sent.is_err() {
            tracing::info!(target: "rowhouse::http", request_id = self.id.as_str(), "the client takes no more; its answer was cut off");
        }
        sent.is_ok_and(|sent| sent.is_ok())
    }
}

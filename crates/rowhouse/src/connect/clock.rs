//! One deadline for one attempt, and who was holding things up when it passed.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::error::{Cause, ConnectError, Phase};

/// The time one attempt on one host may take, over all of its phases.
#[derive(Debug)]
pub(super) struct Clock {
    pub(super) host: String,
    /// The allowance and its end; none if there is no limit.
    limit: Option<(Duration, Instant)>,
}

impl Clock {
    pub(super) fn start(host: String, allowed: Option<Duration>) -> Self {
        // An allowance beyond what clocks can count is none.
        let limit = allowed.and_then(|time| Some((time, Instant::now().checked_add(time)?)));
        Self { host, limit }
    }

    /// Runs one phase; its failure or the end of the time is told with host and phase.
    pub(super) async fn run<T>(
        &self,
        phase: Phase,
        work: impl Future<Output = Result<T, Cause>>,
    ) -> Result<T, ConnectError> {
        let result = match self.limit {
            None => work.await,
            Some((after, end)) => match timeout_at(end, work).await {
                Ok(result) => result,
                Err(_) => {
                    return Err(ConnectError::Timeout {
                        host: self.host.clone(),
                        phase,
                        after,
                    });
                }
            },
        };
        result.map_err(|cause| ConnectError::Failed {
            host: self.host.clone(),
            phase,
            cause,
        })
    }
}

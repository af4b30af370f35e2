//! `NOTIFY rowhouse, 'reload schema'`: the database says by itself that its schema has changed.

use std::time::Duration;

use rowhouse::ConnectOptions;
use rowhouse_api::resource::Current;

use crate::administration::Notices;

/// Our channel, and the one that event triggers written for `PostgREST` use.
const CHANNELS: [&str; 2] = ["rowhouse", "pgrst"];
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Marks what is served as stale whenever the database says so. A connection that is lost is opened again; what was
/// said in between is taken as said. Never ends.
pub(crate) async fn hear(options: &ConnectOptions, current: Current) {
    let mut wait = FIRST_WAIT;
    let mut missed = false;
    loop {
        match Notices::listen(options, &CHANNELS).await {
            Ok(mut notices) => {
                wait = FIRST_WAIT;
                if missed {
                    current.mark_stale();
                }
                while let Some(message) = notices.next().await {
                    match message.trim() {
                        "" | "reload schema" => current.mark_stale(),
                        other => {
                            tracing::debug!(message = other, "a notice that means nothing here");
                        }
                    }
                }
                tracing::info!(
                    "the connection that listens for changes of the schema is gone; it is opened again"
                );
            }
            Err(error) => {
                tracing::warn!(
                    "notices of the database are not heard, which is tried again: {error:#}"
                );
            }
        }
        missed = true;
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

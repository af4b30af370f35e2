//! One worker: takes connections and serves them, until told to stop.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::connection::serve_connection;
use super::{ServeError, Shared};
use crate::Api;

/// How long to wait when the process has no file descriptors left.
const SHORT_OF_FILES: Duration = Duration::from_millis(100);

/// Serves on a runtime made for this thread, with connections to the database of its own.
pub(super) fn own_thread(
    listener: TcpListener,
    api: &Api,
    shared: &Arc<Shared>,
    stopped: watch::Receiver<bool>,
) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServeError::Start)?;
    runtime.block_on(async {
        let api = api.on_this_runtime().await.map_err(ServeError::Connect)?;
        serve(listener, api, shared, stopped).await
    })
}

/// Serves on the current runtime.
pub(super) async fn serve(
    listener: TcpListener,
    api: Api,
    shared: &Arc<Shared>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), ServeError> {
    let listener = tokio::net::TcpListener::from_std(listener).map_err(ServeError::Start)?;
    let mut connections = JoinSet::new();
    let stop = stopped.clone();
    let serve = |stream, place| {
        serve_connection(stream, api.clone(), Arc::clone(shared), stop.clone(), place)
    };
    loop {
        let accepted = tokio::select! {
            biased;
            () = told(&mut stopped) => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                // Nobody else is taken until there is a place for this one, or an end to it all.
                let place = tokio::select! {
                    place = shared.room.place() => place,
                    () = told(&mut stopped) => None,
                };
                connections.spawn(serve(stream, place));
            }
            Err(error) => {
                tracing::warn!(target: "rowhouse::http", %error, "cannot accept a connection");
                tokio::time::sleep(SHORT_OF_FILES).await;
            }
        }
    }
    // Whoever was let in by the kernel before the end is answered too.
    while let Some(Ok((stream, _))) = listener.accept().now_or_never() {
        connections.spawn(serve(stream, None));
    }
    drop(listener);
    let drained = timeout(shared.options.drain, async {
        while connections.join_next().await.is_some() {}
    });
    if drained.await.is_err() {
        tracing::warn!(target: "rowhouse::http", left = connections.len(), "stopping with requests under way");
        connections.shutdown().await;
    }
    if let Err(error) = api.house().close_within(shared.options.drain).await {
        tracing::warn!(target: "rowhouse::http", %error, "stopping with statements under way");
    }
    Ok(())
}

/// Waits until the service is told to stop.
pub(super) async fn told(stopped: &mut watch::Receiver<bool>) {
    // An error means that nobody is left to tell.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

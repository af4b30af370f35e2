//! One worker: takes connections and serves them, until told to stop.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::connection::serve_connection;
use super::{ServeError, ServerOptions};
use crate::Api;

/// How long to wait when the process has no file descriptors left.
const SHORT_OF_FILES: Duration = Duration::from_millis(100);

/// Serves on a runtime made for this thread, with connections to the database of its own.
pub(super) fn own_thread(
    listener: TcpListener,
    api: &Api,
    options: &Arc<ServerOptions>,
    stopped: watch::Receiver<bool>,
) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServeError::Start)?;
    runtime.block_on(async {
        let api = api.on_this_runtime().await.map_err(ServeError::Connect)?;
        serve(listener, api, options, stopped).await
    })
}

/// Serves on the current runtime.
pub(super) async fn serve(
    listener: TcpListener,
    api: Api,
    options: &Arc<ServerOptions>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), ServeError> {
    let listener = tokio::net::TcpListener::from_std(listener).map_err(ServeError::Start)?;
    let mut connections = JoinSet::new();
    let stop = stopped.clone();
    loop {
        let accepted = tokio::select! {
            biased;
            () = told(&mut stopped) => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                connections.spawn(serve_connection(
                    stream,
                    api.clone(),
                    Arc::clone(options),
                    stop.clone(),
                ));
            }
            Err(error) => {
                tracing::warn!(target: "rowhouse::http", %error, "cannot accept a connection");
                tokio::time::sleep(SHORT_OF_FILES).await;
            }
        }
    }
    // Whoever was let in by the kernel before the end is answered too.
    while let Some(Ok((stream, _))) = listener.accept().now_or_never() {
        let connection = serve_connection(stream, api.clone(), Arc::clone(options), stop.clone());
        connections.spawn(connection);
    }
    drop(listener);
    let drained = timeout(options.drain, async {
        while connections.join_next().await.is_some() {}
    });
    if drained.await.is_err() {
        tracing::warn!(target: "rowhouse::http", left = connections.len(), "stopping with requests under way");
        connections.shutdown().await;
    }
    if let Err(error) = api.house().close_within(options.drain).await {
        tracing::warn!(target: "rowhouse::http", %error, "stopping with statements under way");
    }
    Ok(())
}

/// Waits until the service is told to stop.
pub(super) async fn told(stopped: &mut watch::Receiver<bool>) {
    // An error means that nobody is left to tell.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

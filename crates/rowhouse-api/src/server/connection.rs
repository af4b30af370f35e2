//! One client's connection.

use std::convert::Infallible;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::{ServerOptions, worker};
use crate::Api;

/// The most bytes of a request's head that are read at all; the API refuses sooner, with words.
const HEAD_BYTES: usize = 64 << 10;

/// Serves requests until the client goes, or the service stops and the last one is answered.
pub(super) async fn serve_connection(
    stream: TcpStream,
    api: Api,
    options: ServerOptions,
    mut stopped: watch::Receiver<bool>,
) {
    // Without this small answers wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let api = api.clone();
        async move { Ok::<_, Infallible>(api.answer(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(options.idle)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        biased;
        ended = connection.as_mut() => ended,
        () = worker::told(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(target: "rowhouse::http", %error, "a connection ended early");
    }
}

//! One client's connection.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Method, Request};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rowhouse_identity::Peer;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::activity::{Activity, Guarded};
use super::socket::Socket;
use super::{ServerOptions, worker};
use crate::Api;

/// The most bytes of a request's head that are read at all; the API refuses sooner, with words.
const HEAD_BYTES: usize = 64 << 10;

/// Serves requests until the client goes, or the service stops and the last one is answered.
pub(super) async fn serve_connection(
    stream: TcpStream,
    api: Api,
    options: Arc<ServerOptions>,
    mut stopped: watch::Receiver<bool>,
) {
    // Without this small answers wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let peer = stream.peer_addr();
    let peer = peer.map_or(Peer::Unknown, |address| Peer::from(address.ip()));
    let activity = Arc::new(Activity::new());
    let socket = Socket::new(stream, Arc::clone(&activity), &options);
    let service = service_fn(move |request: Request<Incoming>| {
        // What comes after CONNECT would be no request's.
        let length = request.body().size_hint().exact();
        let length = length.filter(|_| request.method() != Method::CONNECT);
        let (api, guard) = (api.clone(), activity.request(length));
        async move {
            let answer = api.answer_to(request, peer).await;
            Ok::<_, Infallible>(answer.map(|body| Guarded {
                body,
                _guard: guard,
            }))
        }
    });
    // The socket keeps the time; hyper would set a timer for every request.
    let connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_header_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(socket), service);
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

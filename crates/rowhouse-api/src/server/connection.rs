//! One client's connection.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use http::header::{CONNECTION, HeaderValue};
use http::{Method, Request};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rowhouse_identity::Peer;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Sleep;

use super::activity::{Activity, Guarded, Waiting};
use super::room::{MOMENT, Place};
use super::socket::Socket;
use super::wire::Wire;
use super::{Shared, handshake, worker};
use crate::Api;

/// The most headers that fit where hyper keeps them without asking for memory.
const USUAL_HEADERS: usize = 100;

/// The least that hyper wants for a head.
const LEAST_HEAD: usize = 8 << 10;

/// Waits until the time has passed; for ever where there is none.
async fn passed(time: Option<&mut Pin<Box<Sleep>>>) {
    match time {
        Some(time) => time.await,
        None => std::future::pending().await,
    }
}

/// Serves requests until the client goes, or the service stops and the last one is answered.
pub(super) async fn serve_connection(
    stream: TcpStream,
    api: Api,
    shared: Arc<Shared>,
    mut stopped: watch::Receiver<bool>,
    _place: Option<Place>,
) {
    // Without this small answers wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let peer = stream.peer_addr();
    let peer = peer.map_or(Peer::Unknown, |address| Peer::from(address.ip()));
    let options = &shared.options;
    let wire = match &shared.tls {
        None => Wire::Plain(stream),
        Some(tls) => {
            let shaken = tokio::select! {
                shaken = handshake::begin(stream, tls, options.handshake) => shaken,
                () = shared.room.pressed() => None,
            };
            match shaken {
                Some(wire) => wire,
                None => return,
            }
        }
    };
    let activity = Arc::new(Activity::new());
    let socket = Socket::new(wire, Arc::clone(&activity), options);
    let service = service_fn(|request: Request<Incoming>| {
        // What comes after CONNECT would be no request's.
        let length = request.body().size_hint().exact();
        let length = length.filter(|_| request.method() != Method::CONNECT);
        let (api, guard, shared) = (api.clone(), activity.request(length), Arc::clone(&shared));
        async move {
            let answer = api.answer_to(request, peer).await;
            let mut answer = answer.map(|body| Guarded {
                body,
                _guard: guard,
            });
            if shared.room.is_crowded() || api.is_draining() {
                answer
                    .headers_mut()
                    .insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer)
        }
    });
    // The socket keeps the time; hyper would set a timer for every request.
    let mut builder = http1::Builder::new();
    builder
        .header_read_timeout(None)
        .max_header_size(options.head_bytes.max(LEAST_HEAD));
    if options.headers > USUAL_HEADERS {
        builder.max_headers(options.headers);
    }
    let connection = builder.serve_connection(TokioIo::new(socket), service);
    let mut connection = std::pin::pin!(connection);
    let mut crowds = shared.room.crowds();
    // Others may have waited since before this one came.
    let hurry = || Box::pin(tokio::time::sleep(MOMENT));
    let mut hurried = shared.room.is_crowded().then(hurry);
    let ended = loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => break ended,
            () = worker::told(&mut stopped) => {}
            () = passed(hurried.as_mut()) => {
                if shared.room.is_crowded() && activity.waiting() == Waiting::Head {
                    return;
                }
                hurried = None;
                continue;
            }
            Ok(()) = crowds.changed() => match activity.waiting() {
                Waiting::Idle => {}
                Waiting::Head => {
                    hurried.get_or_insert_with(hurry);
                    continue;
                }
                Waiting::Working => continue,
            },
        }
        connection.as_mut().graceful_shutdown();
        break connection.await;
    };
    if let Err(error) = ended {
        tracing::debug!(target: "rowhouse::http", %error, "a connection ended early");
    }
}

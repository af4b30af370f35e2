//! Listening: a thread per core, each with a listener, a runtime and connections of its own, so that
//! a request is answered by the thread it came in on.

mod activity;
mod connection;
mod handshake;
mod heads;
mod listener;
mod room;
mod socket;
mod tls;
mod wire;
mod worker;

pub use listener::BindError;
pub use tls::{Tls, TlsError};

use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::Api;
use room::Room;

/// How connections are treated.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ServerOptions {
    /// How long a client may be silent between requests; 75 s by default.
    pub idle: Duration,
    /// How long a client may take to send the head of a request; 10 s by default.
    pub head: Duration,
    /// How long a client may take none of an answer; 30 s by default.
    pub stall: Duration,
    /// How long a client may take to shake hands, where TLS is spoken; 10 s by default.
    pub handshake: Duration,
    /// The most bytes of a request's head, its first line among them, that are read at all; the API
    /// refuses sooner, with words. 64 KiB by default.
    pub head_bytes: usize,
    /// The most headers of a request that are read at all; 100 by default, and no less than that.
    pub headers: usize,
    /// The most connections, of all workers together; 8192 by default. Beyond them, clients wait
    /// until others end; idle connections are closed for them.
    pub connections: NonZeroUsize,
    /// How long `/readyz` says that the service is about to stop before it takes no more
    /// connections, so that what is in front sends none; not at all by default.
    pub notice: Duration,
    /// How long requests under way have to finish when the service stops; 30 s by default.
    pub drain: Duration,
}

impl Default for ServerOptions {
    fn default() -> Self {
        const CONNECTIONS: NonZeroUsize = NonZeroUsize::new(8192).unwrap();
        Self {
            idle: Duration::from_secs(75),
            head: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            handshake: Duration::from_secs(10),
            head_bytes: 64 << 10,
            headers: 100,
            connections: CONNECTIONS,
            notice: Duration::ZERO,
            drain: Duration::from_secs(30),
        }
    }
}

/// Listeners at one address, ready to serve.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    listeners: Vec<TcpListener>,
    options: ServerOptions,
    tls: Option<Tls>,
}

/// What all workers go by.
#[derive(Debug)]
struct Shared {
    options: ServerOptions,
    tls: Option<Tls>,
    room: Room,
}

/// Why serving ended early, or could not begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// Everybody who reaches the address could claim to be any tenant.
    #[error(transparent)]
    Unsafe(#[from] rowhouse_identity::UnsafeListen),
    /// A worker could not connect to the database.
    #[error("a worker cannot connect to the database")]
    Connect(#[source] rowhouse::Error),
    /// A worker's thread or runtime could not be made.
    #[error("a worker cannot start")]
    Start(#[source] std::io::Error),
    /// A worker ended without being told to.
    #[error("a worker has died")]
    Died,
}

impl Server {
    /// Listens at `address` for `workers` threads. Clients may connect from now on; they are
    /// answered once the server runs.
    ///
    /// # Errors
    /// [`BindError`], which names the address.
    pub fn bind(address: SocketAddr, workers: NonZeroUsize) -> Result<Self, BindError> {
        let listeners = listener::bind(address, workers)?;
        let address = listeners
            .first()
            .and_then(|listener| listener.local_addr().ok())
            .unwrap_or(address);
        Ok(Self {
            address,
            listeners,
            options: ServerOptions::default(),
            tls: None,
        })
    }

    /// With other options.
    #[must_use]
    pub fn options(mut self, options: ServerOptions) -> Self {
        self.options = options;
        self
    }

    /// Speaks TLS 1.2 or 1.3 instead of plain HTTP.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Where it listens; the port is known even when 0 was asked for.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` is done; then says so at `/readyz`, takes nothing new after the
    /// [notice](ServerOptions::notice), finishes what is under way and closes the houses. The calling runtime is the first worker, with the house that `api` has: a
    /// current-thread runtime is best.
    ///
    /// # Errors
    /// The identity's [check](rowhouse_identity::Identity::check_listen) forbids the address; a worker
    /// could not begin, or died: the others are then stopped as if told to.
    pub async fn run(self, api: Api, shutdown: impl Future<Output = ()>) -> Result<(), ServeError> {
        api.identity().check_listen(self.address)?;
        let shared = Arc::new(Shared {
            room: Room::new(self.options.connections),
            options: self.options,
            tls: self.tls,
        });
        let notice = shared.options.notice;
        let (stop, stopped) = watch::channel(false);
        let mut own_end = stopped.clone();
        let (done, mut ended) = mpsc::unbounded_channel();
        let mut threads = Vec::new();
        let mut listeners = self.listeners.into_iter();
        let first = listeners.next();
        for (number, listener) in listeners.enumerate() {
            let (api, shared, stopped, done) = (
                api.clone(),
                Arc::clone(&shared),
                stopped.clone(),
                Done(done.clone()),
            );
            let thread = thread::Builder::new().name(format!("rowhouse-{}", number + 2));
            let thread = thread
                .spawn(move || done.tell(worker::own_thread(listener, &api, &shared, stopped)));
            threads.push(thread.map_err(ServeError::Start)?);
        }
        drop(done);
        let draining = api.clone();
        let own = async {
            let served = match first {
                Some(listener) => worker::serve(listener, api, &shared, stopped).await,
                None => Ok(()),
            };
            stop.send_replace(true);
            served
        };
        let tell = async {
            // Whatever ends first, everybody stops.
            let result = tokio::select! {
                () = async {
                    shutdown.await;
                    draining.drain();
                    tokio::time::sleep(notice).await;
                } => Ok(()),
                () = worker::told(&mut own_end) => Ok(()),
                Some(ended) = ended.recv() => ended.and(Err(ServeError::Died)),
            };
            draining.drain();
            stop.send_replace(true);
            result
        };
        let (own, told) = tokio::join!(own, tell);
        let mut result = told.and(own);
        while let Some(ended) = ended.recv().await {
            result = result.and(ended);
        }
        for thread in threads {
            // Each has told how it ended, or dropped what it would have told with.
            let _ = thread.join();
        }
        result
    }
}

/// Tells how a worker ended, even when it panicked.
struct Done(mpsc::UnboundedSender<Result<(), ServeError>>);

impl Done {
    fn tell(self, result: Result<(), ServeError>) {
        let _ = self.0.send(result);
    }
}

impl Drop for Done {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.0.send(Err(ServeError::Died));
        }
    }
}

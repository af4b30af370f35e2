//! A proxy between the library and PostgreSQL: it records, cuts the stream into segments, tampers, and hangs up.
#![allow(dead_code, reason = "each test root uses a part of it")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rowhouse_local::testing::Database;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    Client,
    Server,
}

type Tamper = Box<dyn FnMut(From, &mut Vec<u8>) + Send>;

pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    target: PathBuf,
    /// The seed and the longest piece when the stream is cut up.
    segments: Option<(u64, usize)>,
    log: Mutex<Vec<(usize, From, Vec<u8>)>>,
    recording: AtomicBool,
    tamper: Mutex<Option<Tamper>>,
    hang_up: watch::Sender<u64>,
    connections: AtomicUsize,
}

impl Proxy {
    /// Passes bytes on as they come.
    pub(crate) async fn plain(database: &Database) -> Self {
        Self::start(database.socket(), None).await
    }

    /// Cuts every stream into random pieces of up to `longest` bytes.
    pub(crate) async fn segments(database: &Database, seed: u64, longest: usize) -> Self {
        Self::start(database.socket(), Some((seed, longest))).await
    }

    /// In front of the unix socket `target`.
    pub(crate) async fn start(target: PathBuf, segments: Option<(u64, usize)>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        let port = listener.local_addr().expect("a bound socket").port();
        let shared = Arc::new(Shared {
            target,
            segments,
            log: Mutex::default(),
            recording: AtomicBool::new(false),
            tamper: Mutex::new(None),
            hang_up: watch::Sender::new(0),
            connections: AtomicUsize::new(0),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            port,
            shared,
            accepting,
        }
    }

    /// The app role's URL through the proxy.
    pub(crate) fn url(&self, database: &str) -> String {
        format!(
            "postgresql://rowhouse_app@127.0.0.1:{}/{database}?sslmode=disable",
            self.port
        )
    }

    /// Closes every connection as it stands.
    pub(crate) fn hang_up(&self) {
        self.shared.hang_up.send_modify(|count| *count += 1);
    }

    /// Changes what passes from now on.
    pub(crate) fn tamper(&self, with: impl FnMut(From, &mut Vec<u8>) + Send + 'static) {
        *self.shared.tamper.lock().unwrap() = Some(Box::new(with));
    }

    /// Keeps the server's next answer for itself and closes every connection.
    pub(crate) fn swallow_next_answer(&self) {
        let hang_up = self.shared.hang_up.clone();
        let mut armed = true;
        self.tamper(move |who, bytes| {
            if who == From::Server && std::mem::take(&mut armed) {
                bytes.clear();
                hang_up.send_modify(|count| *count += 1);
            }
        });
    }

    /// Starts a new record.
    pub(crate) fn record(&self) {
        self.shared.log.lock().unwrap().clear();
        self.shared.recording.store(true, Ordering::Relaxed);
    }

    /// The tags of the messages since [`Proxy::record`], which must have begun between two messages.
    pub(crate) fn tags(&self, from: From) -> String {
        let log = self.shared.log.lock().unwrap();
        let mut connections: Vec<usize> = log.iter().map(|(number, ..)| *number).collect();
        connections.sort_unstable();
        connections.dedup();
        let mut tags = String::new();
        for wanted in connections {
            let bytes: Vec<u8> = log
                .iter()
                .filter(|(number, who, _)| *number == wanted && *who == from)
                .flat_map(|(.., bytes)| bytes.clone())
                .collect();
            let mut rest = &bytes[..];
            while rest.len() >= 5 {
                if rest[0] == 0 {
                    // A startup packet or a CancelRequest: no tag, a length, a code.
                    let code = u32::from_be_bytes([rest[4], rest[5], rest[6], rest[7]]);
                    tags.push(if code == 80_877_102 { '!' } else { '^' });
                    rest =
                        &rest[u32::from_be_bytes([rest[0], rest[1], rest[2], rest[3]]) as usize..];
                    continue;
                }
                tags.push(char::from(rest[0]));
                let length = u32::from_be_bytes([rest[1], rest[2], rest[3], rest[4]]) as usize + 1;
                rest = &rest[length.min(rest.len())..];
            }
        }
        tags
    }

    /// How many connections were made through it.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.hang_up();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        let number = shared.connections.fetch_add(1, Ordering::Relaxed);
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let _ = client.set_nodelay(true);
            let Ok(server) = UnixStream::connect(&shared.target).await else {
                return;
            };
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            let mut hang_up = shared.hang_up.subscribe();
            tokio::select! {
                () = async {
                    tokio::join!(
                        pass(&shared, number, From::Client, from_client, to_server),
                        pass(&shared, number, From::Server, from_server, to_client),
                    );
                } => {}
                _ = hang_up.changed() => {}
            }
        });
    }
}

async fn pass(
    shared: &Shared,
    number: usize,
    who: From,
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
) {
    let mut chance = shared.segments.map(|(seed, longest)| {
        let own = seed.wrapping_add(2 * number as u64 + u64::from(who == From::Client));
        (StdRng::seed_from_u64(own), longest)
    });
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = match from.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(read) => read,
        };
        let mut bytes = buffer[..read].to_vec();
        if let Some(tamper) = shared.tamper.lock().unwrap().as_mut() {
            tamper(who, &mut bytes);
        }
        if shared.recording.load(Ordering::Relaxed) {
            shared
                .log
                .lock()
                .unwrap()
                .push((number, who, bytes.clone()));
        }
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let piece = match &mut chance {
                Some((rng, longest)) => rng.random_range(1..=*longest).min(rest.len()),
                None => rest.len(),
            };
            if to.write_all(&rest[..piece]).await.is_err() {
                return;
            }
            rest = &rest[piece..];
            if chance.is_some() {
                // The reader gets its turn with the piece alone.
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
            }
        }
    }
    let _ = to.shutdown().await;
}

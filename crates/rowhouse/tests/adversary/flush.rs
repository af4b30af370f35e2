//! One flush from us and one ReadyForQuery back for every one-shot from a statement's second use on.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rowhouse::Rowhouse;
use rowhouse_local::testing::Database;

use crate::common::{acme, beta, database, house_at};

/// What passed since the last look.
#[derive(Debug, Default)]
struct Counts {
    flushes: AtomicUsize,
    to_server: Mutex<Vec<u8>>,
    to_client: Mutex<Vec<u8>>,
}

impl Counts {
    fn reset(&self) {
        self.flushes.store(0, Ordering::SeqCst);
        self.to_server.lock().unwrap().clear();
        self.to_client.lock().unwrap().clear();
    }

    /// Whether nothing was written: a machine so busy that the lane is late sends a request another way.
    fn is_detour(&self) -> bool {
        self.flushes.load(Ordering::SeqCst) == 0
    }

    fn tags(bytes: &Mutex<Vec<u8>>) -> String {
        let bytes = bytes.lock().unwrap();
        let mut rest = &bytes[..];
        let mut tags = String::new();
        while rest.len() >= 5 {
            tags.push(char::from(rest[0]));
            rest = &rest[u32::from_be_bytes([rest[1], rest[2], rest[3], rest[4]]) as usize + 1..];
        }
        tags
    }

    fn sent(&self) -> String {
        Self::tags(&self.to_server)
    }

    fn received(&self) -> String {
        Self::tags(&self.to_client)
    }
}

/// A proxy on threads of its own that spins on the client's socket, so that two writes are seen as two: it may take
/// them for one when it is slow, never one for two.
///
/// Only the first `connections` are counted.
fn counting_proxy(socket: &Path, connections: usize) -> (u16, Arc<Counts>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let counts = Arc::new(Counts::default());
    let (socket, shared) = (socket.to_owned(), Arc::clone(&counts));
    std::thread::spawn(move || {
        for (number, client) in listener.incoming().enumerate() {
            let Ok(client) = client else { return };
            client.set_nodelay(true).unwrap();
            let server = UnixStream::connect(&socket).unwrap();
            let (to_client, from_server) =
                (client.try_clone().unwrap(), server.try_clone().unwrap());
            let counts = if number < connections {
                Arc::clone(&shared)
            } else {
                Arc::default()
            };
            let (one, other) = (Arc::clone(&counts), counts);
            std::thread::spawn(move || upward(client, server, &one));
            std::thread::spawn(move || downward(from_server, to_client, &other));
        }
    });
    (port, counts)
}

/// A house with one lane, its first connection, through a counting proxy.
async fn counted(database: &Database, connections: usize) -> (Rowhouse, Arc<Counts>) {
    let (port, counts) = counting_proxy(&database.socket(), connections);
    let name = database.name();
    let url = format!("postgresql://rowhouse_app@127.0.0.1:{port}/{name}?sslmode=disable");
    (house_at(&url, 1).await, counts)
}

fn upward(mut client: TcpStream, mut server: UnixStream, counts: &Counts) {
    let mut buffer = vec![0; 1 << 20];
    let mut idle = 0_u32;
    client.set_nonblocking(true).unwrap();
    loop {
        match client.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => {
                idle = 0;
                counts.flushes.fetch_add(1, Ordering::SeqCst);
                counts
                    .to_server
                    .lock()
                    .unwrap()
                    .extend_from_slice(&buffer[..read]);
                // The client's socket and its clone are one file: the mode is shared.
                if server.write_all(&buffer[..read]).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                idle = idle.saturating_add(1);
                if idle > 20_000 {
                    std::thread::sleep(std::time::Duration::from_micros(200));
                }
            }
            Err(_) => return,
        }
    }
}

fn downward(mut server: UnixStream, mut client: TcpStream, counts: &Counts) {
    let mut buffer = vec![0; 1 << 20];
    while let Ok(read @ 1..) = server.read(&mut buffer) {
        counts
            .to_client
            .lock()
            .unwrap()
            .extend_from_slice(&buffer[..read]);
        let mut rest = &buffer[..read];
        while !rest.is_empty() {
            match client.write(rest) {
                Ok(wrote) => rest = &rest[wrote..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
                Err(_) => return,
            }
        }
    }
}

#[tokio::test]
async fn a_one_shot_is_one_flush_and_one_ready_for_query_from_its_second_use() {
    let database = database().await;
    let (house, counts) = counted(&database, 1).await;
    let (acme, beta) = (acme(&house), beta(&house));
    let read = "SELECT title FROM items WHERE n > $1";
    let write = "UPDATE items SET n = n + $1 WHERE title = 'none'";
    acme.query(read, &[&0]).await.unwrap();
    acme.execute(write, &[&1]).await.unwrap();
    let mut measured = 0;
    for _ in 0..1_000 {
        counts.reset();
        assert_eq!(beta.query(read, &[&0]).await.unwrap().len(), 5);
        if counts.is_detour() {
            continue;
        }
        assert_eq!(counts.flushes.load(Ordering::SeqCst), 1);
        assert_eq!(
            (counts.sent().as_str(), counts.received().as_str()),
            ("BEBES", "2DC2DDDDDCZ")
        );
        counts.reset();
        assert_eq!(beta.execute(write, &[&0]).await.unwrap(), 0);
        if counts.is_detour() {
            continue;
        }
        assert_eq!(counts.flushes.load(Ordering::SeqCst), 1);
        assert_eq!(
            (counts.sent().as_str(), counts.received().as_str()),
            ("BEBES", "2DC2CZ")
        );
        measured += 1;
        if measured == 100 {
            break;
        }
    }
    assert_eq!(measured, 100, "the lane is hardly used");
    counts.reset();
    let one = [&0 as &(dyn postgres_types::ToSql + Sync)];
    let batch = beta
        .batch()
        .add(read, &one)
        .unwrap()
        .add(write, &one)
        .unwrap()
        .add(read, &one)
        .unwrap();
    assert_eq!(batch.run().await.unwrap().len(), 3);
    assert_eq!(counts.flushes.load(Ordering::SeqCst), 1);
    assert_eq!(counts.sent(), "BEBEBEBEBEBES", "a head in front of each");
    assert_eq!(counts.received().matches('Z').count(), 1);
}

#[tokio::test]
async fn another_lane_prepares_and_runs_in_the_same_write() {
    let database = database().await;
    let (house, counts) = counted(&database, usize::MAX).await;
    // The other lane is another runtime's: statements and their types are the house's.
    let sibling = house.on_this_runtime().await.unwrap();
    let read = "SELECT title FROM items WHERE n > $1";
    acme(&house).query(read, &[&0]).await.unwrap();
    counts.reset();
    assert_eq!(beta(&sibling).query(read, &[&0]).await.unwrap().len(), 5);
    assert_eq!(counts.flushes.load(Ordering::SeqCst), 1);
    let sent = counts.sent();
    assert_eq!(sent.matches('S').count(), 1, "{sent}");
    assert!(
        sent.contains('P'),
        "{sent}: not the lane that had it prepared"
    );
    assert_eq!(counts.received().matches('Z').count(), 1);
}

#[tokio::test]
async fn begin_travels_with_the_first_statement() {
    let database = database().await;
    let (house, counts) = counted(&database, usize::MAX).await;
    let acme = acme(&house);
    let read = "SELECT title FROM items WHERE n > $1";
    acme.query(read, &[&0]).await.unwrap();
    let mut tx = acme.begin().await.unwrap();
    for _ in 0..2 {
        counts.reset();
        assert_eq!(tx.query(read, &[&0]).await.unwrap().len(), 5);
        assert_eq!(counts.flushes.load(Ordering::SeqCst), 1);
        assert_eq!(counts.received().matches('Z').count(), 1);
    }
    counts.reset();
    tx.commit().await.unwrap();
    assert!(counts.received().matches('Z').count() >= 1);
}

//! Servers that lie: garbage, truncation and mutated answers after an honest start.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rowhouse::Rowhouse;

use crate::common::{BETA, acme, beta, database, house_at, titles};
use crate::polls::{guarded, seed};
use crate::proxy::{From, Proxy};

/// Whatever comes: an error or the tenant's own rows, never a panic, a hang or somebody else's rows.
#[tokio::test]
async fn mutated_answers_are_errors_or_harmless() {
    let seed = seed("mutated_answers");
    let mut chance = StdRng::seed_from_u64(seed);
    let database = database().await;
    let proxy = Proxy::plain(&database).await;
    let house = house_at(&proxy.url(database.name()), 2).await;
    let (acme, beta) = (acme(&house), beta(&house));
    titles(&beta).await;
    for round in 0..80 {
        let (kind, at, with): (u8, usize, u8) = (
            chance.random_range(0..5),
            chance.random_range(0..400),
            chance.random(),
        );
        let mut armed = true;
        proxy.tamper(move |who, bytes| {
            if who == From::Client || !std::mem::take(&mut armed) || bytes.is_empty() {
                return;
            }
            let at = at % bytes.len();
            match kind {
                0 => bytes[at] ^= with | 1,
                1 => bytes.truncate(at),
                2 => bytes.insert(at, with),
                3 => {
                    bytes.remove(at);
                }
                _ => bytes[at..].fill(with),
            }
        });
        let outcome = guarded("a one-shot", async {
            tokio::select! {
                rows = beta.query("SELECT title, tenant_id FROM items", &[]) => Some(rows),
                // A truncated answer leaves the client waiting for the rest, as it should; the server's end decides.
                () = tokio::time::sleep(std::time::Duration::from_millis(60)) => None,
            }
        })
        .await;
        if let Some(Ok(rows)) = outcome {
            // A flipped byte inside a value cannot be told; the tenant's id came along to see whose row it was.
            let owners: Vec<uuid::Uuid> =
                rows.iter().filter_map(|row| row.try_get(1).ok()).collect();
            let foreign = owners.iter().filter(|owner| owner.as_u128() == 0xa).count();
            assert_eq!(foreign, 0, "round {round}");
            assert!(
                owners.iter().filter(|owner| **owner == BETA).count() + 1 >= owners.len(),
                "round {round}: {owners:?}"
            );
        }
        proxy.tamper(|_, _| {});
        proxy.hang_up();
    }
    let calm = async {
        loop {
            if let Ok(rows) = acme.query("SELECT title FROM items", &[]).await {
                return rows.len();
            }
        }
    };
    assert_eq!(guarded("the house after all that", calm).await, 5);
}

/// A peer that says yes to the start-up and then talks nonsense for ever.
#[tokio::test]
async fn a_flood_of_garbage_ends_in_an_error_and_takes_no_memory() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let seed = seed("flood_of_garbage");
    for round in 0..24_u64 {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let mut chance = StdRng::seed_from_u64(seed.wrapping_add(round));
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut startup = [0; 1024];
            let _ = socket.read(&mut startup).await;
            let mut hello = Vec::new();
            let mut say = |tag: u8, body: &[u8]| {
                hello.push(tag);
                hello.extend_from_slice(&(body.len() as u32 + 4).to_be_bytes());
                hello.extend_from_slice(body);
            };
            say(b'R', &[0, 0, 0, 0]);
            say(b'S', b"server_version\x0015.18\0");
            say(b'S', b"standard_conforming_strings\0on\0");
            say(b'K', &[0, 0, 0, 1, 0, 0, 0, 2]);
            say(b'Z', b"I");
            let _ = socket.write_all(&hello).await;
            let _ = socket.read(&mut startup).await;
            loop {
                let mut garbage: Vec<u8> = (0..chance.random_range(1..5_000))
                    .map(|_| chance.random())
                    .collect();
                if round % 3 == 1 {
                    // Frames with honest headers and dishonest insides.
                    let tag = b"DTtECZSANsI1"[chance.random_range(0..12)];
                    let mut framed = vec![tag];
                    framed.extend_from_slice(&(garbage.len() as u32 + 4).to_be_bytes());
                    framed.append(&mut garbage);
                    garbage = framed;
                } else if round % 3 == 2 {
                    // A frame that claims to be huge.
                    garbage.splice(0..0, [b'D', 0x3f, 0xff, 0xff, 0xff]);
                }
                if socket.write_all(&garbage).await.is_err() {
                    return;
                }
                if round % 3 == 2 {
                    return;
                }
            }
        });
        let url = format!("postgresql://app@127.0.0.1:{port}/x?sslmode=disable");
        let error = guarded("connect", Rowhouse::connect(&url))
            .await
            .unwrap_err();
        assert!(!error.to_string().is_empty());
        server.abort();
    }
}

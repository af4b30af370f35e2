//! Many clients, many tenants, one set of connections: no answer is ever another's.

use std::fmt::Write;

use rand::seq::IndexedRandom;
use rowhouse::Rowhouse;
use serde_json::Value;

use crate::service::{DEMO, Service, Setup};

const TENANTS: u128 = 40;
const CLIENTS: usize = 64;
const REQUESTS: usize = 150;

fn tenant(number: u128) -> String {
    uuid::Uuid::from_u128(0xa000 + number).to_string()
}

/// Each tenant has as many items as its number, and one name.
fn seed() -> String {
    (0..TENANTS).fold(DEMO[0].to_owned(), |mut sql, number| {
        let id = tenant(number);
        let _ = write!(
            sql,
            "SELECT set_config('app.current_tenant_id', '{id}', false);
             INSERT INTO tenants VALUES ('{id}', 'tenant {number}');
             INSERT INTO items (title, tenant_id) SELECT 'item ' || n, '{id}' FROM generate_series(1, {number}) n;"
        );
        sql
    })
}

fn check(path: &str, number: u128, answer: &Value) {
    let own = |items: &Value| {
        let items = items.as_array().unwrap();
        assert_eq!(items.len(), number as usize, "{path}");
        assert!(items.iter().all(|item| item["tenant_id"] == tenant(number)));
    };
    if path.starts_with("/items") {
        own(answer);
    } else {
        assert_eq!(answer.as_array().unwrap().len(), 1, "{path}");
        assert_eq!(answer[0]["name"], format!("tenant {number}"));
        own(&answer[0]["items"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_anothers() {
    let setup = Setup {
        sql: seed(),
        // Some answers pass the cap and are streamed.
        house: Rowhouse::builder().lanes(2).lane_answer(30, 1 << 20),
        ..Setup::default()
    };
    let service = Service::start(setup).await;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let address = service.address;
            tokio::spawn(async move {
                let mut client = crate::client::Client::connect(address).await;
                for request in 0..REQUESTS {
                    let number = rand::random_range(0..TENANTS);
                    let paths = ["/items/", "/items", "/tenants/", "/items?order=id"];
                    let path = paths.choose(&mut rand::rng()).unwrap();
                    let answer = client.get(path, &tenant(number)).await;
                    assert_eq!(answer.status, 200, "{path}");
                    check(path, number, &answer.json());
                    // Others go away in the middle of theirs.
                    if request % 50 == 49 {
                        let ask = format!(
                            "GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {}\r\n\r\n",
                            tenant(3)
                        );
                        client.send(ask.as_bytes()).await;
                        client = crate::client::Client::connect(address).await;
                    }
                }
                number
            })
        })
        .collect();
    for client in clients {
        client.await.unwrap();
    }
}

//! One tenant that asks for too much at once, and the others meanwhile.

use std::time::{Duration, Instant};

use rowhouse::Rowhouse;

use crate::client::Client;
use crate::service::{DUNDER, PAWNEE, Service, Setup};

/// A function and a view that take their time, and more rows than a lane holds.
const SQL: &str = "
    CREATE TABLE entries (
        id int, tenant_id uuid NOT NULL, body text NOT NULL, PRIMARY KEY (tenant_id, id)
    );
    INSERT INTO entries SELECT n, t::uuid, repeat('x', 2000)
        FROM generate_series(1, 20000) n, unnest(ARRAY['7a245486-3fc8-47ec-b303-04fefe7a58ff']) t;
    INSERT INTO entries SELECT n, '162be16f-f76d-431a-a213-171838ded9ae', 'short' FROM generate_series(1, 200) n;
    ALTER TABLE entries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON entries USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
    CREATE FUNCTION nap(seconds float8) RETURNS text LANGUAGE sql AS 'SELECT pg_sleep(seconds)::text';
    GRANT SELECT, INSERT, DELETE ON entries TO rowhouse_app;
    GRANT EXECUTE ON FUNCTION nap TO rowhouse_app;";

async fn service() -> Service {
    Service::start(Setup {
        sql: SQL.into(),
        config: "",
        house: Rowhouse::builder()
            .lanes(2)
            .lane_answer(100, 1 << 20)
            .exclusive_connections(4)
            .slow_connections(4)
            .acquire_timeout(Duration::from_secs(2)),
        ..Setup::default()
    })
    .await
}

/// Requests that nobody waits for.
async fn flood(service: &Service, count: usize, path: &str) -> Vec<Client> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let mut client = service.client().await;
        let ask =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\r\n");
        client.send(ask.as_bytes()).await;
        clients.push(client);
    }
    clients
}

/// Everything that another tenant does, on many connections, so that each worker has some.
async fn others_go_on(service: &Service) {
    let began = Instant::now();
    for round in 0..8 {
        let mut client = service.client().await;
        let fast = client.get("/entries?select=body&id=eq.1", DUNDER).await;
        assert_eq!(fast.body, br#"[{"body":"short"}]"#, "{round}");
        // More than a lane holds: a stream on a connection of its own.
        let stream = client.get("/entries?select=id", DUNDER).await;
        assert_eq!(stream.json().as_array().map(Vec::len), Some(200), "{round}");
        let slow = client.get("/rpc/nap?seconds=0.2", DUNDER).await;
        assert_eq!(slow.status, 200, "{round}");
        let row = format!(r#"{{"id":{},"body":"new"}}"#, 1000 + round);
        let headers = [("X-Tenant-Id", DUNDER)];
        let post = client
            .ask_with("POST", "/entries", &headers, row.as_bytes())
            .await;
        assert_eq!(post.status, 201, "{round}");
        let path = format!("/entries?id=eq.{}", 1000 + round);
        assert_eq!(client.ask("DELETE", &path, &headers).await.status, 204);
    }
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn slow_calls_of_one_tenant_hold_up_nobody_else() {
    let service = service().await;
    // It is known how slow they are.
    let known = service
        .client()
        .await
        .get("/rpc/nap?seconds=0.3", PAWNEE)
        .await;
    assert_eq!(known.status, 200);
    let mut clients = flood(&service, 60, "/rpc/nap?seconds=5").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    others_go_on(&service).await;
    // Who asked for too much waits, or is told so.
    let mut statuses = Vec::new();
    for client in &mut clients {
        let answer = client.answer(false).await;
        if answer.status == 503 {
            assert_eq!(answer.json()["code"], "PGRST003");
            assert!(
                answer.json()["detail"]
                    .as_str()
                    .unwrap()
                    .contains("of this tenant")
            );
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
        statuses.push(answer.status);
    }
    assert!(
        statuses.contains(&200) && statuses.contains(&503),
        "{statuses:?}"
    );
    assert!(
        statuses.iter().all(|status| matches!(status, 200 | 503)),
        "{statuses:?}"
    );
}

#[tokio::test]
async fn calls_whose_pace_nobody_knows_hold_up_nobody_else() {
    let service = service().await;
    let clients = flood(&service, 60, "/rpc/nap?seconds=2").await;
    others_go_on(&service).await;
    drop(clients);
}

#[tokio::test]
async fn large_answers_that_one_tenant_does_not_take_hold_up_nobody_else() {
    let service = service().await;
    let clients = flood(&service, 60, "/entries").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    others_go_on(&service).await;
    drop(clients);
}

//! What the database does to us, and what the client hears of it.

use std::time::Duration;

use rowhouse::Rowhouse;
use rowhouse_local::testing::OWNER;

use crate::client::{Answer, Client};
use crate::service::{PAWNEE, Service, Setup};

/// Words of the database that no client may read.
fn has_internals(answer: &Answer) -> bool {
    let text = String::from_utf8_lossy(&answer.body).to_lowercase();
    [
        "select",
        "relation",
        "rowhouse_app",
        "public.",
        "postgres",
        "sqlstate",
        "/tmp",
    ]
    .iter()
    .any(|word| text.contains(word))
}

async fn refused(client: &mut Client, path: &str, status: u16, slug: &str) {
    let answer = client.get(path, PAWNEE).await;
    assert_eq!(
        answer.status,
        status,
        "{:?}",
        String::from_utf8_lossy(&answer.body)
    );
    assert_eq!(
        answer.json()["type"],
        format!("urn:rowhouse:problem:{slug}")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("retry-after").is_some(), status == 503);
    assert!(!has_internals(&answer), "{:?}", answer.json());
}

#[tokio::test]
async fn a_lock_and_a_timeout_are_told() {
    let setup = Setup {
        house: Rowhouse::builder()
            .lanes(2)
            .lock_timeout(Duration::from_millis(100)),
        ..Setup::default()
    };
    let service = Service::start(setup).await;
    let mut client = service.client().await;
    assert_eq!(client.get("/items/", PAWNEE).await.status, 200);
    let owner = service.database.as_role(OWNER).await;
    owner
        .batch_execute("BEGIN; LOCK TABLE items IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    refused(&mut client, "/items/", 503, "retry").await;
    owner.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(client.get("/items/", PAWNEE).await.status, 200);

    let setup = Setup {
        house: Rowhouse::builder()
            .lanes(2)
            .statement_timeout(Duration::from_millis(200)),
        sql: include_str!("slow.sql").into(),
        config: "",
        ..Setup::default()
    };
    let service = Service::start(setup).await;
    let mut client = service.client().await;
    refused(&mut client, "/naps", 504, "timeout").await;
}

#[tokio::test]
async fn a_changed_schema_is_noticed_before_bytes_are_misread() {
    let setup = Setup {
        sql: "CREATE TABLE notes (n int NOT NULL, tenant_id uuid NOT NULL);
              INSERT INTO notes VALUES (1, '7a245486-3fc8-47ec-b303-04fefe7a58ff');
              ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
              CREATE POLICY t ON notes USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
              GRANT SELECT ON notes TO rowhouse_app;"
            .into(),
        config: "",
        ..Setup::default()
    };
    let service = Service::start(setup).await;
    let mut client = service.client().await;
    let first = client.get("/notes?select=n", PAWNEE).await;
    assert_eq!(first.body, b"[{\"n\":1}]");
    let owner = service.database.as_role(OWNER).await;
    // Four characters are as long as an int.
    owner
        .batch_execute("ALTER TABLE notes ALTER n TYPE text USING 'abcd'")
        .await
        .unwrap();
    refused(&mut client, "/notes?select=n", 503, "retry").await;
    // Planned anew, the catalog is still the old one.
    refused(&mut client, "/notes?select=n&limit=1", 503, "retry").await;
    tokio::time::timeout(Duration::from_secs(1), service.current.stale())
        .await
        .expect("whoever reloads is told");
    owner.batch_execute("DROP TABLE notes").await.unwrap();
    refused(&mut client, "/notes?select=n", 503, "retry").await;
}

#[tokio::test]
async fn without_a_database_it_is_alive_but_not_ready() {
    let setup = Setup {
        house: Rowhouse::builder()
            .lanes(1)
            .acquire_timeout(Duration::from_millis(200)),
        ..Setup::default()
    };
    let service = Service::start(setup).await;
    // So many connections reach every worker: each must have its own connections first.
    for _ in 0..16 {
        let answer = service.client().await.ask("GET", "/readyz", &[]).await;
        assert_eq!(answer.status, 200);
    }
    let mut client = service.client().await;
    for path in ["/healthz", "/readyz"] {
        let answer = client.ask("GET", path, &[]).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let admin = service.database.admin().await;
    let name = service.database.name();
    let may = |verb, to| format!("{verb} CONNECT ON DATABASE {name} {to} PUBLIC, rowhouse_app");
    admin.batch_execute(&may("REVOKE", "FROM")).await.unwrap();
    admin
        .batch_execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE usename = 'rowhouse_app' AND datname = current_database()",
        )
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(client.ask("GET", "/healthz", &[]).await.status, 200);
    refused(&mut client, "/readyz", 503, "database-unavailable").await;
    refused(&mut client, "/items/", 503, "database-unavailable").await;
    admin.batch_execute(&may("GRANT", "TO")).await.unwrap();
    for _ in 0..100 {
        if client.ask("GET", "/readyz", &[]).await.status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(client.get("/items/", PAWNEE).await.status, 200);
}

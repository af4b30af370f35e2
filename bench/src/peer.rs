//! The service to compare with: axum and tokio-postgres, eight connections, BEGIN, SET LOCAL, the query and COMMIT
//! pipelined, rows made into structs and those into JSON by serde. Written as a careful team would write it.
#![allow(clippy::disallowed_types, reason = "it is the peer, not Rowhouse")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use tokio::sync::{Mutex, MutexGuard};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

const CONNECTIONS: usize = 8;

struct Prepared {
    client: Client,
    begin: Statement,
    set: Statement,
    items: Statement,
    tenants: Statement,
    commit: Statement,
}

struct Pool {
    connections: Vec<Mutex<Prepared>>,
    next: AtomicUsize,
}

#[derive(serde::Serialize)]
struct Item {
    id: Uuid,
    title: String,
    tenant_id: Uuid,
}

#[derive(serde::Serialize)]
struct Tenant {
    id: Uuid,
    name: String,
    items: serde_json::Value,
}

impl From<Row> for Item {
    fn from(row: Row) -> Self {
        Self {
            id: row.get(0),
            title: row.get(1),
            tenant_id: row.get(2),
        }
    }
}

impl From<Row> for Tenant {
    fn from(row: Row) -> Self {
        Self {
            id: row.get(0),
            name: row.get(1),
            items: row.get(2),
        }
    }
}

impl Pool {
    async fn get(&self) -> MutexGuard<'_, Prepared> {
        let start = self.next.fetch_add(1, Ordering::Relaxed);
        for step in 0..CONNECTIONS {
            if let Ok(free) = self.connections[(start + step) % CONNECTIONS].try_lock() {
                return free;
            }
        }
        self.connections[start % CONNECTIONS].lock().await
    }
}

/// Serves on `port` until it is killed.
pub(crate) async fn serve(url: &str, port: u16) -> Result<()> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let begin = client.prepare("BEGIN READ ONLY").await?;
        let set = client
            .prepare("SELECT set_config('app.current_tenant_id', $1, true)")
            .await?;
        let items = client
            .prepare("SELECT id, title, tenant_id FROM items ORDER BY title")
            .await?;
        let tenants = client
            .prepare(
                "SELECT t.id, t.name, (SELECT coalesce(json_agg(json_build_object('id', i.id, 'title', i.title, 'tenant_id', \
                 i.tenant_id) ORDER BY i.title), '[]') FROM items i WHERE i.tenant_id = t.id) FROM tenants t",
            )
            .await?;
        let commit = client.prepare("COMMIT").await?;
        connections.push(Mutex::new(Prepared {
            client,
            begin,
            set,
            items,
            tenants,
            commit,
        }));
    }
    let pool = Arc::new(Pool {
        connections,
        next: AtomicUsize::new(0),
    });
    let app = Router::new()
        .route("/items/", get(items))
        .route("/tenants/", get(tenants))
        .with_state(pool);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

fn tenant_of(headers: &HeaderMap) -> Result<String, StatusCode> {
    let value = headers
        .get("x-tenant-id")
        .and_then(|value| value.to_str().ok())
        .ok_or(StatusCode::BAD_REQUEST)?;
    Uuid::parse_str(value)
        .map(|id| id.to_string())
        .map_err(|_| StatusCode::BAD_REQUEST)
}

/// One read by the tenant that the header names, each row made into a `T`.
async fn read<T: From<Row>>(
    pool: &Pool,
    headers: &HeaderMap,
    statement: fn(&Prepared) -> &Statement,
) -> Result<Json<Vec<T>>, StatusCode> {
    let tenant = tenant_of(headers)?;
    let parameters: [&(dyn ToSql + Sync); 1] = [&tenant];
    let connection = pool.get().await;
    let client = &connection.client;
    let (_, _, rows, _) = tokio::try_join!(
        client.execute(&connection.begin, &[]),
        client.execute(&connection.set, &parameters),
        client.query(statement(&connection), &[]),
        client.execute(&connection.commit, &[])
    )
    .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(rows.into_iter().map(T::from).collect()))
}

async fn items(
    State(pool): State<Arc<Pool>>,
    headers: HeaderMap,
) -> Result<Json<Vec<Item>>, StatusCode> {
    read(&pool, &headers, |prepared| &prepared.items).await
}

async fn tenants(
    State(pool): State<Arc<Pool>>,
    headers: HeaderMap,
) -> Result<Json<Vec<Tenant>>, StatusCode> {
    read(&pool, &headers, |prepared| &prepared.tenants).await
}

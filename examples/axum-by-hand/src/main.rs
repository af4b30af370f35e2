//! The demo's two endpoints written by hand with axum and the library. To try it:
//! `rowhouse db start --demo` and `DATABASE_URL=$(rowhouse db url) cargo run -p axum-by-hand`.

use axum::{Json, Router, http::StatusCode, routing::get};
use rowhouse::axum::{TenantHeader, TenantLayer};
use rowhouse::{Rowhouse, Tenant, from_row};
use uuid::Uuid;

#[derive(serde::Serialize)]
struct Item {
    id: Uuid,
    title: String,
    tenant_id: Uuid,
}
from_row!(Item {
    id,
    title,
    tenant_id
});

#[derive(serde::Serialize)]
struct Occupant {
    id: Uuid,
    name: String,
    items: Vec<Item>,
}

type Failure = (StatusCode, String);

/// The scope of the request's tenant is all that a handler gets: it cannot forget the tenant, nor be another.
async fn items(tenant: Tenant) -> Result<Json<Vec<Item>>, Failure> {
    let sql = "SELECT id, title, tenant_id FROM items ORDER BY title";
    Ok(Json(tenant.query_as(sql, &[]).await.map_err(failed)?))
}

async fn tenants(tenant: Tenant) -> Result<Json<Vec<Occupant>>, Failure> {
    let sql = "SELECT id, name FROM tenants";
    let found: Vec<(Uuid, String)> = tenant.query_as(sql, &[]).await.map_err(failed)?;
    let Json(mut items) = items(tenant).await?;
    let occupant = |(id, name)| {
        let items = items.extract_if(.., |item| item.tenant_id == id).collect();
        Occupant { id, name, items }
    };
    Ok(Json(found.into_iter().map(occupant).collect()))
}

/// What the database says is for the log, not for clients.
fn failed(error: rowhouse::Error) -> Failure {
    eprintln!("{error}");
    (StatusCode::INTERNAL_SERVER_ERROR, "try again".to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let house = Rowhouse::connect(&std::env::var("DATABASE_URL")?).await?;
    let address = std::env::var("LISTEN").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}", listener.local_addr()?);
    let app = Router::new().route("/items/", get(items));
    let app = app.route("/tenants/", get(tenants));
    let header = TenantHeader::new("X-tenant-id", house.tenant_type());
    let app = app.layer(TenantLayer::new(house, header));
    Ok(axum::serve(listener, app).await?)
}

//! The demo's two endpoints written by hand with axum and the library. To try it:
//! `rowhouse db start --demo` and `DATABASE_URL=$(rowhouse db url) cargo run -p axum-by-hand`.

use axum::extract::FromRequestParts;
use axum::http::{StatusCode, request::Parts};
use axum::{Json, Router, routing::get};
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

/// The scope of the tenant in the header: a handler that asks for it cannot forget the tenant.
struct Scope(Tenant);

impl FromRequestParts<Rowhouse> for Scope {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, house: &Rowhouse) -> Result<Self, Failure> {
        let header = parts.headers.get("X-tenant-id").ok_or("it is missing");
        let text = header.and_then(|value| value.to_str().map_err(|_| "it is not text"));
        let refuse = |why: &str| (StatusCode::BAD_REQUEST, format!("X-tenant-id: {why}"));
        let id = house.parse_tenant(text.map_err(refuse)?);
        let id = id.map_err(|error| refuse(&error.to_string()))?;
        Ok(Self(house.tenant(id)))
    }
}

async fn items(Scope(tenant): Scope) -> Result<Json<Vec<Item>>, Failure> {
    let sql = "SELECT id, title, tenant_id FROM items ORDER BY title";
    Ok(Json(tenant.query_as(sql, &[]).await.map_err(failed)?))
}

async fn tenants(Scope(tenant): Scope) -> Result<Json<Vec<Occupant>>, Failure> {
    let sql = "SELECT id, name FROM tenants";
    let found: Vec<(Uuid, String)> = tenant.query_as(sql, &[]).await.map_err(failed)?;
    let Json(mut items) = items(Scope(tenant)).await?;
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
    let app = app.route("/tenants/", get(tenants)).with_state(house);
    Ok(axum::serve(listener, app).await?)
}

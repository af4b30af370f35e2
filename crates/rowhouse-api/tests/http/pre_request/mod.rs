//! A function that is called before the statement of each request.

mod named;
mod told;
mod whose;

use crate::client::Answer;
use crate::service::{DEMO, PAWNEE, Service, Setup};

const SQL: &str = include_str!("pre_request.sql");

async fn open(config: &'static str) -> Service {
    let setup = Setup {
        sql: DEMO.concat() + SQL,
        config,
        ..Setup::default()
    };
    Service::start(setup).await
}

async fn ask(
    service: &Service,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    content: &str,
) -> Answer {
    let mut all = vec![
        ("X-Tenant-Id", PAWNEE),
        ("Content-Type", "application/json"),
    ];
    all.extend(headers);
    let mut client = service.client().await;
    client
        .ask_with(method, path, &all, content.as_bytes())
        .await
}

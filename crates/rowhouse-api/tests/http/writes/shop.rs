//! The shop: tables of two tenants, written in the name of one. After every request the other
//! one's rows are compared with what they were.

use rowhouse_api::ApiOptions;
use rowhouse_local::testing::OWNER;
use serde_json::Value;

use crate::client::Answer;
use crate::service::{DUNDER, PAWNEE, Service, Setup};

pub(super) const CONFIG: &str = "[api]\nshared = ['countries']";

const TABLES: [&str; 12] = [
    "inbox",
    "v2.authors",
    "tenants",
    "authors",
    "books",
    "samples",
    "\"Odd Things\"",
    "events",
    "settings",
    "logs",
    "secrets",
    "late",
];

pub(super) struct Shop {
    service: Service,
    others: String,
    prefer: &'static str,
}

pub(super) fn sql() -> String {
    include_str!("shop.sql")
        .replace(":a,", &format!("'{PAWNEE}',"))
        .replace(":b,", &format!("'{DUNDER}',"))
}

impl Shop {
    pub(super) async fn open() -> Self {
        Self::configured(CONFIG).await
    }

    pub(super) async fn configured(config: &'static str) -> Self {
        Self::with(Setup {
            config,
            api: ApiOptions::default(),
            ..Setup::default()
        })
        .await
    }

    pub(super) async fn with(setup: Setup) -> Self {
        let setup = Setup {
            sql: sql(),
            views: true,
            ..setup
        };
        let service = Service::start(setup).await;
        let others = rows(&service, DUNDER).await;
        assert!(others.matches("OTH").count() >= 10, "{others}");
        Self {
            service,
            others,
            prefer: "return=representation",
        }
    }

    pub(super) fn service(&self) -> &Service {
        &self.service
    }

    /// Any request of the tenant.
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut all = vec![("X-Tenant-Id", PAWNEE)];
        all.extend(headers);
        let mut client = self.service.client().await;
        let answer = client.ask_with(method, path, &all, body.as_bytes()).await;
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!body.contains("OTHER"), "{method} {path}: {body}");
        let now = rows(&self.service, DUNDER).await;
        assert_eq!(now, self.others, "{method} {path} {body}");
        if method != "GET" {
            assert_eq!(answer.header("cache-control"), Some("no-store"));
        }
        answer
    }

    /// A write that answers with rows: its status, and those.
    pub(super) async fn write(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let answer = self
            .ask(method, path, &[("Prefer", self.prefer)], body)
            .await;
        (answer.status, answer.json())
    }

    /// A write that is refused: its status and code.
    pub(super) async fn refused(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let before = self.mine().await;
        let (status, json) = self.write(method, path, body).await;
        assert_eq!(self.mine().await, before, "{method} {path}");
        let code = json["code"].as_str();
        (status, code.unwrap_or_else(|| panic!("{json}")).to_owned())
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, &[], "").await;
        assert_eq!(answer.status, 200, "{path}");
        answer.json()
    }

    /// Every row of the tenant.
    pub(super) async fn mine(&self) -> String {
        rows(&self.service, PAWNEE).await
    }
}

/// Every row of a tenant, as the owner sees them.
async fn rows(service: &Service, tenant: &str) -> String {
    let owner = service.database.as_role(OWNER).await;
    let set = format!("SET app.current_tenant_id = '{tenant}'");
    owner.batch_execute(&set).await.unwrap();
    let tables = TABLES.map(|table| {
        format!("(SELECT coalesce(string_agg(t::text, ';' ORDER BY t::text), '') FROM {table} t)")
    });
    let sql = format!("SELECT concat_ws('|', {})", tables.join(", "));
    owner.query_one(&sql, &[]).await.unwrap().get(0)
}

//! Values of domains, shown and taken in other forms by functions of casts.

mod described;
mod filters;
mod reads;
mod refusals;
mod tenants;
mod writes;

use rowhouse_local::testing::OWNER;
use serde_json::Value;

use crate::client::Answer;
use crate::service::{DUNDER, PAWNEE, Service, Setup};

const CONFIG: &str = "[api]\naggregates = true\n\
    [api.functions]\ndefiner = ['made.allowed']\nhidden = ['made.hidden']";

const FIRST: &str = "x00000000000040008000000000000001";
const SECOND: &str = "x00000000000040008000000000000002";

/// The paints, asked for in the name of one tenant. After every request the other one's rows are compared with what they
/// were.
struct Paints {
    service: Service,
    others: String,
}

impl Paints {
    async fn open() -> Self {
        let sql = include_str!("paints.sql")
            .replace(":a,", &format!("'{PAWNEE}',"))
            .replace(":b,", &format!("'{DUNDER}',"))
            .replace(":b::", &format!("'{DUNDER}'::"));
        let service = Service::start(Setup {
            sql,
            config: CONFIG,
            views: true,
            ..Setup::default()
        })
        .await;
        let others = rows(&service, DUNDER).await;
        assert!(others.matches("OTHER").count() >= 4, "{others}");
        Self { service, others }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut all = vec![("X-Tenant-Id", PAWNEE)];
        all.extend(headers);
        let mut client = self.service.client().await;
        let answer = client.ask_with(method, path, &all, body.as_bytes()).await;
        let said = String::from_utf8_lossy(&answer.body);
        let foreign = said.contains("OTHER") || said.contains("NEVER");
        assert!(!foreign, "{method} {path}: {said}");
        assert_eq!(
            rows(&self.service, DUNDER).await,
            self.others,
            "{method} {path}"
        );
        answer
    }

    /// A write that answers with rows: its status, and those.
    async fn write(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let back = [("Prefer", "return=representation")];
        let answer = self.ask(method, path, &back, body).await;
        (answer.status, answer.json())
    }

    /// The rows of an answer.
    async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, &[], "").await;
        let body = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{path}: {body}");
        answer.json()
    }

    /// The status of a request that fails, with its document.
    async fn refusal(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let before = rows(&self.service, PAWNEE).await;
        let answer = self.ask(method, path, &[], body).await;
        assert_eq!(rows(&self.service, PAWNEE).await, before, "{method} {path}");
        (answer.status, answer.json())
    }
}

/// Every row of a tenant, as the owner sees them.
async fn rows(service: &Service, tenant: &str) -> String {
    let owner = service.database.as_role(OWNER).await;
    let set = format!("SET app.current_tenant_id = '{tenant}'");
    owner.batch_execute(&set).await.unwrap();
    let tables = ["tenants", "makers", "paints", "oddities", "ledgers"].map(|table| {
        format!("(SELECT coalesce(string_agg(t::text, ';' ORDER BY t::text), '') FROM {table} t)")
    });
    let sql = format!("SELECT concat_ws('|', {})", tables.join(", "));
    owner.query_one(&sql, &[]).await.unwrap().get(0)
}

//! A database whose foreign keys hold the tenant, as `rowhouse protect` leaves it: it works as it did before.

mod computed;
mod junctions;
mod upserting;
mod views;

use rowhouse_local::testing::OWNER;
use serde_json::Value;

use crate::client::Answer;
use crate::service::{DUNDER, PAWNEE, Service, Setup};

const CONFIG: &str = "[api]\nshared = ['genres']";

/// The cinema, asked in the name of one tenant. After every request the other one's rows are
/// compared with what they were.
struct Cinema {
    service: Service,
    others: String,
}

impl Cinema {
    async fn open() -> Self {
        Self::configured(CONFIG, true).await
    }

    /// With views that are taken for protected, or not.
    async fn configured(config: &'static str, views: bool) -> Self {
        let sql = include_str!("cinema.sql")
            .replace(":a", &format!("'{PAWNEE}'"))
            .replace(":b", &format!("'{DUNDER}'"));
        let setup = Setup {
            sql,
            config,
            views,
            ..Setup::default()
        };
        let service = Service::start(setup).await;
        let others = others(&service).await;
        assert!(others.matches("OTHER").count() > 10, "{others}");
        Self { service, others }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut all = vec![("X-Tenant-Id", PAWNEE)];
        all.extend(headers);
        let mut client = self.service.client().await;
        let answer = client.ask_with(method, path, &all, body.as_bytes()).await;
        let said = String::from_utf8_lossy(&answer.body);
        let foreign = said.contains("OTHER") || said.contains(DUNDER);
        assert!(!foreign, "{method} {path}: {said}");
        assert_eq!(others(&self.service).await, self.others, "{method} {path}");
        answer
    }

    /// The rows of an answer.
    async fn rows(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, &[], "").await;
        let body = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{path}: {body}");
        answer.json()
    }

    /// The status and code of a refusal, with its document.
    async fn refusal(&self, path: &str) -> (u16, String, Value) {
        let answer = self.ask("GET", path, &[], "").await;
        let json = answer.json();
        let code = json["code"].as_str().unwrap_or_default().to_owned();
        (answer.status, code, json)
    }
}

/// Every row of the other tenant, as the owner sees them.
async fn others(service: &Service) -> String {
    let owner = service.database.as_role(OWNER).await;
    let set = format!("SET app.current_tenant_id = '{DUNDER}'");
    owner.batch_execute(&set).await.unwrap();
    let tables = "SELECT string_agg(format('SELECT to_jsonb(t) AS r FROM %s AS t', oid::regclass), ' UNION ALL ')
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    let tables: String = owner.query_one(tables, &[]).await.unwrap().get(0);
    let sql = format!(
        "SELECT coalesce(string_agg(r::text, ';' ORDER BY r::text), '') FROM ({tables}) AS a"
    );
    owner.query_one(&sql, &[]).await.unwrap().get(0)
}

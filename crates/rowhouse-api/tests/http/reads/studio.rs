//! The studio: related tables of two tenants, asked in the name of one.

use std::num::NonZeroUsize;

use rowhouse_api::ApiOptions;
use rowhouse_api::config::Limits;
use serde_json::Value;

use crate::client::{Answer, Client};
use crate::service::{DUNDER, PAWNEE, Service, Setup};

const CONFIG: &str =
    "[api]\nschemas = ['public', 'v2']\nshared = ['project_names']\naggregates = true";

pub(crate) struct Studio {
    service: Service,
}

impl Studio {
    pub(crate) async fn open() -> Self {
        Self::configured(CONFIG, Limits::default()).await
    }

    pub(crate) async fn configured(config: &'static str, limits: Limits) -> Self {
        let sql = include_str!("studio.sql")
            .replace(":a,", &format!("'{PAWNEE}',"))
            .replace(":b,", &format!("'{DUNDER}',"));
        let setup = Setup {
            sql,
            config,
            api: ApiOptions::with_limits(Limits {
                plans: NonZeroUsize::MIN,
                ..limits
            }),
            ..Setup::default()
        };
        Self {
            service: Service::start(setup).await,
        }
    }

    pub(crate) async fn client(&self) -> Client {
        self.service.client().await
    }

    /// The answer to a GET, with these headers; whatever it is, it holds nothing of the other
    /// tenant.
    pub(crate) async fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.request("GET", path, headers).await
    }

    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut all = vec![("X-Tenant-Id", PAWNEE)];
        all.extend(headers);
        let path = escaped(path);
        let answer = self.client().await.ask(method, &path, &all).await;
        let body = String::from_utf8_lossy(&answer.body);
        let foreign = body.contains("OTHER") || body.contains(DUNDER);
        assert!(!foreign, "{path}: {body}");
        answer
    }

    /// The rows of an answer.
    pub(crate) async fn rows(&self, path: &str) -> Value {
        let answer = self.ask(path, &[]).await;
        let body = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{path}: {body}");
        answer.json()
    }

    /// The ids of the rows.
    pub(crate) async fn ids(&self, path: &str) -> Vec<i64> {
        let separator = if path.contains('?') { "&" } else { "?" };
        let rows = self.rows(&format!("{path}{separator}select=id")).await;
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["id"].as_i64().unwrap()).collect()
    }

    /// The status and code of a refusal, with its document.
    pub(crate) async fn refusal(&self, path: &str) -> (u16, String, Value) {
        let answer = self.ask(path, &[]).await;
        let json = answer.json();
        let code = json["code"].as_str().unwrap_or_default().to_owned();
        (answer.status, code, json)
    }
}

/// What clients escape in a URL.
fn escaped(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    path.bytes().fold(String::new(), |escaped, byte| {
        if plain(byte) {
            format!("{escaped}{}", char::from(byte))
        } else {
            format!("{escaped}%{byte:02X}")
        }
    })
}

//! The studio with functions, called in the name of one tenant.

use serde_json::Value;

use crate::client::Answer;
use crate::service::{DUNDER, PAWNEE, Service, Setup};

const CONFIG: &str = "[api]\nschemas = ['public', 'v2']\naggregates = true\ntx = 'commit-allow-override'\n\
    [api.functions]\ndefiner = ['public.owned_too']\nhidden = ['public.hidden_one()', 'hidden_one']";

pub(super) struct Workshop {
    pub(super) service: Service,
}

impl Workshop {
    pub(super) async fn open() -> Self {
        let studio = include_str!("../reads/studio.sql")
            .replace(":a,", &format!("'{PAWNEE}',"))
            .replace(":b,", &format!("'{DUNDER}',"));
        let setup = Setup {
            sql: studio + include_str!("functions.sql"),
            config: CONFIG,
            ..Setup::default()
        };
        Self {
            service: Service::start(setup).await,
        }
    }

    /// Any request of the first tenant; the answer holds nothing of the other one.
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        content: &str,
    ) -> Answer {
        self.ask_bytes(method, path, headers, content.as_bytes())
            .await
    }

    pub(super) async fn ask_bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        content: &[u8],
    ) -> Answer {
        let mut all = vec![("X-Tenant-Id", PAWNEE)];
        all.extend(headers);
        let mut client = self.service.client().await;
        let answer = client.ask_with(method, path, &all, content).await;
        let body = String::from_utf8_lossy(&answer.body);
        assert!(!body.contains("OTHER"), "{path}: {body}");
        answer
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "").await
    }

    pub(super) async fn post(&self, path: &str, content: &str) -> Answer {
        let json = [("Content-Type", "application/json")];
        self.ask("POST", path, &json, content).await
    }

    /// What a GET gives.
    pub(super) async fn value(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        let body = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{path}: {body}");
        answer.json()
    }

    /// What a POST of JSON gives.
    pub(super) async fn called(&self, path: &str, content: &str) -> Value {
        let answer = self.post(path, content).await;
        let body = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{path}: {body}");
        answer.json()
    }
}

//! The studio with media types of its own, asked in the name of one tenant.

use crate::client::Answer;
use crate::service::{DUNDER, PAWNEE, Service, Setup};

const CONFIG: &str =
    "[api]\naggregates = true\n[api.functions]\ndefiner = ['named_next']\nhidden = ['hidden_agg']";

pub(super) struct Gallery {
    pub(super) service: Service,
}

impl Gallery {
    pub(super) async fn open() -> Self {
        let sql = include_str!("../reads/studio.sql").to_owned() + include_str!("handlers.sql");
        let setup = Setup {
            sql: sql
                .replace(":a,", &format!("'{PAWNEE}',"))
                .replace(":b,", &format!("'{DUNDER}',")),
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
        let mut all = vec![("X-Tenant-Id", PAWNEE)];
        all.extend(headers);
        let mut client = self.service.client().await;
        let answer = client
            .ask_with(method, path, &all, content.as_bytes())
            .await;
        let body = String::from_utf8_lossy(&answer.body);
        assert!(!body.contains("OTHER"), "{path}: {body}");
        answer
    }

    /// The status, the media type and the content of what a GET gives.
    pub(super) async fn got(&self, path: &str, accept: &str) -> (u16, String, String) {
        let answer = self.ask("GET", path, &[("Accept", accept)], "").await;
        let media = answer.header("content-type").unwrap_or_default().to_owned();
        (
            answer.status,
            media,
            String::from_utf8_lossy(&answer.body).into_owned(),
        )
    }
}

/// The same, put shortly.
pub(super) fn answer(status: u16, media: &str, body: &str) -> (u16, String, String) {
    (status, media.to_owned(), body.to_owned())
}

//! What stands around the rows: credentials that are missing, wrong or mixed, and what is kept of earlier answers.

use hyper::Method;
use serde_json::Value;

use super::client::Ask;
use super::report::Verdict;
use super::siege::{Siege, list_of};
use super::surface::Resource;

impl Siege<'_> {
    /// All of it, for one list.
    pub(super) async fn around(&mut self, resource: &Resource) -> anyhow::Result<()> {
        self.without_credentials(resource).await?;
        self.both_credentials(resource).await?;
        self.kept(resource).await?;
        self.keys_of_requests(resource).await
    }

    async fn without_credentials(&mut self, resource: &Resource) -> anyhow::Result<()> {
        let ask = list_of(self.surface, resource);
        let changed = |change: &dyn Fn(&str) -> Option<String>| -> Option<Vec<(String, String)>> {
            let own = self.a.credentials.iter();
            own.map(|(name, value)| Some((name.clone(), change(value)?)))
                .collect()
        };
        let tries = [
            ("no credentials", Some(Vec::new())),
            ("empty credentials", changed(&|_| Some(String::new()))),
            ("credentials with another end", changed(&other_end)),
            ("credentials of nobody", changed(&nobody)),
            (
                "credentials with a wildcard",
                changed(&|_| Some("*".to_owned())),
            ),
        ];
        for (attack, credentials) in tries {
            let Some(credentials) = credentials else {
                let why =
                    "what is changed of such credentials could be another tenant's".to_owned();
                self.note(&resource.path, "GET", attack, Verdict::NotExercised { why });
                continue;
            };
            let answer = self.client.ask(&credentials, &ask).await?;
            let own = answer
                .rows()
                .filter(|rows| !rows.is_empty() && answer.is_success());
            // What both have is everybody's.
            let path = resource.path.as_str();
            let one =
                |row: &Value| self.a.rows(path).contains(row) && !self.b.rows(path).contains(row);
            let mine = own.filter(|rows| rows.iter().any(one));
            let verdict = if let Some(seen) = self.seen(&ask, &answer) {
                Verdict::leaked(seen, vec![self.with(&credentials, &ask)])
            } else if mine.is_some() {
                let seen = "the answer holds a tenant's rows, and nobody said who asks".to_owned();
                Verdict::leaked(seen, vec![self.with(&credentials, &ask)])
            } else {
                Verdict::held(answer.status)
            };
            self.note(&resource.path, "GET", attack, verdict);
        }
        Ok(())
    }

    fn with(&self, credentials: &[(String, String)], ask: &Ask) -> String {
        // What is left of one's own credentials is not shown either.
        let names: Vec<&str> = credentials.iter().map(|(name, _)| name.as_str()).collect();
        let who = if names.is_empty() {
            "Accept: application/json".to_owned()
        } else {
            format!("{}: (as said)", names.join(", "))
        };
        ask.command(&self.client.address, &who)
    }

    /// Whoever says two things at once is one of them at most.
    async fn both_credentials(&mut self, resource: &Resource) -> anyhow::Result<()> {
        let ask = list_of(self.surface, resource);
        let (a, b) = (self.a.credentials.clone(), self.b.credentials.clone());
        for credentials in [[a.clone(), b.clone()].concat(), [b, a].concat()] {
            let answer = self.client.ask(&credentials, &ask).await?;
            let rows = answer.rows().unwrap_or_default();
            let of = |known: &[Value]| rows.iter().any(|row| known.contains(row));
            let path = resource.path.as_str();
            let verdict = if of(self.a.rows(path)) && of(self.b.rows(path)) && !self.shared(path) {
                let seen = "the answer holds rows of both tenants".to_owned();
                Verdict::leaked(
                    seen,
                    vec![ask.command(&self.client.address, "both tenants' credentials")],
                )
            } else {
                Verdict::held(answer.status)
            };
            self.note(path, "GET", "both tenants' credentials at once", verdict);
        }
        Ok(())
    }

    /// Whether both have the same row.
    fn shared(&self, path: &str) -> bool {
        self.a
            .rows(path)
            .iter()
            .any(|row| self.b.rows(path).contains(row))
    }

    /// What a cache, the service's or another, keeps of B's answer.
    async fn kept(&mut self, resource: &Resource) -> anyhow::Result<()> {
        let path = resource.path.as_str();
        let ask = list_of(self.surface, resource);
        let of_b = self.as_b(&ask).await?;
        let of_a = self
            .look(path, "what is kept of the other's answer", &ask)
            .await?;
        if let Some(tag) = of_b.header("etag").map(str::to_owned) {
            let conditional = ask.clone().header("If-None-Match", &tag);
            let answer = self.as_a(&conditional).await?;
            let verdict = if answer.status == 304 && of_a.body != of_b.body {
                let seen =
                    "the other tenant's answer counts as one's own: 304 for its ETag".to_owned();
                Verdict::leaked(seen, vec![self.shown(&conditional)])
            } else {
                Verdict::held(answer.status)
            };
            self.note(path, "GET", "the other's ETag", verdict);
        }
        let names: Vec<String> = self
            .a
            .credentials
            .iter()
            .map(|(name, _)| name.to_lowercase())
            .collect();
        let verdict = if !of_a.is_success() || may_not_be_shared(&of_a.headers, &names) {
            Verdict::held(of_a.status)
        } else {
            Verdict::Open {
                why: format!(
                    "a cache that several clients share may keep the answer and hand it to another tenant: neither `Cache-Control: private` or \
                     `no-store` nor `Vary: {}` says that it must not",
                    names.join(", ")
                ),
            }
        };
        self.note(path, "GET", "caches in between", verdict);
        Ok(())
    }

    /// The same `Idempotency-Key` as the other's: its answer must not come back.
    async fn keys_of_requests(&mut self, resource: &Resource) -> anyhow::Result<()> {
        if resource.new.is_none() || self.b.rows(&resource.path).is_empty() {
            return Ok(());
        }
        let key = format!("probe-{:032x}", rand::random::<u128>());
        let ask = |row| {
            Ask::new(Method::POST, resource.path.as_str())
                .header("Prefer", "return=representation")
                .header("Idempotency-Key", &key)
                .body(Value::Object(row))
        };
        let row = self.b.new_row(self.surface, resource, false);
        let first = self.as_b(&ask(row.clone())).await?;
        if !first.is_success() {
            return Ok(());
        }
        // Its new row is B's to know, too.
        let marks = row.values().filter_map(Value::as_str);
        for mark in marks.filter(|text| text.starts_with("probe-")) {
            self.secrets.insert(mark.to_owned(), resource.path.clone());
        }
        let second = ask(self.a.new_row(self.surface, resource, false));
        let same = ask(row);
        for again in [second, same] {
            let answer = self.as_a(&again).await?;
            let verdict = match self.seen(&again, &answer) {
                Some(seen) => Verdict::leaked(seen, vec![self.shown(&again)]),
                None => Verdict::held(answer.status),
            };
            self.note(
                &resource.path,
                "POST",
                "the other's Idempotency-Key",
                verdict,
            );
        }
        Ok(())
    }
}

/// The same, but for a letter near its end: a signature, or an id. None where another value could be somebody's: numbers,
/// names and passwords, cookies.
fn other_end(value: &str) -> Option<String> {
    let secret = match value.split_once(' ') {
        None => value,
        Some(("Bearer", token)) => token,
        Some(_) => return None,
    };
    let is_long = secret.len() >= 16 && !secret.contains([';', '=']);
    if !is_long || secret.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let mut text: Vec<char> = value.chars().collect();
    // The last one of base64 may stand for bits that nobody reads.
    let at = text.len().saturating_sub(3);
    if let Some(last) = text.get_mut(at) {
        *last = if *last == '0' { '1' } else { '0' };
    }
    Some(text.into_iter().collect())
}

/// Credentials that are nobody's.
fn nobody(value: &str) -> Option<String> {
    match value.split_once(' ') {
        _ if value.contains([';', '=']) => None,
        None => Some("no-tenant".to_owned()),
        Some((scheme, _)) => Some(format!("{scheme} no-tenant")),
    }
}

/// Whether a cache that several share must not hand it to another (RFC 9111, sections 3, 3.5 and 4.1).
fn may_not_be_shared(headers: &[(String, String)], credentials: &[String]) -> bool {
    let all = |name: &str| -> String {
        let found = headers.iter().filter(|(known, _)| known == name);
        found
            .map(|(_, value)| value.to_lowercase())
            .collect::<Vec<_>>()
            .join(",")
    };
    let (control, vary) = (all("cache-control"), all("vary"));
    let has = |list: &str, word: &str| {
        list.split(',')
            .any(|part| part.trim().split('=').next() == Some(word))
    };
    let varies = has(&vary, "*") || credentials.iter().all(|name| has(&vary, name));
    let public = ["public", "s-maxage", "must-revalidate"]
        .iter()
        .any(|word| has(&control, word));
    let authorized = credentials.iter().any(|name| name == "authorization") && !public;
    has(&control, "private") || has(&control, "no-store") || varies || authorized
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_may_share_what_nothing_forbids() {
        let may = |headers: &[(&str, &str)], credentials: &str| {
            let headers: Vec<(String, String)> = headers
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect();
            !may_not_be_shared(&headers, &[credentials.to_owned()])
        };
        assert!(may(&[], "x-tenant-id"));
        assert!(may(
            &[("cache-control", "max-age=60"), ("vary", "Accept")],
            "x-tenant-id"
        ));
        assert!(!may(&[("vary", "Accept, X-Tenant-Id")], "x-tenant-id"));
        assert!(!may(
            &[("cache-control", "max-age=3, Private")],
            "x-tenant-id"
        ));
        assert!(!may(&[], "authorization"));
        assert!(may(
            &[("cache-control", "public, max-age=60")],
            "authorization"
        ));
    }

    #[test]
    fn another_end_is_another_value_and_nobodys() {
        for value in [
            "Bearer abc.def.0ghijklmnop",
            "7a245486-3fc8-47ec-b303-04fefe7a58ff",
        ] {
            assert!(
                other_end(value).is_some_and(|other| other != value),
                "{value}"
            );
        }
        for value in [
            "",
            "acme",
            "12345678901234567890",
            "session=abcdefghijklmnop; lang=en",
            "Basic YWNtZTpwYXNzd29yZA==",
        ] {
            assert_eq!(other_end(value), None, "{value}");
        }
        assert_eq!(nobody("session=abc; lang=en"), None);
        assert_eq!(nobody("Bearer abc").as_deref(), Some("Bearer no-tenant"));
    }
}

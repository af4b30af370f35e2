//! Requests to the service in this process, and a look at every answer for what is another's.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use rowhouse_api::Api;
use serde_json::Value;

use crate::{TENANTS, marker, uuid};

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
}

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn new(method: &'static str, target: String) -> Self {
        Self {
            method,
            target,
            headers: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self.header("content-type", "application/json")
    }

    /// Sends it for the tenant of this number.
    pub(crate) async fn send(&self, api: &Api, number: usize) -> Answer {
        let mut request = Request::builder()
            .method(self.method)
            .uri(&self.target)
            .header("host", "127.0.0.1")
            .header("x-tenant-id", uuid(number));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = self.body.as_ref().map(Value::to_string).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let (head, body) = api.answer(request).await.into_parts();
        let answer = Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        };
        self.check(&answer, number);
        answer
    }

    /// Rows are never another's; what is refused may say what the request itself named.
    fn check(&self, answer: &Answer, number: usize) {
        let mut headers = answer.headers.clone();
        // The request's own address comes back in them.
        headers.remove("content-location");
        headers.remove("link");
        let said = format!("{headers:?} {}", String::from_utf8_lossy(&answer.body));
        let asked = format!("{self:?}");
        for other in (0..TENANTS).filter(|other| *other != number) {
            for trace in [marker(other), uuid(other)] {
                let echoed = answer.status >= 400 && asked.contains(&trace);
                assert!(
                    echoed || !said.contains(&trace),
                    "{asked} of {number} shows {trace}: {said}"
                );
            }
        }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

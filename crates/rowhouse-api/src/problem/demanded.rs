//! `RAISE SQLSTATE 'PGRST'`: an error that says in JSON what the whole answer is.

use http::{HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Kind, Problem};

/// The message of such an error.
#[derive(Deserialize)]
struct Said {
    code: String,
    message: String,
    details: Option<Value>,
    hint: Option<String>,
}

/// Its detail.
#[derive(Deserialize)]
struct Detail {
    status: u16,
    headers: Map<String, Value>,
}

impl Problem {
    /// The problem that a function demands.
    pub(super) fn demanded(message: &str, detail: Option<&str>) -> Self {
        let wrong = |details: String, hint: &str| {
            let detail = "an error that a function raised cannot be read";
            Self::new(Kind::Internal, detail)
                .code("PGRST121")
                .message("Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error")
                .details(details)
                .hint(hint)
        };
        let Ok(said) = serde_json::from_str::<Said>(message) else {
            return wrong(
                format!("Invalid JSON value for MESSAGE: '{message}'"),
                "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and \
                 optional keys: 'details', 'hint'.",
            );
        };
        let hint = "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and \
                    optional key: 'status_text'.";
        let Some(detail) = detail.filter(|detail| !detail.is_empty()) else {
            return wrong("DETAIL is missing in the RAISE statement".into(), hint);
        };
        let read = serde_json::from_str::<Detail>(detail).ok();
        let read = read.and_then(|read| Some((status(read.status)?, headers(read.headers)?)));
        let Some((status, headers)) = read else {
            return wrong(format!("Invalid JSON value for DETAIL: '{detail}'"), hint);
        };
        let mut problem = Self::new(Kind::Raised, said.message).code(said.code);
        problem.status = status;
        problem.more.details = said.details.filter(|details| !details.is_null());
        problem.more.hint = said.hint;
        problem.more.headers = headers;
        problem
    }
}

/// A status that an answer with content can have.
fn status(status: u16) -> Option<StatusCode> {
    let possible = (200..=599).contains(&status) && !matches!(status, 204 | 205 | 304);
    StatusCode::from_u16(status).ok().filter(|_| possible)
}

fn headers(headers: Map<String, Value>) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let headers = headers.into_iter().map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(value.as_str()?).ok()?))
    });
    headers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(problem: &Problem) -> Value {
        serde_json::from_slice(&problem.to_json("r")).unwrap()
    }

    #[test]
    fn the_whole_answer_is_the_functions() {
        let problem = Problem::demanded(
            r#"{"code": "123", "message": "Payment Required", "details": "Quota exceeded", "hint": "Upgrade"}"#,
            Some(r#"{"status": 402, "headers": {"X-Powered-By": "Nerd Rage"}}"#),
        );
        assert_eq!(problem.status(), 402);
        assert_eq!(problem.headers().len(), 1);
        let json = json(&problem);
        assert_eq!(
            (&json["code"], &json["message"]),
            (&"123".into(), &"Payment Required".into())
        );
        assert_eq!(
            (&json["details"], &json["hint"]),
            (&"Quota exceeded".into(), &"Upgrade".into())
        );
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let sound = r#"{"code": "1", "message": "m"}"#;
        for (message, detail, details) in [
            ("no", Some("{}"), "Invalid JSON value for MESSAGE: 'no'"),
            (sound, None, "DETAIL is missing in the RAISE statement"),
            (sound, Some("{}"), "Invalid JSON value for DETAIL: '{}'"),
            (
                sound,
                Some(r#"{"status": 204, "headers": {}}"#),
                r#"Invalid JSON value for DETAIL: '{"status": 204, "headers": {}}'"#,
            ),
        ] {
            let problem = Problem::demanded(message, detail);
            assert_eq!(problem.status(), 500);
            assert_eq!(json(&problem)["code"], "PGRST121");
            assert_eq!(json(&problem)["details"], details);
        }
    }
}

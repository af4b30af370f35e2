//! The answer as JSON. Its shape is in docs/why.md, and keeps: what comes later is added.

use serde::Serialize;
use serde_json::{Map, Value};

use super::level::{Answer, Level};
use super::row::Key;

/// The version of the document's shape.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    question: Question<'a>,
    answer: Answer,
    reasons: &'a [String],
    /// Conditions were asked as if a good seal were set.
    seal_assumed: bool,
    level: &'a Level,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// What was asked.
#[derive(Serialize)]
pub(super) struct Question<'a> {
    pub(super) relation: String,
    #[serde(serialize_with = "as_object")]
    pub(super) key: &'a Key,
    pub(super) command: &'static str,
    pub(super) tenant: &'a str,
    pub(super) setting: &'a str,
    pub(super) role: &'a str,
}

fn as_object<S: serde::Serializer>(key: &Key, serializer: S) -> Result<S::Ok, S::Error> {
    let key: Map<String, Value> = key
        .iter()
        .map(|(column, value)| {
            (
                column.clone(),
                value.clone().map_or(Value::Null, Value::String),
            )
        })
        .collect();
    key.serialize(serializer)
}

pub(super) fn json(
    question: Question<'_>,
    (answer, reasons): (Answer, &[String]),
    seal_assumed: bool,
    level: &Level,
) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: "rowhouse",
            version: env!("CARGO_PKG_VERSION"),
        },
        question,
        answer,
        reasons,
        seal_assumed,
        level,
    })
}

//! No function gives a row of another tenant, whatever it is told.

use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;

use super::workshop::Workshop;
use crate::service::{DUNDER, PAWNEE};

#[tokio::test]
async fn arguments_that_name_another_tenant() {
    let workshop = Workshop::open().await;
    for (path, value) in [
        (format!("/rpc/of_tenant?tenant={DUNDER}"), json!([])),
        (
            format!("/rpc/of_tenant?tenant={DUNDER}&or=(id.gt.0,id.lt.0)"),
            json!([]),
        ),
        (format!("/rpc/of_tenant?tenant={PAWNEE}&id=eq.8"), json!([])),
        ("/rpc/projects_of?client=9".into(), json!([])),
        ("/rpc/a_project?id=9&select=id".into(), json!({"id": null})),
        ("/rpc/count_projects".into(), json!(5)),
        ("/rpc/everything?id=gt.5".into(), json!([])),
    ] {
        assert_eq!(workshop.value(&path).await, value, "{path}");
    }
    for path in [
        "/rpc/everything?select=*,clients(*),tasks(*,people(*)),plans(*)",
        "/rpc/all_names",
        "/rpc/projects_of?client=1&select=*,tasks(*)",
    ] {
        // That nothing of the other tenant is in it is asserted for every answer.
        assert_eq!(workshop.get(path).await.status, 200, "{path}");
    }
    let content = format!(r#"{{"tenant": "{DUNDER}", "id": 77}}"#);
    let refused = workshop.post("/rpc/insert_for", &content).await;
    assert_eq!(refused.status, 403, "{}", refused.json());
    let other = workshop
        .service
        .client()
        .await
        .get("/people?id=eq.77", DUNDER)
        .await;
    assert_eq!(other.json(), json!([]));
}

/// Names and values that could end what they stand in.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "v",
        "x",
        "name",
        "'",
        "\"",
        "\\",
        ";",
        "--",
        "/*",
        "$1",
        "$$",
        ")",
        "(",
        "=>",
        ",",
        ":=",
        " ",
        "VARIADIC ",
        "{",
        "}",
        "NULL",
        "1",
        "é",
        "\u{1f600}",
        "\n",
        "%",
        "eq.",
        "::int",
        "DROP TABLE people",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn escaped(text: &str) -> String {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    bytes.concat()
}

/// A server error is one of ours: what comes from the client is the client's to mend.
#[tokio::test]
async fn no_name_and_no_value_becomes_sql() {
    let workshop = Workshop::open().await;
    let functions = [
        "add_them",
        "greet",
        "total",
        "projects_of",
        "whole",
        "words",
        "area",
        "Odd%20Name",
        "where_is",
    ];
    let requests = (
        prop::sample::select(functions.to_vec()),
        prop::collection::vec((hostile(), hostile()), 0..4),
        0..4,
    );
    let mut runner = TestRunner::deterministic();
    for _ in 0..400 {
        let tree = requests.new_tree(&mut runner).unwrap();
        let (function, pairs, way) = tree.current();
        let query: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let query = query.join("&");
        let object: serde_json::Map<String, serde_json::Value> = pairs
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        let object = serde_json::Value::from(object).to_string();
        let path = format!("/rpc/{function}");
        let answer = match way {
            0 => workshop.get(&format!("{path}?{query}")).await,
            1 => workshop.post(&path, &object).await,
            2 => {
                let form = [("Content-Type", "application/x-www-form-urlencoded")];
                workshop.ask("POST", &path, &form, &query).await
            }
            _ => {
                workshop
                    .post(
                        &path,
                        &pairs
                            .iter()
                            .flat_map(|(a, b)| [a.as_str(), b])
                            .collect::<String>(),
                    )
                    .await
            }
        };
        assert!(answer.status < 500, "{path} {pairs:?}: {}", answer.json());
        if answer.status >= 400 {
            // 42601 would say that a text was no SQL.
            assert_ne!(answer.json()["code"], "42601", "{path} {pairs:?}");
        }
    }
    tokio::time::timeout(
        Duration::from_secs(5),
        workshop.value("/people?select=count()"),
    )
    .await
    .unwrap();
}

//! Limits, ranges, counts, and what an answer says about them.

use rowhouse_api::config::Limits;
use serde_json::json;

use super::studio::Studio;

const EXACT: (&str, &str) = ("Prefer", "count=exact");

/// Headers of a request.
type Headers = &'static [(&'static str, &'static str)];

#[tokio::test]
async fn parts_and_wholes() {
    let studio = Studio::open().await;
    let table: &[(&str, Headers, u16, &str, usize)] = &[
        ("/tasks", &[], 200, "0-6/*", 7),
        ("/tasks?limit=2", &[], 200, "0-1/*", 2),
        ("/tasks?limit=2&offset=3", &[], 200, "3-4/*", 2),
        ("/tasks?limit=0", &[], 200, "*/*", 0),
        ("/tasks?offset=100", &[], 200, "*/*", 0),
        ("/tasks?offset=-4", &[], 200, "0-6/*", 7),
        ("/tasks", &[EXACT], 200, "0-6/7", 7),
        ("/tasks?limit=2", &[EXACT], 206, "0-1/7", 2),
        ("/tasks?limit=0", &[EXACT], 206, "*/7", 0),
        ("/tasks?offset=7", &[EXACT], 206, "*/7", 0),
        ("/tasks?id=gt.100", &[EXACT], 200, "*/0", 0),
        ("/tasks?id=gt.4&limit=1", &[EXACT], 206, "0-0/3", 1),
        ("/tasks", &[("Range", "0-1")], 200, "0-1/*", 2),
        ("/tasks", &[("Range", "2-"), EXACT], 206, "2-6/7", 5),
        ("/tasks", &[("Range", "0-100"), EXACT], 200, "0-6/7", 7),
        (
            "/tasks?limit=3&offset=1",
            &[("Range", "2-9")],
            200,
            "2-3/*",
            2,
        ),
        (
            "/tasks",
            &[("Range-Unit", "items"), ("Range", "1-1")],
            200,
            "1-1/*",
            1,
        ),
        ("/tasks", &[("Range", "bytes=0-1")], 200, "0-6/*", 7),
        (
            "/projects?select=id,clients!inner()&limit=1",
            &[EXACT],
            206,
            "0-0/4",
            1,
        ),
        (
            "/clients?select=id,...projects(names:name)&limit=1",
            &[EXACT],
            206,
            "0-0/2",
            1,
        ),
        (
            "/projects?select=id,all_tasks(id),owner()&limit=1",
            &[EXACT],
            206,
            "0-0/5",
            1,
        ),
    ];
    for (path, headers, status, range, rows) in table {
        let answer = studio.ask(path, headers).await;
        let found = (answer.status, answer.header("content-range").unwrap());
        assert_eq!(found, (*status, *range), "{path} {headers:?}");
        assert_eq!(answer.json().as_array().unwrap().len(), *rows, "{path}");
        let head = studio.request("HEAD", path, headers).await;
        assert_eq!((head.status, head.header("content-range").unwrap()), found);
        assert!(head.body.is_empty());
    }
}

#[tokio::test]
async fn what_there_is_not() {
    let studio = Studio::open().await;
    for (path, headers, details) in [
        (
            "/tasks?offset=100",
            [("Prefer", "count=exact")],
            "An offset of 100 was requested, but there are only 7 rows.",
        ),
        (
            "/tasks?limit=-1",
            [("Prefer", "count=exact")],
            "Limit should be greater than or equal to zero.",
        ),
        (
            "/tasks",
            [("Range", "5-1")],
            "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
        ),
    ] {
        let answer = studio.ask(path, &headers).await;
        assert_eq!(answer.status, 416, "{path}");
        let document = answer.json();
        assert_eq!(document["code"], "PGRST103");
        assert_eq!(document["message"], "Requested range not satisfiable");
        assert_eq!(document["details"], details);
        let range = path.contains("offset").then_some("*/7");
        assert_eq!(answer.header("content-range"), range);
    }
}

#[tokio::test]
async fn preferences_are_heard_or_refused() {
    let studio = Studio::open().await;
    let ask = async |prefer| studio.ask("/tasks?limit=1", &[("Prefer", prefer)]).await;
    let counted = ask("count=exact, handling=lenient, anything").await;
    assert_eq!(counted.status, 206);
    assert_eq!(
        counted.header("preference-applied"),
        Some("count=exact, handling=lenient")
    );
    // Not what the statistics of all tenants say.
    let planned = ask("count=planned").await;
    assert_eq!(planned.header("content-range"), Some("0-0/7"));
    assert_eq!(planned.header("preference-applied"), Some("count=exact"));
    let strict = ask("handling=strict, anything, count=exact").await;
    assert_eq!(strict.status, 400);
    let document = strict.json();
    assert_eq!(document["code"], "PGRST122");
    assert_eq!(
        document["message"],
        "Invalid preferences given with handling=strict"
    );
    assert_eq!(document["details"], "Invalid preferences: anything");
    assert_eq!(ask("tx=commit").await.header("preference-applied"), None);
}

#[tokio::test]
async fn the_most_rows_of_any_list() {
    let limits = Limits {
        rows: Some(2),
        ..Limits::default()
    };
    let studio = Studio::configured("", limits).await;
    assert_eq!(studio.ids("/tasks").await, [1, 2]);
    assert_eq!(studio.ids("/tasks?limit=5&offset=1").await, [2, 3]);
    let rows = studio.rows("/people?select=tasks(id)&id=eq.1").await;
    assert_eq!(rows, json!([{"tasks": [{"id": 1}, {"id": 2}]}]));
    let answer = studio.ask("/tasks", &[("Prefer", "count=exact")]).await;
    assert_eq!(answer.header("content-range"), Some("0-1/7"));
}

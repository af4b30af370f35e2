//! Aggregates, and what rows are grouped by.

use rowhouse_api::config::Limits;
use serde_json::json;

use super::studio::Studio;

#[tokio::test]
async fn over_rows_and_groups() {
    let studio = Studio::open().await;
    for (path, rows) in [
        ("/projects?select=count()", json!([{"count": 5}])),
        (
            "/projects?select=budget.sum(),avg:budget.avg()::int,low:budget.min(),high:budget.max(),n:budget.count()",
            json!([{"sum": 161.5, "avg": 40, "low": 1, "high": 100, "n": 4}]),
        ),
        (
            "/projects?select=id.sum(),id.avg()",
            json!([{"sum": 15, "avg": 3.0}]),
        ),
        (
            "/projects?select=name.max()&id=gt.100",
            json!([{"max": null}]),
        ),
        (
            "/projects?select=client_id,count(),total:budget.sum()&order=client_id",
            json!([{"client_id": 1, "count": 2, "total": 150.5}, {"client_id": 2, "count": 2, "total": 10},
                   {"client_id": null, "count": 1, "total": 1}]),
        ),
        (
            "/projects?select=total:budget::int.sum()::text",
            json!([{"total": "162"}]),
        ),
        ("/samples?select=data->n::int.sum()", json!([{"sum": 3}])),
        (
            "/projects?select=clients(name),count()&order=clients(name)",
            json!([{"clients": {"name": "Apple"}, "count": 2}, {"clients": {"name": "Microsoft"}, "count": 2},
                   {"clients": null, "count": 1}]),
        ),
        (
            "/projects?select=...clients(name),count()&order=clients(name)",
            json!([{"name": "Apple", "count": 2}, {"name": "Microsoft", "count": 2}, {"name": null, "count": 1}]),
        ),
        (
            "/tasks?select=project_id,...projects(budget.max())&order=project_id&limit=1",
            json!([{"project_id": 1, "max": 100}]),
        ),
        (
            "/clients?select=name,projects(count())",
            json!([{"name": "Microsoft", "projects": [{"count": 2}]}, {"name": "Apple", "projects": [{"count": 2}]}]),
        ),
        (
            "/projects?select=id,clients(count())&id=eq.1",
            json!([{"id": 1, "clients": {"count": 1}}]),
        ),
        (
            "/projects?select=client_id,plans(note),count()&client_id=eq.1&order=plans(note)",
            json!([{"client_id": 1, "plans": {"note": "launch"}, "count": 1},
                   {"client_id": 1, "plans": null, "count": 1}]),
        ),
        (
            "/tasks?select=project_id,people(name),count()&project_id=eq.3",
            json!([{"project_id": 3, "people": [{"name": "Michael"}], "count": 2}]),
        ),
    ] {
        assert_eq!(studio.rows(path).await, rows, "{path}");
    }
}

#[tokio::test]
async fn counted_groups() {
    let studio = Studio::open().await;
    let answer = studio
        .ask(
            "/projects?select=client_id,count()&limit=1&order=client_id",
            &[("Prefer", "count=exact")],
        )
        .await;
    assert_eq!(answer.status, 206);
    assert_eq!(answer.header("content-range"), Some("0-0/3"));
}

#[tokio::test]
async fn off_unless_configured() {
    let studio = Studio::configured("", Limits::default()).await;
    for path in ["/projects?select=count()", "/projects?select=id.max()"] {
        let (status, code, document) = studio.refusal(path).await;
        assert_eq!((status, code.as_str()), (400, "PGRST123"));
        assert_eq!(
            document["message"],
            "Use of aggregate functions is not allowed"
        );
    }
}

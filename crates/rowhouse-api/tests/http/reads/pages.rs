//! From page to page by the `Link` header.

use serde_json::Value;

use super::studio::Studio;

/// All rows of `path`, page by page.
async fn walk(studio: &Studio, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let answer = studio.ask(&path, &[]).await;
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 200, "{path}: {body}");
        rows.extend(answer.json().as_array().unwrap().clone());
        assert!(rows.len() < 50, "{path} goes round in circles");
        next = answer.header("link").map(|link| {
            let link = link.strip_suffix(">; rel=\"next\"").unwrap();
            link.strip_prefix('<').unwrap().to_owned()
        });
    }
    rows
}

#[tokio::test]
async fn every_row_once_in_its_order() {
    let studio = Studio::open().await;
    for path in [
        "/tasks?select=id",
        "/tasks?select=id&order=id.desc",
        "/tasks?select=name&order=name.desc",
        "/tasks?select=id&order=project_id.desc,name",
        "/tasks?select=id&id=gt.2&order=project_id",
        "/projects?select=id&order=client_id",
        "/projects?select=id&order=client_id.desc",
        "/projects?select=id&order=client_id.desc.nullslast,name",
        "/projects?select=id&order=client_id.asc.nullsfirst,budget.desc",
        "/projects?select=id,clients()&order=clients(name).desc",
        "/samples?select=id&order=data->n.desc",
        "/samples?select=id&order=score,at",
        "/people_tasks?select=*",
        "/Odd%20Things",
        "/events?order=name",
    ] {
        let separator = if path.contains('?') { '&' } else { '?' };
        let whole = studio.rows(path).await;
        for limit in [1, 2, 3] {
            let paged = walk(&studio, &format!("{path}{separator}limit={limit}")).await;
            if path.contains("order") && !path.contains("name") {
                // Rows that are equal to the order are told apart by key on pages only.
                let sorted = |rows: &[Value]| {
                    let mut rows: Vec<String> = rows.iter().map(Value::to_string).collect();
                    rows.sort();
                    rows
                };
                assert_eq!(sorted(&paged), sorted(whole.as_array().unwrap()), "{path}");
            } else {
                assert_eq!(Value::from(paged), whole, "{path} by {limit}");
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_is_not_to_be_made_up() {
    let studio = Studio::open().await;
    for path in [
        "/tasks?limit=1&cursor=nonsense",
        "/tasks?limit=1&cursor=",
        "/tasks?limit=1&cursor=AXgBeQ",
        "/tasks?select=count()&cursor=ATE",
    ] {
        let (status, code, _) = studio.refusal(path).await;
        assert_eq!((status, code.as_str()), (400, "PGRST100"), "{path}");
    }
    // A value that is no number, and one that tries to be more than a value.
    for (cursor, code) in [("AXg", "22P02"), ("ATEgT1IgMT0x", "22P02")] {
        let (status, found, _) = studio
            .refusal(&format!("/tasks?limit=1&cursor={cursor}"))
            .await;
        assert_eq!((status, found.as_str()), (400, code));
    }
}

#[tokio::test]
async fn counted_pages_count_all() {
    let studio = Studio::open().await;
    let prefer = [("Prefer", "count=exact")];
    let first = studio.ask("/tasks?limit=3", &prefer).await;
    assert_eq!(first.header("content-range"), Some("0-2/7"));
    let link = first.header("link").unwrap();
    let path = &link[1..link.find('>').unwrap()];
    let second = studio.ask(path, &prefer).await;
    assert_eq!(second.json()[0]["id"], 4);
    assert_eq!(second.header("content-range"), None);
}

//! Views: what is a key of their table is theirs.

use serde_json::json;

use super::Cinema;

const MERGE: (&str, &str) = (
    "Prefer",
    "resolution=merge-duplicates, return=representation",
);

/// The other tenant has a film 90.
#[tokio::test]
async fn rows_are_written_by_the_key_of_the_table() {
    let cinema = Cinema::open().await;
    for (method, path, body, status, rows) in [
        (
            "POST",
            "/films_v?select=title",
            r#"{"id":1,"title":"M!"}"#,
            200,
            json!([{"title":"M!"}]),
        ),
        (
            "POST",
            "/films_v?select=title&on_conflict=id",
            r#"[{"id":1,"title":"M"},{"id":80,"title":"new"}]"#,
            201,
            json!([{"title":"M"},{"title":"new"}]),
        ),
        (
            "PUT",
            "/films_v?id=eq.90&select=title",
            r#"{"id":90,"title":"x"}"#,
            201,
            json!([{"title":"x"}]),
        ),
        (
            "PUT",
            "/films_v?id=eq.90&select=title",
            r#"{"id":90,"title":"y"}"#,
            200,
            json!([{"title":"y"}]),
        ),
        // A view of the view, by other names.
        (
            "PUT",
            "/films_of_v?number=eq.90&select=title",
            r#"{"number":90,"title":"z"}"#,
            200,
            json!([{"title":"z"}]),
        ),
        (
            "POST",
            "/films_of_v?select=title",
            r#"{"number":91,"title":"z"}"#,
            201,
            json!([{"title":"z"}]),
        ),
    ] {
        let answer = cinema.ask(method, path, &[MERGE], body).await;
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, status, "{method} {path} {said}");
        assert_eq!(answer.json(), rows, "{method} {path}");
    }
    let headers = [("Prefer", "return=headers-only")];
    for (view, key, body) in [
        ("films", "id", r#"{"id":95,"title":"x"}"#),
        ("films_v", "id", r#"{"id":96,"title":"x"}"#),
        ("films_of_v", "number", r#"{"number":97,"title":"x"}"#),
    ] {
        let path = format!("/{view}");
        let answer = cinema.ask("POST", &path, &headers, body).await;
        let location = answer.header("location").unwrap().to_owned();
        assert!(location.contains(&format!("{key}=eq.9")), "{location}");
        assert_eq!(cinema.rows(&location).await[0]["title"], "x", "{location}");
    }
    for (view, puts) in [("films_v", true), ("films_of_v", true), ("titles", false)] {
        let answer = cinema.ask("OPTIONS", &format!("/{view}"), &[], "").await;
        let allow = answer.header("allow").unwrap();
        assert_eq!(allow.contains("PUT"), puts, "{view}: {allow}");
        assert!(allow.contains("POST"), "{view}: {allow}");
    }
}

/// The rows a tenant sees have different ids, so that pages can be told apart by them; the index holds the tenant, whom the
/// view does not show, so that nothing can be inserted by it.
#[tokio::test]
async fn a_key_without_its_tenant_is_for_reading() {
    let cinema = Cinema::open().await;
    let answer = cinema
        .ask(
            "GET",
            "/titles?select=id&limit=2&order=director_id.desc.nullslast",
            &[],
            "",
        )
        .await;
    assert_eq!(answer.json(), json!([{"id":3},{"id":1}]));
    let link = answer.header("link").unwrap();
    let next = link.trim_start_matches('<').split('>').next().unwrap();
    assert_eq!(cinema.rows(next).await, json!([{"id":2},{"id":4}]));
    let prefer = [("Prefer", "return=representation")];
    let path = "/titles?director_id=eq.1&order=id.desc&limit=1&select=id,title";
    let answer = cinema.ask("PATCH", path, &prefer, r#"{"title":"x"}"#).await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!([{"id":2,"title":"x"}]))
    );
    let answer = cinema
        .ask("PUT", "/titles?id=eq.1", &prefer, r#"{"id":1,"title":"x"}"#)
        .await;
    assert_eq!(answer.status, 405);
    let answer = cinema
        .ask(
            "POST",
            "/titles?on_conflict=id",
            &[MERGE],
            r#"{"id":1,"title":"x"}"#,
        )
        .await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (400, Some("42P10"))
    );
}

#[tokio::test]
async fn what_a_trigger_takes_is_not_written_by_key() {
    let cinema = Cinema::open().await;
    let row = r#"{"id":1,"title":"x"}"#;
    let answer = cinema.ask("PUT", "/caught?id=eq.1", &[], row).await;
    assert_eq!(answer.status, 405);
    // There is nothing to meet, so it is as without the preference.
    let answer = cinema
        .ask("POST", "/caught?select=title", &[MERGE], row)
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (201, json!([{"title":"x"}]))
    );
    assert_eq!(
        cinema.rows("/films?id=eq.1&select=title").await,
        json!([{"title":"M"}])
    );
}

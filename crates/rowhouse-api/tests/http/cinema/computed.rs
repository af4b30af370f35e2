//! Relationships by functions, of rows that a write returns.

use serde_json::json;

use super::Cinema;

const BACK: (&str, &str) = (
    "Prefer",
    "resolution=merge-duplicates, return=representation",
);

#[tokio::test]
async fn they_are_of_the_row_as_it_is_now() {
    let cinema = Cinema::open().await;
    for (method, path, body, rows) in [
        (
            "PATCH",
            "/films?id=eq.1&select=title,c_director(last_name)",
            r#"{"director_id":2}"#,
            json!([{"title":"M","c_director":{"last_name":"Varda"}}]),
        ),
        (
            "PATCH",
            "/films?id=eq.1&select=title,c_director(last_name)",
            r#"{"director_id":null}"#,
            json!([{"title":"M","c_director":null}]),
        ),
        (
            "POST",
            "/films?select=title,who:c_director(last_name,films(id))&who.films.order=id&order=id",
            r#"[{"id":50,"title":"x","director_id":2},{"id":51,"title":"y","director_id":1}]"#,
            json!([{"title":"x","who":{"last_name":"Varda","films":[{"id":3}]}},
                   {"title":"y","who":{"last_name":"Lang","films":[{"id":2}]}}]),
        ),
        (
            "POST",
            "/films?select=title,c_director!inner(last_name)&c_director.last_name=eq.Lang",
            r#"[{"id":50,"title":"x","director_id":2},{"id":51,"title":"y","director_id":1}]"#,
            json!([{"title":"y","c_director":{"last_name":"Lang"}}]),
        ),
        (
            "PUT",
            "/films?id=eq.50&select=...c_director(last_name)",
            r#"{"id":50,"title":"x","director_id":1}"#,
            json!([{"last_name":"Lang"}]),
        ),
        // Of a view's row, any number of rows.
        (
            "PATCH",
            "/films_v?id=eq.3&select=title,c_alike(id)&c_alike.order=id",
            r#"{"director_id":1}"#,
            json!([{"title":"Vagabond","c_alike":[{"id":2},{"id":50},{"id":51}]}]),
        ),
        (
            "DELETE",
            "/films?id=gte.50&select=id,c_director(last_name)&order=id",
            "",
            json!([{"id":50,"c_director":{"last_name":"Lang"}},
                   {"id":51,"c_director":{"last_name":"Lang"}}]),
        ),
        // No row at all.
        (
            "PATCH",
            "/films?id=eq.1&select=title,c_director(last_name)",
            "{}",
            json!([]),
        ),
    ] {
        let answer = cinema.ask(method, path, &[BACK], body).await;
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(matches!(answer.status, 200 | 201), "{method} {path} {said}");
        assert_eq!(answer.json(), rows, "{method} {path}");
    }
    // One that runs as its owner is none.
    let path = "/films?id=eq.1&select=title,c_stolen(last_name)";
    let answer = cinema.ask("PATCH", path, &[BACK], r#"{"title":"x"}"#).await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (400, Some("PGRST200"))
    );
}

#[tokio::test]
async fn they_are_there_where_the_configuration_selects_them() {
    let config =
        "[api]\nshared = ['genres']\n[api.resource.films]\nselect = 'loud,c_director(last_name)'";
    let cinema = Cinema::configured(config, true).await;
    let answer = cinema
        .ask("PATCH", "/films?id=eq.1", &[BACK], r#"{"director_id":2}"#)
        .await;
    assert_eq!(
        answer.json(),
        json!([{"loud":"M","c_director":{"last_name":"Varda"}}])
    );
}

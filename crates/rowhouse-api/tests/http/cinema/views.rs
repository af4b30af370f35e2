//! Views: the keys of their tables are theirs, whether or not they show the tenant.

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

/// The rows on both sides are those of one tenant, whoever says so.
#[tokio::test]
async fn what_does_not_show_the_tenant_is_related() {
    let cinema = Cinema::open().await;
    for (path, rows) in [
        (
            "/titles?select=title,directors(last_name)",
            json!([{"title": "M", "directors": {"last_name": "Lang"}},
                   {"title": "Metropolis", "directors": {"last_name": "Lang"}},
                   {"title": "Vagabond", "directors": {"last_name": "Varda"}},
                   {"title": "Unmade", "directors": null}]),
        ),
        (
            "/directors?select=last_name,titles(title)&order=id",
            json!([{"last_name": "Lang", "titles": [{"title": "M"}, {"title": "Metropolis"}]},
                   {"last_name": "Varda", "titles": [{"title": "Vagabond"}]}]),
        ),
        (
            "/titles?select=title,names!director_id(last_name)&id=eq.3",
            json!([{"title": "Vagabond", "names": {"last_name": "Varda"}}]),
        ),
        (
            "/titles?select=title,technical_specs(camera)&id=lte.2",
            json!([{"title": "M", "technical_specs": {"camera": "Debrie"}},
                   {"title": "Metropolis", "technical_specs": null}]),
        ),
        (
            "/by_director?select=films,directors!inner(last_name)&order=director_id",
            json!([{"films": 2, "directors": {"last_name": "Lang"}},
                   {"films": 1, "directors": {"last_name": "Varda"}}]),
        ),
        (
            "/parts?select=title,actors(first_name)&order=title&limit=1",
            json!([{"title": "M", "actors": {"first_name": "Peter"}}]),
        ),
        // Many-to-many: from such a view, and through one.
        (
            "/titles?select=title,actors!roles(first_name)&id=eq.2",
            json!([{"title": "Metropolis", "actors": [{"first_name": "Brigitte"}]}]),
        ),
        (
            "/films?select=title,genres!codes(name)&id=eq.2",
            json!([{"title": "Metropolis", "genres": [{"name": "Science fiction"}]}]),
        ),
    ] {
        assert_eq!(cinema.rows(path).await, rows, "{path}");
    }
    let prefer = [("Prefer", "return=representation")];
    let path = "/titles?id=eq.1&select=title,directors(last_name)";
    let answer = cinema
        .ask("PATCH", path, &prefer, r#"{"director_id":2}"#)
        .await;
    assert_eq!(
        answer.json(),
        json!([{"title": "M", "directors": {"last_name": "Varda"}}])
    );
}

/// A view that is everybody's by declaration alone: it is related where it reads as who asks, so that policies bind it, and
/// not where it does not. Nor is a table that is declared everybody's.
#[tokio::test]
async fn only_where_both_sides_are_sure_to_be_the_tenants() {
    let views = "[api]\nshared = ['genres', 'titles', 'owners', 'through_owners']";
    let cinema = Cinema::configured(views, false).await;
    assert_eq!(
        cinema
            .rows("/titles?select=title,directors(last_name)&id=eq.3")
            .await,
        json!([{"title": "Vagabond", "directors": {"last_name": "Varda"}}])
    );
    for path in [
        "/owners?select=id,directors(last_name)",
        "/through_owners?select=id,directors(last_name)",
        "/directors?select=id,owners(id)",
        "/directors?select=id,through_owners(id)",
    ] {
        let (status, code, document) = cinema.refusal(path).await;
        assert_eq!((status, code.as_str()), (400, "PGRST200"), "{document}");
    }
    // Nor can its rows be told apart by what is different within a tenant.
    for (view, paged) in [("titles", true), ("through_owners", false)] {
        let path = format!("/{view}?select=id&limit=1");
        let answer = cinema.ask("GET", &path, &[], "").await;
        assert_eq!(answer.header("link").is_some(), paged, "{view}");
    }
    let table = "[api]\nshared = ['genres', 'titles', 'directors']";
    let cinema = Cinema::configured(table, false).await;
    for path in [
        "/titles?select=id,directors(last_name)",
        "/directors?select=id,titles(id)",
    ] {
        let (status, code, document) = cinema.refusal(path).await;
        assert_eq!((status, code.as_str()), (400, "PGRST200"), "{document}");
    }
    assert_eq!(
        cinema
            .rows("/films?select=id,directors(last_name)&id=eq.3")
            .await,
        json!([{"id": 3, "directors": {"last_name": "Varda"}}])
    );
}

/// Of the row that an insert meets no view's condition is asked, and a view's owner may not be bound by policies: no row is
/// merged through one.
#[tokio::test]
async fn nothing_is_merged_through_an_owners_view() {
    let cinema = Cinema::open().await;
    let merge = ("Prefer", "resolution=merge-duplicates");
    let row = r#"{"id":1,"title":"x"}"#;
    for (method, path, status, code) in [
        ("POST", "/owners?on_conflict=id", 400, "PGRST100"),
        ("PUT", "/owners?id=eq.1", 405, "PGRST105"),
    ] {
        let answer = cinema.ask(method, path, &[merge], row).await;
        let json = answer.json();
        assert_eq!(
            (answer.status, json["code"].as_str()),
            (status, Some(code)),
            "{json}"
        );
    }
    let through = cinema.ask("POST", "/owners", &[merge], row).await;
    assert!(through.status >= 400, "{}", through.status);
}

//! Which of several forms answers.

use super::gallery::{Gallery, answer};

const JSON: &str = "application/json; charset=utf-8";

#[tokio::test]
async fn what_is_built_in_is_made_otherwise() {
    let gallery = Gallery::open().await;
    let path = "/projects?id=lt.3&order=id";
    let csv = [("Accept", "text/csv")];
    let got = gallery.ask("GET", path, &csv, "").await;
    assert_eq!(
        (
            got.header("content-type"),
            got.header("content-disposition")
        ),
        (
            Some("text/csv"),
            Some("attachment; filename=\"projects.csv\"")
        )
    );
    assert_eq!(
        String::from_utf8(got.body).unwrap(),
        "\u{feff}id,name\n1,Windows 7\n2,Windows 10\n"
    );
    // Of this relation alone, and of whole rows alone.
    let builtin = "text/csv; charset=utf-8";
    assert_eq!(
        gallery.got("/clients?select=id", "text/csv").await,
        answer(200, builtin, "id\n1\n2")
    );
    assert_eq!(
        gallery.got("/projects?select=id&id=lt.3", "text/csv").await,
        answer(200, builtin, "id\n1\n2")
    );
    // JSON is what is meant where nothing is said.
    for accept in [
        "application/json",
        "*/*",
        "application/*",
        "text/html, */*;q=0.1",
    ] {
        assert_eq!(
            gallery.got("/people", accept).await,
            answer(200, "application/json", "{\"people\" : 3}"),
            "{accept}"
        );
    }
    assert_eq!(
        gallery.got("/people?select=id&id=eq.1", "*/*").await,
        answer(200, JSON, "[{\"id\":1}]")
    );
    let object = "application/vnd.pgrst.object+json";
    for accept in [object, "application/vnd.pgrst.object"] {
        let (status, media, body) = gallery.got("/people?id=eq.1", accept).await;
        assert_eq!((status, media.contains(object)), (200, true), "{body}");
    }
    let array = "application/vnd.pgrst.array+json";
    assert!(gallery.got("/people", array).await.2.starts_with("[{"));
}

#[tokio::test]
async fn the_best_of_what_is_accepted() {
    let gallery = Gallery::open().await;
    let of = async |accept: &str| gallery.got("/projects?id=eq.3", accept).await.1;
    let names = "application/vnd.names";
    for (accept, media) in [
        ("application/json, application/vnd.names;q=0.9", JSON),
        ("application/json;q=0.9, application/vnd.names", names),
        ("image/png, application/vnd.names;q=0.2", names),
        ("application/vnd.names;q=0, */*;q=0.1", JSON),
        ("APPLICATION/VND.Names", names),
    ] {
        assert_eq!(of(accept).await, media, "{accept}");
    }
    for accept in [
        "image/png",
        "application/vnd.names;q=0",
        "application/vnd.pgrst.plan",
    ] {
        let (status, _, body) = gallery.got("/projects", accept).await;
        assert_eq!(status, 406, "{accept}");
        assert!(body.contains("PGRST107"), "{body}");
    }
    // Of another relation's aggregate nothing is known.
    assert_eq!(gallery.got("/clients", names).await.0, 406);
    // The plan of one form is not the other's.
    for _ in 0..2 {
        assert_eq!(of("*/*").await, JSON);
        assert_eq!(of(names).await, names);
    }
}

/// It overrides all others, and says itself what it is.
#[tokio::test]
async fn whatever_is_asked_for() {
    let gallery = Gallery::open().await;
    let octets = "application/octet-stream";
    let body = "Design w7|Code w7|";
    let path = "/tasks?id=lt.3";
    for (accept, media) in [
        ("*/*", octets),
        ("application/json", octets),
        ("application/vnd.names", octets),
        ("application/vnd.rows", octets),
        ("unknown/unknown", octets),
        ("text/xml", "text/xml"),
    ] {
        assert_eq!(
            gallery.got(path, accept).await,
            answer(200, media, body),
            "{accept}"
        );
    }
    let without = gallery.ask("GET", path, &[], "").await;
    assert_eq!(
        (without.header("content-type"), &without.body[..]),
        (Some(octets), body.as_bytes())
    );
    assert_eq!(gallery.got(path, "image/png").await.0, 415);
    let object = "application/vnd.pgrst.object+json";
    assert!(
        gallery
            .got("/tasks?id=eq.1", object)
            .await
            .2
            .starts_with('{')
    );
    // It takes whole rows.
    assert_eq!(gallery.got("/tasks?select=id&id=eq.1", "*/*").await.1, JSON);
}

#[tokio::test]
async fn a_relations_own_goes_before_that_of_any() {
    let gallery = Gallery::open().await;
    let both = "application/vnd.both";
    let of = async |path: &str| gallery.got(path, both).await.2;
    assert_eq!(of("/people?order=id").await, "own:AngelaMichaelDwight");
    assert_eq!(of("/people?select=name&id=eq.1").await, "any:(Angela)");
    assert_eq!(of("/clients?select=name&id=eq.1").await, "any:(Microsoft)");
}

#[tokio::test]
async fn they_are_described() {
    let gallery = Gallery::open().await;
    let description = gallery.ask("GET", "/openapi.json", &[], "").await.json();
    let forms = |path: &str| {
        let content = &description["paths"][path]["get"]["responses"]["200"]["content"];
        let forms = content.as_object().unwrap().keys().cloned();
        forms.collect::<Vec<String>>()
    };
    let names = "application/vnd.names".to_owned();
    let rows = "application/vnd.rows".to_owned();
    assert!(forms("/projects").contains(&names) && forms("/projects").contains(&rows));
    assert!(!forms("/clients").contains(&names) && forms("/clients").contains(&rows));
    assert!(forms("/rpc/projects_of").contains(&names));
    assert!(!forms("/rpc/a_number").contains(&rows));
}

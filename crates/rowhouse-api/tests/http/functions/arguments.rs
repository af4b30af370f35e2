//! How arguments are handed over, and which function they mean.

use serde_json::json;

use super::workshop::Workshop;

#[tokio::test]
async fn by_query_string_by_object_and_by_form() {
    let workshop = Workshop::open().await;
    for (path, value) in [
        ("/rpc/add_them?a=1&b=2", json!(3)),
        ("/rpc/add_them/?b=-2&a=1", json!(-1)),
        ("/rpc/add_them?a=1&a=5&b=2", json!(7)),
        ("/rpc/greet?name=Ann%20%26%20Bob", json!("Hello, Ann & Bob")),
        ("/rpc/greet?name=x&greeting=", json!(", x")),
        ("/rpc/total?v=1&v=2&v=39", json!(42)),
        ("/rpc/Odd%20Name?The%20Arg=7&mood=high", json!("7 high")),
        ("/rpc/half?percent=50", json!(25)),
        ("/rpc/where_is?place=(Ulm,89073)", json!("Ulm")),
        ("/rpc/words?list=%7Ba,%22b,c%22%7D", json!(["a", "b,c"])),
        ("/rpc/area?side=3", json!(9)),
        ("/rpc/area?height=3&width=4", json!(12)),
        ("/rpc/null_text", json!(null)),
        ("/rpc/owned_too", json!(5)),
    ] {
        assert_eq!(workshop.value(path).await, value, "{path}");
    }
    for (path, content, value) in [
        ("/rpc/add_them", r#"{"a": 1, "b": "2"}"#, json!(3)),
        (
            "/rpc/add_them?columns=a,b",
            r#"{"a": 1, "b": 2, "c": 3}"#,
            json!(3),
        ),
        (
            "/rpc/greet",
            r#"{"name": "x", "greeting": null}"#,
            json!(null),
        ),
        ("/rpc/greet", r#"{"name": 12.50}"#, json!("Hello, 12.50")),
        ("/rpc/total", r#"{"v": [1, 2, 39]}"#, json!(42)),
        ("/rpc/Odd%20Name", r#"{"The Arg": 7}"#, json!("7 fair")),
        (
            "/rpc/where_is",
            r#"{"place": {"city": "Bonn", "zip": 1}}"#,
            json!("Bonn"),
        ),
        (
            "/rpc/words",
            r#"{"list": ["a", "b\"c"]}"#,
            json!(["a", "b\"c"]),
        ),
        ("/rpc/null_text", "", json!(null)),
        ("/rpc/null_text", "{}", json!(null)),
        ("/rpc/whole", r#"{"a": [1], "b": 2}"#, json!([1])),
        ("/rpc/whole", r#"[{"a": 1}]"#, json!(null)),
    ] {
        assert_eq!(
            workshop.called(path, content).await,
            value,
            "{path} {content}"
        );
    }
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    for (path, content, value) in [
        ("/rpc/add_them", "a=1&b=2", json!(3)),
        ("/rpc/greet", "name=a+b%26", json!("Hello, a b&")),
        ("/rpc/total", "v=1&v=41", json!(42)),
    ] {
        let answer = workshop.ask("POST", path, &form, content).await;
        assert_eq!((answer.status, answer.json()), (200, value), "{path}");
    }
}

#[tokio::test]
async fn the_whole_content_for_the_only_argument() {
    let workshop = Workshop::open().await;
    let text = [("Content-Type", "text/plain; charset=utf-8")];
    let answer = workshop.ask("POST", "/rpc/loud", &text, "é{\"'").await;
    assert_eq!(answer.json(), json!("É{\"'"));
    let bytes = [("Content-Type", "application/octet-stream")];
    let answer = workshop
        .ask_bytes("POST", "/rpc/size", &bytes, b"\x00\xff\x01")
        .await;
    assert_eq!(answer.json(), json!(3));
    let answer = workshop.ask("POST", "/rpc/greet", &text, "name=x").await;
    assert_eq!(
        (answer.status, answer.json()["code"].clone()),
        (404, json!("PGRST202"))
    );
    let answer = workshop.ask("GET", "/rpc/loud", &text, "").await;
    assert_eq!(answer.status, 404);
    // What has no name and is not the content cannot be given, so it is not there at all.
    let missing = workshop.get("/rpc/nobody_calls").await;
    assert_eq!(
        (missing.status, missing.json()["hint"].clone()),
        (404, json!(null))
    );
    let described = workshop.get("/openapi.json").await.json();
    assert!(described["paths"]["/rpc/loud"].is_object());
    assert!(described["paths"]["/rpc/nobody_calls"].is_null());
}

#[tokio::test]
async fn what_is_not_there_is_said_with_what_may_have_been_meant() {
    let workshop = Workshop::open().await;
    let missing = workshop.get("/rpc/add_them?a=1&c=2").await;
    assert_eq!(missing.status, 404);
    let json = missing.json();
    assert_eq!(json["code"], "PGRST202");
    assert_eq!(
        json["message"],
        "Could not find the function public.add_them(a, c) in the schema cache"
    );
    assert_eq!(
        json["details"],
        "Searched for the function public.add_them with parameters a, c, but no matches were found in the schema cache."
    );
    assert_eq!(
        json["hint"],
        "Perhaps you meant to call the function public.add_them(a, b)"
    );
    let json = workshop.post("/rpc/add_thm", "{\"a\": 1}").await.json();
    assert_eq!(
        json["details"],
        "Searched for the function public.add_thm with parameter a or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache."
    );
    assert_eq!(
        json["hint"],
        "Perhaps you meant to call the function public.add_them"
    );
    let ambiguous = workshop.get("/rpc/twice?x=1").await;
    assert_eq!(ambiguous.status, 300);
    let json = ambiguous.json();
    assert_eq!(json["code"], "PGRST203");
    assert_eq!(
        json["message"],
        "Could not choose the best candidate function between: public.twice(x => integer), public.twice(x => text)"
    );
    for path in [
        "/rpc/owned_count",
        "/rpc/hidden_one",
        "/rpc/no_right",
        "/rpc/fires",
        "/rpc/any_of?x=1",
        "/rpc/proceeds",
        "/rpc/version",
        "/rpc/nope",
    ] {
        let answer = workshop.get(path).await;
        assert_eq!(
            (answer.status, answer.json()["code"].clone()),
            (404, json!("PGRST202")),
            "{path}"
        );
    }
    for path in ["/rpc", "/rpc/", "/rpc/a/b"] {
        assert_eq!(workshop.get(path).await.status, 404, "{path}");
    }
    let current = workshop.service.current.get();
    let withheld: Vec<&str> = current
        .withheld()
        .iter()
        .map(|w| w.relation.as_str())
        .collect();
    assert!(withheld.contains(&"public.owned_count()"), "{withheld:?}");
    assert!(
        !withheld
            .iter()
            .any(|name| name.contains("owned_too") || name.contains("fires"))
    );
}

#[tokio::test]
async fn schemas_by_profile() {
    let workshop = Workshop::open().await;
    let accept = [("Accept-Profile", "v2")];
    let answer = workshop.ask("GET", "/rpc/version", &accept, "").await;
    assert_eq!((answer.status, answer.json()), (200, json!(2)));
    assert_eq!(answer.header("content-profile"), Some("v2"));
    let content = [
        ("Content-Profile", "v2"),
        ("Content-Type", "application/json"),
    ];
    let answer = workshop.ask("POST", "/rpc/version", &content, "{}").await;
    assert_eq!((answer.status, answer.json()), (200, json!(2)));
    let answer = workshop.ask("POST", "/rpc/version", &accept, "{}").await;
    assert_eq!(answer.status, 404);
    let unknown = [("Content-Profile", "nope")];
    let answer = workshop.ask("POST", "/rpc/version", &unknown, "{}").await;
    assert_eq!(
        (answer.status, answer.json()["code"].clone()),
        (406, json!("PGRST106"))
    );
}

//! What is answered: values, rows, nothing; forms and headers.

use serde_json::json;

use super::workshop::Workshop;

#[tokio::test]
async fn values_rows_and_nothing() {
    let workshop = Workshop::open().await;
    for (path, value) in [
        ("/rpc/a_place", json!({"city": "Ulm", "zip": 89073})),
        ("/rpc/swap?a=1&b=2", json!({"a": 2, "b": 1})),
        ("/rpc/one_out?num=5", json!({"num_plus_one": 6})),
        ("/rpc/one_column", json!([{"a": "x"}, {"a": "y"}])),
        (
            "/rpc/a_table?most=2",
            json!([{"n": 1, "square": 1}, {"n": 2, "square": 4}]),
        ),
        ("/rpc/anonymous", json!({"x": 1, "z": "y"})),
        (
            "/rpc/a_table?most=9&square=gt.40&select=n&order=n.desc&limit=2",
            json!([{"n": 9}, {"n": 8}]),
        ),
        ("/rpc/a_place?select=zip", json!({"zip": 89073})),
        (
            "/rpc/words?list=%7Bb,a%7D&order=pgrst_scalar",
            json!(["a", "b"]),
        ),
        (
            "/rpc/a_table?most=3&select=square.sum()",
            json!([{"sum": 14}]),
        ),
    ] {
        assert_eq!(workshop.value(path).await, value, "{path}");
    }
    for method in ["GET", "POST"] {
        let answer = workshop.ask(method, "/rpc/nothing", &[], "").await;
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{method}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("content-type"), None);
    }
}

#[tokio::test]
async fn forms_of_an_answer() {
    let workshop = Workshop::open().await;
    let of = async |path: &str, accept: &str| {
        let answer = workshop.ask("GET", path, &[("Accept", accept)], "").await;
        (answer.status, String::from_utf8(answer.body).unwrap())
    };
    let object = "application/vnd.pgrst.object+json";
    assert_eq!(
        of("/rpc/a_table?most=2&n=eq.2", object).await,
        (200, r#"{"n":2,"square":4}"#.into())
    );
    assert_eq!(of("/rpc/a_table?most=2", object).await.0, 406);
    assert_eq!(of("/rpc/add_them?a=1&b=2", object).await, (200, "3".into()));
    assert_eq!(
        of("/rpc/a_place", object).await.1,
        r#"{"city":"Ulm","zip":89073}"#
    );
    assert_eq!(
        of("/rpc/a_table?most=2", "text/csv").await.1,
        "n,square\n1,1\n2,4"
    );
    assert_eq!(
        of("/rpc/add_them?a=1&b=2", "text/csv").await.1,
        "pgrst_scalar\n3"
    );
    let stripped = "application/vnd.pgrst.array+json;nulls=stripped";
    assert_eq!(
        of("/rpc/projects_of?client=2&select=name,budget", stripped)
            .await
            .1,
        r#"[{"name":"OSX"},{"name":"IOS","budget":10}]"#
    );
    assert_eq!(of("/rpc/add_them?a=1&b=2", "image/png").await.0, 406);
}

#[tokio::test]
async fn counts_ranges_and_tags() {
    let workshop = Workshop::open().await;
    let count = [("Prefer", "count=exact")];
    let answer = workshop
        .ask("GET", "/rpc/a_table?most=9&limit=3&offset=3", &count, "")
        .await;
    assert_eq!(
        (answer.status, answer.header("content-range")),
        (206, Some("3-5/9"))
    );
    assert_eq!(answer.header("preference-applied"), Some("count=exact"));
    let range = [("Range", "0-1"), ("Range-Unit", "items")];
    let answer = workshop.ask("GET", "/rpc/a_table?most=9", &range, "").await;
    assert_eq!(
        (answer.status, answer.header("content-range")),
        (200, Some("0-1/*"))
    );
    assert_eq!(answer.json().as_array().unwrap().len(), 2);
    let answer = workshop
        .ask("POST", "/rpc/a_table", &range, r#"{"most": 9}"#)
        .await;
    assert_eq!(answer.json().as_array().unwrap().len(), 9);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("etag"), None);
    let answer = workshop.get("/rpc/add_them?a=1&b=2").await;
    assert_eq!(answer.header("content-range"), Some("0-0/*"));
    assert_eq!(
        answer.header("content-type"),
        Some("application/json; charset=utf-8")
    );
    let tag = answer.header("etag").unwrap().to_owned();
    let again = workshop
        .ask(
            "GET",
            "/rpc/add_them?a=1&b=2",
            &[("If-None-Match", &tag)],
            "",
        )
        .await;
    assert_eq!(again.status, 304);
    let head = workshop
        .service
        .client()
        .await
        .ask(
            "HEAD",
            "/rpc/add_them?a=1&b=2",
            &[("X-Tenant-Id", crate::service::PAWNEE)],
        )
        .await;
    assert_eq!(
        (head.status, head.header("content-length")),
        (200, Some("1"))
    );
    let beyond = workshop
        .ask("GET", "/rpc/a_table?most=2&offset=5", &count, "")
        .await;
    assert_eq!(beyond.status, 416);
}

#[tokio::test]
async fn methods() {
    let workshop = Workshop::open().await;
    let options = workshop
        .service
        .client()
        .await
        .ask("OPTIONS", "/rpc/add_them", &[])
        .await;
    assert_eq!(options.header("allow"), Some("OPTIONS,GET,HEAD,POST"));
    let mut client = workshop.service.client().await;
    let options = client.ask("OPTIONS", "/rpc/rename", &[]).await;
    assert_eq!(options.header("allow"), Some("OPTIONS,POST"));
    for method in ["PUT", "PATCH", "DELETE"] {
        let answer = workshop.ask(method, "/rpc/add_them", &[], "").await;
        let json = answer.json();
        assert_eq!(
            (answer.status, json["code"].clone()),
            (405, json!("PGRST101"))
        );
        assert_eq!(
            json["message"],
            format!("Cannot use the {method} method on RPC")
        );
    }
}

/// What a function says of its answer; nothing of it meets the next call, whoever makes it.
#[tokio::test]
async fn status_and_headers_of_a_function() {
    let workshop = Workshop::open().await;
    for method in ["GET", "POST"] {
        let answer = workshop.ask(method, "/rpc/teapot", &[], "").await;
        assert_eq!(
            (answer.status, answer.header("x-pot")),
            (418, Some("tea")),
            "{method}"
        );
        let cookies = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie");
        assert_eq!(cookies.count(), 2);
        assert_eq!(answer.json(), json!("short and stout"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    // The function has set them for its session.
    for _ in 0..16 {
        for tenant in [crate::service::PAWNEE, crate::service::DUNDER] {
            let mut client = workshop.service.client().await;
            let answer = client.get("/rpc/teapot?often=false", tenant).await;
            assert_eq!((answer.status, answer.header("x-pot")), (200, None));
        }
    }
    let set = async |headers: &str, status: &str| {
        let content = json!({"headers": headers, "status": status}).to_string();
        workshop.post("/rpc/set_headers", &content).await
    };
    let answer = set(
        r#"[{"Cache-Control": "public"}, {"X-A": "é"}, {"Location": "/x"}]"#,
        "201",
    )
    .await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (201, Some("/x"))
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(set("{}", "").await.json()["code"], "PGRST111");
    assert_eq!(set("", "1000").await.json()["code"], "PGRST112");
}

/// The request's head, but for what says who the caller is.
#[tokio::test]
async fn functions_are_told_the_head_of_the_request() {
    let workshop = Workshop::open().await;
    let headers = [
        ("X-Note", "it's \"so\""),
        ("Cookie", "session=secret"),
        ("Authorization", "Bearer secret"),
    ];
    let asked = async |setting: &str| {
        let path = format!("/rpc/who_asks?setting={setting}");
        workshop.ask("GET", &path, &headers, "").await.json()
    };
    assert_eq!(asked("method").await, json!("GET"));
    assert_eq!(asked("path").await, json!("/rpc/who_asks"));
    assert_eq!(asked("x-note").await, json!("it's \"so\""));
    for withheld in ["cookie", "authorization", "x-tenant-id"] {
        assert_eq!(asked(withheld).await, json!(null), "{withheld}");
    }
    for (setting, value) in [("method", "POST"), ("path", "/rpc/who_asks_writing")] {
        let content = json!({ "setting": setting }).to_string();
        let path = "/rpc/who_asks_writing";
        let answer = workshop.ask("POST", path, &headers, &content).await;
        assert_eq!(answer.json(), json!(value));
    }
}

/// A value of a domain that is called as a media type is the content, for whoever asks for that type.
#[tokio::test]
async fn media_types_of_functions() {
    let workshop = Workshop::open().await;
    let got = async |path: &str, accept: &str| {
        let answer = workshop.ask("GET", path, &[("Accept", accept)], "").await;
        let media = answer.header("content-type").map(str::to_owned);
        (answer.status, media, answer.body)
    };
    let some = |media: &str| Some(media.to_owned());
    let page = "/rpc/page?title=Grüße";
    let html = "<h1>Grüße</h1>5".as_bytes().to_vec();
    for accept in ["text/html", "text/html,application/xhtml+xml,*/*;q=0.8"] {
        assert_eq!(
            got(page, accept).await,
            (200, some("text/html"), html.clone()),
            "{accept}"
        );
    }
    for accept in ["*/*", "application/json", "text/html;q=0, */*"] {
        let (status, media, body) = got(page, accept).await;
        assert_eq!(
            (status, media),
            (200, some("application/json; charset=utf-8")),
            "{accept}"
        );
        assert_eq!(body, "\"<h1>Grüße</h1>5\"".as_bytes());
    }
    let less = "application/json, text/html;q=0.5";
    assert_eq!(
        got(page, less).await.1,
        some("application/json; charset=utf-8")
    );
    let asked = "/rpc/page?nosuch=eq.1";
    assert!(got(asked, "text/html").await.0 >= 400);
    assert_eq!(got("/rpc/page", "text/html").await.2, b"");
    assert_eq!(got(page, "image/png").await.0, 406);
    assert_eq!(got("/rpc/greet?name=x", "text/html").await.0, 406);
    let dot = (200, some("image/x-dot"), vec![0, 255]);
    assert_eq!(got("/rpc/dot", "image/x-dot").await, dot);
    for (content, media) in [
        (r#"{"media": ""}"#, "application/octet-stream"),
        (r#"{"media": "text/css"}"#, "text/css"),
    ] {
        let accept = [("Accept", "application/json")];
        let path = "/rpc/any_media";
        let answer = workshop.ask("POST", path, &accept, content).await;
        assert_eq!(
            (answer.header("content-type"), answer.body.as_slice()),
            (Some(media), &b"hello"[..])
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

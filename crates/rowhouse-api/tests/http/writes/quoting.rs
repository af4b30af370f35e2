//! What a client wrote, as errors quote it; and content that is encoded.

use serde_json::json;

use super::shop::Shop;
use crate::service::PAWNEE;

const JSON: (&str, &str) = ("Content-Type", "application/json");

#[tokio::test]
async fn long_names_are_quoted_in_part() {
    let shop = Shop::open().await;
    let huge = "k".repeat(7 << 20);
    let long = "é".repeat(600);
    let medium = "k".repeat(64);
    let csv = ("Content-Type", "text/csv");
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let object = format!("{{\"{huge}\":1}}");
    let many: Vec<String> = (0..50_000).map(|n| format!("\"name{n}\":1")).collect();
    let many = format!("{{{}}}", many.join(","));
    let accept = format!("text/{}", "x".repeat(8000));
    let prefer = format!("handling=strict, {}", "x".repeat(8000));
    let word = "x".repeat(8000);
    let path = |path: &str| path.replace("{}", &long);
    let asked: Vec<(&str, String, Vec<(&str, &str)>, String, u16, &str)> = vec![
        (
            "POST",
            "/authors".into(),
            vec![JSON],
            object.clone(),
            400,
            "PGRST204",
        ),
        (
            "PATCH",
            "/authors?id=eq.1".into(),
            vec![JSON],
            object.clone(),
            400,
            "PGRST204",
        ),
        (
            "POST",
            "/authors".into(),
            vec![JSON],
            format!("[{{\"id\":1}},{object}]"),
            400,
            "PGRST204",
        ),
        (
            "POST",
            "/authors".into(),
            vec![JSON],
            format!("{{\"{medium}\":1}}"),
            400,
            "PGRST204",
        ),
        (
            "POST",
            "/authors".into(),
            vec![JSON],
            format!("[\"{huge}\"]"),
            400,
            "PGRST102",
        ),
        (
            "POST",
            "/authors".into(),
            vec![csv],
            format!("{huge}\n1"),
            400,
            "PGRST204",
        ),
        (
            "POST",
            "/authors".into(),
            vec![form],
            format!("{huge}=1"),
            400,
            "PGRST204",
        ),
        (
            "POST",
            path("/authors?columns={}"),
            vec![JSON],
            "{}".into(),
            400,
            "PGRST204",
        ),
        (
            "POST",
            "/authors".into(),
            vec![("Content-Type", &accept)],
            "{}".into(),
            400,
            "PGRST102",
        ),
        (
            "POST",
            "/rpc/leave_count".into(),
            vec![JSON],
            object,
            404,
            "PGRST202",
        ),
        (
            "POST",
            "/rpc/leave_count".into(),
            vec![JSON],
            many,
            404,
            "PGRST202",
        ),
        (
            "POST",
            "/rpc/leave_count".into(),
            vec![form],
            format!("{huge}=1"),
            404,
            "PGRST202",
        ),
        (
            "POST",
            "/rpc/leave_count".into(),
            vec![("Content-Type", &accept)],
            "{}".into(),
            400,
            "PGRST102",
        ),
        ("GET", path("/{}"), vec![], String::new(), 404, "PGRST205"),
        (
            "GET",
            path("/rpc/{}"),
            vec![],
            String::new(),
            404,
            "PGRST202",
        ),
        (
            "GET",
            path("/authors?select={}"),
            vec![],
            String::new(),
            400,
            "42703",
        ),
        (
            "GET",
            path("/authors?select=id::{}"),
            vec![],
            String::new(),
            400,
            "42704",
        ),
        (
            "GET",
            path("/authors?select={}(id)"),
            vec![],
            String::new(),
            400,
            "PGRST200",
        ),
        (
            "GET",
            path("/authors?select=books!{}(id)"),
            vec![],
            String::new(),
            400,
            "PGRST200",
        ),
        (
            "GET",
            path("/authors?{}=eq.1"),
            vec![],
            String::new(),
            400,
            "42703",
        ),
        (
            "GET",
            path("/authors?id={}"),
            vec![],
            String::new(),
            400,
            "PGRST100",
        ),
        (
            "GET",
            path("/authors?limit={}"),
            vec![],
            String::new(),
            400,
            "PGRST100",
        ),
        (
            "GET",
            path("/authors?order={}"),
            vec![],
            String::new(),
            400,
            "42703",
        ),
        (
            "GET",
            path("/authors?{}.limit=1"),
            vec![],
            String::new(),
            400,
            "PGRST108",
        ),
        (
            "GET",
            path("/authors?order={}(id)"),
            vec![],
            String::new(),
            400,
            "PGRST108",
        ),
        (
            "GET",
            "/authors".into(),
            vec![("Accept", &accept)],
            String::new(),
            406,
            "PGRST107",
        ),
        (
            "GET",
            "/authors".into(),
            vec![("Prefer", &prefer)],
            String::new(),
            400,
            "PGRST122",
        ),
        (
            "GET",
            "/authors".into(),
            vec![("Accept-Profile", &word)],
            String::new(),
            406,
            "PGRST106",
        ),
        (
            &word,
            "/authors".into(),
            vec![],
            String::new(),
            405,
            "PGRST117",
        ),
        (
            &word,
            "/rpc/leave_count".into(),
            vec![],
            String::new(),
            405,
            "PGRST101",
        ),
    ];
    for (method, path, headers, content, status, code) in asked {
        let answer = shop.ask(method, &path, &headers, &content).await;
        let shown: String = path.chars().take(60).collect();
        assert!(
            answer.body.len() < 48 << 10,
            "{shown}: {}",
            answer.body.len()
        );
        let json = answer.json();
        assert_eq!(
            (answer.status, json["code"].as_str()),
            (status, Some(code)),
            "{shown} {json}"
        );
        if content.len() > 1 << 20 && !content.contains("name1") {
            assert!(answer.body.len() < 2048, "{shown}: {json}");
            assert!(
                json["message"]
                    .as_str()
                    .is_some_and(|message| !message.is_empty())
            );
        }
    }
    // The longest name that a column can have is one like others.
    let fits = format!("{{\"{}\":1}}", "k".repeat(63));
    let answer = shop.ask("POST", "/authors", &[JSON], &fits).await;
    assert_eq!(answer.json()["code"], "PGRST204");
    assert!(
        answer.json()["message"]
            .as_str()
            .unwrap()
            .contains("Could not find")
    );
}

#[tokio::test]
async fn encoded_content_is_not_taken_for_what_it_is_not() {
    let shop = Shop::open().await;
    let row = json!({"id": 70, "name": "x"}).to_string();
    for encoding in ["gzip", "identity, gzip", "br", "x"] {
        let headers = [JSON, ("Content-Encoding", encoding)];
        let answer = shop.ask("POST", "/authors", &headers, &row).await;
        assert_eq!(answer.status, 415, "{encoding}");
        assert_eq!(answer.header("accept-encoding"), Some("identity"));
        assert_eq!(answer.json()["code"], "RH015");
    }
    let headers = [JSON, ("Content-Encoding", "Identity")];
    assert_eq!(
        shop.ask("POST", "/authors", &headers, &row).await.status,
        201
    );
    for coding in ["gzip, chunked", "Identity, chunked", "chunked"] {
        let mut client = shop.service().client().await;
        let request = format!(
            "POST /authors HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n\
             Transfer-Encoding: {coding}\r\n\r\n12\r\n{{\"id\":71,\"name\":1}}\r\n0\r\n\r\n"
        );
        client.send(request.as_bytes()).await;
        let answer = client.answer(false).await;
        if coding == "chunked" {
            assert_eq!(answer.status, 201);
        } else {
            assert_eq!(answer.status, 501, "{coding}");
            assert_eq!(answer.json()["code"], "RH016");
        }
    }
}

#[tokio::test]
async fn what_is_about_content_is_passed_over_without_it() {
    let shop = Shop::open().await;
    for words in [
        "columns=name",
        "on_conflict=id",
        "columns=nope,&on_conflict=nope",
        "columns=(",
    ] {
        for path in ["/authors?select=id&id=eq.1&", "/rpc/leave_count?value=x&"] {
            let path = format!("{path}{words}");
            let answer = shop.ask("GET", &path, &[], "").await;
            assert_eq!(answer.status, 200, "{path}");
        }
        let head = shop.ask("GET", &format!("/authors?{words}"), &[], "").await;
        assert_eq!(head.status, 200, "{words}");
        let path = format!("/settings?name=eq.none&{words}");
        assert_eq!(
            shop.ask("DELETE", &path, &[], "").await.status,
            204,
            "{words}"
        );
    }
    // A filter is none of it.
    let answer = shop.ask("DELETE", "/settings?columns=eq.x", &[], "").await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (400, Some("42703"))
    );
}

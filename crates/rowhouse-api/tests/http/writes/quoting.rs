//! What a client wrote, as errors quote it; and content that is encoded.

use serde_json::json;

use super::shop::Shop;
use crate::service::PAWNEE;

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// A request that is refused with so much of what was written as is needed.
async fn refused(
    shop: &Shop,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    content: &str,
    expected: (u16, &str),
) {
    let answer = shop.ask(method, path, headers, content).await;
    let shown: String = path.chars().take(60).collect();
    let (length, json) = (answer.body.len(), answer.json());
    assert_eq!(
        (answer.status, json["code"].as_str()),
        (expected.0, Some(expected.1)),
        "{shown} {json}"
    );
    assert!(length < 8192, "{shown}: {length}");
    assert!(
        json["message"]
            .as_str()
            .is_some_and(|message| !message.is_empty())
    );
}

#[tokio::test]
async fn long_names_in_content_are_quoted_in_part() {
    let shop = Shop::open().await;
    let huge = "k".repeat(7 << 20);
    let object = format!("{{\"{huge}\":1}}");
    let second = format!("[{{\"id\":1}},{object}]");
    let text = format!("[\"{huge}\"]");
    let longer = format!("{{\"{}\":1}}", "k".repeat(64));
    let fits = format!("{{\"{}\":1}}", "k".repeat(63));
    let (csv, form) = (format!("{huge}\n1"), format!("{huge}=1"));
    let media = format!("text/{}", "x".repeat(8000));
    let of = |media| ("Content-Type", media);
    let form_type = "application/x-www-form-urlencoded";
    let post = ("POST", "/authors");
    let unknown = (400, "PGRST204");
    for (request, media, content, expected) in [
        (post, "application/json", &object, unknown),
        (
            ("PATCH", "/authors?id=eq.1"),
            "application/json",
            &object,
            unknown,
        ),
        (post, "application/json", &second, unknown),
        (post, "application/json", &longer, unknown),
        (post, "application/json", &fits, unknown),
        (post, "application/json", &text, (400, "PGRST102")),
        (post, "text/csv", &csv, unknown),
        (post, form_type, &form, unknown),
        (post, &media, &fits, (400, "PGRST102")),
    ] {
        refused(&shop, request, &[of(media)], content, expected).await;
    }
    let call = ("POST", "/rpc/leave_count");
    for (media, content, expected) in [
        ("application/json", &object, (404, "PGRST202")),
        (form_type, &form, (404, "PGRST202")),
        (&media, &object, (400, "PGRST102")),
    ] {
        refused(&shop, call, &[of(media)], content, expected).await;
    }
    // Of many names some are listed.
    let many: Vec<String> = (0..50_000).map(|n| format!("\"name{n}\":1")).collect();
    let many = format!("{{{}}}", many.join(","));
    refused(&shop, call, &[JSON], &many, (404, "PGRST202")).await;
}

#[tokio::test]
async fn long_names_in_heads_are_quoted_in_part() {
    let shop = Shop::open().await;
    let long = "é".repeat(600);
    for (path, status, code) in [
        ("/{}", 404, "PGRST205"),
        ("/rpc/{}", 404, "PGRST202"),
        ("/authors?select={}", 400, "42703"),
        ("/authors?select=id::{}", 400, "42704"),
        ("/authors?select={}(id)", 400, "PGRST200"),
        ("/authors?select=books!{}(id)", 400, "PGRST200"),
        ("/authors?{}=eq.1", 400, "42703"),
        ("/authors?id={}", 400, "PGRST100"),
        ("/authors?limit={}", 400, "PGRST100"),
        ("/authors?order={}", 400, "42703"),
        ("/authors?{}.limit=1", 400, "PGRST108"),
        ("/authors?order={}(id)", 400, "PGRST108"),
    ] {
        let path = path.replace("{}", &long);
        refused(&shop, ("GET", &path), &[], "", (status, code)).await;
    }
    let columns = format!("/authors?columns={long}");
    refused(&shop, ("POST", &columns), &[JSON], "{}", (400, "PGRST204")).await;
    let word = "x".repeat(8000);
    let (accept, prefer) = (format!("text/{word}"), format!("handling=strict, {word}"));
    for (name, value, status, code) in [
        ("Accept", &accept, 406, "PGRST107"),
        ("Prefer", &prefer, 400, "PGRST122"),
        ("Accept-Profile", &word, 406, "PGRST106"),
    ] {
        refused(
            &shop,
            ("GET", "/authors"),
            &[(name, value)],
            "",
            (status, code),
        )
        .await;
    }
    refused(&shop, (&word, "/authors"), &[], "", (405, "PGRST117")).await;
    refused(
        &shop,
        (&word, "/rpc/leave_count"),
        &[],
        "",
        (405, "PGRST101"),
    )
    .await;
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
        assert_eq!(answer.json()["code"], "RH019");
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
            assert_eq!(answer.json()["code"], "RH020");
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

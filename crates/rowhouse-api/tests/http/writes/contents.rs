//! What requests come with: bounded, whole, or refused.

use std::time::Duration;

use rowhouse::Rowhouse;
use rowhouse_api::ApiOptions;
use serde_json::json;

use super::shop::{CONFIG, Shop};
use crate::service::{PAWNEE, Setup};

async fn bounded() -> Shop {
    let mut api = ApiOptions::default();
    api.content_bytes = 100;
    api.content_within = Duration::from_millis(300);
    Shop::with(Setup {
        config: CONFIG,
        api,
        ..Setup::default()
    })
    .await
}

#[tokio::test]
async fn too_much_and_too_slow() {
    let shop = bounded().await;
    let head = format!("POST /authors HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n");
    let chunk = "10\r\n{\"id\":1,\"name\": \r\n";
    let cases = [
        (
            format!("Content-Length: 101\r\n\r\n{}", "x".repeat(101)),
            413,
            "RH005",
        ),
        (
            format!("Transfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(9)),
            413,
            "RH005",
        ),
        (
            format!("Transfer-Encoding: chunked\r\n\r\n{chunk}"),
            408,
            "RH008",
        ),
        ("Content-Length: 50\r\n\r\n{".to_owned(), 408, "RH008"),
        (
            format!("Transfer-Encoding: chunked\r\n\r\n{chunk}nonsense\r\n"),
            400,
            "PGRST102",
        ),
    ];
    let before = shop.mine().await;
    for (rest, status, code) in cases {
        let mut client = shop.service().client().await;
        client.send(format!("{head}{rest}").as_bytes()).await;
        let answer = client.answer(false).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (status, Some(code)),
            "{rest}"
        );
    }
    assert_eq!(shop.mine().await, before);
    // In chunks, and whole.
    let mut client = shop.service().client().await;
    let whole = "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"id\":33\r\n9\r\n,\"name\":1\r\n1\r\n}\r\n0\r\n\r\n";
    client.send(format!("{head}{whole}").as_bytes()).await;
    assert_eq!(client.answer(false).await.status, 201);
    assert_eq!(
        shop.get("/authors?id=eq.33&select=name").await,
        json!([{"name":"1"}])
    );
}

/// The rows are dropped, the write stands, and it is not run twice.
#[tokio::test]
async fn what_is_too_large_to_answer_is_written_once() {
    let shop = Shop::with(Setup {
        config: CONFIG,
        house: Rowhouse::builder().lanes(2).write_answer(2 << 10),
        ..Setup::default()
    })
    .await;
    let rows: Vec<String> = (0..200)
        .map(|n| format!("{{\"title\":\"t{n}\"}}"))
        .collect();
    let body = format!("[{}]", rows.join(","));
    let headers = [("Prefer", "return=representation")];
    for round in 1..=2 {
        let answer = shop.ask("POST", "/books", &headers, &body).await;
        assert_eq!((answer.status, answer.body.len()), (201, 0));
        assert_eq!(answer.header("preference-applied"), Some("return=minimal"));
        let count = shop
            .get("/books?title=like.t*&id=gte.1000&select=count")
            .await;
        assert_eq!(count[0]["count"], 200 * round);
    }
    let answer = shop
        .ask("PATCH", "/books?id=gte.1000", &headers, r#"{"pages":7}"#)
        .await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
}

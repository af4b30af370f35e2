//! `Idempotency-Key`: what is sent twice is done once.

use serde_json::json;

use super::shop::Shop;

fn keyed<'k>(key: &'k str, prefer: &'k str) -> [(&'k str, &'k str); 2] {
    [("Idempotency-Key", key), ("Prefer", prefer)]
}

#[tokio::test]
async fn a_repetition_gets_the_first_answer() {
    let shop = Shop::open().await;
    let path = "/books?select=id,title";
    let headers = keyed("\"one\"", "return=representation");
    let body = r#"{"title":"once"}"#;
    let first = shop.ask("POST", path, &headers, body).await;
    assert_eq!(
        (first.status, first.header("idempotent-replayed")),
        (201, None)
    );
    // Both workers know of it.
    for _ in 0..8 {
        let again = shop.ask("POST", path, &headers, body).await;
        assert_eq!((again.status, &again.body), (201, &first.body));
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(
            again.header("preference-applied"),
            Some("return=representation")
        );
        assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    }
    let titles = shop.get("/books?title=eq.once&select=title").await;
    assert_eq!(titles, json!([{"title":"once"}]));
    for (path, headers, body) in [
        (path, headers, r#"{"title":"twice"}"#),
        ("/books?select=id", headers, body),
        ("/authors", headers, body),
        (path, keyed("one", "return=minimal"), body),
    ] {
        let before = shop.mine().await;
        let other = shop.ask("POST", path, &headers, body).await;
        assert_eq!(
            (other.status, other.json()["code"].as_str()),
            (422, Some("RH011"))
        );
        assert_eq!(shop.mine().await, before);
    }
    let wrong = shop.ask("POST", path, &keyed("a b", ""), body).await;
    assert_eq!(
        (wrong.status, wrong.json()["code"].as_str()),
        (400, Some("RH010"))
    );
}

#[tokio::test]
async fn what_was_not_written_may_be_tried_again() {
    let shop = Shop::open().await;
    let headers = keyed("k", "return=representation");
    let broken = shop
        .ask("POST", "/authors", &headers, r#"{"id":1,"name":"x"}"#)
        .await;
    assert_eq!(broken.status, 409);
    let mended = shop
        .ask("POST", "/authors", &headers, r#"{"id":10,"name":"x"}"#)
        .await;
    assert_eq!(
        (mended.status, mended.header("idempotent-replayed")),
        (201, None)
    );
}

#[tokio::test]
async fn at_the_same_time_one_of_them_is_done() {
    let shop = Shop::open().await;
    let headers = keyed("race", "return=minimal");
    let body = r#"{"title":"race"}"#;
    let ask = || shop.ask("POST", "/books", &headers, body);
    let answers = tokio::join!(ask(), ask(), ask(), ask(), ask(), ask());
    let answers = [
        answers.0, answers.1, answers.2, answers.3, answers.4, answers.5,
    ];
    let done = answers
        .iter()
        .filter(|answer| answer.status == 201 && answer.header("idempotent-replayed").is_none());
    assert_eq!(done.count(), 1);
    for answer in &answers {
        assert!(matches!(answer.status, 201 | 409), "{}", answer.status);
    }
    let rows = shop.get("/books?title=eq.race&select=title").await;
    assert_eq!(rows.as_array().unwrap().len(), 1);
}

/// A client that goes away while its request is under way cannot know what became of it, and
/// neither does the service: a repetition is refused rather than done twice.
#[tokio::test]
async fn a_client_that_went_away_is_not_answered_twice() {
    let shop = Shop::open().await;
    let head = format!(
        "POST /logs HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {}\r\nIdempotency-Key: gone\r\n\
         Content-Length: 15\r\n\r\n{{\"line\":\"tea\"}}\n",
        crate::service::PAWNEE
    );
    let owner = shop
        .service()
        .database
        .as_role(rowhouse_local::testing::OWNER)
        .await;
    owner.batch_execute("BEGIN; LOCK logs").await.unwrap();
    let mut client = shop.service().client().await;
    client.send(head.as_bytes()).await;
    tokio::time::timeout(std::time::Duration::from_millis(200), client.head())
        .await
        .unwrap_err();
    drop(client);
    let mut statuses = Vec::new();
    for _ in 0..50 {
        let mut client = shop.service().client().await;
        client.send(head.as_bytes()).await;
        let answer = client.answer(false).await;
        statuses.push((answer.status, answer.json()["detail"].to_string()));
        if answer.json()["detail"]
            .to_string()
            .contains("without an answer")
        {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    owner.batch_execute("ROLLBACK").await.unwrap();
    assert!(
        statuses.iter().all(|(status, _)| *status == 409),
        "{statuses:?}"
    );
    assert!(
        statuses.last().unwrap().1.contains("without an answer"),
        "{statuses:?}"
    );
}

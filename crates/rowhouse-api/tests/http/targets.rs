//! Targets of requests with bytes that stand in no URI, and what must not be taken for one.

use crate::client::Client;
use crate::service::{PAWNEE, Service, Setup};

const SQL: &str = "
    CREATE TABLE notes (
        id int GENERATED ALWAYS AS IDENTITY,
        tenant_id uuid NOT NULL,
        body text,
        data jsonb,
        PRIMARY KEY (tenant_id, id)
    );
    INSERT INTO notes (tenant_id, body, data) VALUES ('7a245486-3fc8-47ec-b303-04fefe7a58ff', 'é|<', '{\"a\": {\"b\": \"x\"}}');
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON notes USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
    GRANT SELECT, INSERT, DELETE ON notes TO rowhouse_app;";

async fn notes() -> Service {
    Service::start(Setup {
        sql: SQL.into(),
        config: "",
        ..Setup::default()
    })
    .await
}

fn head(method: &str, target: &str, more: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nX-Tenant-Id: {PAWNEE}\r\n{more}\r\n")
}

/// The content of the next answer, which is a success.
async fn content(client: &mut Client) -> String {
    let answer = client.answer(false).await;
    let text = String::from_utf8(answer.body).unwrap();
    assert!((200..300).contains(&answer.status), "{text}");
    text
}

#[tokio::test]
async fn clients_write_arrows_as_they_are() {
    let service = notes().await;
    let mut client = service.client().await;
    for (target, content) in [
        ("/notes?select=data->a->>b", r#"[{"b":"x"}]"#),
        ("/notes?select=id&data->a->>b=eq.x", r#"[{"id":1}]"#),
        (
            "/notes?select=id&data=cs.{\"a\":{\"b\":\"x\"}}",
            r#"[{"id":1}]"#,
        ),
        ("/notes?select=id&body=eq.é|<", r#"[{"id":1}]"#),
        (
            "/notes?select=id&body=in.(\"é|<\",\"^`\\\\\")",
            r#"[{"id":1}]"#,
        ),
        ("/notes?select=id&id=eq(any).{1,2}", r#"[{"id":1}]"#),
        ("/notes?select=data-%3Ea->>b", r#"[{"b":"x"}]"#),
    ] {
        let answer = client.get(target, PAWNEE).await;
        assert_eq!(String::from_utf8_lossy(&answer.body), content, "{target}");
    }
    // What is no text at all is refused with words.
    client
        .send(
            &[
                b"GET /notes?body=eq.",
                &b"\xff\xfe"[..],
                b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
            ]
            .concat(),
        )
        .await;
    let answer = client.answer(false).await;
    assert_eq!(answer.status, 400);
    assert!(answer.json()["message"].is_string());
}

#[tokio::test]
async fn requests_that_come_at_once_are_all_read() {
    let service = notes().await;
    let get = head("GET", "/notes?select=data->a->>b", "");
    let inner = "{\"body\":\"GET /> HTTP/1.1\\r\\n\\r\\n<é>\"}\r\n\r\n \r\n\r\n";
    let length = format!("Content-Length: {}\r\n", inner.len());
    let post = head(
        "POST",
        "/notes?select=body,data->a",
        &format!("Prefer: return=representation\r\n{length}"),
    );
    let all = format!("{get}{get}{post}{inner}{get}\r\n{get}");
    for size in [all.len(), 1, 50] {
        let mut client = service.client().await;
        for piece in all.as_bytes().chunks(size) {
            client.send(piece).await;
        }
        assert_eq!(content(&mut client).await, r#"[{"b":"x"}]"#);
        assert_eq!(content(&mut client).await, r#"[{"b":"x"}]"#);
        assert_eq!(
            content(&mut client).await,
            "[{\"body\":\"GET /> HTTP/1.1\\r\\n\\r\\n<é>\",\"a\":null}]"
        );
        for _ in 0..2 {
            assert!(content(&mut client).await.starts_with(r#"[{"b":"x"}"#));
        }
        let delete = head("DELETE", "/notes?body=like.GET*>*", "");
        client.send(delete.as_bytes()).await;
        assert_eq!(client.answer(true).await.status, 204);
    }
}

#[tokio::test]
async fn content_that_looks_like_a_head_is_content() {
    let service = notes().await;
    // Lines that look like the next request, at every place where one could begin.
    let hostile = format!(
        "body\r\n\"\r\n\r\n{}\"\r\n\"x>\"\r\n",
        head("GET", "/notes?select=data->>a", "").replace('"', "")
    );
    let wanted = serde_json::json!([
        {"body": format!("\r\n\r\n{}", head("GET", "/notes?select=data->>a", ""))}, {"body": "x>"}
    ]);
    let more = "Content-Type: text/csv\r\nPrefer: return=representation\r\n";
    let post = |framing: &str| {
        head(
            "POST",
            "/notes?select=body&columns=body",
            &format!("{more}{framing}"),
        )
    };
    let by_length = post(&format!("Content-Length: {}\r\n", hostile.len())) + &hostile;
    let chunk = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    let middle = hostile.len() / 2;
    let chunked = post("Transfer-Encoding: chunked\r\n")
        + &chunk(&hostile[..middle])
        + &chunk(&hostile[middle..])
        + "0\r\n\r\n";
    for request in [&by_length, &chunked] {
        for size in [request.len(), 1, 100] {
            let mut client = service.client().await;
            for piece in request.as_bytes().chunks(size) {
                client.send(piece).await;
            }
            let answer = content(&mut client).await;
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&answer).unwrap(),
                wanted
            );
            // And there is nothing after it.
            assert_eq!(
                client.get("/notes?select=id&id=eq.1", PAWNEE).await.body,
                b"[{\"id\":1}]"
            );
        }
    }
    // A refusal leaves content unread.
    let mut client = service.client().await;
    let refused = by_length.replace("POST /notes", "PATCH /nothing");
    client
        .send((refused + &head("GET", "/notes?select=data->a->>b&id=eq.1", "")).as_bytes())
        .await;
    assert_eq!(client.answer(false).await.status, 404);
    assert_eq!(content(&mut client).await, r#"[{"b":"x"}]"#);
}

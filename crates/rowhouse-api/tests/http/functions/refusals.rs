//! Errors: those that functions raise, and those of calls.

use serde_json::json;

use super::workshop::Workshop;

#[tokio::test]
async fn what_is_raised_on_purpose_passes() {
    let workshop = Workshop::open().await;
    let answer = workshop.post("/rpc/fail_plainly", "").await;
    let json = answer.json();
    assert_eq!(answer.status, 400);
    for (member, value) in [
        ("code", "P0001"),
        ("message", "no way"),
        ("details", "because"),
        ("hint", "do not"),
    ] {
        assert_eq!(json[member], value);
    }
    let answer = workshop.get("/rpc/fail_as?status=PT402").await;
    assert_eq!(
        (answer.status, answer.json()["message"].clone()),
        (402, json!("as told"))
    );
    // What the server says of a broken constraint does not.
    let answer = workshop.post("/rpc/duplicate", "").await;
    let json = answer.json();
    assert_eq!((answer.status, json["code"].clone()), (409, json!("23505")));
    assert!(!json.to_string().contains("Key ("), "{json}");
    assert_eq!(json["constraint"], "people_pkey");
}

#[tokio::test]
async fn calls_that_are_not_understood() {
    let workshop = Workshop::open().await;
    for (path, content, status, code) in [
        ("/rpc/add_them", "{\"a\": 1", 400, "PGRST102"),
        ("/rpc/add_them", "{\"a\": \"x\", \"b\": 1}", 400, "22P02"),
        ("/rpc/half", "{\"percent\": 101}", 400, "23514"),
        (
            "/rpc/add_them?id=1",
            "{\"a\": 1, \"b\": 1}",
            400,
            "PGRST100",
        ),
        ("/rpc/a_table?n=eq.x", "{\"most\": 1}", 400, "22P02"),
        ("/rpc/add_them", "[1]", 404, "PGRST202"),
    ] {
        let answer = workshop.post(path, content).await;
        let json = answer.json();
        assert_eq!(
            (answer.status, json["code"].clone()),
            (status, json!(code)),
            "{path} {content}: {json}"
        );
    }
    let png = [("Content-Type", "image/png")];
    let answer = workshop.ask("POST", "/rpc/add_them", &png, "x").await;
    assert_eq!(
        (answer.status, answer.json()["code"].clone()),
        (400, json!("PGRST102"))
    );
}

#[tokio::test]
async fn a_function_that_names_what_is_not_there_is_told_so() {
    let workshop = Workshop::open().await;
    for (name, status, code) in [
        ("names_no_column", 400, "42703"),
        ("names_no_table", 404, "42P01"),
    ] {
        // No trying again helps, so none is asked for.
        for _ in 0..2 {
            let answer = workshop.post(&format!("/rpc/{name}"), "").await;
            let json = answer.json();
            assert_eq!(
                (answer.status, json["code"].clone()),
                (status, json!(code)),
                "{json}"
            );
            assert_eq!(answer.header("retry-after"), None);
        }
    }
    let mut client = workshop.service.client().await;
    let options = client.ask("OPTIONS", "/rpc/nope", &[]).await;
    assert_eq!(
        (options.status, options.json()["code"].clone()),
        (404, json!("PGRST202"))
    );
}

#[tokio::test]
async fn a_function_demands_the_whole_answer() {
    let workshop = Workshop::open().await;
    let content = json!({
        "message": r#"{"code": "X1", "message": "Pay", "details": "quota", "hint": "upgrade"}"#,
        "detail": r#"{"status": 402, "headers": {"X-Plan": "small", "Cache-Control": "public", "Vary": "*"}}"#,
    });
    let answer = workshop
        .post("/rpc/fail_in_json", &content.to_string())
        .await;
    assert_eq!(
        (answer.status, answer.header("x-plan")),
        (402, Some("small"))
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_ne!(answer.header("vary"), Some("*"));
    let document = answer.json();
    assert_eq!(
        (document["code"].clone(), document["hint"].clone()),
        (json!("X1"), json!("upgrade"))
    );
    let content = json!({"message": "{}", "detail": "{}"}).to_string();
    let answer = workshop.post("/rpc/fail_in_json", &content).await;
    assert_eq!(
        (answer.status, answer.json()["code"].clone()),
        (500, json!("PGRST121"))
    );
}

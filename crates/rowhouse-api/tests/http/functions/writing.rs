//! Functions that write: by POST, and by nothing else.

use serde_json::json;

use super::workshop::Workshop;

#[tokio::test]
async fn volatile_functions_write_by_post_alone() {
    let workshop = Workshop::open().await;
    let refused = workshop.get("/rpc/rename?id=1&name=Linux").await;
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (405, json!("25006"))
    );
    assert_eq!(refused.header("allow"), Some("OPTIONS,POST"));
    assert_eq!(
        workshop.value("/projects?id=eq.1&select=name").await,
        json!([{"name": "Windows 7"}])
    );
    let path = "/rpc/rename?select=name,clients(name)";
    let renamed = workshop.called(path, r#"{"id": 1, "name": "Linux"}"#).await;
    assert_eq!(
        renamed,
        json!([{"name": "Linux", "clients": {"name": "Microsoft"}}])
    );
    assert_eq!(
        workshop.value("/projects?id=eq.1&select=name").await,
        json!([{"name": "Linux"}])
    );
    assert_eq!(
        workshop
            .called("/rpc/rename", r#"{"id": 9, "name": "x"}"#)
            .await,
        json!([])
    );
    // A function that says it only reads is held to it.
    let refused = workshop.post("/rpc/claims_stable", "").await;
    assert!(refused.status >= 400, "{}", refused.status);
}

/// What the client demands is looked at before anything stays.
#[tokio::test]
async fn demands_on_the_answer_of_a_function_that_writes() {
    let workshop = Workshop::open().await;
    let name = async || workshop.value("/projects?id=eq.2&select=name").await[0]["name"].clone();
    let object = ("Accept", "application/vnd.pgrst.object+json");
    let content = r#"{"many": 2}"#;
    let refused = workshop
        .ask("POST", "/rpc/rename_many", &[object], content)
        .await;
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (406, json!("PGRST116"))
    );
    assert_eq!(name().await, "Windows 10");
    let most = ("Prefer", "handling=strict, max-affected=1");
    let refused = workshop
        .ask("POST", "/rpc/rename_many", &[most], content)
        .await;
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (400, json!("PGRST124"))
    );
    assert_eq!(name().await, "Windows 10");
    let refused = workshop.ask("POST", "/rpc/insert_for", &[most], "{}").await;
    assert_eq!(refused.status, 404);
    let single = r#"{"many": 1}"#;
    let refused = workshop
        .ask("POST", "/rpc/count_writing", &[most], "{}")
        .await;
    assert_eq!(refused.json()["code"], "PGRST128");
    // Whether or not the function writes.
    let refused = workshop
        .ask("POST", "/rpc/a_table", &[most], r#"{"most": 3}"#)
        .await;
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (400, json!("PGRST124"))
    );
    let few = workshop
        .ask("POST", "/rpc/a_table", &[most], r#"{"most": 1}"#)
        .await;
    assert_eq!((few.status, few.json()[0]["n"].clone()), (200, json!(1)));
    let count = ("Prefer", "count=exact");
    let refused = workshop
        .ask("POST", "/rpc/rename_many?offset=9", &[count], content)
        .await;
    assert_eq!(refused.status, 416);
    assert_eq!(name().await, "Windows 10");
    let done = workshop
        .ask("POST", "/rpc/rename_many", &[object], single)
        .await;
    assert_eq!(
        (done.status, done.json()["name"].clone()),
        (200, json!("renamed"))
    );
    let done = workshop
        .ask("POST", "/rpc/rename_many?select=id", &[most], single)
        .await;
    assert_eq!(done.json(), json!([{"id": 1}]));
    assert_eq!(
        done.header("preference-applied"),
        Some("handling=strict, max-affected=1")
    );
    let rolled_back = ("Prefer", "tx=rollback, timezone=Asia/Tokyo");
    let done = workshop
        .ask(
            "POST",
            "/rpc/rename_many?select=id",
            &[rolled_back],
            content,
        )
        .await;
    assert_eq!(
        (done.status, done.json()),
        (200, json!([{"id": 1}, {"id": 2}]))
    );
    assert_eq!(
        done.header("preference-applied"),
        Some("tx=rollback, timezone=Asia/Tokyo")
    );
    assert_eq!(name().await, "Windows 10");
}

#[tokio::test]
async fn a_call_that_is_sent_twice_is_carried_out_once() {
    let workshop = Workshop::open().await;
    let key = ("Idempotency-Key", "\"k-1\"");
    let mut ids = Vec::new();
    for _ in 0..2 {
        let answer = workshop.ask("POST", "/rpc/numbered", &[key], "").await;
        ids.push(answer.json());
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(workshop.called("/rpc/numbered", "").await, ids[0]);
}

#[tokio::test]
async fn a_time_zone_of_the_clients() {
    let workshop = Workshop::open().await;
    for (zone, hour) in [("Asia/Tokyo", "09"), ("No/Such", "00")] {
        let prefer = format!("timezone={zone}");
        let answer = workshop
            .ask("POST", "/rpc/moment", &[("Prefer", &prefer)], "")
            .await;
        let text = answer.json().as_str().unwrap().to_owned();
        assert_eq!(&text[11..13], hour, "{text}");
        assert_eq!(
            answer.header("preference-applied").is_some(),
            zone == "Asia/Tokyo"
        );
    }
}

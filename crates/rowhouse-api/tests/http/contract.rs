//! The demo's contract, to the letter.

use serde_json::{Value, json};

use crate::service::{ALIKI, DUNDER, PAWNEE, Service};

/// Each tenant: its id, its name, its items in order.
const TENANTS: [(&str, &str, [&str; 5]); 3] = [
    (
        PAWNEE,
        "pawnee-parks-and-rec",
        [
            "art-fair",
            "bench",
            "concert",
            "drinking-fountain",
            "emergency-kit",
        ],
    ),
    (
        DUNDER,
        "dunder-mifflin",
        ["a4 paper", "binder", "calculator", "desk", "envelopes"],
    ),
    (
        ALIKI,
        "aliki-farms",
        ["apple", "banana", "cherry", "durian", "eggplant"],
    ),
];
const PAWNEE_IDS: [&str; 5] = [
    "997d0bee-351f-4b09-9dd3-2289da1ce0ba",
    "bab62059-b702-442e-a053-7e4690d5510b",
    "1bfa0393-0f74-4824-b234-052e49511a5c",
    "1b94d748-6241-410c-95f5-015105316f27",
    "de5de5ab-abdd-499a-95a6-00f8c7b7130a",
];

#[tokio::test]
async fn items_are_the_tenants_own_in_order() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    for (tenant, _, titles) in TENANTS {
        for path in ["/items/", "/items"] {
            let answer = client.get(path, tenant).await;
            assert_eq!(answer.status, 200);
            let items = answer.json();
            let items = items.as_array().unwrap();
            let got: Vec<&str> = items.iter().map(|i| i["title"].as_str().unwrap()).collect();
            assert_eq!(got, titles);
            for item in items {
                let keys: Vec<&String> = item.as_object().unwrap().keys().collect();
                assert_eq!(keys, ["id", "title", "tenant_id"]);
                assert_eq!(item["tenant_id"], tenant);
            }
        }
    }
}

#[tokio::test]
async fn the_first_tenants_answers_are_fixed() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    let items: Vec<Value> = PAWNEE_IDS
        .iter()
        .zip(TENANTS[0].2)
        .map(|(id, title)| json!({"id": id, "title": title, "tenant_id": PAWNEE}))
        .collect();
    assert_eq!(
        client.get("/items/", PAWNEE).await.json().to_string(),
        json!(items).to_string()
    );
    let tenants = json!([{"id": PAWNEE, "name": "pawnee-parks-and-rec", "items": items}]);
    assert_eq!(
        client.get("/tenants/", PAWNEE).await.json().to_string(),
        tenants.to_string()
    );
}

#[tokio::test]
async fn tenants_hold_their_items() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    for (tenant, name, titles) in TENANTS {
        let answer = client.get("/tenants/", tenant).await;
        assert_eq!(answer.status, 200);
        let tenants = answer.json();
        assert_eq!(tenants.as_array().unwrap().len(), 1);
        assert_eq!(tenants[0]["id"], tenant);
        assert_eq!(tenants[0]["name"], name);
        assert_eq!(
            tenants[0]["items"],
            client.get("/items/", tenant).await.json()
        );
        assert_eq!(tenants[0]["items"].as_array().unwrap().len(), titles.len());
    }
}

#[tokio::test]
async fn a_tenant_that_does_not_exist_has_nothing() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    for path in ["/items/", "/tenants/"] {
        let answer = client
            .get(path, "00000000-0000-4000-8000-000000000000")
            .await;
        assert_eq!((answer.status, &answer.body[..]), (200, &b"[]"[..]));
    }
}

#[tokio::test]
async fn without_a_tenant_the_problem_names_the_header() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    let answer = client.ask("GET", "/items/", &[]).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    let problem = answer.json();
    assert_eq!(problem["detail"], "the header X-tenant-id is missing");
    assert_eq!(problem["type"], "urn:rowhouse:problem:missing-tenant");
    assert_eq!(
        problem["request_id"].as_str(),
        answer.header("x-request-id")
    );
}

#[tokio::test]
async fn what_is_not_a_tenant_is_refused_with_the_reason() {
    let service = Service::demo().await;
    let mut client = service.client().await;
    for tenant in ["acme", "", "7a245486", "' OR 1=1 --"] {
        let answer = client.get("/items/", tenant).await;
        assert_eq!(answer.status, 400, "{tenant}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(
            detail.starts_with("the header X-tenant-id is not a uuid: "),
            "{detail}"
        );
    }
    let twice = [("X-Tenant-Id", PAWNEE), ("X-Tenant-Id", DUNDER)];
    let answer = client.ask("GET", "/items/", &twice).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json()["detail"],
        "the header X-tenant-id is given more than once"
    );
}

//! What a newcomer sees first: the demo answers as it was promised.

use serde_json::json;

use crate::folder::Folder;
use crate::http::{PAWNEE, get, titles};
use crate::service::Service;

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
        "162be16f-f76d-431a-a213-171838ded9ae",
        "dunder-mifflin",
        ["a4 paper", "binder", "calculator", "desk", "envelopes"],
    ),
    (
        "ebdba44d-ad48-4e73-9bd5-339e3c3fc590",
        "aliki-farms",
        ["apple", "banana", "cherry", "durian", "eggplant"],
    ),
];

#[test]
fn the_demo_keeps_its_contract() {
    let folder = Folder::new();
    let service = Service::demo(&folder);
    let address = service.address;

    for (id, name, expected) in TENANTS {
        let items = get(address, "/items/", Some(id));
        assert_eq!(items.status, 200);
        assert!(items.head.contains("content-type: application/json"));
        assert_eq!(titles(address, id), expected);
        for item in items.json.as_array().unwrap() {
            let keys: Vec<&String> = item.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["id", "title", "tenant_id"]);
            assert_eq!(item["tenant_id"], id);
        }
        let tenants = get(address, "/tenants/", Some(id));
        let occupant = json!([{"id": id, "name": name, "items": items.json}]);
        assert_eq!((tenants.status, tenants.json), (200, occupant));
    }
    let first = get(address, "/items/", Some(PAWNEE));
    let ids: Vec<&str> = first
        .json
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "997d0bee-351f-4b09-9dd3-2289da1ce0ba",
            "bab62059-b702-442e-a053-7e4690d5510b",
            "1bfa0393-0f74-4824-b234-052e49511a5c",
            "1b94d748-6241-410c-95f5-015105316f27",
            "de5de5ab-abdd-499a-95a6-00f8c7b7130a",
        ]
    );

    let nobody = get(
        address,
        "/items/",
        Some("00000000-0000-0000-0000-000000000001"),
    );
    assert_eq!((nobody.status, nobody.json), (200, json!([])));
    for (tenant, why) in [(None, "missing"), (Some("pawnee"), "uuid")] {
        let refused = get(address, "/items/", tenant);
        assert_eq!(refused.status, 400);
        assert!(refused.head.contains("application/problem+json"));
        let detail = refused.json["detail"].as_str().unwrap();
        assert!(
            detail.contains("X-tenant-id") && detail.contains(why),
            "{detail}"
        );
    }
    service.stop();
}

#[test]
fn the_banner_says_what_a_newcomer_needs() {
    let folder = Folder::new();
    let service = Service::demo(&folder);
    let banner = &service.banner;
    let data = folder.path().join(".rowhouse");
    assert!(banner.contains(data.to_str().unwrap()), "{banner}");
    for (id, name, _) in TENANTS {
        assert!(banner.contains(&format!("{id}  {name}")), "{banner}");
    }
    let curl = format!(
        "curl --header \"X-tenant-id: {PAWNEE}\" http://{}/items/",
        service.address
    );
    assert!(banner.contains(&curl), "{banner}");
    assert!(banner.contains("Ctrl-C"), "{banner}");
}

#[tokio::test]
async fn data_outlives_the_service() {
    let folder = Folder::new();
    let service = Service::demo(&folder);
    let owner = folder.connect("rowhouse_owner").await;
    owner
        .batch_execute(&format!(
            "SET app.current_tenant_id = '{PAWNEE}';
             INSERT INTO items (title, tenant_id) VALUES ('zoo', '{PAWNEE}')"
        ))
        .await
        .unwrap();
    drop(owner);
    service.stop();

    let service = Service::demo(&folder);
    let found = titles(service.address, PAWNEE);
    assert_eq!(found.last().map(String::as_str), Some("zoo"));
    assert_eq!(found.len(), 6);
    service.stop();
}

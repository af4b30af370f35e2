//! `/openapi.json` and `/docs`: what they say is what there is.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::client::Answer;
use crate::service::{DUNDER, PAWNEE, Service, Setup};

async fn studio() -> Service {
    let sql = include_str!("../reads/studio.sql")
        .replace(":a,", &format!("'{PAWNEE}',"))
        .replace(":b,", &format!("'{DUNDER}',"));
    let more = "COMMENT ON TABLE projects IS 'What clients pay for';
        COMMENT ON COLUMN projects.budget IS 'In euros';
        ALTER TABLE people ADD nick varchar(20) DEFAULT 'none', ADD score int GENERATED ALWAYS AS (id * 2) STORED;
        CREATE TABLE secrets (id int); ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
        REVOKE SELECT (budget) ON plans FROM rowhouse_app;
        GRANT INSERT, UPDATE, DELETE ON people TO rowhouse_app; GRANT INSERT (id, note) ON plans TO rowhouse_app;";
    let more = more
        .replace("REVOKE SELECT (budget) ON plans FROM rowhouse_app;", "")
        .replace("(id, note) ON plans", "(project_id, note) ON plans");
    let setup = Setup {
        sql: sql + include_str!("../functions/functions.sql") + &more,
        config: "[api]\nschemas = ['public', 'v2']",
        ..Setup::default()
    };
    Service::start(setup).await
}

async fn ask(service: &Service, path: &str, headers: &[(&str, &str)]) -> Answer {
    service.client().await.ask("GET", path, headers).await
}

/// Every reference leads somewhere.
fn check_references(document: &Value, node: &Value) {
    match node {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{reference}");
            }
            for member in members.values() {
                check_references(document, member);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                check_references(document, element);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_description_is_what_there_is() {
    let service = studio().await;
    let answer = ask(&service, "/openapi.json", &[]).await;
    assert_eq!(answer.status, 200);
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    check_references(&document, &document);
    let paths: BTreeSet<&str> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    for path in [
        "/projects",
        "/Odd%20Things",
        "/rpc/add_them",
        "/rpc/Odd%20Name",
        "/rpc/twice",
    ] {
        assert!(paths.contains(path), "{path}");
    }
    // What is not served, or not of this schema, is not there.
    for word in [
        "secrets",
        "notes",
        "owned_count",
        "no_right",
        "fires",
        "any_of",
        "proceeds",
        "OTHER",
    ] {
        assert!(
            !answer
                .body
                .windows(word.len())
                .any(|w| w == word.as_bytes()),
            "{word}"
        );
    }
    // Each method that is described is one that is answered.
    for (path, item) in document["paths"].as_object().unwrap() {
        let options = service.client().await.ask("OPTIONS", path, &[]).await;
        let allow = options.header("allow").unwrap().to_owned();
        for method in item.as_object().unwrap().keys() {
            assert!(
                allow.contains(&method.to_uppercase()),
                "{method} {path}: {allow}"
            );
        }
    }
    let methods = |path: &str| document["paths"][path].as_object().unwrap().len();
    assert_eq!(
        (methods("/projects"), methods("/people"), methods("/plans")),
        (4, 5, 2)
    );
    // Operations have names of their own.
    let mut names = BTreeSet::new();
    let items = document["paths"].as_object().unwrap().values();
    for operation in items.flat_map(|item| item.as_object().unwrap().values()) {
        assert!(names.insert(operation["operationId"].as_str().unwrap()));
        assert!(operation["responses"]["default"].is_object());
    }
}

#[tokio::test]
async fn columns_arguments_and_comments() {
    let service = studio().await;
    let document = ask(&service, "/openapi.json", &[]).await.json();
    let schemas = &document["components"]["schemas"];
    let samples = &schemas["samples"]["properties"];
    assert_eq!(
        samples["mood"]["enum"],
        json!(["low", "fair", "high", null])
    );
    assert_eq!(samples["tags"]["items"]["type"], json!(["string", "null"]));
    assert_eq!(samples["done"]["type"], json!(["integer", "null"]));
    assert_eq!(
        samples["home"]["properties"]["zip"]["type"],
        json!(["integer", "null"])
    );
    assert_eq!(samples["id"]["type"], "integer");
    assert_eq!(schemas["projects"]["description"], "What clients pay for");
    assert_eq!(
        schemas["projects"]["properties"]["budget"]["description"],
        "In euros"
    );
    let people = &schemas["people-post"];
    assert_eq!(people["properties"]["nick"]["maxLength"], 20);
    assert_eq!(people["properties"]["nick"]["default"], "none");
    assert_eq!(people["properties"]["score"], Value::Null);
    assert_eq!(people["properties"]["tenant_id"], Value::Null);
    assert_eq!(schemas["people"]["properties"]["score"]["readOnly"], true);
    assert_eq!(people["required"], json!(["id", "name"]));
    let call = &document["paths"]["/rpc/greet"];
    let parameters = call["get"]["parameters"].as_array().unwrap();
    let of =
        |name: &str| parameters.iter().find(|p| p["name"] == name).unwrap()["required"].clone();
    assert_eq!((of("name"), of("greeting")), (json!(true), json!(false)));
    let body = &call["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["required"], json!(["name"]));
    assert_eq!(document["paths"]["/rpc/rename"]["get"], Value::Null);
    assert_eq!(
        document["paths"]["/rpc/nothing"]["post"]["responses"]["200"],
        Value::Null
    );
    // No credential: it says whose rows are meant.
    assert_eq!(document["components"]["securitySchemes"], Value::Null);
    let tenant = &document["components"]["parameters"]["tenant"];
    assert_eq!(
        (&tenant["name"], &tenant["in"], &tenant["required"]),
        (&json!("x-tenant-id"), &json!("header"), &json!(true))
    );
    assert_eq!(tenant["schema"]["format"], "uuid");
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let reference = json!({"$ref": "#/components/parameters/tenant"});
            assert_eq!(operation["parameters"][0], reference);
        }
    }
}

#[tokio::test]
async fn by_schema_and_kept_by_tag() {
    let service = studio().await;
    let second = ask(&service, "/openapi.json", &[("Accept-Profile", "v2")])
        .await
        .json();
    let paths: Vec<&String> = second["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/notes", "/projects", "/rpc/version"]);
    let unknown = ask(&service, "/openapi.json", &[("Accept-Profile", "nope")]).await;
    assert_eq!(unknown.status, 406);
    let first = ask(&service, "/openapi.json", &[]).await;
    let tag = first.header("etag").unwrap();
    let again = ask(&service, "/openapi.json", &[("If-None-Match", tag)]).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let root = ask(&service, "/", &[("Accept", "application/openapi+json")]).await;
    assert_eq!(
        root.header("content-type"),
        Some("application/openapi+json; charset=utf-8")
    );
    assert_eq!(root.body, first.body);
    // It is the first thing anybody asks.
    for (accept, media) in [
        ("*/*", "application/openapi+json; charset=utf-8"),
        (
            "text/html, */*;q=0.8",
            "application/openapi+json; charset=utf-8",
        ),
        ("Application/JSON", "application/json; charset=utf-8"),
    ] {
        let root = ask(&service, "/", &[("Accept", accept)]).await;
        assert_eq!(root.header("content-type"), Some(media), "{accept}");
        assert_eq!(root.body, first.body);
    }
    assert_eq!(ask(&service, "/", &[]).await.body, first.body);
    let csv = ask(&service, "/", &[("Accept", "text/csv")]).await;
    assert_eq!(
        (csv.status, csv.json()["code"].clone()),
        (406, "PGRST107".into())
    );
}

#[tokio::test]
async fn the_page_needs_nobody_else() {
    let service = studio().await;
    for (path, media) in [
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/", "text/html; charset=utf-8"),
        ("/docs/page.js", "text/javascript; charset=utf-8"),
        ("/docs/page.css", "text/css; charset=utf-8"),
    ] {
        let answer = ask(&service, path, &[]).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(media)),
            "{path}"
        );
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        let text = String::from_utf8(answer.body).unwrap();
        assert!(
            !text.contains("http://") && !text.contains("https://"),
            "{path}"
        );
        assert!(
            !text.contains("innerHTML") && !text.contains("<script>"),
            "{path}"
        );
    }
    assert_eq!(ask(&service, "/docs/nope", &[]).await.status, 400);
    let post = service.client().await.ask("POST", "/docs", &[]).await;
    assert_eq!(post.status, 405);
}

#[tokio::test]
async fn none_where_none_is_wanted() {
    let service = Service::start(Setup {
        config: "[api]\ndescribe = false",
        ..Setup::default()
    })
    .await;
    for path in ["/openapi.json", "/docs", "/docs/page.js"] {
        let answer = service.client().await.get(path, PAWNEE).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let root = [
        ("Accept", "application/openapi+json"),
        ("X-Tenant-Id", PAWNEE),
    ];
    assert_eq!(ask(&service, "/", &root).await.status, 406);
}

/// Words of the query string are no arguments there, so none is described as one.
#[tokio::test]
async fn arguments_that_a_query_string_cannot_hold() {
    let service = studio().await;
    let document = ask(&service, "/openapi.json", &[]).await.json();
    let paths = &document["paths"];
    assert_eq!(paths["/rpc/worded"]["get"], Value::Null);
    let content = |name: &str| {
        let body = &paths[name]["post"]["requestBody"]["content"];
        let members = body["application/json"]["schema"]["properties"]
            .as_object()
            .unwrap();
        members.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(content("/rpc/worded"), ["select", "limit"]);
    let list = paths["/rpc/half_worded"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let names: Vec<&Value> = list
        .iter()
        .filter(|p| p["in"] == "query")
        .map(|p| &p["name"])
        .collect();
    assert_eq!(names, ["a"]);
    let tenant = ("X-Tenant-Id", PAWNEE);
    let called = ask(&service, "/rpc/half_worded?a=1", &[tenant]).await;
    assert_eq!(called.json(), "1none");
    let called = ask(&service, "/rpc/worded?select=x", &[tenant]).await;
    assert_eq!(called.status, 404);
    let headers = [tenant, ("Content-Type", "application/json")];
    let content = br#"{"select": "x", "limit": 2}"#;
    let called = service
        .client()
        .await
        .ask_with("POST", "/rpc/worded", &headers, content)
        .await;
    assert_eq!(called.json(), "x2");
}

//! Pages of other sites: those that are named may ask, in the terms of their browsers.

use crate::client::Answer;
use crate::service::{PAWNEE, Service, Setup};

const CONFIG: &str = "[api]\ncors_origins = ['https://app.example']";
const PAGE: (&str, &str) = ("Origin", "https://app.example");

async fn start(config: &'static str) -> Service {
    Service::start(Setup {
        config,
        ..Setup::default()
    })
    .await
}

async fn ask(service: &Service, method: &str, headers: &[(&str, &str)]) -> Answer {
    service.client().await.ask(method, "/items", headers).await
}

#[tokio::test]
async fn a_page_of_a_named_origin() {
    let service = start(CONFIG).await;
    let question = [
        PAGE,
        ("Access-Control-Request-Method", "PATCH"),
        ("Access-Control-Request-Headers", "x-tenant-id,prefer"),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    let answer = ask(&service, "OPTIONS", &question).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE.1));
    let methods = answer.header("access-control-allow-methods").unwrap();
    assert!(methods.contains("PATCH") && methods.contains("DELETE"));
    let headers = answer.header("access-control-allow-headers").unwrap();
    for name in [
        "x-tenant-id",
        "prefer",
        "range",
        "accept-profile",
        "content-profile",
        "content-type",
    ] {
        assert!(
            headers.split(", ").any(|known| known == name),
            "{name}: {headers}"
        );
    }
    assert_eq!(answer.header("access-control-max-age"), Some("3600"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert_eq!(answer.header("vary"), Some("origin"));

    let rows = ask(
        &service,
        "GET",
        &[
            PAGE,
            ("X-Tenant-Id", PAWNEE),
            ("Sec-Fetch-Site", "cross-site"),
        ],
    )
    .await;
    assert_eq!(rows.status, 200);
    assert_eq!(rows.header("access-control-allow-origin"), Some(PAGE.1));
    let exposed = rows.header("access-control-expose-headers").unwrap();
    for name in [
        "content-range",
        "link",
        "etag",
        "location",
        "preference-applied",
        "x-request-id",
    ] {
        assert!(exposed.contains(name), "{name}: {exposed}");
    }
    assert!(rows.header("vary").unwrap().ends_with("origin"));
    // A refusal can be read too.
    let refused = ask(&service, "GET", &[PAGE]).await;
    assert_eq!(
        (
            refused.status,
            refused.header("access-control-allow-origin")
        ),
        (400, Some(PAGE.1))
    );
    // Whoever asks without one gets an answer that varies with it.
    let direct = ask(&service, "GET", &[("X-Tenant-Id", PAWNEE)]).await;
    assert_eq!(
        (direct.status, direct.header("access-control-allow-origin")),
        (200, None)
    );
    assert!(direct.header("vary").unwrap().ends_with("origin"));
}

#[tokio::test]
async fn others_stay_outside() {
    for config in [CONFIG, "[api]"] {
        let service = start(config).await;
        for origin in [
            "https://evil.example",
            "http://app.example",
            "null",
            "https://app.example.evil.example",
        ] {
            let page = ("Origin", origin);
            let question = [page, ("Access-Control-Request-Method", "GET")];
            for (method, headers) in [
                ("OPTIONS", &question[..]),
                ("GET", &[page, ("X-Tenant-Id", PAWNEE)]),
            ] {
                let answer = ask(&service, method, headers).await;
                assert_eq!(answer.status, 403, "{method} {origin}");
                assert_eq!(answer.header("access-control-allow-origin"), None);
            }
        }
        // A page elsewhere that points its own name here.
        let mut client = service.client().await;
        let rebound = [("Host", "app.example"), PAGE, ("X-Tenant-Id", PAWNEE)];
        assert_eq!(client.ask_bare("GET", "/items", &rebound).await.status, 403);
    }
}

#[tokio::test]
async fn every_page_where_that_is_written_out() {
    let service = start("[api]\ncors_origins = ['*']").await;
    let page = ("Origin", "https://any.example");
    let rows = ask(&service, "GET", &[page, ("X-Tenant-Id", PAWNEE)]).await;
    assert_eq!(
        (rows.status, rows.header("access-control-allow-origin")),
        (200, Some("*"))
    );
    assert_eq!(rows.header("access-control-allow-credentials"), None);
}

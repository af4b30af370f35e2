//! A tenant for each request: with axum, and with nothing but tower.

#![cfg(feature = "axum")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

#[path = "common/mod.rs"]
mod common;

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use rowhouse::axum::{TenantHeader, TenantLayer, TenantRejection, TenantSource};
use rowhouse::{Rowhouse, Tenant, TenantId};
use tower::{Layer, ServiceExt, service_fn};

use common::{ACME, BETA, BETA_TITLES, database, house, titles};

async fn listed(tenant: Tenant) -> String {
    titles(&tenant).await.join(",")
}

async fn ask(app: &Router, headers: &[(&str, &str)]) -> (StatusCode, http::HeaderMap, String) {
    let mut request = Request::get("/titles");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let (head, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (
        head.status,
        head.headers,
        String::from_utf8(body.to_vec()).unwrap(),
    )
}

fn by_header(house: &Rowhouse) -> TenantLayer<TenantHeader> {
    TenantLayer::new(
        house.clone(),
        TenantHeader::new("X-Tenant-Id", house.tenant_type()),
    )
}

#[tokio::test]
async fn a_handler_gets_the_tenant_of_its_request() {
    let database = database().await;
    let house = house(&database).await;
    let app = Router::new()
        .route("/titles", get(listed))
        .layer(by_header(&house));
    let (status, _, body) = ask(&app, &[("x-tenant-id", &BETA.to_string())]).await;
    assert_eq!((status, body), (StatusCode::OK, BETA_TITLES.join(",")));

    let (acme, beta) = (ACME.to_string(), BETA.to_string());
    for (headers, slug) in [
        (&[][..], "missing-tenant"),
        (&[("x-tenant-id", "acme")], "invalid-tenant"),
        (&[("x-tenant-id", "")], "invalid-tenant"),
        (
            &[("x-tenant-id", acme.as_str()), ("x-tenant-id", &beta)],
            "invalid-tenant",
        ),
    ] {
        let (status, head, body) = ask(&app, headers).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(head["content-type"], "application/problem+json");
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["type"], format!("urn:rowhouse:problem:{slug}"));
        assert!(problem["detail"].as_str().unwrap().contains("X-Tenant-Id"));
    }
}

#[tokio::test]
async fn without_a_layer_the_handler_does_not_run() {
    let app: Router = Router::new().route("/titles", get(listed));
    let (status, head, body) = ask(&app, &[("x-tenant-id", &ACME.to_string())]).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(head["content-type"], "application/problem+json");
    assert!(body.contains(".layer(TenantLayer::new("), "{body}");
}

#[tokio::test]
async fn a_closure_says_who_it_is() {
    let database = database().await;
    let house = house(&database).await;
    let source = |parts: &Parts| match parts.headers.get("authorization") {
        Some(token) if token == "Bearer of-beta" => Ok(TenantId::from(BETA)),
        Some(_) => Err(TenantRejection::forbidden("not for this tenant")),
        None => Err(TenantRejection::unauthorized("a token is needed")),
    };
    let app = Router::new()
        .route("/titles", get(listed))
        .layer(TenantLayer::new(house, source));
    let (_, _, body) = ask(&app, &[("authorization", "Bearer of-beta")]).await;
    assert_eq!(body, BETA_TITLES.join(","));
    let (status, head, _) = ask(&app, &[]).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(head["www-authenticate"], "Bearer");
    let (status, head, _) = ask(&app, &[("authorization", "Bearer other")]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(head.get("www-authenticate").is_none());
}

/// One that has to wait for its answer.
#[derive(Clone)]
struct Slow;

impl TenantSource for Slow {
    async fn tenant(&self, _: &Parts) -> Result<TenantId, TenantRejection> {
        tokio::task::yield_now().await;
        Ok(TenantId::from(ACME))
    }
}

#[tokio::test]
async fn a_service_without_axum_finds_it_in_the_request() {
    let database = database().await;
    let house = house(&database).await;
    let service = service_fn(|request: Request<Full<bytes::Bytes>>| async move {
        let tenant = request.extensions().get::<Tenant>().unwrap().clone();
        let body = titles(&tenant).await.join(",");
        Ok::<_, Infallible>(Response::new(Full::from(body)))
    });
    let mut request = Request::new(Full::default());
    // What was there before counts for nothing.
    request.extensions_mut().insert(house.tenant(BETA));
    let layered = TenantLayer::new(house.clone(), Slow).layer(service);
    let answer = layered.oneshot(request).await.unwrap();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(body.starts_with(b"acme 1"), "{body:?}");

    let mut request = Request::new(Full::<bytes::Bytes>::default());
    let grpc = http::HeaderValue::from_static("application/grpc+proto");
    request.headers_mut().insert("content-type", grpc);
    let answer = by_header(&house)
        .layer(service)
        .oneshot(request)
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/grpc");
    assert_eq!(answer.headers()["grpc-status"], "16");
    let message = answer.headers()["grpc-message"].to_str().unwrap();
    assert_eq!(message, "the header X-Tenant-Id is missing");
    assert!(
        answer
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .is_empty()
    );
}

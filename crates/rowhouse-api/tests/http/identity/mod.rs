//! Who may ask, on the running service: tokens, choices, and what clients are told of them.

mod members;

use std::time::{SystemTime, UNIX_EPOCH};

use rowhouse::TenantType;
use rowhouse_identity::{
    Algorithm, HeaderIdentity, Identity, IdentityBuilder, Origins, Proxies, SigningKey, Source,
    TokenIdentity, TokenKeys, TokenRules, VerifyingKey,
};
use serde_json::{Value, json};

use crate::client::Answer;
use crate::service::{ALIKI, DUNDER, PAWNEE, Service, Setup};

const SECRET: &[u8] = b"a secret of thirty-two bytes or so";

fn key() -> SigningKey {
    SigningKey::secret(SECRET, Algorithm::HS256).unwrap()
}

fn in_seconds(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap() + seconds
}

/// `Authorization` with a token of these claims.
fn bearer(claims: Value) -> String {
    let mut all = json!({"sub": "ada", "exp": in_seconds(60), "tenant_id": PAWNEE});
    for (name, value) in claims.as_object().unwrap() {
        all[name] = value.clone();
    }
    let token = key().sign(all.as_object().unwrap()).unwrap();
    format!("Bearer {token}")
}

fn header() -> HeaderIdentity {
    HeaderIdentity::new("X-Tenant-Id", TenantType::Uuid).unwrap()
}

fn tokens() -> IdentityBuilder {
    let keys = TokenKeys::default().key(VerifyingKey::secret(SECRET, &[]).unwrap());
    let tokens = TokenIdentity::new(keys, TokenRules::default(), TenantType::Uuid);
    Identity::builder()
        .source(Source::Token(tokens))
        .chooser(header())
}

async fn start(identity: IdentityBuilder) -> Service {
    let setup = Setup {
        identity: Some(identity.build().unwrap()),
        ..Setup::default()
    };
    Service::start(setup).await
}

fn titles(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let items = json.as_array().unwrap_or_else(|| panic!("{json}"));
    let title = |item: &Value| item["title"].as_str().unwrap().to_owned();
    items.iter().map(title).collect()
}

#[tokio::test]
async fn a_token_gets_its_tenants_rows() {
    let service = start(tokens()).await;
    let mut client = service.client().await;
    for (tenant, first) in [(PAWNEE, "art-fair"), (DUNDER, "a4 paper"), (ALIKI, "apple")] {
        let token = bearer(json!({"tenant_id": tenant}));
        for _ in 0..3 {
            let answer = client
                .ask("GET", "/items/", &[("Authorization", &token)])
                .await;
            assert_eq!(answer.status, 200);
            assert_eq!(titles(&answer)[0], first);
            assert_eq!(
                answer.header("vary"),
                Some("authorization, x-tenant-id, accept-encoding")
            );
            assert!(answer.header("www-authenticate").is_none());
        }
    }
}

#[tokio::test]
async fn every_refusal_says_why_and_never_repeats_the_token() {
    let service = start(tokens()).await;
    let mut client = service.client().await;
    let good = bearer(json!({}));
    let other = if good.ends_with('A') { 'E' } else { 'A' };
    let tampered = format!("{}{other}", &good[..good.len() - 1]);
    let huge = format!("Bearer a.{}.c", "x".repeat(15 << 10));
    for (values, why) in [
        (
            &[&*bearer(json!({"exp": in_seconds(-1)}))][..],
            "the token has expired",
        ),
        (
            &[&*bearer(json!({"nbf": in_seconds(9)}))],
            "the token is not valid yet",
        ),
        (
            &[&*bearer(json!({"exp": "soon"}))],
            "the token's claim 'exp' is not a number of seconds since 1970",
        ),
        (
            &[&*bearer(json!({"aud": "other"}))],
            "the token is for another audience",
        ),
        (
            &[&*bearer(json!({"tenant_id": null}))],
            "the token has no tenant at tenant_id",
        ),
        (
            &[&*bearer(json!({"tenant_id": "acme"}))],
            "the token's tenant at tenant_id is not a uuid: a uuid has 36 characters: 8-4-4-4-12 hexadecimal digits",
        ),
        (
            &["Bearer eyJhbGciOiJub25lIn0.e30."],
            "the token is not signed: its algorithm is none",
        ),
        (
            &["Bearer eyJhbGciOiJFUzI1NiJ9.e30.AA"],
            "no key of this service is for tokens by ES256",
        ),
        (
            &["Bearer a.b.c"],
            "the token's header is not base64url without padding",
        ),
        (
            &["Bearer secret"],
            "the token is not three parts joined by dots, as a signed JWT is",
        ),
        (
            &[&*huge],
            "the token's header is not base64url without padding",
        ),
        (
            &["Basic YTpi"],
            "the header Authorization is not Bearer and one token",
        ),
        (
            &[&*good, &*good],
            "the header Authorization is given more than once",
        ),
    ] {
        let headers: Vec<(&str, &str)> = values.iter().map(|v| ("Authorization", *v)).collect();
        let answer = client.ask("GET", "/items/", &headers).await;
        assert_eq!(answer.status, 401, "{why}");
        let json = answer.json();
        assert_eq!(json["type"], "urn:rowhouse:problem:invalid-token");
        assert_eq!(json["detail"].as_str().unwrap().replace('"', "'"), why);
        assert_eq!(
            answer.header("www-authenticate"),
            Some(&*format!(
                "Bearer error=\"invalid_token\", error_description=\"{why}\""
            ))
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let body = String::from_utf8(answer.body).unwrap();
        for value in values {
            let token = value.split(' ').nth(1).unwrap();
            for part in token.split('.').filter(|part| part.len() > 3) {
                assert!(!body.contains(part), "{body}");
            }
        }
    }
    let answer = client
        .ask("GET", "/items/", &[("Authorization", &tampered)])
        .await;
    assert_eq!(answer.status, 401);
    // Nothing at all: a challenge without an error.
    for headers in [&[][..], &[("X-Tenant-Id", PAWNEE)]] {
        let nobody = client.ask("GET", "/items/", headers).await;
        assert_eq!(
            (nobody.status, nobody.header("www-authenticate")),
            (401, Some("Bearer"))
        );
        assert_eq!(
            nobody.json()["type"],
            "urn:rowhouse:problem:unauthenticated"
        );
    }
    // What is said of the service itself needs nobody.
    assert_eq!(client.ask("GET", "/healthz", &[]).await.status, 200);
}

#[tokio::test]
async fn the_request_chooses_among_a_tokens_tenants() {
    let service = start(tokens()).await;
    let mut client = service.client().await;
    let token = bearer(json!({"tenant_id": [PAWNEE, DUNDER]}));
    let mut ask = async |tenant: Option<&str>| {
        let mut headers = vec![("Authorization", &*token)];
        headers.extend(tenant.map(|tenant| ("X-Tenant-Id", tenant)));
        client.ask("GET", "/items/", &headers).await
    };
    assert_eq!(titles(&ask(Some(DUNDER)).await)[0], "a4 paper");
    assert_eq!(titles(&ask(Some(PAWNEE)).await)[0], "art-fair");
    let unchosen = ask(None).await;
    assert_eq!(unchosen.status, 400);
    assert!(
        unchosen.json()["detail"]
            .as_str()
            .unwrap()
            .contains("X-Tenant-Id")
    );
    let foreign = ask(Some(ALIKI)).await;
    assert_eq!(
        (foreign.status, foreign.json()["type"].as_str()),
        (403, Some("urn:rowhouse:problem:not-for-caller"))
    );
}

#[tokio::test]
async fn a_header_beside_the_token_must_agree_and_never_stands_in_for_it() {
    let service = start(tokens().source(Source::Header(header()))).await;
    let mut client = service.client().await;
    let token = bearer(json!({}));
    let mut ask =
        async |headers: &[(&str, &str)]| client.ask("GET", "/items/", headers).await.status;
    assert_eq!(ask(&[("Authorization", &token)]).await, 200);
    assert_eq!(ask(&[("X-Tenant-Id", PAWNEE)]).await, 200);
    assert_eq!(
        ask(&[("Authorization", &token), ("X-Tenant-Id", PAWNEE)]).await,
        200
    );
    assert_eq!(
        ask(&[("Authorization", &token), ("X-Tenant-Id", DUNDER)]).await,
        403
    );
    assert_eq!(
        ask(&[("Authorization", "Bearer a.b.c"), ("X-Tenant-Id", PAWNEE)]).await,
        401
    );
    // The demo's contract.
    assert_eq!(ask(&[]).await, 400);
    assert_eq!(ask(&[("X-Tenant-Id", "acme")]).await, 400);
}

#[tokio::test]
async fn the_peer_of_the_socket_decides_whether_a_header_is_believed() {
    for (proxies, status) in [("127.0.0.0/8", 200), ("10.0.0.0/8", 403), ("unix", 403)] {
        let proxies = Proxies::new([proxies]).unwrap();
        let header = header().from_proxies(proxies);
        let service = start(Identity::builder().source(Source::Header(header))).await;
        let answer = service.client().await.get("/items/", PAWNEE).await;
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn what_may_be_sent_is_said() {
    let origins = Origins::new(["https://app.example"]).unwrap();
    let service = start(tokens().origins_allowed(origins)).await;
    let mut client = service.client().await;
    let asked = [
        ("Origin", "https://app.example"),
        ("Access-Control-Request-Method", "GET"),
    ];
    let preflight = client.ask("OPTIONS", "/items/", &asked).await;
    let allowed = preflight.header("access-control-allow-headers").unwrap();
    let named = |name: &str| allowed.split(", ").filter(|known| *known == name).count();
    assert_eq!(
        (named("authorization"), named("x-tenant-id")),
        (1, 1),
        "{allowed}"
    );
    let description = client.ask("GET", "/openapi.json", &[]).await.json();
    assert_eq!(description["security"], json!([{"token": []}]));
    let scheme = &description["components"]["securitySchemes"]["token"];
    assert_eq!(
        (&scheme["type"], &scheme["scheme"]),
        (&json!("http"), &json!("bearer"))
    );
    // A token is no page's to send: the service answers under any name.
    let token = bearer(json!({}));
    let headers = [("Host", "api.example"), ("Authorization", &token)];
    assert_eq!(
        client.ask_bare("GET", "/items/", &headers).await.status,
        200
    );
}

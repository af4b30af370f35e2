//! Who acts for a tenant: what policies see of them, and whether they may now.

use std::time::Duration;

use rowhouse::Rowhouse;
use rowhouse_identity::{ClaimSettings, Membership, Source};
use rowhouse_local::testing::OWNER;
use serde_json::{Value, json};

use super::{bearer, header, tokens};
use crate::service::{DEMO, PAWNEE, Service, Setup};

const WITH_CLAIMS: &str = "
    CREATE FUNCTION seen() RETURNS TABLE (who text, role text, claims text) LANGUAGE sql STABLE AS $$
        SELECT current_setting('app.user_id'), current_setting('request.jwt.claim.role'),
               current_setting('request.jwt.claims') $$;
    CREATE TABLE notes (id int PRIMARY KEY, tenant_id uuid NOT NULL, owner text NOT NULL);
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY t ON notes
        USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid)
           AND owner = (SELECT current_setting('app.user_id')));
    GRANT SELECT, INSERT ON notes TO rowhouse_app;
";

async fn with_claims() -> Service {
    let pairs = [
        ("app.user_id", "sub"),
        ("request.jwt.claim.role", "role"),
        ("request.jwt.claims", "*"),
    ];
    let identity = tokens()
        .source(Source::Header(header()))
        .settings(ClaimSettings::new(pairs).unwrap());
    let names = pairs.map(|(name, _)| name);
    let house = names
        .iter()
        .fold(Rowhouse::builder().lanes(1), |house, name| {
            house.claim(*name)
        });
    let setup = Setup {
        sql: format!("{}{WITH_CLAIMS}", DEMO.concat()),
        identity: Some(identity.build().unwrap()),
        house,
        ..Setup::default()
    };
    Service::start(setup).await
}

#[tokio::test]
async fn policies_see_the_claims_and_none_are_left_for_the_next_request() {
    let service = with_claims().await;
    let mut client = service.client().await;
    for _ in 0..2 {
        let token = bearer(json!({"role": "admin", "n": [1]}));
        let seen = client
            .ask("GET", "/rpc/seen", &[("Authorization", &token)])
            .await
            .json();
        assert_eq!(seen[0]["who"], "ada");
        assert_eq!(seen[0]["role"], "admin");
        let claims: Value = serde_json::from_str(seen[0]["claims"].as_str().unwrap()).unwrap();
        assert_eq!(
            (&claims["n"], &claims["tenant_id"]),
            (&json!([1]), &json!(PAWNEE))
        );
        let token = bearer(json!({"sub": "eve"}));
        let seen = client
            .ask("GET", "/rpc/seen", &[("Authorization", &token)])
            .await
            .json();
        assert_eq!(
            (&seen[0]["who"], &seen[0]["role"]),
            (&json!("eve"), &json!(""))
        );
        let seen = client.get("/rpc/seen", PAWNEE).await.json();
        assert_eq!(seen[0], json!({"who": "", "role": "", "claims": ""}));
    }
}

#[tokio::test]
async fn one_users_rows_are_not_anothers() {
    let service = with_claims().await;
    let mut client = service.client().await;
    let (ada, eve) = (bearer(json!({})), bearer(json!({"sub": "eve"})));
    let note = br#"{"id": 1, "owner": "ada"}"#;
    let told = |token| {
        vec![
            ("Authorization", token),
            ("Content-Type", "application/json"),
            ("Prefer", "return=representation"),
            ("Idempotency-Key", "k1"),
        ]
    };
    let written = client.ask_with("POST", "/notes", &told(&*ada), note).await;
    assert_eq!(written.status, 201, "{}", written.json());
    // Sent again by somebody else of the same tenant, it is another request, which its policy refuses.
    let others = client.ask_with("POST", "/notes", &told(&*eve), note).await;
    assert_ne!(others.status, 201);
    assert!(others.header("idempotent-replayed").is_none());
    let again = client.ask_with("POST", "/notes", &told(&*ada), note).await;
    assert_eq!(
        (again.status, again.header("idempotent-replayed")),
        (201, Some("true"))
    );
    for (token, rows) in [(&ada, 1), (&eve, 0)] {
        let found = client
            .ask("GET", "/notes", &[("Authorization", token)])
            .await
            .json();
        assert_eq!(found.as_array().unwrap().len(), rows);
    }
}

#[tokio::test]
async fn a_suspended_tenant_is_refused_within_the_time() {
    let sql = "
        CREATE SCHEMA app;
        GRANT USAGE ON SCHEMA app TO rowhouse_app;
        ALTER TABLE tenants ADD COLUMN suspended boolean NOT NULL DEFAULT false;
        CREATE FUNCTION app.may_act(who text) RETURNS boolean LANGUAGE sql STABLE AS
            'SELECT who = ''ada'' AND EXISTS (SELECT FROM public.tenants WHERE NOT suspended)';
    ";
    let membership = Membership::new("app.may_act", Duration::from_millis(200)).unwrap();
    let setup = Setup {
        sql: format!("{}{sql}", DEMO.concat()),
        identity: Some(tokens().membership(membership).build().unwrap()),
        ..Setup::default()
    };
    let service = Service::start(setup).await;
    let mut client = service.client().await;
    let (ada, eve) = (bearer(json!({})), bearer(json!({"sub": "eve"})));
    let nobody = bearer(json!({"tenant_id": "00000000-0000-0000-0000-000000000001"}));
    for (token, status) in [(&ada, 200), (&eve, 403), (&nobody, 403)] {
        let answer = client
            .ask("GET", "/items/", &[("Authorization", token)])
            .await;
        assert_eq!(answer.status, status);
    }
    let owner = service.database.as_role(OWNER).await;
    let change = |sql: &str| format!("SET app.current_tenant_id = '{PAWNEE}'; {sql}");
    owner
        .batch_execute(&change("UPDATE tenants SET suspended = true"))
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(210)).await;
    for method in ["GET", "DELETE"] {
        let path = "/items/?title=eq.bench";
        let answer = client.ask(method, path, &[("Authorization", &ada)]).await;
        assert_eq!(answer.status, 403);
        assert_eq!(answer.json()["type"], "urn:rowhouse:problem:not-for-caller");
    }
    owner
        .batch_execute(&change("DROP FUNCTION app.may_act(text)"))
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(210)).await;
    let answer = client
        .ask("GET", "/items/", &[("Authorization", &ada)])
        .await;
    assert_eq!(answer.status, 503);
    assert_eq!(
        answer.json()["type"],
        "urn:rowhouse:problem:identity-unavailable"
    );
}

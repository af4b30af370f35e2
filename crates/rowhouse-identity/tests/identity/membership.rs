//! Whether a caller may act, asked of a real PostgreSQL in the tenant's own scope.

use std::time::Duration;

use rowhouse::{Rowhouse, TenantType};
use rowhouse_identity::{
    Caller, HeaderIdentity, Identity, IdentityError, Membership, Peer, Source,
};
use rowhouse_local::testing::{Database, OWNER};
use serde_json::json;

use crate::{ONE, TWO, head, token, tokens};

const SQL: &str = "
    CREATE SCHEMA app;
    GRANT USAGE ON SCHEMA app TO rowhouse_app;
    CREATE TABLE app.members (tenant_id uuid NOT NULL, subject text NOT NULL);
    ALTER TABLE app.members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY t ON app.members
        USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));
    GRANT SELECT ON app.members TO rowhouse_app;
    CREATE FUNCTION app.may_act(who text) RETURNS boolean LANGUAGE sql STABLE
        AS 'SELECT EXISTS (SELECT FROM app.members WHERE subject = who)';
    CREATE FUNCTION app.may_act_in(tenant uuid, who text) RETURNS boolean LANGUAGE sql STABLE
        AS 'SELECT tenant = current_setting(''app.current_tenant_id'')::uuid
               AND EXISTS (SELECT FROM app.members WHERE subject = who)';
    CREATE FUNCTION app.unknown(who text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT NULL::boolean';
    CREATE FUNCTION app.broken(who text) RETURNS boolean LANGUAGE plpgsql STABLE
        AS 'BEGIN RAISE EXCEPTION ''no''; END';
    CREATE FUNCTION app.slow(who text) RETURNS boolean LANGUAGE plpgsql STABLE
        AS 'BEGIN PERFORM pg_sleep(5); RETURN true; END';
    CREATE FUNCTION app.text(who text) RETURNS text LANGUAGE sql STABLE AS 'SELECT ''t''::text';
";

struct Shop {
    database: Database,
    house: Rowhouse,
}

impl Shop {
    async fn open() -> Self {
        let database = Database::create(SQL).await;
        let owner = database.as_role(OWNER).await;
        let sql = format!(
            "SET app.current_tenant_id = '{ONE}'; INSERT INTO app.members VALUES ('{ONE}', 'ada')"
        );
        owner.batch_execute(&sql).await.unwrap();
        let house = Rowhouse::connect(&database.app_url()).await.unwrap();
        Self { database, house }
    }

    async fn check(&self, identity: &Identity, caller: &Caller) -> Result<(), IdentityError> {
        let tenant = || self.house.tenant(caller.tenant.clone());
        identity.check_membership(caller, tenant).await
    }
}

fn identity(function: &str, keep: Duration) -> Identity {
    let membership = Membership::new(function, keep).unwrap();
    let header = HeaderIdentity::new("X-Tenant-Id", TenantType::Uuid).unwrap();
    Identity::builder()
        .source(Source::Token(tokens()))
        .source(Source::Header(header))
        .membership(membership.patience(Duration::from_millis(500)))
        .build()
        .unwrap()
}

async fn caller(identity: &Identity, tenant: &str, subject: &str) -> Caller {
    let token = token(&json!({"tenant_id": tenant, "sub": subject}));
    let head = head(&[("authorization", &format!("Bearer {token}"))]);
    identity.caller(&head, Peer::Unknown).await.unwrap()
}

#[tokio::test]
async fn members_may_and_others_may_not() {
    let shop = Shop::open().await;
    for function in [
        "app.may_act",
        "app.may_act(subject)",
        "app.may_act_in(tenant, subject)",
    ] {
        let identity = identity(function, Duration::from_secs(5));
        let ada = caller(&identity, ONE, "ada").await;
        assert_eq!(shop.check(&identity, &ada).await, Ok(()), "{function}");
        for (tenant, subject) in [(ONE, "eve"), (TWO, "ada"), (ONE, ""), (ONE, "ada'; --")] {
            let other = caller(&identity, tenant, subject).await;
            let asked = shop.check(&identity, &other).await;
            assert_eq!(asked, Err(IdentityError::NotMember), "{function} {subject}");
        }
        // A header has no subject.
        let head = head(&[("x-tenant-id", ONE)]);
        let nobody = identity.caller(&head, Peer::Unknown).await.unwrap();
        assert_eq!(
            shop.check(&identity, &nobody).await,
            Err(IdentityError::NotMember)
        );
    }
}

#[tokio::test]
async fn who_is_put_out_is_out_within_the_time() {
    let shop = Shop::open().await;
    let identity = identity("app.may_act", Duration::from_millis(300));
    let ada = caller(&identity, ONE, "ada").await;
    assert_eq!(shop.check(&identity, &ada).await, Ok(()));
    let owner = shop.database.as_role(OWNER).await;
    let sql = format!("SET app.current_tenant_id = '{ONE}'; DELETE FROM app.members");
    owner.batch_execute(&sql).await.unwrap();
    assert_eq!(shop.check(&identity, &ada).await, Ok(()));
    tokio::time::sleep(Duration::from_millis(310)).await;
    assert_eq!(
        shop.check(&identity, &ada).await,
        Err(IdentityError::NotMember)
    );
}

#[tokio::test]
async fn what_goes_wrong_is_no_leave() {
    let shop = Shop::open().await;
    for (function, error) in [
        ("app.unknown", IdentityError::NotMember),
        ("app.broken", IdentityError::MembershipUnknown),
        ("app.slow", IdentityError::MembershipUnknown),
        ("app.text", IdentityError::MembershipUnknown),
        ("app.missing", IdentityError::MembershipUnknown),
    ] {
        let identity = identity(function, Duration::from_secs(5));
        let ada = caller(&identity, ONE, "ada").await;
        let began = std::time::Instant::now();
        assert_eq!(shop.check(&identity, &ada).await, Err(error), "{function}");
        assert!(began.elapsed() < Duration::from_secs(3), "{function}");
    }
}

#[tokio::test]
async fn a_failure_is_not_remembered() {
    let shop = Shop::open().await;
    let identity = identity("app.later", Duration::from_mins(1));
    let ada = caller(&identity, ONE, "ada").await;
    let asked = shop.check(&identity, &ada).await;
    assert_eq!(asked, Err(IdentityError::MembershipUnknown));
    let owner = shop.database.as_role(OWNER).await;
    let sql =
        "CREATE FUNCTION app.later(who text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'";
    owner.batch_execute(sql).await.unwrap();
    assert_eq!(shop.check(&identity, &ada).await, Ok(()));
}

#[tokio::test]
async fn many_at_once_ask_once() {
    let shop = Shop::open().await;
    let owner = shop.database.as_role(OWNER).await;
    let sql = "CREATE FUNCTION app.sleepy(who text) RETURNS boolean LANGUAGE plpgsql STABLE
        AS 'BEGIN PERFORM pg_sleep(0.3); RETURN true; END'";
    owner.batch_execute(sql).await.unwrap();
    let identity = identity("app.sleepy", Duration::from_mins(1));
    let ada = caller(&identity, ONE, "ada").await;
    let began = std::time::Instant::now();
    let all: Vec<_> = (0..60)
        .map(|_| {
            let (identity, ada, house) = (identity.clone(), ada.clone(), shop.house.clone());
            tokio::spawn(async move {
                let tenant = || house.tenant(ada.tenant.clone());
                identity.check_membership(&ada, tenant).await
            })
        })
        .collect();
    for one in all {
        assert_eq!(one.await.unwrap(), Ok(()));
    }
    // There are not connections enough for all of them to sleep at the same time.
    assert!(
        began.elapsed() < Duration::from_millis(600),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn a_function_is_named_with_its_schema() {
    for wrong in [
        "",
        "may_act",
        "app.",
        ".may_act",
        "app.may_act()",
        "app.may_act(a)",
        "app.may act",
        "app.may_act(subject",
        "app.x(subject, tenant)",
        "a.b.c",
        "app.x'; DROP TABLE t",
        "app.\"x\"",
    ] {
        assert!(
            Membership::new(wrong, Duration::from_secs(1)).is_err(),
            "{wrong}"
        );
    }
}

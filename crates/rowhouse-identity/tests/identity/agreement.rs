//! Several sources: all that say something are good and agree, or nobody is let in.

use rowhouse::TenantType;
use rowhouse_identity::{
    Caller, ClaimSettings, HeaderIdentity, Identity, IdentityError, Peer, Proxies, Source,
    TokenError,
};
use serde_json::json;

use crate::{ONE, TWO, head, token, tokens};

const HEADER: &str = "x-tenant-id";

fn header() -> HeaderIdentity {
    HeaderIdentity::new("X-Tenant-Id", TenantType::Uuid).unwrap()
}

fn both() -> Identity {
    let settings = [("app.user", "sub"), ("request.jwt.claims", "*")];
    Identity::builder()
        .source(Source::Token(tokens()))
        .source(Source::Header(header()))
        .chooser(header())
        .settings(ClaimSettings::new(settings).unwrap())
        .build()
        .unwrap()
}

async fn ask(identity: &Identity, pairs: &[(&'static str, &str)]) -> Result<Caller, IdentityError> {
    let peer = Peer::from(std::net::IpAddr::from([127, 0, 0, 1]));
    identity.caller(&head(pairs), peer).await
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[tokio::test]
async fn either_alone_is_enough_and_both_must_agree() {
    let identity = both();
    let token = bearer(&token(&json!({"tenant_id": ONE})));
    let by_token = ask(&identity, &[("authorization", &token)]).await.unwrap();
    assert_eq!(by_token.tenant.as_str(), ONE);
    assert_eq!(by_token.subject.as_deref(), Some("ada"));
    let settings = by_token.settings.unwrap();
    assert_eq!(&*settings[0], "ada");
    assert!(settings[1].contains(ONE));
    let by_header = ask(&identity, &[(HEADER, TWO)]).await.unwrap();
    assert_eq!((by_header.tenant.as_str(), by_header.subject), (TWO, None));
    let agreed = ask(&identity, &[("authorization", &token), (HEADER, ONE)])
        .await
        .unwrap();
    assert_eq!(agreed.subject.as_deref(), Some("ada"));
    let error = ask(&identity, &[("authorization", &token), (HEADER, TWO)])
        .await
        .unwrap_err();
    assert!(matches!(error, IdentityError::NotOfToken { .. }), "{error}");
    // Where the header chooses nothing, it is another source, and contradicts.
    let sources = Identity::builder()
        .source(Source::Header(header()))
        .source(Source::Token(tokens()))
        .build()
        .unwrap();
    let error = ask(&sources, &[("authorization", &token), (HEADER, TWO)])
        .await
        .unwrap_err();
    assert_eq!(
        error,
        IdentityError::Disagreement("its header", "its token")
    );
}

#[tokio::test]
async fn a_bad_token_is_not_passed_over_for_the_header() {
    let identity = both();
    let expired = bearer(&token(&json!({"tenant_id": ONE, "exp": 1})));
    for bad in [
        &*expired,
        "Bearer a.b.c",
        "Bearer x",
        "Basic YTpi",
        "",
        "Bearer",
    ] {
        let asked = ask(&identity, &[("authorization", bad), (HEADER, ONE)]).await;
        let error = asked.unwrap_err();
        assert!(
            matches!(error, IdentityError::Token(_) | IdentityError::Bearer(_)),
            "{bad}"
        );
        assert!(
            error
                .challenge()
                .unwrap()
                .starts_with("Bearer error=\"invalid_token\", error_description=\"")
        );
    }
    let good = bearer(&token(&json!({"tenant_id": ONE})));
    let twice = [
        ("authorization", &*good),
        ("authorization", &*good),
        (HEADER, ONE),
    ];
    assert!(matches!(
        ask(&identity, &twice).await,
        Err(IdentityError::Bearer(_))
    ));
    // Nor a bad header for the token.
    let bad = ask(&identity, &[("authorization", &good), (HEADER, "acme")]).await;
    assert!(matches!(bad, Err(IdentityError::Invalid { .. })));
}

#[tokio::test]
async fn a_token_with_several_tenants_lets_the_request_choose_among_them() {
    let identity = Identity::builder()
        .source(Source::Token(tokens()))
        .chooser(header())
        .build()
        .unwrap();
    let several = bearer(&token(&json!({"tenant_id": [ONE, TWO]})));
    for tenant in [ONE, TWO] {
        let caller = ask(&identity, &[("authorization", &several), (HEADER, tenant)])
            .await
            .unwrap();
        assert_eq!(caller.tenant.as_str(), tenant);
    }
    let unchosen = ask(&identity, &[("authorization", &several)])
        .await
        .unwrap_err();
    assert_eq!(
        unchosen.to_string(),
        "the token is for several tenants, and the header X-Tenant-Id does not say which"
    );
    let other = "00000000-0000-0000-0000-000000000001";
    let foreign = ask(&identity, &[("authorization", &several), (HEADER, other)]).await;
    assert!(matches!(foreign, Err(IdentityError::NotOfToken { .. })));
    let only = bearer(&token(&json!({"tenant_id": [ONE]})));
    let caller = ask(&identity, &[("authorization", &only)]).await.unwrap();
    assert_eq!(caller.tenant.as_str(), ONE);
    // The header alone is nobody.
    let nobody = ask(&identity, &[(HEADER, ONE)]).await.unwrap_err();
    assert!(matches!(nobody, IdentityError::Nobody { .. }), "{nobody}");
    assert_eq!(nobody.challenge().as_deref(), Some("Bearer"));
    assert_eq!(identity.headers(), ["authorization", HEADER]);
}

#[tokio::test]
async fn a_header_is_believed_from_listed_proxies_only() {
    let proxies = Proxies::new(["10.0.0.0/8", "unix"]).unwrap();
    let identity = Identity::builder()
        .source(Source::Token(tokens()))
        .source(Source::Header(header().from_proxies(proxies)))
        .chooser(header())
        .build()
        .unwrap();
    let from = |peer: &str| Peer::from(peer.parse::<std::net::IpAddr>().unwrap());
    let by_header = head(&[(HEADER, ONE)]);
    for peer in [from("10.1.2.3"), from("::ffff:10.1.2.3"), Peer::Unix] {
        let caller = identity.caller(&by_header, peer).await.unwrap();
        assert_eq!(caller.tenant.as_str(), ONE);
        let nothing = identity.caller(&head(&[]), peer).await.unwrap_err();
        assert!(matches!(nothing, IdentityError::Missing { .. }));
    }
    for peer in [
        from("127.0.0.1"),
        from("11.0.0.1"),
        from("::1"),
        Peer::Unknown,
    ] {
        let error = identity.caller(&by_header, peer).await.unwrap_err();
        assert!(matches!(error, IdentityError::Untrusted { .. }), "{error}");
        let nothing = identity.caller(&head(&[]), peer).await.unwrap_err();
        assert!(matches!(nothing, IdentityError::Nobody { .. }));
        // With a token of one's own the header may say the same, and nothing else.
        let good = bearer(&token(&json!({"tenant_id": ONE})));
        let same = head(&[(HEADER, ONE), ("authorization", &good)]);
        assert!(identity.caller(&same, peer).await.is_ok());
        let other = head(&[(HEADER, TWO), ("authorization", &good)]);
        assert!(identity.caller(&other, peer).await.is_err());
        // A bad one opens nothing.
        let bad = head(&[(HEADER, ONE), ("authorization", "Bearer a.b.c")]);
        let error = identity.caller(&bad, peer).await.unwrap_err();
        assert!(
            matches!(error, IdentityError::Token(TokenError::Base64 { .. })),
            "{error}"
        );
    }
    // A service that lists its proxies may listen anywhere.
    assert!(identity.check_listen("0.0.0.0:80".parse().unwrap()).is_ok());
    let open = both().check_listen("0.0.0.0:80".parse().unwrap());
    assert!(open.unwrap_err().hint().contains("trusted_proxies"));
}

/// Membership and policies look at the user: a header in front must not hide who that is.
#[tokio::test]
async fn a_token_says_who_asks_whatever_source_comes_first() {
    let identity = Identity::builder()
        .source(Source::Header(header()))
        .source(Source::Token(tokens()))
        .settings(ClaimSettings::new([("app.user", "sub")]).unwrap())
        .build()
        .unwrap();
    let token = bearer(&token(&json!({"tenant_id": ONE})));
    let caller = ask(&identity, &[(HEADER, ONE), ("authorization", &token)])
        .await
        .unwrap();
    assert_eq!(caller.subject.as_deref(), Some("ada"));
    assert_eq!(&*caller.settings.unwrap()[0], "ada");
}

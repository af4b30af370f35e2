//! What a token must say.

use std::time::Duration;

use rowhouse::TenantId;

use super::super::rules::Tenants;
use super::*;

#[test]
fn a_good_token_names_its_tenant_and_subject() {
    let verified = check(
        &identity(TokenRules::default()),
        &signed(&claims(json!({}))),
    )
    .unwrap();
    let tenant = TenantId::parse(TenantType::Uuid, TENANT).unwrap();
    assert_eq!(verified.tenants, Tenants::One(tenant));
    assert_eq!(verified.subject.as_deref(), Some("ada"));
}

#[test]
fn expired_by_a_second_is_expired() {
    let rules = TokenRules::default();
    assert_eq!(
        refused(&rules, json!({"exp": at(-1.0)})),
        TokenError::Expired
    );
    assert_eq!(
        refused(&rules, json!({"exp": at(-0.001)})),
        TokenError::Expired
    );
    let lenient = TokenRules {
        leeway: Duration::from_secs(5),
        ..rules
    };
    assert_eq!(
        refused(&lenient, json!({"exp": at(-5.1)})),
        TokenError::Expired
    );
    assert!(
        check(
            &identity(lenient),
            &signed(&claims(json!({"exp": at(-4.0)})))
        )
        .is_ok()
    );
}

#[test]
fn a_token_that_was_known_expires_all_the_same() {
    let identity = identity(TokenRules::default());
    let token = signed(&claims(json!({"exp": at(0.2)})));
    assert!(check(&identity, &token).is_ok());
    assert!(check(&identity, &token).is_ok());
    std::thread::sleep(Duration::from_millis(250));
    assert_eq!(check(&identity, &token), Err(TokenError::Expired));
}

#[test]
fn a_token_has_an_end_unless_it_need_not() {
    let rules = TokenRules::default();
    assert_eq!(
        refused(&rules, json!({"exp": null})),
        TokenError::Missing { claim: "exp" }
    );
    let endless = TokenRules {
        endless: true,
        ..rules
    };
    assert!(
        check(
            &identity(endless.clone()),
            &signed(&claims(json!({"exp": null})))
        )
        .is_ok()
    );
    assert_eq!(
        refused(&endless, json!({"exp": at(-1.0)})),
        TokenError::Expired
    );
}

#[test]
fn times_are_numbers() {
    let rules = TokenRules {
        endless: true,
        ..TokenRules::default()
    };
    for (claim, value) in [
        ("exp", json!("4102444800")),
        ("exp", json!([1])),
        ("exp", json!(true)),
        ("nbf", json!("0")),
    ] {
        let error = refused(&rules, json!({claim: value}));
        assert!(
            matches!(error, TokenError::Type { claim: c, .. } if c == claim),
            "{error}"
        );
    }
    assert_eq!(refused(&rules, json!({"exp": -1})), TokenError::Expired);
    assert!(check(&identity(rules), &signed(&claims(json!({"exp": 1e300})))).is_ok());
}

#[test]
fn a_token_that_has_not_begun_is_refused() {
    let rules = TokenRules::default();
    assert_eq!(
        refused(&rules, json!({"nbf": at(1.0)})),
        TokenError::NotYetValid
    );
    let lenient = TokenRules {
        leeway: Duration::from_secs(5),
        ..rules
    };
    assert!(
        check(
            &identity(lenient.clone()),
            &signed(&claims(json!({"nbf": at(4.0)})))
        )
        .is_ok()
    );
    assert_eq!(
        refused(&lenient, json!({"nbf": at(6.0)})),
        TokenError::NotYetValid
    );
}

#[test]
fn a_token_is_from_an_issuer_that_is_believed() {
    let rules = TokenRules {
        issuers: vec!["https://issuer.example".into(), "other".into()],
        ..TokenRules::default()
    };
    assert_eq!(
        refused(&rules, json!({})),
        TokenError::Missing { claim: "iss" }
    );
    for issuer in ["https://issuer.example/", "https://evil.example", ""] {
        assert_eq!(
            refused(&rules, json!({"iss": issuer})),
            TokenError::Issuer,
            "{issuer}"
        );
    }
    let list = refused(&rules, json!({"iss": ["other"]}));
    assert!(
        matches!(list, TokenError::Type { claim: "iss", .. }),
        "{list}"
    );
    assert!(check(&identity(rules), &signed(&claims(json!({"iss": "other"})))).is_ok());
}

#[test]
fn a_token_is_for_us() {
    let rules = TokenRules {
        audiences: vec!["api".into()],
        ..TokenRules::default()
    };
    assert_eq!(
        refused(&rules, json!({})),
        TokenError::Missing { claim: "aud" }
    );
    for audience in [json!("other"), json!(["other"]), json!([]), json!("")] {
        assert_eq!(
            refused(&rules, json!({"aud": audience})),
            TokenError::Audience
        );
    }
    let mixed = refused(&rules, json!({"aud": ["api", 1]}));
    assert!(
        matches!(mixed, TokenError::Type { claim: "aud", .. }),
        "{mixed}"
    );
    for audience in [json!("api"), json!(["other", "api"])] {
        assert!(
            check(
                &identity(rules.clone()),
                &signed(&claims(json!({"aud": audience})))
            )
            .is_ok()
        );
    }
    // A token that is for somebody is not for those who have no name (RFC 7519, 4.1.3).
    let nameless = TokenRules::default();
    assert_eq!(
        refused(&nameless, json!({"aud": "api"})),
        TokenError::Audience
    );
}

#[test]
fn a_tenant_is_there_and_can_be_one() {
    let rules = TokenRules::default();
    let path = rules.tenant.clone();
    for nothing in [json!({"tenant_id": null}), json!({"tenant_id": []})] {
        assert_eq!(refused(&rules, nothing), TokenError::NoTenant(path.clone()));
    }
    for wrong in [
        json!(7),
        json!(true),
        json!({"id": TENANT}),
        json!([[TENANT]]),
    ] {
        assert_eq!(
            refused(&rules, json!({"tenant_id": wrong})),
            TokenError::TenantType(path.clone())
        );
    }
    for wrong in [json!("acme"), json!(""), json!([TENANT, "acme"])] {
        let error = refused(&rules, json!({"tenant_id": wrong}));
        assert!(matches!(error, TokenError::Tenant { .. }), "{error}");
    }
    let upper = signed(&claims(json!({"tenant_id": TENANT.to_uppercase()})));
    let found = check(&identity(rules.clone()), &upper).unwrap();
    assert!(matches!(&found.tenants, Tenants::One(id) if id.as_str() == TENANT));
    let many = json!({"tenant_id": vec![TENANT; 257]});
    assert_eq!(refused(&rules, many), TokenError::TenantCount { most: 256 });
}

#[test]
fn a_tenant_that_is_a_number_may_be_written_as_one() {
    let key = || VerifyingKey::secret(SECRET, &[]).unwrap();
    let of =
        |kind| TokenIdentity::new(TokenKeys::default().key(key()), TokenRules::default(), kind);
    for (written, id) in [(json!(7), "7"), (json!("7"), "7"), (json!(-7), "-7")] {
        let token = signed(&claims(json!({"tenant_id": written})));
        let found = check(&of(TenantType::Integer), &token).unwrap();
        assert!(matches!(&found.tenants, Tenants::One(found) if found.as_str() == id));
    }
    for written in [json!(7.0), json!(7.5), json!("007"), json!(u64::MAX)] {
        let token = signed(&claims(json!({"tenant_id": written})));
        assert!(
            check(&of(TenantType::Integer), &token).is_err(),
            "{written}"
        );
    }
    let number = signed(&claims(json!({"tenant_id": 7})));
    let error = check(&of(TenantType::Text), &number).unwrap_err();
    assert!(matches!(error, TokenError::TenantType(_)), "{error}");
}

#[test]
fn a_tenant_stands_where_the_path_says() {
    for (path, claim) in [
        (
            "app_metadata.tenant",
            json!({"app_metadata": {"tenant": TENANT}}),
        ),
        (
            "https://app.example/tenant",
            json!({"https://app.example/tenant": TENANT}),
        ),
    ] {
        let rules = TokenRules {
            tenant: path.parse().unwrap(),
            ..TokenRules::default()
        };
        assert!(check(&identity(rules.clone()), &signed(&claims(claim))).is_ok());
        let error = refused(&rules, json!({}));
        assert_eq!(
            error.to_string(),
            format!("the token has no tenant at {path}")
        );
    }
}

/// Two of them would pass for one and the same nobody.
#[test]
fn a_subject_that_is_no_text_is_refused() {
    for subject in [json!(1), json!(true), json!(["ada"]), json!({})] {
        let error = refused(&TokenRules::default(), json!({ "sub": subject }));
        assert_eq!(error, TokenError::Subject, "{subject}");
    }
}

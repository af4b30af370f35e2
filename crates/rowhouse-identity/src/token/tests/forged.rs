//! Tokens that somebody has tampered with, or that are none.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::super::compact::LONGEST;
use super::*;

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// What becomes of a token with that header and payload, signed as it should be.
fn with(header: &str, payload: &str) -> Result<Arc<Verified>, TokenError> {
    let token = signing(Algorithm::HS256)
        .sign_parts(header, payload)
        .unwrap();
    check(&identity(TokenRules::default()), &token)
}

fn good() -> String {
    claims(json!({})).to_string()
}

const HEADER: &str = r#"{"alg":"HS256"}"#;

#[test]
fn what_is_signed_well_is_believed() {
    assert!(with(HEADER, &good()).is_ok());
}

#[test]
fn an_unsigned_token_is_refused_however_it_is_written() {
    for none in ["none", "None", "NONE", "nOnE"] {
        let header = format!(r#"{{"alg":"{none}"}}"#);
        let [head, payload] = [encode(&header), encode(&good())];
        for signature in ["", "AAAA"] {
            let token = format!("{head}.{payload}.{signature}");
            let error = check(&identity(TokenRules::default()), &token).unwrap_err();
            assert_eq!(error, TokenError::Unsigned);
        }
        assert_eq!(with(&header, &good()), Err(TokenError::Unsigned));
    }
    // No signature where one is promised.
    let token = format!("{}.{}.", encode(HEADER), encode(&good()));
    let error = check(&identity(TokenRules::default()), &token).unwrap_err();
    assert_eq!(error, TokenError::Signature);
}

#[test]
fn a_changed_bit_anywhere_is_noticed() {
    let token = signed(&claims(json!({})));
    let identity = identity(TokenRules::default());
    assert!(check(&identity, &token).is_ok());
    for at in 0..token.len() {
        for other in [b'A', b'B', b'.', b'_'] {
            let mut bytes = token.clone().into_bytes();
            if bytes[at] == other {
                continue;
            }
            bytes[at] = other;
            let changed = String::from_utf8(bytes).unwrap();
            assert!(check(&identity, &changed).is_err(), "{at}: {changed}");
        }
    }
}

#[test]
fn what_is_not_three_parts_is_no_token() {
    let token = signed(&claims(json!({})));
    let (two, _) = token.rsplit_once('.').unwrap();
    for wrong in [
        "",
        ".",
        "..",
        "a",
        two,
        &format!("{token}."),
        &format!("{token}.a.b"),
        ".a.b",
    ] {
        let error = check(&identity(TokenRules::default()), wrong).unwrap_err();
        assert_eq!(error, TokenError::Parts, "{wrong}");
    }
}

#[test]
fn every_part_is_base64url() {
    let token = signed(&claims(json!({})));
    let parts: Vec<&str> = token.split('.').collect();
    for (at, part) in ["header", "payload", "signature"].into_iter().enumerate() {
        for wrong in ["a+b/", "YQ==", "a", "!", "YR"] {
            let mut parts = parts.clone();
            parts[at] = wrong;
            let error = check(&identity(TokenRules::default()), &parts.join(".")).unwrap_err();
            assert_eq!(error, TokenError::Base64 { part }, "{wrong}");
        }
    }
    let padded = format!("{}.{}", STANDARD.encode(HEADER), parts[1..].join("."));
    assert!(check(&identity(TokenRules::default()), &padded).is_err());
}

#[test]
fn header_and_payload_are_objects() {
    for wrong in ["", "[]", "null", "{", "{} x", "{\"alg\":}"] {
        if !wrong.is_empty() {
            assert_eq!(
                with(wrong, &good()),
                Err(TokenError::Json { part: "header" }),
                "{wrong}"
            );
            assert_eq!(
                with(HEADER, wrong),
                Err(TokenError::Json { part: "payload" }),
                "{wrong}"
            );
        }
    }
}

#[test]
fn what_is_said_twice_is_refused() {
    let twice = r#"{"alg":"HS256","alg":"none"}"#;
    assert_eq!(
        with(twice, &good()),
        Err(TokenError::Repeated { part: "header" })
    );
    let end = rules::now() + 60.0;
    for payload in [
        format!(r#"{{"exp":{end},"tenant_id":"{TENANT}","tenant_id":"{TENANT}"}}"#),
        format!(r#"{{"exp":0,"exp":{end},"tenant_id":"{TENANT}"}}"#),
        format!(r#"{{"exp":{end},"tenant_id":"{TENANT}","m":{{"t":1,"t":2}}}}"#),
        format!(r#"{{"exp":{end},"tenant_id":"{TENANT}","\u0065xp":1}}"#),
    ] {
        assert_eq!(
            with(HEADER, &payload),
            Err(TokenError::Repeated { part: "payload" }),
            "{payload}"
        );
    }
}

#[test]
fn an_extension_that_must_be_understood_is_not() {
    for header in [
        r#"{"alg":"HS256","crit":["exp"]}"#,
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","crit":null}"#,
        r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
        r#"{"alg":"HS256","b64":false}"#,
    ] {
        assert_eq!(with(header, &good()), Err(TokenError::Critical), "{header}");
    }
}

#[test]
fn an_algorithm_is_one_that_a_key_is_for() {
    for unknown in [
        "", "HS1", "hs256", "ES256K", "ES512", "RSA-OAEP", "dir", "HS256 ",
    ] {
        let header = format!(r#"{{"alg":"{unknown}"}}"#);
        assert_eq!(
            with(&header, &good()),
            Err(TokenError::UnknownAlgorithm),
            "{unknown}"
        );
    }
    for other in [
        "HS384", "HS512", "RS256", "PS512", "ES256", "ES384", "EdDSA",
    ] {
        let header = format!(r#"{{"alg":"{other}"}}"#);
        let error = with(&header, &good()).unwrap_err();
        assert_eq!(error, TokenError::Algorithm(other.parse().unwrap()));
    }
    for header in [
        r"{}",
        r#"{"alg":1}"#,
        r#"{"alg":null}"#,
        r#"{"alg":["HS256"]}"#,
    ] {
        assert_eq!(
            with(header, &good()),
            Err(TokenError::Header { member: "alg" }),
            "{header}"
        );
    }
    let kid = with(r#"{"alg":"HS256","kid":1}"#, &good());
    assert_eq!(kid, Err(TokenError::Header { member: "kid" }));
}

#[test]
fn a_huge_token_is_not_looked_at() {
    let filler = "x".repeat(LONGEST);
    let token = signed(&claims(json!({"filler": filler})));
    let error = check(&identity(TokenRules::default()), &token).unwrap_err();
    assert_eq!(error, TokenError::TooLong { most: LONGEST });
    let filler = "x".repeat(LONGEST * 3 / 4 - 400);
    let token = signed(&claims(json!({"filler": filler})));
    assert!(
        token.len() < LONGEST && token.len() > LONGEST - 400,
        "{}",
        token.len()
    );
    assert!(check(&identity(TokenRules::default()), &token).is_ok());
}

#[test]
fn somebody_elses_signature_is_wrong() {
    let other = SigningKey::secret(&[7; 32], Algorithm::HS256).unwrap();
    let token = other.sign(claims(json!({})).as_object().unwrap()).unwrap();
    let error = check(&identity(TokenRules::default()), &token).unwrap_err();
    assert_eq!(error, TokenError::Signature);
    // The right signature of another token.
    let ours = signed(&claims(json!({"sub": "eve"})));
    let (_, signature) = ours.rsplit_once('.').unwrap();
    let (body, _) = token.rsplit_once('.').unwrap();
    let error = check(
        &identity(TokenRules::default()),
        &format!("{body}.{signature}"),
    )
    .unwrap_err();
    assert_eq!(error, TokenError::Signature);
}

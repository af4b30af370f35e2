//! Keys of every kind, each for its own algorithms alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{
    KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256,
    PublicKeyData, SignatureAlgorithm,
};

use super::super::{JwksError, KeyError, keys_of_set};
use super::*;
use Algorithm::*;

const ALL: [Algorithm; 12] = [
    HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA,
];

fn kinds() -> Vec<(KeyPair, &'static [Algorithm])> {
    let pair = |algorithm: &'static SignatureAlgorithm| KeyPair::generate_for(algorithm).unwrap();
    vec![
        (
            pair(&PKCS_RSA_SHA256),
            &[RS256, RS384, RS512, PS256, PS384, PS512],
        ),
        (pair(&PKCS_ECDSA_P256_SHA256), &[ES256]),
        (pair(&PKCS_ECDSA_P384_SHA384), &[ES384]),
        (pair(&PKCS_ED25519), &[EdDSA]),
    ]
}

fn with(key: VerifyingKey) -> TokenIdentity {
    TokenIdentity::new(
        TokenKeys::default().key(key),
        TokenRules::default(),
        TenantType::Uuid,
    )
}

fn token(key: &SigningKey) -> String {
    key.sign(claims(json!({})).as_object().unwrap()).unwrap()
}

#[test]
fn every_algorithm_is_checked() {
    for algorithm in [HS256, HS384, HS512] {
        let key = VerifyingKey::secret(SECRET, &[algorithm]).unwrap();
        assert!(
            check(&with(key), &token(&signing(algorithm))).is_ok(),
            "{algorithm:?}"
        );
    }
    for (pair, algorithms) in kinds() {
        let public = pair.public_key_pem();
        for &algorithm in algorithms {
            let signing =
                SigningKey::private_pem(pair.serialize_pem().as_bytes(), algorithm).unwrap();
            let key = VerifyingKey::public_pem(public.as_bytes(), &[]).unwrap();
            assert!(check(&with(key), &token(&signing)).is_ok(), "{algorithm:?}");
            let key = VerifyingKey::public_pem(public.as_bytes(), &[algorithm]).unwrap();
            assert!(check(&with(key), &token(&signing)).is_ok(), "{algorithm:?}");
        }
    }
}

#[test]
fn a_key_is_for_algorithms_of_its_own_kind() {
    for (pair, algorithms) in kinds() {
        for algorithm in ALL {
            let key = VerifyingKey::public_pem(pair.public_key_pem().as_bytes(), &[algorithm]);
            assert_eq!(
                key.is_ok(),
                algorithms.contains(&algorithm),
                "{algorithm:?}"
            );
        }
    }
    for algorithm in ALL {
        let hmac = [HS256, HS384, HS512].contains(&algorithm);
        assert_eq!(
            VerifyingKey::secret(SECRET, &[algorithm]).is_ok(),
            hmac,
            "{algorithm:?}"
        );
    }
}

/// The classic: a public key, which everybody has, taken for the secret of an HMAC.
#[test]
fn a_public_key_is_never_a_secret() {
    for (pair, _) in kinds() {
        let public = pair.public_key_pem();
        let der = pair.subject_public_key_info();
        for secret in [public.as_bytes(), public.trim().as_bytes(), &der] {
            for algorithm in [HS256, HS384, HS512] {
                let Ok(forger) = SigningKey::secret(secret, algorithm) else {
                    continue;
                };
                let key = VerifyingKey::public_pem(public.as_bytes(), &[]).unwrap();
                let error = check(&with(key), &token(&forger)).unwrap_err();
                assert_eq!(error, TokenError::Algorithm(algorithm));
                // Nor beside a secret, under its key id.
                let keys = TokenKeys::default()
                    .key(
                        VerifyingKey::public_pem(public.as_bytes(), &[])
                            .unwrap()
                            .with_kid("a"),
                    )
                    .key(
                        VerifyingKey::secret(SECRET, &[HS256, HS384, HS512])
                            .unwrap()
                            .with_kid("b"),
                    );
                let identity = TokenIdentity::new(keys, TokenRules::default(), TenantType::Uuid);
                let error = check(&identity, &token(&forger.clone().with_kid("a"))).unwrap_err();
                assert_eq!(error, TokenError::UnknownKey);
                let error = check(&identity, &token(&forger)).unwrap_err();
                assert_eq!(error, TokenError::Signature);
            }
        }
    }
}

#[test]
fn a_key_on_another_curve_checks_nothing() {
    let [p256, p384] = [&PKCS_ECDSA_P256_SHA256, &PKCS_ECDSA_P384_SHA384]
        .map(|curve| KeyPair::generate_for(curve).unwrap());
    let signing = SigningKey::private_pem(p384.serialize_pem().as_bytes(), ES384).unwrap();
    let key = VerifyingKey::public_pem(p256.public_key_pem().as_bytes(), &[]).unwrap();
    let error = check(&with(key), &token(&signing)).unwrap_err();
    assert_eq!(error, TokenError::Algorithm(ES384));
    let mut point = jwk(&p256);
    point["crv"] = "P-384".into();
    let set = json!({"keys": [point]}).to_string();
    assert!(matches!(
        keys_of_set(set.as_bytes(), &[], &[]),
        Err(JwksError::Empty(_))
    ));
}

#[test]
fn a_secret_is_as_long_as_its_hash() {
    for (algorithm, least) in [(HS256, 32), (HS384, 48), (HS512, 64)] {
        let short = vec![7; least - 1];
        let error = VerifyingKey::secret(&short, &[algorithm]).unwrap_err();
        let bytes = least - 1;
        assert_eq!(
            error,
            KeyError::Short {
                algorithm,
                least,
                bytes
            }
        );
        assert!(VerifyingKey::secret(&vec![7; least], &[algorithm]).is_ok());
    }
    assert!(VerifyingKey::secret(&[7; 32], &[HS256, HS512]).is_err());
}

#[test]
fn what_is_no_public_key_is_refused() {
    for (pair, _) in kinds() {
        let private = VerifyingKey::public_pem(pair.serialize_pem().as_bytes(), &[]);
        assert_eq!(private.unwrap_err(), KeyError::Private);
    }
    for wrong in [
        "",
        "x",
        "-----BEGIN PUBLIC KEY-----\nYQ==\n-----END PUBLIC KEY-----\n",
    ] {
        let error = VerifyingKey::public_pem(wrong.as_bytes(), &[]).unwrap_err();
        assert_eq!(error, KeyError::Pem, "{wrong}");
    }
}

#[test]
fn what_is_shown_of_a_key_is_not_the_key() {
    let secret = "hunter2-hunter2-hunter2-hunter2-hunter2";
    let shown = format!(
        "{:?} {:?} {:?}",
        VerifyingKey::secret(secret.as_bytes(), &[]).unwrap(),
        SigningKey::secret(secret.as_bytes(), HS256).unwrap(),
        with(VerifyingKey::secret(secret.as_bytes(), &[]).unwrap()),
    );
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(!shown.contains("104, 117, 110"), "{shown}");
}

/// A public key as JSON.
fn jwk(pair: &KeyPair) -> Value {
    let raw = pair.public_key_raw();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    match raw.len() {
        32 => json!({"kty": "OKP", "crv": "Ed25519", "x": text(raw)}),
        65 => json!({"kty": "EC", "crv": "P-256", "x": text(&raw[1..33]), "y": text(&raw[33..])}),
        _ => json!({"kty": "EC", "crv": "P-384", "x": text(&raw[1..49]), "y": text(&raw[49..])}),
    }
}

#[test]
fn a_set_of_keys_is_read_key_by_key() {
    let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let good = |member: &str, value: Value| {
        let mut key = jwk(&pair);
        key[member] = value;
        key
    };
    let read = |keys: Value, allowed: &[Algorithm]| {
        keys_of_set(json!({"keys": keys}).to_string().as_bytes(), allowed, &[])
    };
    let odd = json!([
        {"kty": "oct", "k": URL_SAFE_NO_PAD.encode(SECRET), "alg": "HS256"},
        {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "new"},
        "no key at all",
        good("use", json!("enc")),
        good("key_ops", json!(["sign"])),
        good("alg", json!("ES384")),
        good("x", json!("AA")),
    ]);
    assert!(matches!(read(odd.clone(), &[]), Err(JwksError::Empty(_))));
    let mut mixed = odd.as_array().unwrap().clone();
    mixed.push(good("kid", json!("a")));
    let keys = read(mixed.into(), &[]).unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(
        (keys[0].kid(), keys[0].algorithms()),
        (Some("a"), &[ES256][..])
    );
    assert!(read(json!([jwk(&pair)]), &[RS256]).is_err());
    for wrong in ["", "[]", "{}", r#"{"keys":{}}"#] {
        assert_eq!(
            keys_of_set(wrong.as_bytes(), &[], &[]).unwrap_err(),
            JwksError::Format
        );
    }
    let signing = SigningKey::private_pem(pair.serialize_pem().as_bytes(), ES256).unwrap();
    let identity = with(keys.into_iter().next().unwrap());
    assert!(check(&identity, &token(&signing.clone().with_kid("a"))).is_ok());
    assert!(check(&identity, &token(&signing)).is_ok());
    let error = check(&identity, &token(&signing.with_kid("b"))).unwrap_err();
    assert_eq!(error, TokenError::UnknownKey);
}

#[test]
fn a_key_of_one_issuer_does_not_speak_for_another() {
    let issuers: [Box<str>; 1] = ["https://one.example".into()];
    let key = VerifyingKey::secret(SECRET, &[])
        .unwrap()
        .for_issuers(&issuers);
    let identity = with(key);
    let from = |issuer: &str| signed(&claims(json!({"iss": issuer})));
    assert!(check(&identity, &from("https://one.example")).is_ok());
    let error = check(&identity, &from("https://two.example")).unwrap_err();
    assert_eq!(error, TokenError::Issuer);
}

#[test]
fn a_repeated_token_is_cheap() {
    let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let signing = SigningKey::private_pem(pair.serialize_pem().as_bytes(), ES256).unwrap();
    let identity = with(VerifyingKey::public_pem(pair.public_key_pem().as_bytes(), &[]).unwrap());
    let tokens: Vec<String> = (0..200)
        .map(|n| {
            let claims = claims(json!({"n": n}));
            signing.sign(claims.as_object().unwrap()).unwrap()
        })
        .collect();
    let time = || {
        let began = std::time::Instant::now();
        for token in &tokens {
            check(&identity, token).unwrap();
        }
        began.elapsed() / 200
    };
    let (first, again) = (time(), time());
    println!("a token by ES256: {first:?} at first, {again:?} when it comes again");
    assert!(again < first, "{again:?} {first:?}");
}

//! Keys that an issuer publishes: cached, rotated, asked for sparingly, kept while it is down.

use std::sync::Arc;
use std::time::Duration;

use rowhouse::TenantType;
use rowhouse_identity::{
    Caller, Identity, IdentityError, Jwks, JwksOptions, Peer, SigningKey, Source, TokenError,
    TokenIdentity, TokenKeys, TokenRules,
};
use serde_json::json;

use crate::issuer::{Answer, Issuer, key};
use crate::{ONE, at, head};

fn options() -> JwksOptions {
    let mut options = JwksOptions::default();
    options.rest = Duration::from_millis(300);
    options.timeout = Duration::from_millis(500);
    options
}

fn identity(issuer: &Issuer, options: JwksOptions) -> Identity {
    let jwks = Jwks::new(issuer.url.parse().unwrap(), options);
    let keys = TokenKeys::default().jwks(Arc::new(jwks));
    let tokens = TokenIdentity::new(keys, TokenRules::default(), TenantType::Uuid);
    let identity = Identity::builder().source(Source::Token(tokens));
    identity.build().unwrap()
}

fn token(key: &SigningKey, sub: &str) -> String {
    let claims = json!({"sub": sub, "tenant_id": ONE, "exp": at(60)});
    key.sign(claims.as_object().unwrap()).unwrap()
}

async fn ask(identity: &Identity, token: &str) -> Result<Caller, IdentityError> {
    let head = head(&[("authorization", &format!("Bearer {token}"))]);
    identity.caller(&head, Peer::Unknown).await
}

#[tokio::test]
async fn the_first_token_fetches_the_keys_and_the_next_ones_do_not() {
    let (signing, public) = key("a");
    let issuer = Issuer::start(Answer::Keys(vec![public])).await;
    let identity = identity(&issuer, options());
    assert_eq!(issuer.asked(), 0);
    for number in 0..20 {
        let caller = ask(&identity, &token(&signing, &number.to_string()))
            .await
            .unwrap();
        assert_eq!(caller.tenant.as_str(), ONE);
    }
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn a_new_key_is_fetched_when_a_token_names_it() {
    let (old, old_public) = key("old");
    let (new, new_public) = key("new");
    let issuer = Issuer::start(Answer::Keys(vec![old_public])).await;
    let identity = identity(&issuer, options());
    let known = token(&old, "ada");
    ask(&identity, &known).await.unwrap();
    issuer.answers(Answer::Keys(vec![new_public]));
    tokio::time::sleep(Duration::from_millis(320)).await;
    ask(&identity, &token(&new, "ada")).await.unwrap();
    assert_eq!(issuer.asked(), 2);
    // The old key has left, and with it the tokens that were known.
    let error = ask(&identity, &known).await.unwrap_err();
    assert_eq!(error, TokenError::UnknownKey.into());
}

#[tokio::test]
async fn unknown_keys_cannot_make_the_service_hammer_the_source() {
    let (signing, public) = key("a");
    let issuer = Issuer::start(Answer::Keys(vec![public])).await;
    let identity = identity(&issuer, options());
    ask(&identity, &token(&signing, "ada")).await.unwrap();
    let began = std::time::Instant::now();
    for number in 0..300 {
        let (stranger, _) = key(&number.to_string());
        let error = ask(&identity, &token(&stranger, "eve")).await.unwrap_err();
        assert_eq!(error, TokenError::UnknownKey.into());
    }
    let most = 2 + began.elapsed().as_millis() / 300;
    assert!(
        issuer.asked() as u128 <= most,
        "{} times, {most} at most",
        issuer.asked()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_ask_once() {
    let (signing, public) = key("a");
    let issuer = Issuer::start(Answer::Keys(vec![public])).await;
    let identity = identity(&issuer, options());
    let all: Vec<_> = (0..50)
        .map(|number| {
            let (identity, token) = (identity.for_worker(), token(&signing, &number.to_string()));
            tokio::spawn(async move { ask(&identity, &token).await })
        })
        .collect();
    for one in all {
        one.await.unwrap().unwrap();
    }
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn the_last_good_keys_stay_while_the_source_is_down() {
    let (signing, public) = key("a");
    let issuer = Issuer::start(Answer::Keys(vec![public])).await;
    let mut options = options();
    options.lifetime = Duration::from_millis(100);
    options.rest = Duration::from_millis(50);
    let identity = identity(&issuer, options);
    ask(&identity, &token(&signing, "ada")).await.unwrap();
    let wrong = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n".to_owned();
    let empty = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]".to_owned();
    for (number, down) in [
        Answer::Down,
        Answer::Silence,
        Answer::Raw(wrong),
        Answer::Raw(empty),
    ]
    .into_iter()
    .enumerate()
    {
        issuer.answers(down);
        let before = issuer.asked();
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_millis(60)).await;
            ask(&identity, &token(&signing, &number.to_string()))
                .await
                .unwrap();
        }
        if number != 2 {
            assert!(issuer.asked() > before, "it is asked again");
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test]
async fn keys_that_have_grown_old_are_fetched_without_anybody_waiting() {
    let (old, old_public) = key("old");
    let (_, new_public) = key("new");
    let issuer = Issuer::start(Answer::Keys(vec![old_public])).await;
    let mut options = options();
    options.lifetime = Duration::from_millis(100);
    options.rest = Duration::from_millis(10);
    let identity = identity(&issuer, options);
    let known = token(&old, "ada");
    ask(&identity, &known).await.unwrap();
    issuer.answers(Answer::Keys(vec![new_public]));
    tokio::time::sleep(Duration::from_millis(120)).await;
    // This one still passes; it has the keys fetched, which takes away its own.
    ask(&identity, &known).await.unwrap();
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(issuer.asked(), 2);
    let error = ask(&identity, &known).await.unwrap_err();
    assert_eq!(error, TokenError::UnknownKey.into());
}

#[tokio::test]
async fn without_keys_nobody_can_say_and_nobody_is_let_in() {
    let (signing, public) = key("a");
    let issuer = Issuer::start(Answer::Down).await;
    let identity = identity(&issuer, options());
    identity.prepare().await;
    assert_eq!(issuer.asked(), 1);
    let token = token(&signing, "ada");
    let error = ask(&identity, &token).await.unwrap_err();
    assert_eq!(error, TokenError::KeysUnavailable.into());
    issuer.answers(Answer::Keys(vec![public]));
    tokio::time::sleep(Duration::from_millis(320)).await;
    ask(&identity, &token).await.unwrap();
}

#[tokio::test]
async fn whoever_publishes_no_key_any_more_has_taken_them_back() {
    let (signing, public) = key("a");
    let issuer = Issuer::start(Answer::Keys(vec![public])).await;
    let mut options = options();
    options.lifetime = Duration::from_millis(50);
    options.rest = Duration::from_millis(10);
    let identity = identity(&issuer, options);
    let token = token(&signing, "ada");
    ask(&identity, &token).await.unwrap();
    issuer.answers(Answer::Keys(Vec::new()));
    tokio::time::sleep(Duration::from_millis(60)).await;
    let _ = ask(&identity, &token).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(ask(&identity, &token).await.is_err());
}

#[tokio::test]
async fn an_answer_that_is_none_is_not_waited_for() {
    let (signing, _) = key("a");
    let elsewhere =
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/keys\r\nContent-Length: 0\r\n\r\n";
    let huge = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n{}",
        "x".repeat(999_999)
    );
    let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(999_999));
    for answer in [
        Answer::Silence,
        Answer::Raw(elsewhere.to_owned()),
        Answer::Raw(huge),
        Answer::Raw(endless),
        Answer::Raw("no http at all\r\n\r\n".to_owned()),
    ] {
        let issuer = Issuer::start(answer.clone()).await;
        let identity = identity(&issuer, options());
        let began = std::time::Instant::now();
        let error = ask(&identity, &token(&signing, "ada")).await.unwrap_err();
        assert_eq!(error, TokenError::KeysUnavailable.into(), "{answer:?}");
        assert!(began.elapsed() < Duration::from_secs(3), "{answer:?}");
        assert_eq!(issuer.asked(), 1);
    }
}

#[tokio::test]
async fn the_source_is_not_asked_for_what_it_may_not_have() {
    let (_, public) = key("a");
    let issuer = Issuer::start(Answer::Keys(vec![public])).await;
    let mut options = options();
    options.algorithms = vec![rowhouse_identity::Algorithm::ES256];
    let identity = identity(&issuer, options);
    let secret = SigningKey::secret(&[7; 32], rowhouse_identity::Algorithm::HS256).unwrap();
    for forged in [token(&secret, "eve"), token(&secret.with_kid("a"), "eve")] {
        assert!(ask(&identity, &forged).await.is_err());
    }
    assert!(ask(&identity, "a.b.c").await.is_err());
    assert_eq!(issuer.asked(), 0);
}

/// Anybody can send a token that names an unknown key, and hang up before the source has answered.
#[tokio::test]
async fn who_hangs_up_does_not_stop_the_keys_from_being_fetched() {
    let (old, old_public) = key("old");
    let (new, new_public) = key("new");
    let (stranger, _) = key("zz");
    let issuer = Issuer::start(Answer::Keys(vec![old_public])).await;
    let mut options = options();
    options.rest = Duration::from_millis(100);
    let identity = identity(&issuer, options);
    ask(&identity, &token(&old, "ada")).await.unwrap();
    issuer.answers(Answer::Keys(vec![new_public]));
    tokio::time::sleep(Duration::from_millis(120)).await;
    let strange = token(&stranger, "eve");
    let gone = tokio::time::timeout(Duration::from_millis(5), ask(&identity, &strange)).await;
    assert!(gone.is_err(), "the source takes longer than that");
    // Within the rest that the stranger's question began, nobody asks again: the answer to it must do.
    tokio::time::sleep(Duration::from_millis(60)).await;
    ask(&identity, &token(&new, "ada")).await.unwrap();
    let error = ask(&identity, &token(&old, "bob")).await.unwrap_err();
    assert_eq!(error, TokenError::UnknownKey.into());
    assert_eq!(issuer.asked(), 2);
}

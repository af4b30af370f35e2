//! API keys, with a directory that counts how often it is asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rowhouse::TenantType;
use rowhouse_identity::{
    Answer, ApiKey, ApiKeyIdentity, ApiKeyOptions, Caller, Directory, DirectoryDown, Identity,
    IdentityError, KeyHash, KnownKey, Peer, Source,
};
use serde_json::json;

use crate::{ONE, TWO, head, token, tokens};

#[derive(Debug, Default)]
struct Counting {
    keys: Mutex<HashMap<KeyHash, KnownKey>>,
    asked: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    Up,
    Down,
    Silent,
}

impl Directory for Counting {
    fn find(&self, hash: KeyHash) -> Answer<'_> {
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let state = *self.state.lock().unwrap();
            match state {
                State::Up => Ok(self.keys.lock().unwrap().get(&hash).cloned()),
                State::Down => Err(DirectoryDown),
                State::Silent => std::future::pending().await,
            }
        })
    }
}

impl Counting {
    fn add(&self, tenant: &str, expires_in: Option<Duration>) -> ApiKey {
        let key = ApiKey::generate().unwrap();
        let known = KnownKey::new(key.id().to_owned(), tenant.to_owned(), expires_in);
        self.keys.lock().unwrap().insert(key.hash(), known);
        key
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn identity(directory: &Arc<Counting>) -> Identity {
    let mut options = ApiKeyOptions::default();
    options.keep = Duration::from_millis(200);
    options.timeout = Duration::from_millis(200);
    let directory = Arc::clone(directory) as Arc<dyn Directory>;
    let keys = ApiKeyIdentity::new(directory, TenantType::Uuid, options);
    let identity = Identity::builder().source(Source::Token(tokens()));
    identity.source(Source::ApiKey(keys)).build().unwrap()
}

async fn ask(identity: &Identity, pairs: &[(&'static str, &str)]) -> Result<Caller, IdentityError> {
    identity.caller(&head(pairs), Peer::Unknown).await
}

#[tokio::test]
async fn a_key_names_its_tenant_wherever_it_is_sent() {
    let directory = Arc::new(Counting::default());
    let key = directory.add(ONE, None);
    let identity = identity(&directory);
    let bearer = format!("Bearer {}", key.reveal());
    for pairs in [
        &[("authorization", &*bearer)][..],
        &[("x-api-key", key.reveal())],
        &[("x-api-key", key.reveal()), ("authorization", &bearer)],
    ] {
        let caller = ask(&identity, pairs).await.unwrap();
        assert_eq!(caller.tenant.as_str(), ONE);
        assert_eq!(caller.subject, Some(format!("api-key:{}", key.id()).into()));
    }
    assert_eq!(directory.asked(), 1);
    assert_eq!(identity.headers(), ["authorization", "x-api-key"]);
}

#[tokio::test]
async fn a_revoked_key_stops_within_the_time() {
    let directory = Arc::new(Counting::default());
    let key = directory.add(ONE, None);
    let identity = identity(&directory);
    assert!(ask(&identity, &[("x-api-key", key.reveal())]).await.is_ok());
    directory.keys.lock().unwrap().clear();
    assert!(ask(&identity, &[("x-api-key", key.reveal())]).await.is_ok());
    tokio::time::sleep(Duration::from_millis(210)).await;
    let error = ask(&identity, &[("x-api-key", key.reveal())])
        .await
        .unwrap_err();
    assert_eq!(error, IdentityError::ApiKeyUnknown);
    let shown = error.challenge().unwrap();
    assert!(shown.contains("invalid_token") && !shown.contains(key.reveal()));
}

#[tokio::test]
async fn a_key_that_ends_is_not_kept_beyond_its_end() {
    let directory = Arc::new(Counting::default());
    let key = directory.add(ONE, Some(Duration::from_millis(50)));
    let identity = identity(&directory);
    assert!(ask(&identity, &[("x-api-key", key.reveal())]).await.is_ok());
    directory.keys.lock().unwrap().clear();
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert!(
        ask(&identity, &[("x-api-key", key.reveal())])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn what_is_no_key_asks_nobody_and_what_is_unknown_asks_once() {
    let directory = Arc::new(Counting::default());
    let identity = identity(&directory);
    for wrong in ["", "rh_", "rh_123456789abc_", "secret", "rh_\u{e9}"] {
        let error = ask(&identity, &[("x-api-key", wrong)]).await.unwrap_err();
        assert_eq!(error, IdentityError::ApiKeyForm, "{wrong}");
    }
    let error = ask(&identity, &[("authorization", "Bearer rh_x")])
        .await
        .unwrap_err();
    assert_eq!(error, IdentityError::ApiKeyForm);
    assert_eq!(directory.asked(), 0);
    let unknown = ApiKey::generate().unwrap();
    for _ in 0..5 {
        let error = ask(&identity, &[("x-api-key", unknown.reveal())])
            .await
            .unwrap_err();
        assert_eq!(error, IdentityError::ApiKeyUnknown);
    }
    assert_eq!(directory.asked(), 1);
    let twice = [
        ("x-api-key", unknown.reveal()),
        ("x-api-key", unknown.reveal()),
    ];
    assert_eq!(
        ask(&identity, &twice).await,
        Err(IdentityError::SeveralKeys)
    );
}

#[tokio::test]
async fn a_directory_that_does_not_answer_lets_nobody_in() {
    let directory = Arc::new(Counting::default());
    let key = directory.add(ONE, None);
    let identity = identity(&directory);
    for state in [State::Down, State::Silent] {
        *directory.state.lock().unwrap() = state;
        let error = ask(&identity, &[("x-api-key", key.reveal())])
            .await
            .unwrap_err();
        assert_eq!(error, IdentityError::DirectoryDown);
    }
    // And that is forgotten as soon as it answers.
    *directory.state.lock().unwrap() = State::Up;
    assert!(ask(&identity, &[("x-api-key", key.reveal())]).await.is_ok());
}

#[tokio::test]
async fn a_key_and_a_token_must_agree() {
    let directory = Arc::new(Counting::default());
    let (one, two) = (directory.add(ONE, None), directory.add(TWO, None));
    let identity = identity(&directory);
    let token = format!("Bearer {}", token(&json!({"tenant_id": ONE})));
    let agreed = ask(
        &identity,
        &[("x-api-key", one.reveal()), ("authorization", &token)],
    )
    .await;
    assert_eq!(agreed.unwrap().subject.as_deref(), Some("ada"));
    let error = ask(
        &identity,
        &[("x-api-key", two.reveal()), ("authorization", &token)],
    )
    .await;
    assert_eq!(
        error,
        Err(IdentityError::Disagreement("its token", "its API key"))
    );
    let bearer = format!("Bearer {}", one.reveal());
    let error = ask(
        &identity,
        &[("x-api-key", two.reveal()), ("authorization", &bearer)],
    )
    .await;
    assert_eq!(
        error,
        Err(IdentityError::Disagreement("X-API-Key", "Authorization"))
    );
    let bad = ask(
        &identity,
        &[("x-api-key", "rh_x"), ("authorization", &token)],
    )
    .await;
    assert_eq!(bad, Err(IdentityError::ApiKeyForm));
}

#[tokio::test]
async fn a_key_of_what_is_no_tenant_is_nobodys() {
    let directory = Arc::new(Counting::default());
    let key = directory.add("acme", None);
    let error = ask(&identity(&directory), &[("x-api-key", key.reveal())]).await;
    assert_eq!(error, Err(IdentityError::ApiKeyUnknown));
}

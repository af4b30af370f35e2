//! An issuer that publishes its keys over HTTP, counts how often it is asked, and can go down.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use rowhouse_identity::SigningKey;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What it answers.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Keys(Vec<Value>),
    /// This, as it is.
    Raw(String),
    /// Nothing, ever.
    Silence,
    /// It hangs up.
    Down,
}

pub(crate) struct Issuer {
    pub(crate) url: String,
    asked: Arc<AtomicUsize>,
    answer: Arc<Mutex<Answer>>,
}

impl Issuer {
    pub(crate) async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Self {
            url: format!("http://{}/keys", listener.local_addr().unwrap()),
            asked: Arc::default(),
            answer: Arc::new(Mutex::new(answer)),
        };
        let (asked, answer) = (Arc::clone(&issuer.asked), Arc::clone(&issuer.answer));
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let answer = answer.lock().unwrap().clone();
                tokio::spawn(async move {
                    let mut request = vec![0; 4096];
                    let read = socket.read(&mut request).await.unwrap();
                    assert!(request[..read].starts_with(b"GET /keys HTTP/1.1\r\n"));
                    // As slow as a network.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    let text = match answer {
                        Answer::Down => return,
                        Answer::Silence => return tokio::time::sleep(Duration::from_mins(1)).await,
                        Answer::Raw(text) => text,
                        Answer::Keys(keys) => {
                            let body = json!({"keys": keys}).to_string();
                            let length = body.len();
                            format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}")
                        }
                    };
                    let _ = socket.write_all(text.as_bytes()).await;
                });
            }
        });
        issuer
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }
}

/// A key, as it signs and as it is published.
pub(crate) fn key(kid: &str) -> (SigningKey, Value) {
    let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let pem = pair.serialize_pem();
    let signing = SigningKey::private_pem(pem.as_bytes(), Algorithm::ES256).unwrap();
    let point = pair.public_key_raw();
    let [x, y] = [&point[1..33], &point[33..]].map(|part| URL_SAFE_NO_PAD.encode(part));
    let public = json!({"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "alg": "ES256", "x": x, "y": y});
    (signing.with_kid(kid), public)
}

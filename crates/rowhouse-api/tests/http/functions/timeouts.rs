//! A function's own `SET statement_timeout` holds for its call, where it is shorter than the service's.

use std::time::{Duration, Instant};

use rowhouse::Rowhouse;

use crate::client::Answer;
use crate::service::{PAWNEE, Service, Setup};

const SQL: &str = "
CREATE FUNCTION short(seconds float8) RETURNS int STABLE LANGUAGE sql SET statement_timeout = '100ms'
    AS $$ SELECT 1 FROM pg_sleep(seconds) $$;
CREATE FUNCTION short_writing(seconds float8) RETURNS int LANGUAGE sql SET statement_timeout = '0.1s'
    AS $$ SELECT 1 FROM pg_sleep(seconds) $$;
CREATE FUNCTION short_minding(seconds float8) RETURNS int LANGUAGE sql SET statement_timeout = 100
    AS $$ SELECT 1 FROM pg_sleep(seconds) -- request.headers
    $$;
CREATE FUNCTION long(seconds float8) RETURNS int STABLE LANGUAGE sql SET statement_timeout = '1h'
    AS $$ SELECT 1 FROM pg_sleep(seconds) $$;
CREATE FUNCTION endless(seconds float8) RETURNS int STABLE LANGUAGE sql SET statement_timeout = 0
    AS $$ SELECT 1 FROM pg_sleep(seconds) $$;
CREATE FUNCTION isolated() RETURNS text STABLE LANGUAGE sql SET default_transaction_isolation = 'serializable'
    AS $$ SELECT current_setting('transaction_isolation') $$;";

async fn open(timeout: Duration) -> Service {
    let setup = Setup {
        sql: SQL.to_owned(),
        config: "",
        house: Rowhouse::builder().lanes(2).statement_timeout(timeout),
        ..Setup::default()
    };
    Service::start(setup).await
}

async fn called(service: &Service, method: &str, function: &str, seconds: f32) -> Answer {
    let headers = [
        ("X-Tenant-Id", PAWNEE),
        ("Content-Type", "application/json"),
    ];
    let (path, content) = if method == "GET" {
        (format!("/rpc/{function}?seconds={seconds}"), String::new())
    } else {
        (
            format!("/rpc/{function}"),
            format!("{{\"seconds\": {seconds}}}"),
        )
    };
    let mut client = service.client().await;
    client
        .ask_with(method, &path, &headers, content.as_bytes())
        .await
}

#[tokio::test]
async fn a_shorter_one_holds() {
    let service = open(Duration::from_secs(20)).await;
    for (method, function) in [
        ("GET", "short"),
        ("POST", "short"),
        ("POST", "short_writing"),
        ("POST", "short_minding"),
    ] {
        let begun = Instant::now();
        let answer = called(&service, method, function, 15.0).await;
        let case = format!("{method} {function}");
        assert_eq!(answer.status, 504, "{case}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{case}");
        assert_eq!(called(&service, method, function, 0.0).await.status, 200);
    }
    // It is gone with the call: nobody else is cut off on that connection.
    for _ in 0..4 {
        assert_eq!(called(&service, "GET", "long", 0.2).await.status, 200);
    }
}

#[tokio::test]
async fn a_longer_one_does_not() {
    let service = open(Duration::from_millis(200)).await;
    for function in ["long", "endless"] {
        let answer = called(&service, "GET", function, 5.0).await;
        assert_eq!(answer.status, 504, "{function}");
    }
}

/// The service's own query comes first, behind which the server changes no isolation level.
#[tokio::test]
async fn isolation_is_the_services() {
    let service = open(Duration::from_secs(20)).await;
    let mut client = service.client().await;
    let answer = client.get("/rpc/isolated", PAWNEE).await;
    assert_eq!(answer.json(), "read committed");
}

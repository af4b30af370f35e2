//! Every way of authenticating, at a real server.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::server::Server;
use crate::connect::error::{AuthenticationError, Cause, ConnectError, Phase};
use crate::connect::establish;
use crate::connect::options::{ConnectOptions, Password};
use crate::connect::stream::Stream;

fn code(error: &ConnectError) -> &str {
    match error {
        ConnectError::Failed {
            cause: Cause::Server(refusal),
            ..
        } => &refusal.code,
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn by_each_method() {
    let server = Server::start(&[]).await;
    for role in ["scram", "md5", "clear"] {
        let connected = establish(&server.tcp(role)).await.unwrap();
        assert!(matches!(connected.stream, Stream::Tcp(_)));
        assert!(connected.process_id > 0 && connected.buffered.is_empty());
        assert_eq!(connected.parameters["session_authorization"], role);
        assert_eq!(connected.parameters["application_name"], "rowhouse");
        assert_eq!(connected.parameters["client_encoding"], "UTF8");

        let error = establish(&server.tcp(role).password("wrong"))
            .await
            .unwrap_err();
        assert_eq!(code(&error), "28P01", "{error}");
        assert!(!error.is_transient() && error.hint().is_some());
        assert!(matches!(
            error,
            ConnectError::Failed {
                phase: Phase::Authenticate,
                ..
            }
        ));
    }
    let connected = establish(&server.unix("trusted")).await.unwrap();
    assert!(matches!(connected.stream, Stream::Unix(_)));

    let nowhere = establish(&server.unix("trusted").dbname("nowhere"))
        .await
        .unwrap_err();
    assert_eq!(code(&nowhere), "3D000");
    let nobody = establish(&server.tcp("nobody_here")).await.unwrap_err();
    assert_eq!(code(&nobody), "28000");
    let demanding = ConnectOptions {
        require_auth: Some("scram-sha-256".parse().unwrap()),
        ..server.unix("trusted")
    };
    let error = establish(&demanding).await.unwrap_err();
    assert!(error.to_string().contains("require_auth"), "{error}");

    let options = server
        .tcp("scram")
        .options("-c search_path=elsewhere")
        .application_name("till");
    let connected = establish(&options).await.unwrap();
    assert_eq!(connected.parameters["application_name"], "till");
    let text = format!(
        "postgresql://scram:secret@127.0.0.1:{}/postgres?sslmode=disable",
        server.port
    );
    establish(&text.parse().unwrap()).await.unwrap();
}

#[tokio::test]
async fn with_a_password_from_elsewhere() {
    let server = Server::start(&[]).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let rotating = server.tcp("scram").password_with(move || {
        let asked = counter.fetch_add(1, Ordering::SeqCst);
        async move { Ok(if asked == 0 { "old" } else { "secret" }.to_owned()) }
    });
    assert_eq!(code(&establish(&rotating).await.unwrap_err()), "28P01");
    establish(&rotating).await.unwrap();
    establish(&ConnectOptions {
        hosts: server.unix("trusted").hosts,
        ..rotating
    })
    .await
    .unwrap();
    assert_eq!(
        asked.load(Ordering::SeqCst),
        2,
        "where nobody asks, nobody is asked"
    );
    let locked = server
        .tcp("scram")
        .password_with(|| async { Err("the vault is sealed".into()) });
    let error = establish(&locked).await.unwrap_err().to_string();
    assert!(error.contains("the vault is sealed"), "{error}");

    let file = server.file("pgpass");
    fs::write(
        &file,
        format!("localhost:{}:postgres:scram:secret\n", server.port),
    )
    .unwrap();
    let from_file = ConnectOptions {
        password: Password::Unset,
        ..server.tcp("scram")
    }
    .passfile(&file);
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let error = establish(&from_file).await.unwrap_err();
    assert!(
        error.to_string().contains("others may access it"),
        "{error}"
    );
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    establish(&from_file).await.unwrap();

    let none = ConnectOptions {
        password: Password::Unset,
        ..server.tcp("scram")
    };
    match establish(&none).await.unwrap_err() {
        ConnectError::Failed {
            cause: Cause::Authentication(AuthenticationError::NoPassword(_)),
            ..
        } => {}
        error => panic!("{error}"),
    }
}

//! Options put together by hand.

use crate::connect::options::{ConnectOptions, RootCert};
use crate::connect::words::SslMode;

#[test]
fn debug_never_shows_the_password() {
    let text = ConnectOptions::new()
        .host("db", 5432)
        .user("app")
        .password("hunter2");
    let callback = ConnectOptions::new().password_with(|| async { Ok("hunter2".to_owned()) });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "postgres://app:hunter2@db/app\n").unwrap();
    let file = ConnectOptions::read(file.path()).unwrap();
    assert_eq!(file.place(), "app@db:5432/app");
    for options in [text, callback, file] {
        let shown = format!("{options:?} {options:#?}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn the_system_roots_bring_full_verification() {
    let options = ConnectOptions::new();
    assert_eq!(options.ssl_mode(), SslMode::Prefer);
    let options = options.sslrootcert(RootCert::System);
    assert_eq!(options.ssl_mode(), SslMode::VerifyFull);
    assert!(options.check().is_ok());
    assert!(options.sslmode(SslMode::Require).check().is_err());
}

#[tokio::test]
async fn options_that_contradict_each_other_reach_no_server() {
    let options = ConnectOptions::new()
        .host("192.0.2.1", 5432)
        .sslrootcert(RootCert::System)
        .sslmode(SslMode::Require);
    let error = crate::connect::establish(&options).await.unwrap_err();
    assert!(
        matches!(error, crate::connect::ConnectError::Options(_)),
        "{error}"
    );
}

#[test]
fn a_description_in_a_file_that_cannot_be_read_is_not_repeated() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "postgres://app:hunter2@db:x/app").unwrap();
    let error = ConnectOptions::read(file.path()).unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
    let error = ConnectOptions::read("/nowhere/url").unwrap_err();
    assert!(error.to_string().contains("/nowhere/url"), "{error}");
}

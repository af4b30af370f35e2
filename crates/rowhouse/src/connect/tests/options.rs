//! Options put together by hand.

use crate::connect::options::{ConnectOptions, RootCert};
use crate::connect::words::SslMode;

#[test]
fn debug_never_shows_the_password() {
    let text = ConnectOptions::new()
        .host("db", 5432)
        .user("app")
        .password("hunter2");
    let callback = ConnectOptions::new().password_with(|| "hunter2".to_owned());
    for options in [text, callback] {
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

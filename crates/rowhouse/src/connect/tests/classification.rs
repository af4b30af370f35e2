//! Which failures pass by themselves, and which do not.

use super::impostor;
use crate::connect::error::ConnectError;
use crate::connect::establish;
use crate::connect::options::ConnectOptions;

#[tokio::test]
async fn the_servers_codes() {
    for (code, transient, hinted) in [
        ("57P03", true, true),
        ("53300", true, true),
        ("57P01", true, false),
        ("08P01", true, false),
        ("28P01", false, true),
        ("28000", false, true),
        ("3D000", false, true),
        ("42501", false, true),
        ("22023", false, false),
    ] {
        let address = impostor::say(impostor::error(code)).await;
        let error = establish(&impostor::options(address)).await.unwrap_err();
        assert_eq!(error.is_transient(), transient, "{code}");
        assert_eq!(error.hint().is_some(), hinted, "{code}");
        assert!(error.to_string().contains(code), "{error}");
    }
}

#[tokio::test]
async fn nobody_there() {
    let (_bound, port) = impostor::nobody();
    let error = establish(&ConnectOptions::new().user("app").host("127.0.0.1", port))
        .await
        .unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert!(
        error
            .to_string()
            .starts_with(&format!("127.0.0.1:{port}: ")),
        "{error}"
    );

    let folder = tempfile::tempdir().unwrap();
    let options = ConnectOptions::new()
        .user("app")
        .host(folder.path().to_str().unwrap(), port);
    let error = establish(&options).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert!(
        error.to_string().contains(&format!(".s.PGSQL.{port}")),
        "{error}"
    );
}

#[tokio::test]
async fn a_verdict_ends_the_walk_and_other_failures_do_not() {
    let (_bound, dead) = impostor::nobody();
    let starting = impostor::say(impostor::error("57P03")).await;
    let wrong = impostor::say(impostor::error("28P01")).await;
    let options = impostor::options(starting)
        .host("127.0.0.1", dead)
        .host("127.0.0.1", wrong.port())
        .host("host.invalid", 1);
    match establish(&options).await.unwrap_err() {
        ConnectError::EveryAttempt(failures) => {
            assert_eq!(failures.len(), 3, "{failures:?}");
            let last = failures[2].to_string();
            assert!(last.contains("28P01"), "{last}");
        }
        error => panic!("{error}"),
    }
}

#[tokio::test]
async fn several_failures_tell_of_every_host() {
    let (_bound, dead) = impostor::nobody();
    let full = impostor::say(impostor::error("53300")).await;
    let options = impostor::options(full).host("127.0.0.1", dead);
    let error = establish(&options).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("53300") && text.contains(&dead.to_string()),
        "{text}"
    );
    assert!(error.is_transient());
}

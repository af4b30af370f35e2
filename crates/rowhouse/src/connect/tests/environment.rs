//! PG* variables and service files beneath the text.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::connect::environment;
use crate::connect::hosts::Host;
use crate::connect::options::{ConnectOptions, Password, RootCert};
use crate::connect::words::{ChannelBinding, SslMode, TargetSessionAttrs};

fn parse(text: &str, variables: &[(&str, &str)]) -> Result<ConnectOptions, String> {
    let variable = |name: &str| {
        variables
            .iter()
            .find(|(variable, _)| *variable == name)
            .map(|(_, value)| (*value).to_owned())
    };
    environment::parse(text, &variable, None).map_err(|error| error.to_string())
}

#[test]
fn variables_fill_what_the_text_leaves_open() {
    let options = parse(
        "host=explicit",
        &[
            ("PGHOST", "hidden"),
            ("PGPORT", "6000"),
            ("PGUSER", "app"),
            ("PGDATABASE", "shop"),
            ("PGPASSWORD", "secret"),
            ("PGPASSFILE", "/p"),
            ("PGSSLMODE", "verify-ca"),
            ("PGSSLROOTCERT", "/r"),
            ("PGTARGETSESSIONATTRS", "primary"),
            ("PGCHANNELBINDING", "require"),
            ("PGAPPNAME", "clerk"),
            ("PGCONNECT_TIMEOUT", "3"),
            ("PGOPTIONS", "-c x.y=z"),
        ],
    )
    .unwrap();
    assert_eq!(options.hosts, [Host::named("explicit".into(), 6000)]);
    assert_eq!(options.user.as_deref(), Some("app"));
    assert_eq!(options.dbname.as_deref(), Some("shop"));
    assert!(matches!(options.password, Password::Text(password) if password == "secret"));
    assert_eq!(options.passfile, Some(PathBuf::from("/p")));
    assert_eq!(options.ssl_mode, Some(SslMode::VerifyCa));
    assert_eq!(options.ssl_root_cert, Some(RootCert::File("/r".into())));
    assert_eq!(options.target_session_attrs, TargetSessionAttrs::Primary);
    assert_eq!(options.channel_binding, ChannelBinding::Require);
    assert_eq!(options.application_name, "clerk");
    assert_eq!(options.connect_timeout, Some(Duration::from_secs(3)));
    assert_eq!(options.options.as_deref(), Some("-c x.y=z"));
}

#[test]
fn an_empty_value_hides_the_variable() {
    let options = parse("password=''", &[("PGPASSWORD", "secret")]).unwrap();
    assert!(matches!(options.password, Password::Unset));
}

#[test]
fn no_timeout_is_said_with_zero() {
    assert_eq!(
        parse("connect_timeout=0", &[]).unwrap().connect_timeout,
        None
    );
    assert!(parse("", &[]).unwrap().connect_timeout.is_some());
}

#[test]
fn a_variable_that_would_tighten_the_connection_is_not_ignored() {
    let error = parse("", &[("PGSSLCRL", "/crl")]).unwrap_err();
    assert_eq!(error, "connection option \"PGSSLCRL\" is not supported");
}

#[test]
fn a_service_lies_between_text_and_variables() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("services");
    fs::write(
        &file,
        "# ours\n[other]\nhost=no\n[shop]\nhost=db\nport=7\nuser=svc\n[next]\nuser=no\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let variables = [
        ("PGSERVICEFILE", file),
        ("PGSERVICE", "shop"),
        ("PGPORT", "9"),
        ("PGDATABASE", "d"),
    ];
    let options = parse("user=me", &variables).unwrap();
    assert_eq!(options.hosts, [Host::named("db".into(), 7)]);
    assert_eq!(options.user.as_deref(), Some("me"));
    assert_eq!(options.dbname.as_deref(), Some("d"));

    let error = parse("service=nobody", &variables).unwrap_err();
    assert!(
        error.starts_with("service \"nobody\" is not defined in "),
        "{error}"
    );
}

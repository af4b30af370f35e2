//! Connection URIs.

use std::fmt::Write;

use proptest::prelude::*;

use crate::connect::environment::parse_text;
use crate::connect::hosts::Host;
use crate::connect::options::ConnectOptions;
use crate::connect::words::SslMode;

fn parse(text: &str) -> Result<ConnectOptions, String> {
    parse_text(text)
        .and_then(crate::connect::settings::Settings::into_options)
        .map_err(|error| error.to_string())
}

#[test]
fn every_part_in_its_place() {
    let options =
        parse("postgresql://app:s%40cret@db.example.com:6432/shop?sslmode=require").unwrap();
    assert_eq!(options.hosts, [Host::named("db.example.com".into(), 6432)]);
    assert_eq!(options.user.as_deref(), Some("app"));
    assert_eq!(options.dbname.as_deref(), Some("shop"));
    assert_eq!(options.ssl_mode, Some(SslMode::Require));
    assert!(
        matches!(options.password, crate::connect::options::Password::Text(p) if p == "s@cret")
    );
}

#[test]
fn hosts_in_a_row_with_ports_or_without() {
    let options = parse("postgres://one:1,two,[::1]:3,%2Frun%2Fpg/x").unwrap();
    let hosts: Vec<(&str, u16)> = options
        .hosts
        .iter()
        .map(|host| (host.name.as_deref().unwrap(), host.port))
        .collect();
    assert_eq!(
        hosts,
        [("one", 1), ("two", 5432), ("::1", 3), ("/run/pg", 5432)]
    );
}

#[test]
fn almost_everything_may_be_missing() {
    for text in [
        "postgres://",
        "postgresql:///",
        "postgres://?",
        "postgres:///?sslmode=disable",
    ] {
        let options = parse(text).unwrap();
        assert_eq!(options.hosts, [Host::local()], "{text}");
    }
    assert_eq!(
        parse("postgres:///shop").unwrap().dbname.as_deref(),
        Some("shop")
    );
    assert_eq!(parse("postgres://me@").unwrap().user.as_deref(), Some("me"));
}

#[test]
fn the_query_may_name_the_socket_directory() {
    let options = parse("postgres:///shop?host=/var/run/postgresql&port=5433").unwrap();
    assert_eq!(
        options.hosts,
        [Host::named("/var/run/postgresql".into(), 5433)]
    );
    let options = parse("postgres://ignored/shop?host=%2Ftmp").unwrap();
    assert_eq!(options.hosts, [Host::named("/tmp".into(), 5432)]);
}

#[test]
fn what_is_wrong_is_said() {
    for (text, part) in [
        ("postgres://[::1/x", "closing ]"),
        ("postgres://[::1]x/x", "after the ]"),
        ("postgres://::1/x", "in brackets"),
        (
            "postgres://h/%zz",
            "hexadecimal digits in the database name",
        ),
        ("postgres://h/%f", "hexadecimal digits"),
        ("postgres://h/%ff", "not UTF-8"),
        ("postgres://h/%00", "NUL"),
        ("postgres://h:99999/x", "1 to 65535"),
        ("postgres://h:0/x", "1 to 65535"),
        ("postgres://h/x?sslmode", "lacks its ="),
        ("postgres://h/x?sslmode=a=b", "two ="),
        ("postgres://h/x?sslmode=on", "one of disable allow prefer"),
        ("postgres://h/x?ssl_mode=disable", "did you mean sslmode"),
        ("postgres://h,i/x?port=1,2,3", "3 ports for 2 hosts"),
        ("postgres://h/x?hostaddr=h", "IPv4 or IPv6"),
        ("postgres://h/x?hostaddr=::1,::2", "different numbers"),
        (
            "postgres://h/x?sslrootcert=system&sslmode=require",
            "needs sslmode=verify-full",
        ),
        (
            "postgres://h/x?sslnegotiation=direct",
            "needs sslmode=require",
        ),
        ("postgres://h/x?replication=database", "not supported"),
        ("postgres://h/x?client_encoding=latin1", "should be UTF8"),
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn no_part_of_a_password_shows_in_an_error() {
    for text in [
        "postgres://u:se/cret@h/x",
        "postgres://u:se?cret@h/x",
        "postgres://u:se@cret@h/x",
        "postgres://u:se%cret@h/x",
        "postgres://u:secret@h:port/x",
        "host=h password=se cret",
        "host=h password='secret",
    ] {
        let error = parse(text).unwrap_err();
        assert!(
            !error.contains("se") || !error.contains("cret"),
            "{text}: {error}"
        );
        assert!(!error.contains("cret"), "{text}: {error}");
    }
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").unwrap();
        encoded
    })
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in ".*") {
        let _ = parse(&text);
        let _ = parse(&format!("postgres://{text}"));
    }

    #[test]
    fn text_made_of_the_grammar_never_panics(text in "[a:@/?=&%,\\[\\]0-9.'\\\\ ]*") {
        let _ = parse(&format!("postgres://{text}"));
    }

    #[test]
    fn encoded_parts_come_back(user in "[^\0]+", password in "[^\0]+", dbname in "[^\0]+", port in 1..u16::MAX) {
        let text = format!(
            "postgresql://{}:{}@h:{port}/{}",
            encode(&user), encode(&password), encode(&dbname),
        );
        let options = parse(&text).unwrap();
        prop_assert_eq!(options.user, Some(user));
        prop_assert_eq!(options.dbname, Some(dbname));
        prop_assert_eq!(options.hosts, [Host::named("h".into(), port)]);
        prop_assert!(matches!(options.password, crate::connect::options::Password::Text(p) if p == password));
    }
}

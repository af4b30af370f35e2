//! key=value strings.

use proptest::prelude::*;

use crate::connect::environment::parse_text;
use crate::connect::settings::Settings;

fn settings(pairs: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::default();
    for (key, value) in pairs {
        settings.set(key, (*value).to_owned()).unwrap();
    }
    settings
}

fn parse(text: &str) -> Settings {
    parse_text(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn quotes_escapes_and_blanks() {
    for (text, pairs) in [
        ("", &[][..]),
        ("  \t\n ", &[]),
        ("host=a port=1", &[("host", "a"), ("port", "1")]),
        ("host = a\tport= 1 ", &[("host", "a"), ("port", "1")]),
        ("password='with blank'", &[("password", "with blank")]),
        (r"password='it\'s \\'", &[("password", r"it's \")]),
        (r"password=with\ blank\\", &[("password", r"with blank\")]),
        ("password='' user=u", &[("password", ""), ("user", "u")]),
        ("password='a'user=u", &[("password", "a"), ("user", "u")]),
        ("user=a user=b", &[("user", "b")]),
        ("password=a'b'", &[("password", "a'b'")]),
    ] {
        assert!(parse(text) == settings(pairs), "{text}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    for (text, part) in [
        ("host", "expected key=value"),
        ("=a", "expected key=value"),
        ("host a", "expected key=value"),
        ("password='a", "closing '"),
        (r"password='a\", "closing '"),
        ("hots=a", "did you mean host"),
        ("user=a\0b", "NUL"),
    ] {
        let error = parse_text(text).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}

fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in ".*") {
        let _ = parse_text(&text).and_then(Settings::into_options);
    }

    #[test]
    fn quoted_values_come_back(user in "[^\0]*", password in "[^\0]*", options in "[^\0]*") {
        let text = format!(
            "user={} password = {}options={}", quote(&user), quote(&password), quote(&options),
        );
        let wanted = settings(&[("user", &user), ("password", &password), ("options", &options)]);
        prop_assert!(parse(&text) == wanted);
    }
}

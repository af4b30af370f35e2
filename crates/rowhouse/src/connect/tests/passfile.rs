//! Password files.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;

use crate::connect::passfile::{Entry, find, look_up};

const WANTED: Entry<'_> = Entry {
    host: "db",
    port: 5432,
    dbname: "shop",
    user: "app",
};

#[test]
fn the_first_line_that_matches_counts() {
    for (text, password) in [
        ("db:5432:shop:app:secret", Some("secret")),
        ("*:*:*:*:secret\n", Some("secret")),
        (
            "# db:5432:shop:app:no\n\ndb:5432:shop:app:yes\n*:*:*:*:later",
            Some("yes"),
        ),
        ("db:5433:shop:app:no\ndb:*:shop:app:yes", Some("yes")),
        ("db:5432:shop:ap:no", None),
        ("db:5432:shop:app", None),
        ("db:5432:shop:app:", None),
        ("", None),
        ("d*:5432:shop:app:no", None),
        (r"\d\b:5432:shop:app:a\:b\\c", Some(r"a:b\c")),
        (r"db:5432:shop:app:tail\", Some(r"tail\")),
        ("db:5432:shop:app:up to:here", Some("up to")),
        ("db:5432:shop:app:secret\r\n", Some("secret")),
        (r"\*:5432:shop:app:no", None),
    ] {
        assert_eq!(find(text, WANTED).as_deref(), password, "{text}");
    }
}

#[test]
fn colons_in_names_are_escaped() {
    let wanted = Entry {
        host: "::1",
        user: r"a\b",
        ..WANTED
    };
    assert_eq!(
        find(r"\:\:1:5432:shop:a\\b:secret", wanted).as_deref(),
        Some("secret")
    );
}

#[test]
fn a_file_that_others_can_read_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pgpass");
    assert!(
        look_up(&path, WANTED)
            .unwrap_err()
            .contains("there is no password file")
    );
    fs::write(&path, "*:*:*:*:secret").unwrap();
    for (mode, counts) in [
        (0o600, true),
        (0o400, true),
        (0o640, false),
        (0o604, false),
        (0o620, false),
    ] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        match look_up(&path, WANTED) {
            Ok(password) => assert!(counts && password == "secret"),
            Err(reason) => assert!(
                !counts && reason.contains("chmod 600"),
                "{mode:o}: {reason}"
            ),
        }
    }
    assert!(
        look_up(folder.path(), WANTED)
            .unwrap_err()
            .contains("not a plain file")
    );
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "(?s).*") {
        find(&text, WANTED);
    }

    #[test]
    fn escaped_fields_come_back(host in "[^\0\r\n]+", user in "[^\0\r\n]+", password in "[^\0\r\n]+") {
        let escape = |field: &str| field.replace('\\', r"\\").replace(':', r"\:");
        let line = format!("{}:*:*:{}:{}", escape(&host), escape(&user), escape(&password));
        prop_assume!(!line.starts_with('#') && host != "*" && user != "*");
        let wanted = Entry { host: &host, user: &user, ..WANTED };
        prop_assert_eq!(find(&line, wanted), Some(password));
    }
}

//! What is wrong with a configuration file, in words: the key, the line, and the key that may have been meant.

use rowhouse_api::resource::nearest;

use crate::failure::Misuse;

/// One message for a person from what the parser says.
pub(super) fn explain(name: &str, text: &str, error: &toml::de::Error) -> Misuse {
    let place = error.span().map(|span| {
        let number = text[..span.start.min(text.len())].matches('\n').count() + 1;
        let line = text.lines().nth(number - 1).unwrap_or("").trim();
        (number, without_url(line))
    });
    let place = match place {
        Some((number, "")) => format!("{name}, line {number}"),
        Some((number, line)) => format!("{name}, line {number} (`{line}`)"),
        None => name.to_owned(),
    };
    let message = match error.message() {
        message if message.contains("://") => "this is not understood",
        message => message,
    };
    let Some((key, known)) = unknown_key(message) else {
        return Misuse::new(format!("{place}: {}", message.replace('\n', "; ")));
    };
    let misuse = Misuse::new(format!("{place}: there is no key `{key}` here"));
    match nearest(key, known.iter().copied()) {
        Some(near) => misuse.hint(format!("did you mean `{near}`?")),
        None => misuse.hint(format!("known here: {}", known.join(", "))),
    }
}

/// A line as it is shown: what may be a password stays out of terminals and logs.
fn without_url(line: &str) -> &str {
    match line.split_once('=') {
        _ if !line.contains("://") => line,
        Some((key, _)) if !key.contains("://") => key.trim(),
        _ => "",
    }
}

/// The key and the known ones, if that is what serde says: "unknown field `a`, expected one of `b`, `c`".
fn unknown_key(message: &str) -> Option<(&str, Vec<&str>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, rest) = rest.split_once('`')?;
    Some((key, rest.split('`').skip(1).step_by(2).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::File;

    fn said(text: &str) -> (String, String) {
        let error = toml::from_str::<File>(text).unwrap_err();
        let misuse = explain("rowhouse.toml", text, &error);
        (
            misuse.to_string(),
            misuse.way_out().unwrap_or_default().to_owned(),
        )
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
        let (message, hint) =
            said("setting = 'app.t'\n\n[serve]\nlisten = '127.0.0.1:1'\nworker = 2\n");
        assert_eq!(
            message,
            "rowhouse.toml, line 5 (`worker = 2`): there is no key `worker` here"
        );
        assert_eq!(hint, "did you mean `workers`?");
        let (message, hint) = said("[identity]\nzzz = 1");
        assert!(
            message.contains("line 2") && message.contains("`zzz`"),
            "{message}"
        );
        assert!(hint.starts_with("known here: sources, header,"), "{hint}");
        let (message, hint) = said("[servee]\nlisten = '127.0.0.1:1'");
        assert!(message.contains("line 1"), "{message}");
        assert_eq!(hint, "did you mean `serve`?");
        let (message, hint) = said("[api.resource.items]\nordr = 'title'");
        assert!(message.contains("line 2"), "{message}");
        assert_eq!(hint, "did you mean `order`?");
    }

    #[test]
    fn a_url_is_never_shown() {
        for text in [
            "databse_url = 'postgres://app:hunter2@db/app'",
            "database_url = ['postgres://app:hunter2@db/app']",
            "database_url = 'postgres://app:hunter2@db/app",
            "postgres://app:hunter2@db/app = 1",
            "[serve]\nworkers = 'postgres://app:hunter2@db/app'",
            "[serve]\nwatch = 'postgres://app:hunter2@db/app'",
            "tenant_type = 'postgres://app:hunter2@db/app'",
        ] {
            let (message, hint) = said(text);
            assert!(message.contains("line "), "{message}");
            assert!(!format!("{message}{hint}").contains("hunter2"), "{message}");
        }
        let file: File = toml::from_str("admin_url = 'postgres://o:hunter2@db/app'").unwrap();
        assert!(!format!("{file:?}").contains("hunter2"));
    }

    #[test]
    fn a_bad_value_is_named_with_its_line() {
        for (text, words) in [
            (
                "tenant_type = 'guid'",
                "\"guid\" is not one of uuid, integer, text",
            ),
            ("\n[lanes]\nlock_timeout = 1", "line 3"),
            ("[lanes]\nlock_timeout = '1 day'", "\"1 day\" is not a time"),
            (
                "[lanes]\nmode = 'own'",
                "\"own\" is not one of shared, exclusive",
            ),
            ("[serve]\nworkers = 0", "line 2"),
            (
                "[[audit.exceptions]]\nrule = 'r'\nobject = 'o'\nreason = 'w'\nexpires = 'tomorrow'",
                "expected a day as YYYY-MM-DD",
            ),
            (
                "[[audit.exceptions]]\nrule = 'r'\nobject = 'o'\nreason = 'w'\nexpires = '2027-1-1'",
                "line 5",
            ),
            ("setting = 'a", "line 1"),
        ] {
            let (message, _) = said(text);
            assert!(message.contains(words), "{text}: {message}");
        }
    }
}

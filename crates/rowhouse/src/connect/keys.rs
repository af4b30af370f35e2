//! The keys of a connection description: libpq's, as far as Rowhouse acts on them.

use super::options_error::OptionsError;

/// Every supported key, with the environment variable that is its default.
pub(super) const KEYS: &[(&str, Option<&str>)] = &[
    ("application_name", Some("PGAPPNAME")),
    ("channel_binding", Some("PGCHANNELBINDING")),
    // No PGCLIENTENCODING: it speaks for terminals, and we always speak UTF-8.
    ("client_encoding", None),
    ("connect_timeout", Some("PGCONNECT_TIMEOUT")),
    ("dbname", Some("PGDATABASE")),
    ("fallback_application_name", None),
    ("gssencmode", Some("PGGSSENCMODE")),
    ("host", Some("PGHOST")),
    ("hostaddr", Some("PGHOSTADDR")),
    ("keepalives", None),
    ("keepalives_count", None),
    ("keepalives_idle", None),
    ("keepalives_interval", None),
    ("load_balance_hosts", Some("PGLOADBALANCEHOSTS")),
    ("options", Some("PGOPTIONS")),
    ("passfile", Some("PGPASSFILE")),
    ("password", Some("PGPASSWORD")),
    ("port", Some("PGPORT")),
    ("require_auth", Some("PGREQUIREAUTH")),
    ("service", Some("PGSERVICE")),
    ("servicefile", Some("PGSERVICEFILE")),
    ("sslcert", Some("PGSSLCERT")),
    ("sslkey", Some("PGSSLKEY")),
    ("sslmode", Some("PGSSLMODE")),
    ("sslnegotiation", Some("PGSSLNEGOTIATION")),
    ("sslrootcert", Some("PGSSLROOTCERT")),
    ("target_session_attrs", Some("PGTARGETSESSIONATTRS")),
    ("tcp_user_timeout", None),
    ("user", Some("PGUSER")),
];

/// Known to libpq; each would change what the connection promises, so none is ignored silently.
const UNSUPPORTED: &[&str] = &[
    "gssdelegation",
    "gsslib",
    "krbsrvname",
    "max_protocol_version",
    "min_protocol_version",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_issuer",
    "oauth_scope",
    "replication",
    "requirepeer",
    "scram_client_key",
    "scram_server_key",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslkeylogfile",
    "sslpassword",
    "sslsni",
];

/// Variables of libpq that tighten a connection in ways we cannot; set ones are errors.
pub(super) const UNSUPPORTED_VARIABLES: &[&str] = &[
    "PGREQUIREPEER",
    "PGSSLCRL",
    "PGSSLCRLDIR",
    "PGSSLMINPROTOCOLVERSION",
];

/// The table's own name for `key`.
pub(super) fn known(key: &str) -> Result<&'static str, OptionsError> {
    if let Some((name, _)) = KEYS.iter().find(|(name, _)| *name == key) {
        return Ok(name);
    }
    if UNSUPPORTED.contains(&key) {
        return Err(OptionsError::Unsupported {
            key: key.to_owned(),
        });
    }
    Err(OptionsError::UnknownKey {
        // A garbled string may put anything here, a whole password too: show a key's length of it.
        key: key.chars().take(32).collect(),
        nearest: nearest(key),
    })
}

/// Known keys within a third of their length in edits, at most two, the nearest first.
fn nearest(key: &str) -> Vec<&'static str> {
    let key: String = key.to_lowercase().chars().take(32).collect();
    let mut near: Vec<(usize, &'static str)> = KEYS
        .iter()
        .map(|(name, _)| (distance(&key, name), *name))
        .filter(|(distance, name)| *distance <= name.len() / 3 + 1)
        .collect();
    near.sort_unstable();
    near.into_iter().take(2).map(|(_, name)| name).collect()
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substitute = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let Err(OptionsError::UnknownKey { key, nearest }) = known("ssl_mode") else {
            panic!("ssl_mode is not a key");
        };
        assert_eq!((key.as_str(), nearest[0]), ("ssl_mode", "sslmode"));
        assert_eq!(
            known("usr").unwrap_err().to_string(),
            "unknown connection option \"usr\", did you mean user?"
        );
    }

    #[test]
    fn what_libpq_knows_and_we_do_not_is_said() {
        assert!(matches!(
            known("sslcrl"),
            Err(OptionsError::Unsupported { .. })
        ));
    }
}

//! The address of keys.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::Scheme;

use crate::listen::is_loopback;

/// An address that keys are asked for at: `https`, or `http` on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwksUrl {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: bool,
    /// Path and query.
    pub(super) path: String,
    /// What `Host` says.
    pub(super) authority: String,
}

/// Not an address for keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{url:?} cannot be where keys come from: {why}")]
pub struct InvalidUrl {
    url: String,
    why: &'static str,
}

impl FromStr for JwksUrl {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        // What stands before an @ may be a password, so the text is not shown then.
        let invalid = |why| InvalidUrl {
            url: if text.contains('@') { "…" } else { text }.to_owned(),
            why,
        };
        let uri: Uri = text
            .parse()
            .map_err(|_| invalid("write it as https://issuer.example/.well-known/jwks.json"))?;
        let authority = uri
            .authority()
            .ok_or_else(|| invalid("write it as https://issuer.example/.well-known/jwks.json"))?;
        if authority.as_str().contains('@') {
            return Err(invalid("it holds a user name or a password"));
        }
        let host = authority.host();
        let host = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        let here = host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_loopback);
        let tls = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP && here => false,
            Some(scheme) if *scheme == Scheme::HTTP => {
                return Err(invalid(
                    "whoever sits on the way could replace them; use https, or http on this machine alone",
                ));
            }
            _ => return Err(invalid("the scheme must be https")),
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            tls,
            path: path.to_owned(),
            authority: authority.as_str().to_owned(),
        })
    }
}

impl fmt::Display for JwksUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        // A query may hold a secret.
        let path = self.path.split('?').next().unwrap_or_default();
        write!(f, "{scheme}://{}{path}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_encrypted_or_from_this_machine() {
        for (text, host, port, tls) in [
            ("https://issuer.example/keys", "issuer.example", 443, true),
            (
                "https://issuer.example:8443/keys?v=1",
                "issuer.example",
                8443,
                true,
            ),
            ("http://127.0.0.1:9/keys", "127.0.0.1", 9, false),
            ("http://localhost", "localhost", 80, false),
            ("http://[::1]:9/keys", "::1", 9, false),
        ] {
            let url: JwksUrl = text.parse().unwrap();
            assert_eq!((&*url.host, url.port, url.tls), (host, port, tls), "{text}");
        }
        for text in [
            "http://issuer.example/keys",
            "http://10.0.0.1/keys",
            "http://localhost.evil.example/keys",
            "ftp://issuer.example/",
            "/keys",
            "issuer.example",
            "",
        ] {
            assert!(text.parse::<JwksUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_in_it_is_refused_and_not_shown() {
        let error = "https://ada:hunter2@issuer.example/"
            .parse::<JwksUrl>()
            .unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
        let url: JwksUrl = "https://issuer.example/keys?key=hunter2".parse().unwrap();
        assert_eq!(url.to_string(), "https://issuer.example/keys");
    }
}

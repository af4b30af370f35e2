//! Requests that a web page elsewhere made a browser send.
//!
//! A page can point its own name at 127.0.0.1 (DNS rebinding) and then read what the service says:
//! the browser takes both for one site. The name is in `Host`, so only loopback names pass. Other
//! pages are told by `Origin` and `Sec-Fetch-Site`, which no page can forge.

use std::net::IpAddr;

use http::header::{self, HeaderMap, HeaderName};
use http::{HeaderValue, Uri};

use crate::Origins;
use crate::listen::is_loopback;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A request that was not meant for this service, or not made by its own user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Foreign {
    /// `Host` is missing, or there are several.
    #[error("the request does not name one host")]
    NoHost,
    /// `Host` is not a name of this machine's loopback.
    #[error(
        "the request is for another host: a service that identifies tenants by a header answers to \
         localhost and loopback addresses only"
    )]
    Host,
    /// A page of another site asks.
    #[error("the request comes from a page of another site")]
    Origin,
}

impl Foreign {
    /// What to do.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NoHost | Self::Host => {
                "use http://127.0.0.1 or http://localhost; behind a gateway that sets the tenant's header, start the \
                 service with --trust-header"
            }
            Self::Origin => {
                "browsers may not use this service across sites, but for pages of the `cors_origins` of [api]; ask from a \
                 server, or through a gateway of your own"
            }
        }
    }
}

pub(crate) fn check(uri: &Uri, headers: &HeaderMap, allowed: &Origins) -> Result<(), Foreign> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next(), uri.authority()) {
        (Some(host), None, None) if is_local(host.as_bytes()) => {}
        (Some(host), None, Some(authority))
            if is_local(host.as_bytes()) && is_local(authority.as_str().as_bytes()) => {}
        (None, None, Some(authority)) if is_local(authority.as_str().as_bytes()) => {}
        (None, _, None) | (_, Some(_), _) => return Err(Foreign::NoHost),
        _ => return Err(Foreign::Host),
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    if let (Some(origin), None) = (origins.next(), origins.next())
        && allowed.allows(origin)
    {
        return Ok(());
    }
    if headers.get_all(header::ORIGIN).iter().any(is_elsewhere)
        || headers
            .get_all(SEC_FETCH_SITE)
            .iter()
            .any(|site| site == "cross-site")
    {
        return Err(Foreign::Origin);
    }
    Ok(())
}

/// Whether a page of this origin lives off this machine; `null` is a page that hides where.
fn is_elsewhere(origin: &HeaderValue) -> bool {
    let origin = origin.as_bytes();
    let host = origin
        .strip_prefix(b"http://")
        .or_else(|| origin.strip_prefix(b"https://"));
    !host.is_some_and(is_local)
}

/// Whether `host`, with or without a port, is a loopback name or address.
fn is_local(host: &[u8]) -> bool {
    let Ok(host) = std::str::from_utf8(host) else {
        return false;
    };
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, "")) => (address, None),
        Some((address, rest)) => match rest.strip_prefix(':') {
            Some(port) => (address, Some(port)),
            None => return false,
        },
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        },
    };
    if port.is_some_and(|port| port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    // Browsers resolve localhost and what is under it to loopback themselves.
    if let Some(before) = suffix(name, "localhost") {
        return before.is_empty() || before.ends_with('.');
    }
    name.parse::<IpAddr>().is_ok_and(is_loopback)
}

fn suffix<'a>(name: &'a str, end: &str) -> Option<&'a str> {
    let (before, last) = name.split_at_checked(name.len().checked_sub(end.len())?)?;
    last.eq_ignore_ascii_case(end).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str, pairs: &[(&'static str, &str)]) -> Result<(), Foreign> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        let allowed = Origins::new(["https://app.example"]).unwrap();
        check(&uri.parse().unwrap(), &headers, &allowed)
    }

    #[test]
    fn loopback_by_any_of_its_names() {
        for host in [
            "localhost",
            "LocalHost:8000",
            "app.localhost",
            "localhost.",
            "127.0.0.1:8000",
            "127.1.2.3",
            "[::1]:8000",
            "[::1]",
        ] {
            assert_eq!(asked("/items", &[("host", host)]), Ok(()), "{host}");
        }
    }

    #[test]
    fn a_rebound_name_is_refused() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "notlocalhost",
            "127.0.0.1.evil.example",
            "127.0.0.1@evil.example",
            "evil.example:80",
            "0.0.0.0",
            "10.0.0.1",
            "localhost:",
            "localhost:80:80",
            "[::1",
            "[::1]x",
            "",
            "é",
        ] {
            assert_eq!(
                asked("/items", &[("host", host)]),
                Err(Foreign::Host),
                "{host}"
            );
        }
        assert_eq!(asked("/items", &[]), Err(Foreign::NoHost));
        let two = [("host", "localhost"), ("host", "localhost")];
        assert_eq!(asked("/items", &two), Err(Foreign::NoHost));
        let other = asked("http://evil.example/items", &[("host", "localhost")]);
        assert_eq!(other, Err(Foreign::Host));
    }

    #[test]
    fn a_page_of_another_site_is_refused() {
        let from = |name, value: &str| asked("/", &[("host", "localhost"), (name, value)]);
        assert_eq!(from("origin", "http://localhost:3000"), Ok(()));
        assert_eq!(from("sec-fetch-site", "same-origin"), Ok(()));
        assert_eq!(from("sec-fetch-site", "none"), Ok(()));
        assert_eq!(from("origin", "https://app.example"), Ok(()));
        let cross = [
            ("host", "localhost"),
            ("origin", "https://app.example"),
            ("sec-fetch-site", "cross-site"),
        ];
        assert_eq!(asked("/", &cross), Ok(()));
        let rebound = [("host", "evil.example"), ("origin", "https://app.example")];
        assert_eq!(asked("/", &rebound), Err(Foreign::Host));
        let two = [
            ("host", "localhost"),
            ("origin", "https://app.example"),
            ("origin", "https://evil.example"),
        ];
        assert_eq!(asked("/", &two), Err(Foreign::Origin));
        assert_eq!(from("origin", "https://evil.example"), Err(Foreign::Origin));
        assert_eq!(from("origin", "null"), Err(Foreign::Origin));
        assert_eq!(from("sec-fetch-site", "cross-site"), Err(Foreign::Origin));
    }
}

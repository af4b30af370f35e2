//! Pages of other sites that may ask: the origins they come from.

use http::HeaderValue;

/// Origins whose pages may use the service from a browser; none unless said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origins {
    any: bool,
    list: Vec<HeaderValue>,
}

/// Not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an origin: write it as https://app.example or http://localhost:3000, without a \
     path, or \"*\" for every page there is"
)]
pub struct InvalidOrigin(String);

impl Origins {
    /// These origins; `*` means all of them.
    ///
    /// # Errors
    /// One of them is none.
    pub fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidOrigin> {
        let mut found = Self::default();
        for origin in origins {
            if origin == "*" {
                found.any = true;
            } else {
                found.list.push(parse(origin)?);
            }
        }
        Ok(found)
    }

    /// Whether no page of another site may ask.
    pub fn is_empty(&self) -> bool {
        !self.any && self.list.is_empty()
    }

    /// Whether every page may ask.
    pub fn is_any(&self) -> bool {
        self.any
    }

    /// Whether pages of this origin may ask. A page that hides where it comes from may, where all
    /// may.
    pub fn allows(&self, origin: &HeaderValue) -> bool {
        self.any || self.list.contains(origin)
    }
}

/// An origin as browsers write it (RFC 6454): scheme and host in small letters, no path, no port
/// that is the scheme's own.
fn parse(text: &str) -> Result<HeaderValue, InvalidOrigin> {
    let invalid = || InvalidOrigin(text.to_owned());
    let lower = text.to_ascii_lowercase();
    let (scheme, rest) = lower.split_once("://").ok_or_else(invalid)?;
    let host = rest.rsplit_once(':').map_or(rest, |(host, port)| {
        if port.parse::<u16>().is_ok() {
            host
        } else {
            rest
        }
    });
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let is_address = host.starts_with('[') && host.ends_with(']');
    let is_host = !host.is_empty()
        && (is_address && host.len() > 2 || !host.contains(['[', ']', ':']))
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b));
    if !is_scheme || !is_host {
        return Err(invalid());
    }
    let own = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    };
    let origin = if own.is_empty() {
        &*lower
    } else {
        lower.strip_suffix(own).unwrap_or(&lower)
    };
    HeaderValue::from_str(origin).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_as_browsers_write_them() {
        let origins = Origins::new(["https://App.Example:443", "http://localhost:3000"]).unwrap();
        for (origin, allowed) in [
            ("https://app.example", true),
            ("http://localhost:3000", true),
            ("http://app.example", false),
            ("https://app.example.evil", false),
            ("https://app.example:8443", false),
            ("http://localhost", false),
            ("null", false),
        ] {
            let value = HeaderValue::from_static(origin);
            assert_eq!(origins.allows(&value), allowed, "{origin}");
        }
        assert!(
            Origins::new(["*"])
                .unwrap()
                .allows(&HeaderValue::from_static("null"))
        );
        assert!(Origins::default().is_empty());
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "",
            "app.example",
            "https://",
            "https://a/b",
            "https://a/",
            "https://*.a",
            "https://a b",
            "://a",
            "https://u@a",
            "null",
            "https://a?b",
            "https://a:x",
        ] {
            assert!(Origins::new([text]).is_err(), "{text}");
        }
        assert!(Origins::new(["http://[::1]:3000", "capacitor://localhost"]).is_ok());
    }
}

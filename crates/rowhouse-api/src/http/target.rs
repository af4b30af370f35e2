//! What a request is for: one of the service's own paths, or a resource.

use std::borrow::Cow;

use http::Uri;

/// The name of the resource at `path`, `/{name}` or `/{name}/`; nothing for other paths.
pub(super) fn resource_name(path: &str) -> Option<Cow<'_, str>> {
    let name = path.strip_prefix('/')?;
    let name = name.strip_suffix('/').unwrap_or(name);
    if name.is_empty() || name.contains('/') {
        return None;
    }
    decoded(name)
}

/// The name of the function at `path`, `/rpc/{name}` or `/rpc/{name}/`; nothing for other paths.
pub(super) fn function_name(path: &str) -> Option<Cow<'_, str>> {
    resource_name(path.strip_prefix("/rpc")?)
}

/// The request without a slash at the end, its parameters in the order of their names.
pub(super) fn canonical(uri: &Uri) -> String {
    let mut location = uri.path().trim_end_matches('/').to_owned();
    let mut pairs: Vec<&str> = uri.query().unwrap_or_default().split('&').collect();
    pairs.retain(|pair| !pair.is_empty());
    pairs.sort_by_key(|pair| pair.split('=').next());
    for (index, pair) in pairs.into_iter().enumerate() {
        location.push(if index == 0 { '?' } else { '&' });
        location.push_str(pair);
    }
    location
}

/// The text behind percent escapes, when they are sound and it is UTF-8.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => (digit(bytes.next())? * 16 + digit(bytes.next())?) as u8,
            other => other,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_sorted() {
        let canonical = |uri| super::canonical(&Uri::from_static(uri));
        assert_eq!(
            canonical("/a/?b=eq.1&a=eq.2&&a=eq.1"),
            "/a?a=eq.2&a=eq.1&b=eq.1"
        );
        assert_eq!(canonical("/a?"), "/a");
    }

    #[test]
    fn one_segment_with_or_without_a_slash() {
        let name = |path| resource_name(path).map(Cow::into_owned);
        assert_eq!(name("/items"), Some("items".into()));
        assert_eq!(name("/items/"), Some("items".into()));
        assert_eq!(name("/my%20table%C3%A9"), Some("my tableé".into()));
        for path in [
            "/", "//", "/items//", "//items", "/a/b", "", "*", "/a%2", "/a%zz", "/%ff",
        ] {
            assert_eq!(name(path), None, "{path}");
        }
        let function = |path| function_name(path).map(Cow::into_owned);
        assert_eq!(function("/rpc/a%20b/"), Some("a b".into()));
        for path in ["/rpc", "/rpc/", "/rpcs", "/rpc/a/b", "/a/rpc/b"] {
            assert_eq!(function(path), None, "{path}");
        }
    }
}

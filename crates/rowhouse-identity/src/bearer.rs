//! `Authorization: Bearer` (RFC 6750).

use http::header::{AUTHORIZATION, HeaderMap};

/// Why the header is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BearerError {
    /// More than one.
    #[error("the header Authorization is given more than once")]
    Several,
    /// Another scheme, or none.
    #[error("the header Authorization is not Bearer and one token")]
    Scheme,
    /// Characters that no token has.
    #[error("the header Authorization holds characters that no token has")]
    Characters,
}

/// What follows `Bearer`, if the header is there.
pub(crate) fn credentials(headers: &HeaderMap) -> Result<Option<&str>, BearerError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(BearerError::Several);
    }
    let text = value.to_str().map_err(|_| BearerError::Characters)?;
    let (scheme, token) = text.split_once(' ').ok_or(BearerError::Scheme)?;
    let token = token.trim_matches(' ');
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(BearerError::Scheme);
    }
    let of_a_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if !token.bytes().all(of_a_token) {
        return Err(BearerError::Characters);
    }
    Ok(Some(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Option<String>, BearerError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, value.parse().unwrap());
        }
        credentials(&headers).map(|token| token.map(str::to_owned))
    }

    #[test]
    fn one_token_behind_its_scheme() {
        assert_eq!(read(&[]), Ok(None));
        for value in [
            "Bearer a.b-c_d~e+f/g=",
            "bearer  a.b-c_d~e+f/g=",
            "BEARER a.b-c_d~e+f/g= ",
        ] {
            assert_eq!(
                read(&[value]),
                Ok(Some("a.b-c_d~e+f/g=".to_owned())),
                "{value}"
            );
        }
        for (values, error) in [
            (&["Bearer a", "Bearer a"][..], BearerError::Several),
            (&["Basic YTpi"], BearerError::Scheme),
            (&["Bearer"], BearerError::Scheme),
            (&["Bearer "], BearerError::Scheme),
            (&["Bearera"], BearerError::Scheme),
            (&["a.b.c"], BearerError::Scheme),
            (&[""], BearerError::Scheme),
            (&["Bearer a b"], BearerError::Characters),
            (&["Bearer a,b"], BearerError::Characters),
            (&["Bearer \"a\""], BearerError::Characters),
        ] {
            assert_eq!(read(values), Err(error), "{values:?}");
        }
    }
}

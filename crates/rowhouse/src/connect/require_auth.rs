//! `require_auth`: the ways in which the server may ask us to authenticate.

use std::str::FromStr;

use super::options_error::OptionsError;

/// How a server lets us in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    None,
    Password,
    Md5,
    Scram,
}

impl Method {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Password => "password",
            Self::Md5 => "md5",
            Self::Scram => "scram-sha-256",
        }
    }
}

/// A list of acceptable methods, or with `!` of unacceptable ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequireAuth {
    methods: Vec<Method>,
    negated: bool,
}

impl RequireAuth {
    pub(super) fn allows(&self, method: Method) -> bool {
        self.methods.contains(&method) != self.negated
    }

    /// Whether `method` was named as acceptable, not merely left open.
    pub(super) fn names(&self, method: Method) -> bool {
        !self.negated && self.methods.contains(&method)
    }
}

impl FromStr for RequireAuth {
    type Err = OptionsError;

    fn from_str(text: &str) -> Result<Self, OptionsError> {
        let negated = text.trim_start().starts_with('!');
        let mut methods = Vec::new();
        for word in text.split(',').map(str::trim) {
            let name = word.strip_prefix('!').unwrap_or(word);
            let mixed = word.starts_with('!') != negated;
            match name {
                _ if mixed => {
                    return Err(OptionsError::value(
                        "require_auth",
                        text,
                        "a list that negates every method with ! or none",
                    ));
                }
                "none" => methods.push(Method::None),
                "password" => methods.push(Method::Password),
                "md5" => methods.push(Method::Md5),
                "scram-sha-256" => methods.push(Method::Scram),
                // Never spoken by us, so allowing or forbidding them changes nothing.
                "gss" | "sspi" | "oauth" => {}
                _ => {
                    return Err(OptionsError::value(
                        "require_auth",
                        text,
                        "a list of none, password, md5, scram-sha-256",
                    ));
                }
            }
        }
        Ok(Self { methods, negated })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_allow_or_forbid() {
        let only: RequireAuth = "md5,scram-sha-256".parse().unwrap();
        assert!(only.allows(Method::Scram) && !only.allows(Method::None));
        let not: RequireAuth = "!password, !none".parse().unwrap();
        assert!(not.allows(Method::Md5) && !not.allows(Method::Password));
        assert!(!not.names(Method::Md5));
    }

    #[test]
    fn mixed_and_unknown_are_refused() {
        assert!("md5,!none".parse::<RequireAuth>().is_err());
        assert!("kerberos".parse::<RequireAuth>().is_err());
    }
}

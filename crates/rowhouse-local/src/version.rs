//! PostgreSQL's version numbers.

use std::fmt;

/// A server version such as 15.18; a release in the making (`18beta1`, `19devel`) has minor 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Decides about the data format: 15 cannot open a folder made by 16.
    pub major: u32,
    /// Bug fixes; data folders are the same within a major version.
    pub minor: u32,
}

impl Version {
    /// Reads what `postgres --version` prints, e.g. `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
    pub(crate) fn from_banner(banner: &str) -> Option<Self> {
        let number = banner
            .split_whitespace()
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
        let mut parts = number.split('.');
        let major = leading_number(parts.next()?)?;
        let minor = parts.next().and_then(leading_number).unwrap_or(0);
        Some(Self { major, minor })
    }
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn banners_of_distributions_and_of_unreleased_versions() {
        for (banner, major, minor) in [
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
                15,
                18,
            ),
            ("postgres (PostgreSQL) 18beta1", 18, 0),
            ("postgres (PostgreSQL) 19devel\n", 19, 0),
            ("postgres (PostgreSQL) 17.2", 17, 2),
        ] {
            assert_eq!(
                Version::from_banner(banner),
                Some(Version { major, minor }),
                "{banner}"
            );
        }
        assert_eq!(Version::from_banner("no number here"), None);
    }
}

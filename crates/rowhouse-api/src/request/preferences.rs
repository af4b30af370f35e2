//! The header `Prefer` (RFC 7240).

use std::fmt::Write;

use super::error::RequestError;

/// What a client prefers, as far as it can be had.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preferences {
    /// All rows are to be counted.
    pub count: bool,
    /// What is not understood is an error.
    pub strict: bool,
    /// The time zone in which the server reads and prints times.
    pub timezone: Option<String>,
    lenient: bool,
    unknown: Vec<String>,
}

impl Preferences {
    /// Reads the header's values; the first of contradicting ones holds.
    pub fn parse<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for preference in values.flat_map(|value| value.split(',')).map(str::trim) {
            match preference {
                "count=exact" => found.count = true,
                // Their figures come from statistics over all tenants' rows: counted instead.
                "count=planned" | "count=estimated" => {
                    found.count = true;
                    found.unknown.push(preference.to_owned());
                }
                "handling=strict" => found.strict = !found.lenient,
                "handling=lenient" => found.lenient = !found.strict,
                // Of writes; a read has nothing to do with them.
                ""
                | "return=representation"
                | "return=minimal"
                | "return=headers-only"
                | "resolution=merge-duplicates"
                | "resolution=ignore-duplicates"
                | "missing=default"
                | "missing=null"
                | "tx=commit"
                | "tx=rollback" => {}
                other if other.starts_with("max-affected=") => {}
                other => match other.strip_prefix("timezone=") {
                    Some(zone) if is_zone(zone) => {
                        found.timezone.get_or_insert_with(|| zone.to_owned());
                    }
                    _ => found.unknown.push(other.to_owned()),
                },
            }
        }
        found
    }

    /// Whether what is not understood may be passed over.
    ///
    /// # Errors
    /// [`RequestError::Preferences`] where the client asked to be told.
    pub fn check(&self) -> Result<(), RequestError> {
        if self.strict && !self.unknown.is_empty() {
            return Err(RequestError::Preferences(self.unknown.join(", ")));
        }
        Ok(())
    }

    /// What is done, for `Preference-Applied`; `zoned` says whether the time zone is known.
    pub fn applied(&self, zoned: bool) -> Option<String> {
        let mut applied = String::new();
        let timezone = self.timezone.as_ref().filter(|_| zoned);
        let timezone = timezone.map(|zone| format!("timezone={zone}"));
        for (holds, preference) in [
            (self.count, "count=exact"),
            (self.strict, "handling=strict"),
            (self.lenient, "handling=lenient"),
            (timezone.is_some(), timezone.as_deref().unwrap_or_default()),
        ] {
            if holds {
                let comma = if applied.is_empty() { "" } else { ", " };
                let _ = write!(applied, "{comma}{preference}");
            }
        }
        Some(applied).filter(|applied| !applied.is_empty())
    }
}

/// Whether it can be the name of a time zone, such as `America/St_Johns`; numbers and rules of
/// one's own are none.
fn is_zone(zone: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
    zone.len() <= 64
        && zone.starts_with(|c: char| c.is_ascii_alphabetic())
        && zone.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferences(value: &str) -> Preferences {
        Preferences::parse([value].into_iter())
    }

    #[test]
    fn what_is_done_is_said() {
        let applied = |value| preferences(value).applied(true);
        assert_eq!(
            applied("count=exact, tx=commit"),
            Some("count=exact".into())
        );
        assert_eq!(applied("count=estimated"), Some("count=exact".into()));
        assert_eq!(applied("return=minimal"), None);
        assert_eq!(
            applied("timezone=Asia/Tokyo"),
            Some("timezone=Asia/Tokyo".into())
        );
        assert_eq!(applied("timezone=<+03>-03"), None);
    }

    #[test]
    fn strict_clients_are_told() {
        assert_eq!(preferences("anything").check(), Ok(()));
        assert_eq!(
            preferences("handling=strict, anything, count=planned").check(),
            Err(RequestError::Preferences("anything, count=planned".into()))
        );
        assert_eq!(
            preferences("handling=lenient,handling=strict,x").check(),
            Ok(())
        );
    }
}

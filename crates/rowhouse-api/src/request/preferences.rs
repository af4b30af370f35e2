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
    /// What is answered to a write.
    pub returning: Option<Returning>,
    /// What becomes of rows that are there already.
    pub resolution: Option<Resolution>,
    /// Members that a row leaves out take their column's default, not null.
    pub defaults: Option<bool>,
    /// Whether what is written stays.
    pub commit: Option<bool>,
    /// The most rows a write may touch, for a client that wants to be told.
    pub max_affected: Option<i64>,
    lenient: bool,
    unknown: Vec<String>,
}

/// What is answered to a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returning {
    /// That it was done.
    Minimal,
    /// Where the row is.
    HeadersOnly,
    /// The rows.
    Representation,
}

/// What becomes of rows that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// They take the new values.
    Merge,
    /// They stay as they are.
    Ignore,
}

impl Returning {
    fn word(self) -> &'static str {
        match self {
            Self::Minimal => "return=minimal",
            Self::HeadersOnly => "return=headers-only",
            Self::Representation => "return=representation",
        }
    }
}

impl Resolution {
    fn word(self) -> &'static str {
        match self {
            Self::Merge => "resolution=merge-duplicates",
            Self::Ignore => "resolution=ignore-duplicates",
        }
    }
}

/// What of the preferences of a write was done.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent of each other")]
pub(crate) struct Done {
    pub(crate) returning: Option<Returning>,
    pub(crate) resolution: bool,
    pub(crate) defaults: bool,
    pub(crate) tx: bool,
    pub(crate) max_affected: bool,
    pub(crate) zoned: bool,
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
                // Of writes; a read passes them over.
                "" => {}
                "return=representation" => found.returns(Returning::Representation),
                "return=minimal" => found.returns(Returning::Minimal),
                "return=headers-only" => found.returns(Returning::HeadersOnly),
                "resolution=merge-duplicates" => found.resolves(Resolution::Merge),
                "resolution=ignore-duplicates" => found.resolves(Resolution::Ignore),
                "missing=default" => drop(found.defaults.get_or_insert(true)),
                "missing=null" => drop(found.defaults.get_or_insert(false)),
                "tx=commit" => drop(found.commit.get_or_insert(true)),
                "tx=rollback" => drop(found.commit.get_or_insert(false)),
                other if other.starts_with("max-affected=") => {
                    match other["max-affected=".len()..].parse::<u32>() {
                        Ok(most) => drop(found.max_affected.get_or_insert(most.into())),
                        Err(_) => found.unknown.push(other.to_owned()),
                    }
                }
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

    fn returns(&mut self, returning: Returning) {
        self.returning.get_or_insert(returning);
    }

    fn resolves(&mut self, resolution: Resolution) {
        self.resolution.get_or_insert(resolution);
    }

    /// What is done, for `Preference-Applied`; `zoned` says whether the time zone is known.
    pub fn applied(&self, zoned: bool) -> Option<String> {
        self.applied_to(Done {
            zoned,
            ..Done::default()
        })
    }

    /// The same for a write, in the order of `PostgREST`.
    pub(crate) fn applied_to(&self, done: Done) -> Option<String> {
        let mut applied = String::new();
        let mut say = |preference: Option<&str>| {
            if let Some(preference) = preference {
                let comma = if applied.is_empty() { "" } else { ", " };
                let _ = write!(applied, "{comma}{preference}");
            }
        };
        let either = |is_first, first, second| Some(if is_first { first } else { second });
        let resolution = self.resolution.filter(|_| done.resolution);
        say(resolution.map(Resolution::word));
        let defaults = self.defaults.filter(|_| done.defaults);
        say(defaults.and_then(|defaults| either(defaults, "missing=default", "missing=null")));
        say(done.returning.map(Returning::word));
        say(self.count.then_some("count=exact"));
        let commit = self.commit.filter(|_| done.tx);
        say(commit.and_then(|commit| either(commit, "tx=commit", "tx=rollback")));
        say(self.strict.then_some("handling=strict"));
        say(self.lenient.then_some("handling=lenient"));
        let zone = self.timezone.as_ref().filter(|_| done.zoned);
        say(zone.map(|zone| format!("timezone={zone}")).as_deref());
        let most = self.max_affected.filter(|_| done.max_affected);
        say(most.map(|most| format!("max-affected={most}")).as_deref());
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
    fn what_is_done_to_a_write_is_said() {
        let done = Done {
            returning: Some(Returning::Representation),
            resolution: true,
            defaults: true,
            tx: true,
            max_affected: true,
            zoned: true,
        };
        let all = preferences(
            "max-affected=3,handling=strict,tx=rollback,count=exact,return=minimal,\
             return=representation,missing=default,resolution=ignore-duplicates,timezone=UTC",
        );
        assert_eq!(all.returning, Some(Returning::Minimal));
        assert_eq!(
            all.applied_to(done).unwrap(),
            "resolution=ignore-duplicates, missing=default, return=representation, count=exact, \
             tx=rollback, handling=strict, timezone=UTC, max-affected=3"
        );
        assert_eq!(preferences("").applied_to(Done::default()), None);
        assert!(
            preferences("handling=strict,max-affected=x")
                .check()
                .is_err()
        );
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

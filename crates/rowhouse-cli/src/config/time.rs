//! Times in the configuration: a number and its unit, `"250ms"`, `"10s"`, `"5min"`, `"1h"`, `"90d"`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

/// In milliseconds, in PostgreSQL's words for them.
const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1000),
    ("min", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// Reads a time that must be there if its key is.
pub(super) fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match parse(&text) {
        Some(time) => Ok(Some(time)),
        None => Err(de::Error::custom(format!(
            "{text:?} is not a time; write a whole number above 0 and ms, s, min, h or d, such as \"10s\""
        ))),
    }
}

/// Reads a time.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    let ms = number.parse::<u64>().ok()?.checked_mul(*factor)?;
    (ms > 0).then(|| Duration::from_millis(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_with_its_unit() {
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse("10 s"), Some(Duration::from_secs(10)));
        assert_eq!(parse("5min"), Some(Duration::from_mins(5)));
        assert_eq!(parse("2d"), Some(Duration::from_hours(48)));
        for text in [
            "10",
            "",
            "s",
            "0s",
            "-1s",
            "1.5s",
            "1 day",
            "99999999999999999h",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

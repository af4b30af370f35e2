//! Settings of a function that have to be made before its call (`PostgREST`'s documentation, "Function Settings").

use std::time::Duration;

use rowhouse_catalog::Function;

/// How long the function may take, by its `SET statement_timeout`: within the function that comes too late, because the
/// server's clock runs from the beginning of the statement. None where it says no limit.
pub(super) fn timeout(function: &Function) -> Option<Duration> {
    let mut settings = function.settings.iter();
    let (_, value) = settings.find(|(name, _)| name.eq_ignore_ascii_case("statement_timeout"))?;
    duration(value).filter(|timeout| !timeout.is_zero())
}

/// A time as the server reads it: a number with a unit, of milliseconds without one (`PostgreSQL` manual, 20.1.1).
fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let seconds = match unit.trim() {
        "us" => 1e-6,
        "" | "ms" => 1e-3,
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        "d" => 86400.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_the_server_does() {
        for (text, millis) in [
            ("4s", 4000),
            ("250", 250),
            ("250 ms", 250),
            ("1.5min", 90_000),
            ("0.5h", 1_800_000),
            ("2d", 172_800_000),
            ("4000us", 4),
            ("0", 0),
        ] {
            assert_eq!(
                duration(text),
                Some(Duration::from_millis(millis)),
                "{text}"
            );
        }
        for text in ["", "s", "4 weeks", "-1", "1e400", "4S"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}

//! `postgresql://user:password@host:port,host:port/dbname?key=value`, by libpq's rules.

use super::options_error::OptionsError;
use super::settings::Settings;

/// The part after `postgres://` or `postgresql://`, if `text` is a URI.
pub(super) fn strip_scheme(text: &str) -> Option<&str> {
    text.strip_prefix("postgresql://")
        .or_else(|| text.strip_prefix("postgres://"))
}

/// Parses what follows the scheme.
pub(super) fn parse(rest: &str) -> Result<Settings, OptionsError> {
    let mut settings = Settings::default();
    // The query may hold slashes and the path an @, so: authority, then path, then query.
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(authority_end);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));

    let hosts = match authority.split_once('@') {
        Some((userinfo, hosts)) => {
            let (user, password) = match userinfo.split_once(':') {
                Some((user, password)) => (user, Some(password)),
                None => (userinfo, None),
            };
            set_nonempty(&mut settings, "user", decode(user, "the user name")?)?;
            if let Some(password) = password {
                set_nonempty(&mut settings, "password", decode(password, "the password")?)?;
            }
            hosts
        }
        None => authority,
    };
    if hosts.contains('@') {
        return Err(OptionsError::syntax(
            "more than one @ before the host; an @ in the user name or password is written %40",
        ));
    }
    parse_hosts(hosts, &mut settings)?;
    set_nonempty(
        &mut settings,
        "dbname",
        decode(path.strip_prefix('/').unwrap_or(path), "the database name")?,
    )?;
    parse_query(query, &mut settings)?;
    Ok(settings)
}

fn parse_hosts(hosts: &str, settings: &mut Settings) -> Result<(), OptionsError> {
    if hosts.is_empty() {
        return Ok(());
    }
    let mut names = Vec::new();
    let mut ports = Vec::new();
    for host in hosts.split(',') {
        let (name, port) = if let Some(bracketed) = host.strip_prefix('[') {
            let (name, after) = bracketed
                .split_once(']')
                .ok_or_else(|| OptionsError::syntax("an IPv6 address lacks its closing ]"))?;
            let port = match after.strip_prefix(':') {
                Some(port) => port,
                None if after.is_empty() => "",
                None => {
                    return Err(OptionsError::syntax(
                        "after the ] of an IPv6 address comes :port, a comma or /",
                    ));
                }
            };
            (name, port)
        } else {
            let (name, port) = host.split_once(':').unwrap_or((host, ""));
            if port.contains(':') {
                return Err(OptionsError::syntax(
                    "an IPv6 address is written in brackets: [::1]:5432",
                ));
            }
            (name, port)
        };
        // Without this, a / in an unencoded password would show half of it as a bad port.
        if !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(OptionsError::syntax(
                "a port that is not a number; in a user name or password : / ? @ are percent-encoded",
            ));
        }
        names.push(decode(name, "the host")?);
        ports.push(port);
    }
    set_nonempty(settings, "host", names.join(","))?;
    if ports.iter().any(|port| !port.is_empty()) {
        settings.set("port", ports.join(","))?;
    }
    Ok(())
}

fn parse_query(query: &str, settings: &mut Settings) -> Result<(), OptionsError> {
    if query.is_empty() {
        return Ok(());
    }
    for pair in query.split('&') {
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| OptionsError::syntax("a query parameter lacks its ="))?;
        if value.contains('=') {
            return Err(OptionsError::syntax(
                "a query parameter has two =; one in the value is written %3D",
            ));
        }
        let key = decode(key, "a query parameter's name")?;
        let value = decode(value, "a query parameter's value")?;
        // JDBC's way of saying it, which libpq accepts as well.
        if key == "ssl" && value == "true" {
            settings.set("sslmode", "require".to_owned())?;
        } else {
            settings.set(&key, value)?;
        }
    }
    Ok(())
}

fn set_nonempty(settings: &mut Settings, key: &str, value: String) -> Result<(), OptionsError> {
    if value.is_empty() {
        return Ok(());
    }
    settings.set(key, value)
}

/// Percent-decodes; a `+` stays a plus, as in libpq.
fn decode(text: &str, part: &str) -> Result<String, OptionsError> {
    let wrong = |what: &str| OptionsError::syntax(format!("{what} in {part}"));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let hex = |byte: &u8| char::from(*byte).to_digit(16);
        let (Some(high), Some(low)) = (after.first().and_then(hex), after.get(1).and_then(hex))
        else {
            return Err(wrong("a % without two hexadecimal digits"));
        };
        bytes.push((high * 16 + low) as u8);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| wrong("percent-encoded bytes that are not UTF-8"))
}

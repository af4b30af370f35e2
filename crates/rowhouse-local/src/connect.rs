//! How to connect: URLs and key=value strings that libpq and its kin understand.

use std::fmt::Write;
use std::path::Path;

/// `postgresql://role@/database?host=/folder&port=5432`: the form for sockets that most drivers read.
pub(crate) fn socket_url(dir: &Path, port: u16, role: &str, database: &str) -> String {
    format!(
        "postgresql://{}@/{}?host={}&port={port}",
        encoded(role),
        encoded(database),
        encoded(&dir.to_string_lossy())
    )
}

/// `postgresql://role:password@127.0.0.1:5432/database`.
pub(crate) fn tcp_url(port: u16, role: &str, password: &str, database: &str) -> String {
    format!(
        "postgresql://{}:{}@127.0.0.1:{port}/{}",
        encoded(role),
        encoded(password),
        encoded(database)
    )
}

/// `host='/folder' port=5432 user='role' dbname='database'`.
pub(crate) fn key_value(dir: &Path, port: u16, role: &str, database: &str) -> String {
    format!(
        "host={} port={port} user={} dbname={}",
        quoted(&dir.to_string_lossy()),
        quoted(role),
        quoted(database)
    )
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_postgres::config::{Config, Host};

    #[test]
    fn odd_names_survive_the_way_through_a_driver() {
        let dir = Path::new("/srv/it's a \\ dir?&é");
        let (role, database) = ("o'wner@home", "db/one two");
        for text in [
            socket_url(dir, 5433, role, database),
            key_value(dir, 5433, role, database),
        ] {
            let config: Config = text.parse().unwrap();
            assert_eq!(config.get_hosts(), [Host::Unix(dir.to_owned())], "{text}");
            assert_eq!(config.get_ports(), [5433]);
            assert_eq!(config.get_user(), Some(role));
            assert_eq!(config.get_dbname(), Some(database));
        }
        let config: Config = tcp_url(5433, role, "p:w@/", database).parse().unwrap();
        assert_eq!(config.get_hosts(), [Host::Tcp("127.0.0.1".to_owned())]);
        assert_eq!(config.get_password(), Some(&b"p:w@/"[..]));
    }
}

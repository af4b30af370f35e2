//! The server's settings, in a file of our own that `postgresql.conf` includes.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::Error;

/// Written into the data folder at every start; the user's own `postgresql.conf` stays theirs.
pub(crate) const FILE: &str = "rowhouse.conf";

/// Trades crash safety for speed: for data nobody will miss.
const NOT_DURABLE: [(&str, &str); 3] = [
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
];

/// What a server is started with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) not_durable: bool,
    /// Later ones win.
    pub(crate) extra: Vec<(String, String)>,
}

impl Settings {
    /// Writes the file; `tcp` is whether the port is open on 127.0.0.1 too.
    pub(crate) fn write(
        &self,
        data: &Path,
        socket_dir: &Path,
        port: u16,
        tcp: bool,
    ) -> Result<(), Error> {
        let path = data.join(FILE);
        fs::write(&path, self.render(socket_dir, port, tcp))
            .map_err(|e| Error::io("write", &path, e))
    }

    fn render(&self, socket_dir: &Path, port: u16, tcp: bool) -> String {
        let mut text =
            String::from("# Written at every start; put your own settings into postgresql.conf.\n");
        let mut line = |name: &str, value: &str| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name} = {}", quoted(value));
        };
        line("listen_addresses", if tcp { "127.0.0.1" } else { "" });
        line("port", &port.to_string());
        line("unix_socket_directories", &list_element(socket_dir));
        line("unix_socket_permissions", "0700");
        line("timezone", "UTC");
        line("log_timezone", "UTC");
        line("password_encryption", "scram-sha-256");
        if self.not_durable {
            for (name, value) in NOT_DURABLE {
                line(name, value);
            }
        }
        for (name, value) in &self.extra {
            line(name, value);
        }
        text
    }
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''"))
}

/// `unix_socket_directories` is a list: a path with a comma or a space in it needs double quotes.
fn list_element(path: &Path) -> String {
    format!("\"{}\"", path.to_string_lossy().replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_and_the_callers_come_last() {
        let settings = Settings {
            not_durable: true,
            extra: vec![
                ("fsync".into(), "on".into()),
                ("app.note".into(), r"it's a \n".into()),
            ],
        };
        let text = settings.render(Path::new("/a, b"), 5432, false);
        assert!(text.contains("unix_socket_directories = '\"/a, b\"'\n"));
        assert!(text.contains("listen_addresses = ''\n"));
        assert!(text.find("fsync = 'off'") < text.find("fsync = 'on'"));
        assert!(text.contains(r"app.note = 'it''s a \\n'"));
    }
}

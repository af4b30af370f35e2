//! A folder to run the program in.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder of the test's own; the private PostgreSQL in it goes with it.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("rh").tempdir().unwrap();
        // Started by root, the server runs under another account, which must get through.
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// The program, in this folder, with nothing of the tester's settings.
    pub(crate) fn rowhouse(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rowhouse"));
        command
            .current_dir(self.path())
            .args(arguments)
            .stdin(Stdio::null());
        for (name, _) in std::env::vars() {
            let theirs = name.starts_with("ROWHOUSE_") || name.starts_with("CLICOLOR");
            if theirs || ["DATABASE_URL", "NO_COLOR"].contains(&name.as_str()) {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(&mut self.rowhouse(arguments))
    }

    /// A connection to the private PostgreSQL, which must run.
    pub(crate) async fn connect(&self, role: &str) -> Client {
        let said = self.run(&["db", "url", "--role", role]);
        let (client, connection) = tokio_postgres::connect(said.out.trim(), NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        client
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.run(&["db", "reset", "--yes"]);
    }
}

pub(crate) fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

//! PostgreSQL's own programs that read one database and fill another.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Source;
use crate::{Binaries, Error, binaries};

const NEEDED: [&str; 3] = ["pg_dump", "pg_dumpall", "psql"];

/// Large objects as statements that make them.
const LARGE_OBJECTS: &str = "
    SELECT format('SELECT lo_create(%s); ALTER LARGE OBJECT %s OWNER TO %I;', oid, oid, pg_get_userbyid(lomowner))
        || coalesce((SELECT string_agg(format(' GRANT %s ON LARGE OBJECT %s TO %s;', given.privilege_type, oid,
                         CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(given.grantee)) END), '')
                       FROM aclexplode(lomacl) AS given WHERE given.grantee <> lomowner), '')
      FROM (SELECT * FROM pg_largeobject_metadata ORDER BY lomacl IS NULL, oid LIMIT 8) AS listed";

/// An installation with what a copy needs, fit for one server.
#[derive(Debug)]
pub(super) struct Programs {
    binaries: Binaries,
    database: String,
    encoding: String,
}

impl Programs {
    /// The oldest installation that is not older than the server; what `PG_BINDIR` names is used or refused.
    pub(super) async fn for_server(source: &Source) -> Result<Self, Error> {
        let source = source.clone();
        blocking(move || Self::find(&source)).await
    }

    fn find(source: &Source) -> Result<Self, Error> {
        let mut installed = match binaries::named_by_environment() {
            Some(named) => vec![Binaries::at(&named)?],
            None => Binaries::installed(),
        };
        installed.retain(|found| NEEDED.iter().all(|name| found.program(name).is_file()));
        installed.sort_by_key(Binaries::version);
        let Some(any) = installed.last() else {
            return Err(Error::NoDumpProgram {
                server: None,
                newest: None,
            });
        };
        let asked = "SELECT current_setting('server_version_num')::int / 10000, pg_encoding_to_char(encoding),
                            datname FROM pg_database WHERE datname = current_database()";
        let mut psql = command(any, "psql", source);
        psql.args(["-XAtq", "-F", "\t", "-c", asked]);
        let answer = output("psql", psql, None)?.0;
        let mut parts = answer.trim_end_matches('\n').splitn(3, '\t');
        let mut next = || parts.next().unwrap_or_default().to_owned();
        let (major, encoding, database) = (next(), next(), next());
        let major: u32 = major.parse().unwrap_or(u32::MAX);
        let newest = any.version();
        let fits = installed
            .into_iter()
            .find(|found| found.version().major >= major);
        let binaries = fits.ok_or(Error::NoDumpProgram {
            server: Some(major),
            newest: Some(newest),
        })?;
        Ok(Self {
            binaries,
            database,
            encoding,
        })
    }

    pub(super) fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    pub(super) fn database(&self) -> &str {
        &self.database
    }

    /// All roles, without passwords.
    pub(super) async fn roles(&self, source: &Source) -> Result<String, Error> {
        let mut command = command(&self.binaries, "pg_dumpall", source);
        command.args(["--roles-only", "--no-role-passwords", "--no-comments"]);
        command.arg(format!("--database={}", self.database));
        blocking(move || Ok(output("pg_dumpall", command, None)?.0)).await
    }

    /// The schema, with the database's own settings and rights.
    pub(super) async fn schema(&self, source: &Source) -> Result<String, Error> {
        let mut command = command(&self.binaries, "pg_dump", source);
        // Nothing here may reach out to other servers.
        command.args(["--schema-only", "--create", "--no-subscriptions"]);
        command.arg("--no-tablespaces");
        blocking(move || Ok(output("pg_dump", command, None)?.0)).await
    }

    /// SQL that makes some of the large objects again, empty, with their owners and rights: a dump of a schema has none. Those
    /// granted to somebody come first.
    pub(super) async fn large_objects(&self, source: &Source) -> Result<String, Error> {
        let mut command = command(&self.binaries, "psql", source);
        command.args(["-XAtq", "-c", LARGE_OBJECTS]);
        blocking(move || Ok(output("psql", command, None)?.0)).await
    }

    /// Makes the database with the original's encoding and the locale every server has.
    pub(super) async fn create_database(&self, source: &Source) -> Result<(), Error> {
        let name = self.database.replace('"', "\"\"");
        // Encodings other than UTF-8 need a locale that goes with all of them.
        let locale = if self.encoding == "UTF8" {
            ""
        } else {
            " LOCALE 'C'"
        };
        let sql = format!(
            "CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING '{}'{locale}",
            self.encoding
        );
        let trouble = self.run_sql(source, &sql).await?;
        // `postgres` is there already.
        match trouble.into_iter().next() {
            Some(output) if self.database != "postgres" => Err(Error::Program {
                program: "psql",
                output,
            }),
            _ => Ok(()),
        }
    }

    /// Runs a script to its end; gives what the server said to statements that failed.
    pub(super) async fn run_sql(&self, source: &Source, sql: &str) -> Result<Vec<String>, Error> {
        let mut command = command(&self.binaries, "psql", source);
        command.args(["-Xq", "-v", "VERBOSITY=terse", "-f", "-"]);
        command.env("PGOPTIONS", "-c client_min_messages=error");
        let sql = sql.to_owned();
        let said = blocking(move || Ok(output("psql", command, Some(sql))?.1)).await?;
        let lines = said.lines().filter_map(|line| line.split_once("ERROR:  "));
        Ok(lines.map(|(_, words)| words.to_owned()).collect())
    }
}

fn command(binaries: &Binaries, program: &str, source: &Source) -> Command {
    let mut command = Command::new(binaries.program(program));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command
        .env("LC_ALL", "C")
        .env("PGAPPNAME", "rowhouse")
        .envs(source.variables().iter().map(|(name, value)| (name, value)))
        .arg("--no-password")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a program wrote to its two outputs.
fn output(
    program: &'static str,
    mut command: Command,
    input: Option<String>,
) -> Result<(String, String), Error> {
    use std::io::Write;
    let path = PathBuf::from(command.get_program());
    let io = |e| Error::io("run", &path, e);
    command.stdin(if input.is_some() {
        Stdio::piped()
    } else {
        Stdio::null()
    });
    let mut child = command.spawn().map_err(io)?;
    let pipe = child.stdin.take();
    let writer = std::thread::spawn(move || {
        if let (Some(mut pipe), Some(input)) = (pipe, input) {
            // A program that ends early says why.
            let _ = pipe.write_all(input.as_bytes());
        }
    });
    let done = child.wait_with_output().map_err(io)?;
    let _ = writer.join();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, said) = (text(&done.stdout), text(&done.stderr));
    if done.status.success() {
        return Ok((out, said));
    }
    Err(Error::Program {
        program,
        output: said.trim().to_owned(),
    })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(Error::Interrupted))
}

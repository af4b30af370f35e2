//! A copy of a database's schema in a private cluster: its roles with attributes, memberships and settings, and all of its
//! objects, without a row. To try there what must not be tried on the database itself.
//!
//! ```no_run
//! # async fn demo() -> Result<(), rowhouse_local::Error> {
//! use rowhouse_local::copy::{SchemaCopy, Source};
//!
//! let source = Source::new().with("host", "db.example.com").with("user", "owner").with("dbname", "app");
//! let copy = SchemaCopy::make(&source).await?;
//! let url = copy.url_as("app");   // a login of the service, on a unix socket, without a password
//! # let _ = url;
//! # Ok(())
//! # }   // the server is stopped and its folder removed with `copy`
//! ```
//!
//! The copy is made by `pg_dump` and `pg_dumpall` of the server's own major version or a newer one, and lives on a server
//! of the same. What cannot be made here, such as an extension that is not installed, is left out and told by
//! [`SchemaCopy::left_out`]. Passwords are never asked for, and logins on other servers (user mappings) are not copied.

mod folder;
mod programs;
mod roles;
mod source;

use std::fmt;

pub use source::Source;

use crate::{Cluster, Error, Version};
use folder::Folder;
use programs::Programs;

/// A disposable database with the schema of another, on a server of its own.
pub struct SchemaCopy {
    cluster: Option<Cluster>,
    database: String,
    left_out: Vec<String>,
    /// Removed last.
    _folder: Folder,
}

impl SchemaCopy {
    /// Copies the schema that `source` leads to.
    ///
    /// # Errors
    /// [`Error::NoDumpProgram`] without a `pg_dump` that is new enough, [`Error::Program`] with the words of a program
    /// that failed, and all that can keep a cluster from starting.
    pub async fn make(source: &Source) -> Result<Self, Error> {
        let programs = Programs::for_server(source).await?;
        let (roles, schema, objects) = tokio::try_join!(
            programs.roles(source),
            programs.schema(source),
            programs.large_objects(source)
        )?;
        let schema = format!("{schema}\n{objects}");
        let folder = tokio::task::spawn_blocking(Folder::make)
            .await
            .unwrap_or(Err(Error::Interrupted))?;
        let cluster = Cluster::builder(folder.path())
            .binaries(programs.binaries().clone())
            .not_durable()
            .setting("max_connections", "50")
            // What is tried here must not wait for itself for long.
            .setting("deadlock_timeout", "100ms")
            .start()
            .await?;
        let mut copy = Self {
            cluster: Some(cluster),
            database: programs.database().to_owned(),
            left_out: Vec::new(),
            _folder: folder,
        };
        copy.left_out = copy.fill(&programs, &roles, &schema).await?;
        Ok(copy)
    }

    async fn fill(
        &self,
        programs: &Programs,
        roles: &str,
        schema: &str,
    ) -> Result<Vec<String>, Error> {
        let to = |database: &str| self.source(database);
        let mut left_out = programs
            .run_sql(&to("postgres"), &roles::without_bootstrap(roles))
            .await?;
        programs.create_database(&to("postgres")).await?;
        let schema = roles::in_this_database(schema);
        left_out.extend(programs.run_sql(&to(&self.database), &schema).await?);
        programs.run_sql(&to(&self.database), NO_WAY_OUT).await?;
        Ok(left_out)
    }

    /// How programs of PostgreSQL reach a database of the copy's server, as its superuser.
    fn source(&self, database: &str) -> Source {
        let Some(cluster) = &self.cluster else {
            return Source::new();
        };
        Source::new()
            .with("host", cluster.socket_dir().to_string_lossy())
            .with("port", cluster.port().to_string())
            .with("user", crate::initdb::SUPERUSER)
            .with("dbname", database)
    }

    /// The database, for [`schema_dump`].
    pub fn as_source(&self) -> Source {
        self.source(&self.database)
    }

    /// Its name, the same as that of the original.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// The superuser of the copy's server. Nothing is known of the roles of the original but what they may do.
    pub fn superuser(&self) -> &'static str {
        crate::initdb::SUPERUSER
    }

    /// The folder of the server's unix socket, where no password is asked for.
    pub fn socket_dir(&self) -> &std::path::Path {
        self.cluster
            .as_ref()
            .map_or(std::path::Path::new(""), Cluster::socket_dir)
    }

    /// The port, a part of the socket's name.
    pub fn port(&self) -> u16 {
        self.cluster.as_ref().map_or(0, Cluster::port)
    }

    /// The URL for any role that may log in.
    pub fn url_as(&self, role: &str) -> String {
        crate::connect::socket_url(self.socket_dir(), self.port(), role, &self.database)
    }

    /// The URL for the superuser.
    pub fn admin_url(&self) -> String {
        self.url_as(self.superuser())
    }

    /// The version of the copy's server.
    pub fn version(&self) -> Option<Version> {
        self.cluster.as_ref().map(Cluster::version)
    }

    /// What could not be made here, in the server's words.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }
}

impl Drop for SchemaCopy {
    fn drop(&mut self) {
        // The server first, then its folder.
        drop(self.cluster.take());
    }
}

impl fmt::Debug for SchemaCopy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaCopy")
            .field("database", &self.database)
            .field("cluster", &self.cluster)
            .field("left_out", &self.left_out)
            .finish_non_exhaustive()
    }
}

/// Nothing that is tried here may reach other servers: the logins on them are taken away.
const NO_WAY_OUT: &str = "
DO $$
DECLARE mapping record;
BEGIN
    FOR mapping IN SELECT srvname, CASE WHEN umuser = 0 THEN 'PUBLIC' ELSE quote_ident(usename) END AS member FROM pg_user_mappings LOOP
        EXECUTE format('DROP USER MAPPING FOR %s SERVER %I', mapping.member, mapping.srvname);
    END LOOP;
END $$;
";

/// The schema of a database as the text of a dump, the same for the same schema and the same `pg_dump`.
///
/// # Errors
/// [`Error::NoDumpProgram`] without a `pg_dump` that is new enough, [`Error::Program`] with its words where it fails.
pub async fn schema_dump(source: &Source) -> Result<String, Error> {
    let programs = Programs::for_server(source).await?;
    let text = programs.schema(source).await?;
    // Newer programs put a random word into each dump; see CVE-2025-8714.
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("\\restrict ") && !line.starts_with("\\unrestrict "));
    Ok(lines.fold(String::new(), |text, line| text + line + "\n"))
}

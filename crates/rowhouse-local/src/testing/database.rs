//! One test's database.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_postgres::Client;

use super::run::{self, Run};
use super::session::{Session, quoted};
use super::{APP, OWNER, SUPERUSER, must, template};
use crate::socket::socket_path;
use crate::{Binaries, Error, connect};

/// A database that belongs to one test and is dropped with it.
pub struct Database {
    run: &'static Run,
    name: String,
    /// The end of the database's name and of every name from [`Database::unique`].
    id: String,
    has_roles: AtomicBool,
}

impl Database {
    /// A database in which `setup` has run as [`OWNER`].
    ///
    /// # Panics
    /// When there is no PostgreSQL, or `setup` fails.
    pub async fn create(setup: &str) -> Self {
        must(Self::try_create("", setup).await)
    }

    /// A database in which `superuser_setup` has run as the superuser, for extensions and the like, and
    /// then `setup` as [`OWNER`].
    ///
    /// # Panics
    /// When there is no PostgreSQL, or a setup fails.
    pub async fn create_with_superuser(superuser_setup: &str, setup: &str) -> Self {
        must(Self::try_create(superuser_setup, setup).await)
    }

    /// The same without a panic.
    ///
    /// # Errors
    /// [`Error::Setup`] with the server's words when a setup fails, and all that can keep a cluster from
    /// starting.
    pub async fn try_create(superuser_setup: &str, setup: &str) -> Result<Self, Error> {
        let run = tokio::task::spawn_blocking(run::join)
            .await
            .unwrap_or(Err(Error::Interrupted))?;
        let admin = Session::open(&run.socket_dir, run.port, SUPERUSER, "postgres").await?;
        let template = template::ensure(run, &admin, superuser_setup, setup).await?;
        let id = run::hex(&rand::random::<[u8; 5]>());
        let database = Self {
            name: format!("test_{id}"),
            run,
            id,
            has_roles: AtomicBool::new(false),
        };
        template::copy(&admin, &template, &database.name).await?;
        // Rights on a database itself are not copied with it.
        let sql = format!(
            "REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC",
            quoted(&database.name)
        );
        admin.run("take TEMP from PUBLIC", &sql).await?;
        admin.close().await;
        Ok(database)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server's programs.
    pub fn binaries(&self) -> &Binaries {
        &self.run.binaries
    }

    /// `127.0.0.1`, where the server asks for SCRAM passwords.
    #[allow(clippy::unused_self, reason = "reads like its neighbours")]
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// The folder of the unix socket, where no password is asked for.
    pub fn socket_dir(&self) -> &Path {
        &self.run.socket_dir
    }

    /// The unix socket itself.
    pub fn socket(&self) -> PathBuf {
        socket_path(self.socket_dir(), self.port())
    }

    /// The port, of TCP and of the socket.
    pub fn port(&self) -> u16 {
        self.run.port
    }

    /// The password of [`OWNER`], [`APP`] and the superuser; another one in every run.
    pub fn password(&self) -> &str {
        &self.run.password
    }

    /// The URL for any role, over the socket.
    pub fn url_as(&self, role: &str) -> String {
        connect::socket_url(self.socket_dir(), self.port(), role, &self.name)
    }

    /// The URL for a standard role over TCP, with its password.
    pub fn tcp_url_as(&self, role: &str) -> String {
        connect::tcp_url(self.port(), role, self.password(), &self.name)
    }

    /// The URL for [`APP`], over the socket.
    pub fn app_url(&self) -> String {
        self.url_as(APP)
    }

    /// The URL for [`OWNER`], over the socket.
    pub fn owner_url(&self) -> String {
        self.url_as(OWNER)
    }

    /// The URL for the superuser, over the socket.
    pub fn admin_url(&self) -> String {
        self.url_as(SUPERUSER)
    }

    /// A connection as the superuser.
    ///
    /// # Panics
    /// When the server does not take it.
    pub async fn admin(&self) -> Client {
        self.as_role(SUPERUSER).await
    }

    /// A connection as any role that exists and may log in.
    ///
    /// # Panics
    /// When the server does not take it.
    pub async fn as_role(&self, role: &str) -> Client {
        must(Session::open(self.socket_dir(), self.port(), role, &self.name).await).into_client()
    }

    /// A role name no other test has, beginning with `name`. Such roles are dropped with the database.
    pub fn unique(&self, name: &str) -> String {
        self.has_roles.store(true, Ordering::Relaxed);
        // PostgreSQL cuts names at 63 bytes, and the end is what makes it unique.
        let mut end = name.len().min(63 - self.id.len() - 1);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        format!("{}_{}", &name[..end], self.id)
    }

    async fn remove(run: &Run, name: &str, id: Option<&str>) -> Result<(), Error> {
        let action = "drop the test's database";
        let admin = Session::open(&run.socket_dir, run.port, SUPERUSER, "postgres").await?;
        admin
            .run(
                action,
                &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name)),
            )
            .await?;
        if let Some(id) = id {
            let roles = admin
                .client
                .query(
                    "SELECT rolname FROM pg_roles WHERE rolname LIKE '%\\_' || $1",
                    &[&id],
                )
                .await
                .map_err(|source| Error::Sql { action, source })?;
            for role in roles {
                let role: String = role.get(0);
                admin
                    .run(action, &format!("DROP ROLE IF EXISTS {}", quoted(&role)))
                    .await?;
            }
        }
        admin.close().await;
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let run = self.run;
        let name = std::mem::take(&mut self.name);
        let id = self
            .has_roles
            .load(Ordering::Relaxed)
            .then(|| self.id.clone());
        // On a thread with a runtime of its own: a runtime may be around here or not.
        let dropper = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime
                && let Err(error) = runtime.block_on(Self::remove(run, &name, id.as_deref()))
            {
                tracing::debug!("{name} stays until the run ends: {error}");
            }
        });
        // If it failed, the database goes with the server.
        let _ = dropper.join();
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("name", &self.name)
            .field("socket_dir", &self.run.socket_dir)
            .field("port", &self.run.port)
            .finish_non_exhaustive()
    }
}

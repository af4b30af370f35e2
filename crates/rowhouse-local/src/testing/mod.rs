//! A database of its own for every test.
//!
//! ```no_run
//! # async fn demo() {
//! use rowhouse_local::testing::Database;
//!
//! let db = Database::create(
//!     "CREATE TABLE items (id int PRIMARY KEY, title text NOT NULL);
//!      GRANT SELECT ON items TO rowhouse_app;",
//! ).await;
//! let app = db.as_role("rowhouse_app").await;
//! let rows = app.query("SELECT title FROM items", &[]).await.unwrap();
//! assert!(rows.is_empty());
//! # }   // the database is dropped with `db`
//! ```
//!
//! All tests of all processes share one server, kept in the temporary folder, one for each user and
//! PostgreSQL (choose another with `PG_BINDIR`). The first test starts it; when no process that used it
//! lives any more, a small shell script beside it stops it and removes its folder. Nothing has to be
//! cleaned up, not even after SIGKILL. `ROWHOUSE_TEST_LINGER` says how many seconds it waits for the next
//! run; 30 unless set.
//!
//! The setup SQL runs once, into a template; every test gets a copy, which takes well under 0.1 s. It runs as
//! [`OWNER`], who owns the database and what is in it. [`APP`] is what a service should be: no superuser,
//! no `BYPASSRLS`, owner of nothing, and without the right to make temporary tables. Roles belong to the
//! whole server: a test that needs its own gives it a name from [`Database::unique`].
//!
//! What a test must do to a whole server (restart it, kill it, change `pg_hba.conf`) it does to a
//! [`PrivateCluster`], which takes 0.3 s.
//!
//! Here, what cannot be had is a panic with the reason and a hint, for that is how a test fails.

#![allow(
    clippy::disallowed_types,
    reason = "tests look at the database from outside, without a tenant"
)]

mod database;
mod private;
mod run;
mod session;
mod template;
mod watchdog;

pub use database::Database;
pub use private::{PrivateCluster, private_cluster};

use crate::Error;

/// Owns the schema and runs migrations: no superuser, may log in.
pub const OWNER: &str = "rowhouse_owner";
/// The service's role: no superuser, no `BYPASSRLS`, owns nothing, may log in.
pub const APP: &str = "rowhouse_app";
/// The superuser.
pub const SUPERUSER: &str = crate::initdb::SUPERUSER;

#[track_caller]
#[allow(clippy::panic, reason = "a test without its database has failed")]
fn must<T>(result: Result<T, Error>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => match error.hint() {
            Some(hint) => panic!("{error} ({hint})"),
            None => panic!("{error}"),
        },
    }
}

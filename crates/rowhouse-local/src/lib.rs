//! A private PostgreSQL for first runs, development and tests.
//!
//! Nothing is downloaded and nothing on the system is changed: the server is made of the PostgreSQL
//! binaries the machine already has, its data lives in a folder of yours, and only this account can
//! reach it, through a unix socket in a folder of mode 0700.
//!
//! ```no_run
//! # async fn demo() -> Result<(), rowhouse_local::Error> {
//! use rowhouse_local::Cluster;
//!
//! let cluster = Cluster::builder(".rowhouse").start().await?;   // initdb, start, or attach
//! let url = cluster.admin_url("postgres");                      // the superuser, on the socket
//! # let _ = url;
//! cluster.stop().await?;                                        // dropping it would do too
//! # Ok(())
//! # }
//! ```
//!
//! - [`Binaries`] finds PostgreSQL and says how to install it when there is none.
//! - [`Cluster`] is one running server. The first to start it owns it and stops it; whoever comes
//!   later attaches and leaves it alone. When the owner was killed, the next one takes over;
//!   [`Cluster::origin`] says which of these happened.
//! - [`Cluster::status`], [`Cluster::stop_at`] and [`Cluster::wipe`] work on a folder, from any process.
//! - [`copy`] makes a copy of another database's schema, to try things on.
//! - [`testing`] gives every test a database of its own from a template, on one server per run.
//!
//! # Who may connect
//! On the socket every role connects without a password (`trust`). That is no hole: only the server's
//! own account and root can enter the socket's folder, and both could read the data files anyway. What
//! a role may *do* is still decided by its rights, so an unprivileged role is as unprivileged here as
//! anywhere. TCP is off unless [asked for](Builder::listen_tcp), is bound to 127.0.0.1, and asks for
//! SCRAM passwords, because every account of the machine reaches it.
//!
//! # Root
//! PostgreSQL refuses to run as root. Started by root, the server runs as `postgres`, else `nobody`.
//! That account must be able to walk to the data folder: `/root/…` does not do, and the error says so.

mod account;
mod binaries;
mod builder;
mod cluster;
mod connect;
pub mod copy;
mod data_root;
mod error;
mod initdb;
mod lock;
mod pid_file;
mod postmaster;
mod process;
mod progress;
mod settings;
mod socket;
mod status;
pub mod testing;
mod version;

pub use binaries::Binaries;
pub use builder::Builder;
pub use cluster::{Cluster, Origin};
pub use error::Error;
pub use progress::Progress;
pub use status::{Running, Status};
pub use version::Version;

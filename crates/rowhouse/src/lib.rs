//! Tenant isolation for PostgreSQL: SQL runs inside a tenant's scope, in one round trip, or not at all.
//!
//! PostgreSQL keeps the tenants apart with row-level security; policies compare each row's tenant with a setting,
//! `app.current_tenant_id` by default. This crate makes sure that every statement carries that setting, that it is gone
//! when the statement ends, and that there is no way to run SQL without it.
//!
//! ```no_run
//! use rowhouse::Rowhouse;
//!
//! # async fn example() -> rowhouse::Result<()> {
//! let house = Rowhouse::connect("postgres://app@localhost/app").await?;
//! let acme = house.tenant(house.parse_tenant("7a245486-3fc8-47ec-b303-04fefe7a58ff")?);
//! for row in acme.query("SELECT id, title FROM items WHERE title LIKE $1", &[&"b%"]).await? {
//!     let title: &str = row.get("title");
//!     println!("{title}");
//! }
//! let mut tx = acme.begin().await?;
//! tx.execute("UPDATE items SET title = upper(title)", &[]).await?;
//! tx.commit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # A tour
//!
//! - [`Rowhouse`], the house, holds the connections. It has no method that runs SQL.
//! - [`Rowhouse::tenant`] gives a [`Tenant`]: the scope in which SQL runs. It costs nothing to make.
//! - [`Tenant::query`] and its kin are *one-shots*: one statement, one round trip, on a *lane* that it shares with other
//!   tenants' statements. [`Tenant::batch`] sends several at once.
//! - [`Tenant::begin`] gives a [`Transaction`] on a connection of its own; [`Tenant::stream`] reads answers of any size.
//! - With feature `axum`, handlers receive a [`Tenant`]; with `tower` alone, services of tonic and others do.
//! - [`Error`] names what was wrong; [`Error::hint`] says what to do.
//!
//! # What it refuses
//!
//! A role that could bypass row security, on every new connection: superusers, BYPASSRLS, owners of tables, and members
//! of such roles. Statements that outlive their scope on a shared connection. See [`Error::UnsafeRole`] and
//! [`Error::Refused`].

#[cfg(feature = "axum")]
pub mod axum;
mod batch;
mod builder;
mod connect;
mod copy;
mod database_error;
mod error;
mod exclusive;
mod from_row;
mod head;
mod house;
mod lane;
mod pool;
mod pooler;
mod retry;
mod roles;
mod row_buffer;
mod rows;
mod run;
mod savepoint;
mod scope;
mod seal;
mod search_path;
mod settings;
mod setup;
mod statement;
mod stream;
mod tenant_id;
#[cfg(feature = "tower")]
pub mod tower;
mod transaction;
mod transaction_builder;
mod types;
mod wire;

pub use batch::Batch;
pub use builder::Builder;
#[doc(hidden)]
pub use connect::Handover;
pub use connect::{
    AuthenticationError, Cause, ChannelBinding, ConnectError, ConnectOptions, LoadBalanceHosts,
    OptionsError, Phase, Refusal, RootCert, SslMode, SslNegotiation, TargetSessionAttrs,
};
pub use copy::{CopyIn, CopyOut};
pub use database_error::DatabaseError;
pub use error::{Delivery, Error, Result, Wait};
pub use from_row::FromRow;
pub use house::Rowhouse;
pub use pooler::Pooling;
pub use postgres_types;
pub use roles::Danger;
pub use rows::{Column, ColumnIndex, Row, Rows, Values};
pub use savepoint::Savepoint;
pub use scope::{Buffered, Tenant};
pub use seal::{SealKeyError, SealKeys};
pub use settings::LaneMode;
pub use statement::{Statement, ToStatement};
pub use stream::RowStream;
pub use tenant_id::{MAX_TEXT_BYTES, TenantId, TenantIdError, TenantType};
pub use transaction::Transaction;
pub use transaction_builder::{Isolation, TransactionBuilder};

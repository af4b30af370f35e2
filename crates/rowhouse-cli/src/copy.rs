//! A disposable copy of a database's schema, for what must not be tried on the database.

#![allow(
    clippy::disallowed_methods,
    reason = "the one place that hands a connection, its password among it, to PostgreSQL's own programs"
)]

use anyhow::Context;
use rowhouse::ConnectOptions;
use rowhouse_local::copy::{SchemaCopy, Source};

/// Copies the schema that `database` leads to into a private PostgreSQL.
pub(crate) async fn of(database: &ConnectOptions) -> anyhow::Result<SchemaCopy> {
    let parameters = database.parameters()?.into_iter();
    let source = parameters.fold(Source::new(), |source, (name, value)| {
        source.with(name, value)
    });
    SchemaCopy::make(&source)
        .await
        .context("the schema cannot be copied")
}

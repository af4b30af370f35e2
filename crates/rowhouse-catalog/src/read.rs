//! One transaction that reads everything.

#![allow(
    clippy::disallowed_types,
    reason = "catalogs are read without a tenant; this file and catalog.rs are where that is done"
)]

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, IsolationLevel, Row, Transaction};

use crate::assemble::{self, Hung};
use crate::database::Database;
use crate::error::{Error, Unseen};
use crate::order::put_in_order;
use crate::section::Section;
use crate::server::{Server, Version};
use crate::snapshot::{SCHEMA_VERSION, Snapshot};

/// What holds for the transaction only.
///
/// `pg_temp` is named so that it comes last: left out it would come first, and a temporary table
/// `pg_class` would be read in place of the catalog. The rest fixes how the server words
/// expressions, so that the same object always reads the same.
const LOCAL_SETTINGS: &str = "
    SET LOCAL search_path = pg_catalog, pg_temp;
    SET LOCAL quote_all_identifiers = off;
    SET LOCAL standard_conforming_strings = on;
    SET LOCAL DateStyle = 'ISO, MDY';
    SET LOCAL IntervalStyle = postgres;
    SET LOCAL TimeZone = 'UTC';
    SET LOCAL bytea_output = hex;
    SET LOCAL extra_float_digits = 1;
    SET LOCAL jit = off";

/// The oldest server whose catalogs the queries know.
const OLDEST: Version = Version(150_000);

/// Reads all of it in four round trips: open, who and where, everything else in one go, close.
pub(crate) async fn read(client: &mut Client) -> Result<Snapshot, Error> {
    let transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(Error::Transaction)?;
    read_in(transaction).await
}

/// The same within a transaction, with what it has changed, and without a trace in it.
pub(crate) async fn read_inside(around: &mut Transaction<'_>) -> Result<Snapshot, Error> {
    read_in(around.transaction().await.map_err(Error::Transaction)?).await
}

async fn read_in(transaction: Transaction<'_>) -> Result<Snapshot, Error> {
    let (server, database) = tokio::try_join!(
        biased;
        settled::<Server>(&transaction),
        one::<Database>(&transaction),
    )?;
    if server.version < OLDEST {
        return Err(Error::ServerTooOld {
            found: server.version_text,
        });
    }
    let reader = Reader {
        transaction: &transaction,
        version: server.version,
        unseen: Mutex::default(),
    };
    let mut snapshot = everything(&reader, server, database).await?;
    let unseen = reader.unseen.into_inner();
    snapshot.unseen = unseen.unwrap_or_else(PoisonError::into_inner);
    transaction.rollback().await.map_err(Error::Transaction)?;
    assemble::keep_used_types(&mut snapshot);
    put_in_order(&mut snapshot);
    Ok(snapshot)
}

/// The one row of an area, with the settings sent ahead of it.
async fn settled<T: Section>(transaction: &Transaction<'_>) -> Result<T, Error> {
    let (set, row) = tokio::join!(
        biased;
        transaction.batch_execute(LOCAL_SETTINGS),
        one(transaction),
    );
    set.map_err(Error::Transaction)?;
    row
}

/// The one row an area must have, read before the version is known.
async fn one<T: Section>(transaction: &Transaction<'_>) -> Result<T, Error> {
    let sql = T::sql(OLDEST);
    let row = transaction.query_typed_one(&sql, &[]).await;
    row.and_then(|row| T::decode(&row))
        .map_err(|source| Error::Read {
            part: T::PART,
            source,
        })
}

struct Reader<'a> {
    transaction: &'a Transaction<'a>,
    version: Version,
    unseen: Mutex<Vec<Unseen>>,
}

impl Reader<'_> {
    /// All rows of one area. Boxed: many of these are held at once.
    fn all<T: Section>(&self) -> Pin<Box<dyn Future<Output = Result<Vec<T>, Error>> + Send + '_>> {
        Box::pin(async {
            let rows = self.rows(&T::sql(self.version)).await;
            let failed = |source| Error::Read {
                part: T::PART,
                source,
            };
            match rows {
                Err(refused) if refused.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                    let reason = refused
                        .as_db_error()
                        .map(|error| error.message().to_owned());
                    let mut unseen = self.unseen.lock().unwrap_or_else(PoisonError::into_inner);
                    unseen.push(Unseen {
                        part: T::PART,
                        reason: reason.unwrap_or_default(),
                    });
                    Ok(Vec::new())
                }
                rows => rows
                    .and_then(|rows| rows.iter().map(T::decode).collect())
                    .map_err(failed),
            }
        })
    }

    /// Each query stands behind a savepoint of its own, sent along without waiting: what is
    /// forbidden takes nothing else with it, and locks that reading a view's text took are let go.
    async fn rows(&self, sql: &str) -> Result<Vec<Row>, tokio_postgres::Error> {
        let (_, rows, after) = tokio::join!(
            biased;
            self.transaction.batch_execute("SAVEPOINT part"),
            self.transaction.query_typed(sql, &[]),
            self.transaction.batch_execute("ROLLBACK TO part; RELEASE part"),
        );
        let rows = rows?;
        after?;
        Ok(rows)
    }
}

/// Reads areas into variables, all queries sent before the first answer is waited for.
///
/// Polled in the order written each time, so that the first failure on the wire is the one told.
macro_rules! together {
    ($reader:ident: $($area:ident),+ $(,)?) => {
        let ($($area,)+) = tokio::try_join!(
            biased;
            $({ let _ = stringify!($area); $reader.all() }),+
        )?;
    };
}

async fn everything(
    reader: &Reader<'_>,
    server: Server,
    database: Database,
) -> Result<Snapshot, Error> {
    together!(reader:
        roles, memberships, role_settings, parameters, parameter_privileges,
        schemas, relations, types, functions, dependencies, default_privileges,
        columns, constraints, indexes, policies, triggers, rules, sequences,
        foreign_tables, domain_checks, published_tables,
        extensions, languages, operators, casts, collations, statistics, event_triggers,
        large_objects, large_object_count, publications, slots, subscriptions,
        foreign_servers, user_mappings, system_views,
    );
    let mut snapshot = Snapshot {
        schema_version: SCHEMA_VERSION,
        server,
        database,
        unseen: Vec::new(),
        roles,
        memberships,
        role_settings,
        parameters,
        parameter_privileges,
        schemas,
        relations,
        types,
        functions,
        dependencies,
        default_privileges,
        extensions,
        languages,
        operators,
        casts,
        collations,
        statistics,
        event_triggers,
        large_objects,
        large_object_count: large_object_count.into_iter().next(),
        publications,
        slots,
        subscriptions,
        foreign_servers,
        user_mappings,
        system_views,
    };
    assemble::hang(
        &mut snapshot,
        Hung {
            columns,
            constraints,
            indexes,
            policies,
            triggers,
            rules,
            sequences,
            foreign_tables,
            domain_checks,
            published_tables,
        },
    );
    Ok(snapshot)
}

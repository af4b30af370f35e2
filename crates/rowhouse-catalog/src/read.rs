//! One transaction that reads everything.

use std::sync::{Mutex, PoisonError};

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, IsolationLevel, Transaction};

use crate::assemble::{self, Hung};
use crate::error::{Error, Part, Unseen};
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
    let server = server(&transaction).await?;
    let reader = Reader {
        transaction: &transaction,
        version: server.version,
        unseen: Mutex::default(),
    };
    let mut snapshot = everything(&reader, server).await?;
    snapshot.unseen = reader
        .unseen
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    transaction.rollback().await.map_err(Error::Transaction)?;
    assemble::put_in_order(&mut snapshot);
    Ok(snapshot)
}

async fn server(transaction: &Transaction<'_>) -> Result<Server, Error> {
    let failed = |source| Error::Read {
        part: Part::Server,
        source,
    };
    let sql = Server::sql(OLDEST);
    let (set, row) = tokio::join!(
        biased;
        transaction.batch_execute(LOCAL_SETTINGS),
        transaction.query_typed_one(&sql, &[]),
    );
    set.map_err(Error::Transaction)?;
    let server = Server::decode(&row.map_err(failed)?).map_err(failed)?;
    if server.version < OLDEST {
        return Err(Error::ServerTooOld {
            found: server.version_text,
        });
    }
    Ok(server)
}

struct Reader<'a> {
    transaction: &'a Transaction<'a>,
    version: Version,
    unseen: Mutex<Vec<Unseen>>,
}

impl Reader<'_> {
    /// All rows of one area.
    ///
    /// Each query stands behind a savepoint of its own, sent along without waiting: what is
    /// forbidden takes nothing else with it, and locks that reading a view's text took are let go.
    async fn all<T: Section>(&self) -> Result<Vec<T>, Error> {
        let sql = T::sql(self.version);
        let (_, rows, after) = tokio::join!(
            biased;
            self.transaction.batch_execute("SAVEPOINT part"),
            self.transaction.query_typed(&sql, &[]),
            self.transaction.batch_execute("ROLLBACK TO part; RELEASE part"),
        );
        let failed = |source| Error::Read {
            part: T::PART,
            source,
        };
        let rows = match rows {
            Err(refused) if refused.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                let reason = refused
                    .as_db_error()
                    .map_or_else(String::new, |e| e.message().into());
                let mut unseen = self.unseen.lock().unwrap_or_else(PoisonError::into_inner);
                unseen.push(Unseen {
                    part: T::PART,
                    reason,
                });
                Vec::new()
            }
            rows => rows.map_err(failed)?,
        };
        after.map_err(failed)?;
        rows.iter()
            .map(T::decode)
            .collect::<Result<_, _>>()
            .map_err(failed)
    }

    /// The one row an area must have.
    async fn one<T: Section>(&self) -> Result<T, Error> {
        let sql = T::sql(self.version);
        let failed = |source| Error::Read {
            part: T::PART,
            source,
        };
        let row = self
            .transaction
            .query_typed_one(&sql, &[])
            .await
            .map_err(failed)?;
        T::decode(&row).map_err(failed)
    }
}

/// Sends all queries before it waits for the first answer.
///
/// Polled in the order written here each time, so that the first failure on the wire is the one
/// reported.
async fn everything(reader: &Reader<'_>, server: Server) -> Result<Snapshot, Error> {
    let (cluster, schema, hung, programs, traffic) = tokio::try_join!(
        biased;
        async {
            tokio::try_join!(
                biased;
                reader.one(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
            )
        },
        async {
            tokio::try_join!(
                biased;
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
            )
        },
        hung(reader),
        async {
            tokio::try_join!(
                biased;
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
            )
        },
        async {
            tokio::try_join!(
                biased;
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
                reader.all(),
            )
        },
    )?;
    let (database, roles, memberships, role_settings, parameters, parameter_privileges) = cluster;
    let (schemas, relations, types, functions, dependencies, default_privileges) = schema;
    let (
        extensions,
        languages,
        operators,
        casts,
        collations,
        statistics,
        event_triggers,
        system_views,
    ) = programs;
    let (
        large_objects,
        large_object_count,
        publications,
        slots,
        subscriptions,
        foreign_servers,
        user_mappings,
    ) = traffic;
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
    assemble::hang(&mut snapshot, hung);
    Ok(snapshot)
}

async fn hung(reader: &Reader<'_>) -> Result<Hung, Error> {
    let found = tokio::try_join!(
        biased;
        reader.all(),
        reader.all(),
        reader.all(),
        reader.all(),
        reader.all(),
        reader.all(),
        reader.all(),
        reader.all(),
        reader.all(),
        reader.all(),
    )?;
    let (
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
    ) = found;
    Ok(Hung {
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
    })
}

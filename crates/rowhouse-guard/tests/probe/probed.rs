//! One half of a case under the probe.

use rowhouse_catalog::Catalog;
use rowhouse_guard::Options;
use rowhouse_guard::probe::{Doors, State, Verdict};
use rowhouse_local::testing::Database;
use tokio_postgres::{Client, NoTls};

use crate::case::{Case, Half};
use crate::house::{House, said};

/// What the probe said of a database.
pub(crate) struct Probed {
    pub(crate) leaks: Vec<String>,
    /// One of the objects that the case names leaks, by the names they have in this database.
    pub(crate) names_it: bool,
    pub(crate) pairs: usize,
    pub(crate) tried: usize,
    pub(crate) untried: Vec<String>,
}

/// Builds it, takes all rows away, and probes it with nothing given.
pub(crate) async fn probe(case: &Case, half: Half) -> Result<Probed, String> {
    let house = House::build(case, half).await?;
    let done = probe_house(&house, &case.objects()).await;
    // Dropping a database waits for the server, and the server may wait for a connection that this thread drives.
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
    done
}

const EMPTIED: &str = "SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

async fn probe_house(house: &House, objects: &[&str]) -> Result<Probed, String> {
    let mut admin = house.db.admin().await;
    let tables: Option<String> = admin.query_one(EMPTIED, &[]).await.unwrap().get(0);
    if let Some(tables) = tables {
        let sql = format!(
            "SET session_replication_role = replica; TRUNCATE {tables} CASCADE; RESET session_replication_role"
        );
        admin
            .batch_execute(&sql)
            .await
            .map_err(|error| said(&error))?;
    }
    let catalog = Catalog::read(&mut admin)
        .await
        .map_err(|error| error.to_string())?;
    let doors = Entrance(&house.db);
    let report = rowhouse_guard::probe::probe(&catalog, &Options::default(), &doors, &|_| {})
        .await
        .map_err(|error| error.to_string())?;
    if std::env::var("ROWHOUSE_PROBE").is_ok_and(|word| word == "show") {
        println!(
            "{:?}\n{}\n",
            report.audit.detected.relations,
            report.to_text()
        );
        for cell in &report.cells {
            println!(
                "{:?} {} {:?}: {:?}",
                cell.command, cell.object, cell.state, cell.verdict
            );
        }
    }
    let (pairs, tried) = report.exercised();
    let leaks = report.leaks().map(|cell| {
        let Verdict::Leaked { seen, statements } = &cell.verdict else {
            unreachable!()
        };
        format!(
            "{:?} {} {:?} as {}: {seen} -- {}",
            cell.command,
            cell.object,
            cell.state,
            cell.role,
            statements[statements.len() - 2]
        )
    });
    let objects: Vec<String> = objects.iter().map(|object| house.fill(object)).collect();
    let names_it = report.leaks().any(|cell| objects.contains(&cell.object));
    let untried = report.cells.iter().filter_map(|cell| match &cell.verdict {
        Verdict::NotExercised { why } if cell.state == State::Tenant => Some(format!(
            "{:?} {} as {}: {why}",
            cell.command, cell.object, cell.role
        )),
        _ => None,
    });
    Ok(Probed {
        leaks: leaks.collect(),
        names_it,
        pairs,
        tried,
        untried: untried.collect(),
    })
}

struct Entrance<'d>(&'d Database);

impl Entrance<'_> {
    async fn open(&self, role: &str) -> Result<Client, String> {
        let (client, connection) = tokio_postgres::connect(&self.0.url_as(role), NoTls)
            .await
            .map_err(|error| said(&error))?;
        tokio::spawn(connection);
        Ok(client)
    }
}

impl Doors for Entrance<'_> {
    async fn enter(&self, role: &str) -> Result<Client, String> {
        self.open(role).await
    }

    async fn superuser(&self) -> Result<Client, String> {
        self.open("postgres").await
    }
}

/// Why a leak is outside of what a statement of the app role can show.
pub(crate) fn outside(case: &Case) -> Option<&'static str> {
    let steps = case.steps();
    if case.is_note() {
        return Some("a cost, or a leak of little");
    }
    if steps.iter().filter(|step| step.name == "exploit").count() > 1 {
        return Some("it takes several transactions, or another role's act between");
    }
    let elsewhere = ["postgres_fdw", "dblink", "file_fdw"];
    if case
        .script
        .values("extension")
        .iter()
        .any(|extension| elsewhere.contains(extension))
    {
        return Some("it reaches another server, where a probe must not go");
    }
    if steps
        .iter()
        .any(|step| step.sql.to_uppercase().contains("CREATE "))
    {
        return Some("it takes something that the attacker makes first");
    }
    let of_server = |object: &&str| {
        ["role:", "database:", "schema:"]
            .iter()
            .any(|kind| object.starts_with(kind))
    };
    if case.objects().iter().all(of_server) {
        return Some("it is a power over roles, the database or the server, not over a relation");
    }
    None
}

/// What decides whether a case can be built.
pub(crate) struct Server {
    major: u32,
    extensions: Vec<String>,
}

impl Server {
    pub(crate) async fn look() -> Self {
        let db = Database::create("").await;
        let admin = db.admin().await;
        let version: i32 = admin
            .query_one(
                "SELECT current_setting('server_version_num')::int / 10000",
                &[],
            )
            .await
            .unwrap()
            .get(0);
        let names = admin
            .query("SELECT name::text FROM pg_available_extensions", &[])
            .await
            .unwrap();
        Self {
            major: u32::try_from(version).unwrap(),
            extensions: names.iter().map(|row| row.get(0)).collect(),
        }
    }

    pub(crate) fn cannot(&self, case: &Case) -> bool {
        let missing = |extension: &&str| !self.extensions.iter().any(|known| known == extension);
        case.not_on(self.major).is_some() || case.script.values("extension").iter().any(missing)
    }
}

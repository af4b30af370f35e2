//! One piece of work, dropped after every number of polls, and a look at who comes next after each.

use rowhouse::{Builder, Rowhouse, Tenant};
use rowhouse_local::testing::Database;
use tokio_postgres::Client;

use crate::common::{BETA, BETA_TITLES, acme, beta, database, titles};
use crate::exclusive::LEFTOVERS;
use crate::polls::{after, guarded, seed};
use crate::proxy::Proxy;

/// The next borrower's view must be this, whatever was dropped before.
pub(crate) async fn look(beta: &Tenant, admin: &Client, told: &str) {
    let see = async {
        let mut tx = beta
            .begin()
            .await
            .unwrap_or_else(|error| panic!("{told}: {error}"));
        let row = tx
            .query_one(LEFTOVERS, &[])
            .await
            .unwrap_or_else(|error| panic!("{told}: {error}"));
        let rows = tx
            .query("SELECT title FROM items ORDER BY 1", &[])
            .await
            .unwrap_or_else(|error| panic!("{told}: {error}"));
        tx.rollback()
            .await
            .unwrap_or_else(|error| panic!("{told}: {error}"));
        assert_eq!(row.get::<String>(1), BETA.to_string(), "{told}");
        assert_eq!(row.get::<String>(3), "4MB", "{told}: work_mem");
        assert_eq!(
            [4, 5, 6, 7, 8].map(|at| row.get::<i64>(at)),
            [0; 5],
            "{told}: temp, advisory, prepared, cursors, listening"
        );
        assert_eq!(row.get::<String>(9), "", "{told}: a setting");
        let rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(rows, BETA_TITLES, "{told}");
        assert_eq!(titles(beta).await, rows, "{told}: on a lane");
        let one_shot = beta
            .read_write()
            .query_one("SELECT current_setting('app.current_tenant_id')", &[])
            .await;
        assert_eq!(
            one_shot
                .unwrap_or_else(|error| panic!("{told}: {error}"))
                .get::<String>(0),
            BETA.to_string()
        );
    };
    guarded(told, see).await;
    let open = "SELECT count(*) FROM pg_stat_activity
                 WHERE usename = 'rowhouse_app' AND datname = current_database() AND state LIKE 'idle in transaction%'";
    let mut tries = 0;
    // The look's own rollback may be on its way still; what a drop left would stay.
    while admin.query_one(open, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        tries += 1;
        assert!(tries < 2_000, "{told}: a transaction stays open");
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

pub(crate) struct Drill {
    pub(crate) database: Database,
    pub(crate) admin: Client,
    pub(crate) proxy: Proxy,
    pub(crate) house: Rowhouse,
    pub(crate) seed: u64,
}

impl Drill {
    /// `longest`: of the pieces of the wire, in bytes; it decides how many polls there are to drop after.
    pub(crate) async fn new(test: &str, builder: Builder, longest: usize) -> Self {
        let seed = seed(test);
        let database = database().await;
        let admin = database.admin().await;
        let sql = format!(
            "GRANT TEMPORARY ON DATABASE {} TO rowhouse_app; CREATE TABLE plain (a text); GRANT ALL ON plain TO rowhouse_app",
            database.name()
        );
        admin.batch_execute(&sql).await.unwrap();
        let proxy = Proxy::segments(&database, seed, longest).await;
        let builder = builder
            .lanes(1)
            .exclusive_connections(1)
            .slow_connections(1);
        let house = guarded("connect", builder.connect(&proxy.url(database.name())))
            .await
            .unwrap();
        Self {
            database,
            admin,
            proxy,
            house,
            seed,
        }
    }

    /// Runs `work` to its end once, then drops it after 0, 1, 2, … polls until it gets through.
    pub(crate) async fn run(&self, what: &str, work: impl AsyncFn(Tenant)) {
        let (acme, beta) = (acme(&self.house), beta(&self.house));
        guarded(what, work(acme.clone())).await;
        look(&beta, &self.admin, what).await;
        for polls in 0.. {
            let through = guarded(what, after(polls, work(acme.clone())))
                .await
                .is_some();
            look(
                &beta,
                &self.admin,
                &format!("{what}, dropped after {polls} polls, seed {}", self.seed),
            )
            .await;
            if through {
                println!(
                    "{what}: {polls} drops, {} connections",
                    self.proxy.connections()
                );
                assert!(polls > 0);
                return;
            }
        }
    }

    pub(crate) async fn count(&self, title: &str) -> i64 {
        let sql = "SELECT count(*) FROM items WHERE title = $1";
        self.admin.query_one(sql, &[&title]).await.unwrap().get(0)
    }
}

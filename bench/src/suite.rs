//! What is measured, in which order, and what is to be reached.

use std::time::Duration;

use anyhow::Result;
use rowhouse_local::Cluster;

use crate::load::{Load, Measured};
use crate::report::{Report, Target};
use crate::service::Service;
use crate::{audit, data, delay, library, pgbench};

const TENANTS: u64 = 100;
const PATHS: [&str; 2] = ["/items/", "/tenants/"];
const CLIENTS: [usize; 4] = [1, 8, 32, 128];

struct Suite {
    cluster: Cluster,
    rounds: usize,
    time: Duration,
    report: Report,
}

/// Runs the parts whose name contains `only`.
pub(crate) async fn run(rounds: usize, seconds: u64, only: &str) -> Result<Report> {
    let folder = tempfile::Builder::new()
        .prefix("rowhouse-bench")
        .tempdir()?;
    std::os::unix::fs::chown(folder.path(), None, None)?;
    open_to_all(folder.path())?;
    eprintln!("making the databases …");
    let cluster = Cluster::builder(folder.path().join("data")).start().await?;
    data::create(&cluster, "small", TENANTS, 5).await?;
    data::create(&cluster, "wide", 10, 1000).await?;
    let mut suite = Suite {
        cluster,
        rounds,
        time: Duration::from_secs(seconds),
        report: Report::default(),
    };
    let wanted = |name: &str| name.contains(only);
    if wanted("library") {
        suite.without_http().await?;
    }
    if wanted("throughput") {
        suite.throughput().await?;
    }
    if wanted("network") {
        suite.network().await?;
    }
    if wanted("thousand-rows") {
        suite.thousand_rows().await?;
    }
    if wanted("footprint") {
        suite.footprint().await?;
    }
    if wanted("audit") {
        suite.audit().await?;
    }
    if wanted("tenants") {
        suite.many_tenants().await?;
    }
    if wanted("sleeper") {
        suite.sleeper().await?;
    }
    suite.cluster.stop().await?;
    Ok(suite.report)
}

/// The server's account must be able to walk there.
fn open_to_all(path: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

impl Suite {
    fn url(&self, database: &str) -> String {
        self.cluster.url(data::APP, database)
    }

    async fn http(
        &self,
        service: &Service,
        path: &'static str,
        clients: usize,
        tenants: u64,
    ) -> Result<Measured> {
        Load {
            address: service.address,
            path,
            clients,
            tenants: 1..=tenants,
            time: self.time,
            pause: Duration::ZERO,
        }
        .run()
        .await
    }

    async fn throughput(&mut self) -> Result<()> {
        let url = self.url("small");
        let (rowhouse, peer) = (Service::rowhouse(&url)?, Service::peer(&url)?);
        for path in PATHS {
            for service in [&rowhouse, &peer] {
                self.http(service, path, 8, TENANTS).await?;
            }
        }
        let (mut plain, mut one_sync, mut lib) = (Vec::new(), Vec::new(), Vec::new());
        let mut ours = vec![Vec::new(); 8];
        let mut theirs = vec![Vec::new(); 8];
        for round in 0..self.rounds {
            eprintln!("round {} of {} …", round + 1, self.rounds);
            let admin = self.cluster.admin_url("small");
            plain.push(pgbench::run(
                &admin,
                pgbench::PLAIN,
                TENANTS,
                8,
                self.time.as_secs(),
            )?);
            one_sync.push(pgbench::run(
                &url,
                pgbench::ONE_SYNC,
                TENANTS,
                8,
                self.time.as_secs(),
            )?);
            lib.push(library::run(&url, TENANTS, 32, self.time).await?);
            for (at, path) in PATHS.into_iter().enumerate() {
                for (step, clients) in CLIENTS.into_iter().enumerate() {
                    ours[at * 4 + step].push(self.http(&rowhouse, path, clients, TENANTS).await?);
                    theirs[at * 4 + step].push(self.http(&peer, path, clients, TENANTS).await?);
                }
            }
        }
        let p = median(&one_sync);
        let report = &mut self.report;
        report.plain(
            "pgbench, 8 clients, without row security",
            median(&plain),
            "/s",
            None,
        );
        report.ratio(
            "P: pgbench, 8 clients, row security, one Sync",
            p,
            "/s",
            ("no row security", median(&plain)),
            None,
        );
        let library = median(&lib);
        report.ratio(
            "library without HTTP, 32 tasks",
            library,
            "/s",
            ("P", p),
            None,
        );
        self.compare(&ours, &theirs, p);
        let at_32 = middle(&ours[2]).per_second;
        self.report.ratio(
            "/items/ 32 clients beside the library",
            at_32,
            "/s",
            ("library", library),
            Some(Target::AtLeast(0.6)),
        );
        Ok(())
    }

    /// Both resources at each number of clients, beside `p` and the service on tokio-postgres.
    fn compare(&mut self, ours: &[Vec<Measured>], theirs: &[Vec<Measured>], p: f64) {
        let report = &mut self.report;
        for (at, path) in PATHS.into_iter().enumerate() {
            for (step, clients) in CLIENTS.into_iter().enumerate() {
                let (us, them) = (middle(&ours[at * 4 + step]), middle(&theirs[at * 4 + step]));
                let target = match (at, clients) {
                    (0, 32) => Some(Target::AtLeast(0.9)),
                    (0, 128) => Some(Target::AtLeast(1.2)),
                    _ => None,
                };
                report.ratio(
                    format!(
                        "{path} {clients} clients (p50 {:.2} ms, p99 {:.2} ms)",
                        us.p50, us.p99
                    ),
                    us.per_second,
                    "/s",
                    ("P", p),
                    target,
                );
                let target = (at == 0 && clients == 32).then_some(Target::AtLeast(2.0));
                report.ratio(
                    format!(
                        "{path} {clients} clients, beside tokio-postgres ({:.0} /s)",
                        them.per_second
                    ),
                    us.per_second,
                    "/s",
                    ("tokio-postgres", them.per_second),
                    target,
                );
            }
        }
    }

    async fn without_http(&mut self) -> Result<()> {
        let url = self.url("small");
        let mut base = Vec::new();
        let mut ours = vec![Vec::new(); CLIENTS.len()];
        for _ in 0..self.rounds {
            base.push(pgbench::run(
                &url,
                pgbench::ONE_SYNC,
                TENANTS,
                8,
                self.time.as_secs(),
            )?);
            for (at, clients) in CLIENTS.into_iter().enumerate() {
                ours[at].push(library::run(&url, TENANTS, clients, self.time).await?);
            }
        }
        let p = median(&base);
        self.report.plain("P beside the library", p, "/s", None);
        for (clients, ours) in CLIENTS.into_iter().zip(&ours) {
            let name = format!("library without HTTP, {clients} tasks");
            self.report.ratio(name, median(ours), "/s", ("P", p), None);
        }
        Ok(())
    }

    async fn network(&mut self) -> Result<()> {
        let socket = self
            .cluster
            .socket_dir()
            .join(format!(".s.PGSQL.{}", self.cluster.port()));
        let proxy = delay::start(socket, Duration::from_millis(1))?;
        let url = format!(
            "postgres://{}@127.0.0.1:{}/small?sslmode=disable",
            data::APP,
            proxy.port()
        );
        let (rowhouse, peer) = (Service::rowhouse(&url)?, Service::peer(&url)?);
        let mut ours = vec![Vec::new(); 2];
        let mut theirs = vec![Vec::new(); 2];
        for _ in 0..self.rounds {
            for (at, clients) in [1, 128].into_iter().enumerate() {
                ours[at].push(self.http(&rowhouse, "/items/", clients, TENANTS).await?);
                theirs[at].push(self.http(&peer, "/items/", clients, TENANTS).await?);
            }
        }
        let (us, them) = (middle(&ours[1]), middle(&theirs[1]));
        let name = format!(
            "1 ms each way, 128 clients (tokio-postgres {:.0} /s)",
            them.per_second
        );
        self.report.ratio(
            name,
            us.per_second,
            "/s",
            ("tokio-postgres", them.per_second),
            Some(Target::AtLeast(6.0)),
        );
        self.report.plain(
            "1 ms each way, one client, p50",
            middle(&ours[0]).p50,
            "ms",
            Some(Target::AtMost(2.5)),
        );
        Ok(())
    }

    async fn thousand_rows(&mut self) -> Result<()> {
        let url = self.url("wide");
        let service = Service::rowhouse(&url)?;
        self.http(&service, "/items/", 8, 10).await?;
        let (mut base, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            base.push(pgbench::run(
                &url,
                pgbench::ONE_SYNC,
                10,
                8,
                self.time.as_secs(),
            )?);
            ours.push(self.http(&service, "/items/", 8, 10).await?);
        }
        let us = middle(&ours);
        let name = format!("1,000 rows an answer ({} bytes), 8 clients", us.body);
        self.report.ratio(
            name,
            us.per_second,
            "/s",
            ("pgbench, one Sync", median(&base)),
            Some(Target::AtLeast(0.9)),
        );
        Ok(())
    }

    async fn footprint(&mut self) -> Result<()> {
        let url = self.url("small");
        let (mut first, mut idle, mut busy) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            let service = Service::rowhouse(&url)?;
            first.push(service.first_answer.as_secs_f64());
            tokio::time::sleep(Duration::from_millis(500)).await;
            idle.push(service.resident()?);
            self.http(&service, "/items/", 128, TENANTS).await?;
            busy.push(service.resident()?);
        }
        self.report.plain(
            "first answer after start, running database",
            median(&first),
            "s",
            Some(Target::AtMost(0.1)),
        );
        self.report.plain(
            "resident memory, idle",
            median(&idle),
            "MiB",
            Some(Target::AtMost(12.0)),
        );
        self.report.plain(
            "resident memory, after 128 clients",
            median(&busy),
            "MiB",
            Some(Target::AtMost(25.0)),
        );
        Ok(())
    }

    async fn audit(&mut self) -> Result<()> {
        for (name, tables, most) in [("tables_1k", 1_000, 2.0), ("tables_10k", 10_000, 15.0)] {
            eprintln!("making {tables} tables …");
            audit::make(&self.cluster, name, tables).await?;
            let url = self.cluster.admin_url(name);
            let mut seconds = Vec::new();
            for _ in 0..self.rounds {
                seconds.push(audit::run(&url)?);
            }
            self.report.plain(
                format!("audit of {tables} tables with policies"),
                median(&seconds),
                "s",
                Some(Target::AtMost(most)),
            );
        }
        Ok(())
    }

    async fn many_tenants(&mut self) -> Result<()> {
        eprintln!("making 100,000 tenants with ten rows each …");
        data::create(&self.cluster, "few", 10, 10).await?;
        data::create(&self.cluster, "many", 100_000, 10).await?;
        let few = Service::rowhouse(&self.url("few"))?;
        let many = Service::rowhouse(&self.url("many"))?;
        self.http(&few, "/items/", 8, 10).await?;
        self.http(&many, "/items/", 8, 100_000).await?;
        let (mut base, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            base.push(self.http(&few, "/items/", 8, 10).await?);
            ours.push(self.http(&many, "/items/", 8, 100_000).await?);
        }
        let (base, us) = (middle(&base), middle(&ours));
        self.report.ratio(
            "p50 at 100,000 tenants, 8 clients",
            us.p50,
            "ms",
            ("p50 at 10", base.p50),
            Some(Target::AtMost(1.3)),
        );
        Ok(())
    }

    async fn sleeper(&mut self) -> Result<()> {
        let url = self.url("small");
        let house = rowhouse::Rowhouse::connect(&url).await?;
        let statement = house.statement("SELECT id, title, tenant_id FROM items ORDER BY title")?;
        let quiet = light_load(&house, &statement, self.time).await?;
        let mut sleepers = Vec::new();
        for _ in 0..4 {
            let tenant = house.tenant(data::tenant(TENANTS));
            sleepers.push(tokio::spawn(async move {
                loop {
                    if let Err(error) = tenant.query("SELECT nap()", &[]).await {
                        eprintln!("sleeper: {error}");
                        return;
                    }
                }
            }));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let disturbed = light_load(&house, &statement, self.time * 2).await?;
        for sleeper in sleepers {
            sleeper.abort();
        }
        let name = format!(
            "p99 of a light load beside four pg_sleep(2) (p50 {:.2} ms)",
            disturbed.p50
        );
        self.report.ratio(
            name,
            disturbed.p99,
            "ms",
            ("quiet", quiet.p99),
            Some(Target::AtMost(2.0)),
        );
        Ok(())
    }
}

/// Four tasks that read now and then, as other tenants.
async fn light_load(
    house: &rowhouse::Rowhouse,
    statement: &rowhouse::Statement,
    time: Duration,
) -> Result<Measured> {
    let mut tasks = Vec::new();
    for task in 0..4_u64 {
        let (house, statement) = (house.clone(), statement.clone());
        tasks.push(tokio::spawn(async move {
            let began = std::time::Instant::now();
            let mut latencies = Vec::new();
            while began.elapsed() < time {
                let tenant = house.tenant(data::tenant(task + 1));
                let sent = std::time::Instant::now();
                tenant.query(&statement, &[]).await?;
                latencies.push(sent.elapsed().as_secs_f64() * 1e3);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Ok::<_, rowhouse::Error>(latencies)
        }));
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await??);
    }
    all.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| all[((all.len() - 1) as f64 * share) as usize];
    Ok(Measured {
        per_second: all.len() as f64 / time.as_secs_f64(),
        p50: at(0.5),
        p99: at(0.99),
        body: 0,
    })
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The round of the median throughput.
fn middle(rounds: &[Measured]) -> Measured {
    let mut rounds = rounds.to_vec();
    rounds.sort_unstable_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds[rounds.len() / 2]
}

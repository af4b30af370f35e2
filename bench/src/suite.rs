//! What is measured, in which order, and what is to be reached.

use std::time::Duration;

use anyhow::Result;
use rowhouse_local::Cluster;

use crate::load::{Ask, Load, Measured};
use crate::median::{median, middle};
use crate::report::{Report, Target};
use crate::service::Service;
use crate::{audit, data, delay, pgbench};

pub(crate) const TENANTS: u64 = 100;

/// A run: its databases, and what it has measured.
pub(crate) struct Suite {
    pub(crate) cluster: Cluster,
    pub(crate) rounds: usize,
    pub(crate) time: Duration,
    pub(crate) report: Report,
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
    if wanted("rest") {
        suite.rest().await?;
    }
    if wanted("seal") {
        suite.sealed().await?;
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
    /// The app role's URL of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        self.cluster.url(data::APP, database)
    }

    /// One measurement of a service.
    pub(crate) async fn http(
        &self,
        service: &Service,
        path: &'static str,
        clients: usize,
        tenants: u64,
    ) -> Result<Measured> {
        Load {
            address: service.address,
            ask: Ask::Get(path.to_owned()),
            clients,
            tenants: 1..=tenants,
            time: self.time,
            pause: Duration::ZERO,
        }
        .run()
        .await
    }

    /// Seconds of processor time that the server's processes have used so far.
    pub(crate) fn server_cpu(&self) -> Result<f64> {
        crate::service::family_cpu(self.cluster.pid())
    }

    async fn network(&mut self) -> Result<()> {
        let proxy = delay::start(self.cluster.socket(), Duration::from_millis(1))?;
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
}

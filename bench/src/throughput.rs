//! Requests per second: pgbench, the library without HTTP, the service, and the service to compare with.

use anyhow::Result;

use crate::load::Measured;
use crate::median::{median, middle};
use crate::report::Target;
use crate::service::Service;
use crate::suite::{Suite, TENANTS};
use crate::{library, pgbench};

const PATHS: [&str; 2] = ["/items/", "/tenants/"];
const CLIENTS: [usize; 4] = [1, 8, 32, 128];

impl Suite {
    pub(crate) async fn throughput(&mut self) -> Result<()> {
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

    pub(crate) async fn without_http(&mut self) -> Result<()> {
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
}

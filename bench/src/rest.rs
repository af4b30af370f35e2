//! The data API beside `postrust-server`, a PostgREST-compatible service on sqlx.
//!
//! It knows no tenants, so it reads and writes the same tables in a database without row security and filters by the
//! tenant's column: less work than ours has. `setup/bench-peer` installs it; without it this part is left out.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Result;

use crate::load::{Ask, Load, Measured};
use crate::median::{median, middle};
use crate::report::Target;
use crate::service::Service;
use crate::suite::{Suite, TENANTS};
use crate::{copy, data};

/// One thing that both are asked, in the words of each.
struct Scenario {
    name: &'static str,
    database: usize,
    ours: Ask,
    theirs: Ask,
    target: f64,
}

const CLIENTS: usize = 32;
/// Databases with tenants and rows of each.
const DATABASES: [(&str, &str, u64, u64); 2] = [
    ("rest_few", "open_few", TENANTS, 5),
    ("rest_many", "open_many", 10, 1000),
];

fn scenarios() -> Vec<Scenario> {
    let get = |path: &str| Ask::Get(path.to_owned());
    let write = |method, path: &str, content| Ask::Write(method, path.to_owned(), content);
    let read = "select=id,title,tenant_id&order=title";
    let embed = "select=id,name,items(id,title)";
    vec![
        Scenario {
            name: "read 5 rows",
            database: 0,
            ours: get(&format!("/items?{read}")),
            theirs: get(&format!("/api/items?{read}&tenant_id=eq.{{tenant}}")),
            target: 6.0,
        },
        Scenario {
            name: "read a row with 5 embedded",
            database: 0,
            ours: get(&format!("/tenants?{embed}")),
            theirs: get(&format!("/api/tenants?{embed}&id=eq.{{tenant}}")),
            target: 6.0,
        },
        Scenario {
            name: "read 1,000 rows",
            database: 1,
            ours: get(&format!("/items?{read}")),
            theirs: get(&format!("/api/items?{read}&tenant_id=eq.{{tenant}}")),
            target: 1.5,
        },
        Scenario {
            name: "update a row",
            database: 0,
            ours: write("PATCH", "/items?title=eq.item%200000001", one_title),
            theirs: write(
                "PATCH",
                "/api/items?title=eq.item%200000001&tenant_id=eq.{tenant}",
                one_title,
            ),
            target: 6.0,
        },
        Scenario {
            name: "insert a row",
            database: 1,
            ours: write("POST", "/items", |serial| item(serial, 0)),
            theirs: write("POST", "/api/items", |serial| item(serial, 0)),
            target: 6.0,
        },
        Scenario {
            name: "insert 1,000 rows",
            database: 1,
            ours: write("POST", "/items", thousand),
            theirs: write("POST", "/api/items", thousand),
            target: 1.5,
        },
    ]
}

fn one_title(_: u64) -> String {
    "{\"title\":\"item 0000001\"}".to_owned()
}

fn item(serial: u64, row: u64) -> String {
    format!("{{\"title\":\"new {serial} {row}\",\"tenant_id\":\"{{tenant}}\"}}")
}

fn thousand(serial: u64) -> String {
    let mut rows = String::from("[");
    for row in 0..1000 {
        let comma = if row == 0 { "" } else { "," };
        let _ = write!(rows, "{comma}{}", item(serial, row));
    }
    rows + "]"
}

impl Suite {
    pub(crate) async fn rest(&mut self) -> Result<()> {
        for (protected, open, tenants, rows) in DATABASES {
            data::create(&self.cluster, protected, tenants, rows).await?;
            data::create_open(&self.cluster, open, tenants, rows).await?;
        }
        let peer = installed();
        if peer.is_none() {
            eprintln!(
                "postrust-server is not installed, so nothing is compared with it: setup/bench-peer installs it"
            );
        }
        for scenario in scenarios() {
            self.scenario(&scenario, peer.as_ref()).await?;
        }
        self.million().await
    }

    async fn scenario(&mut self, scenario: &Scenario, peer: Option<&PathBuf>) -> Result<()> {
        let (protected, open, tenants, _) = DATABASES[scenario.database];
        let ours = Service::rowhouse(&self.url(protected))?;
        let theirs = match peer {
            Some(program) => Some(Service::postrust(program, &self.url(open))?),
            None => None,
        };
        let (mut us, mut them, mut cpu) = (Vec::new(), Vec::new(), Vec::new());
        self.ask(&ours, &scenario.ours, tenants).await?;
        for _ in 0..self.rounds {
            let before = self.server_cpu()?;
            let measured = self.ask(&ours, &scenario.ours, tenants).await?;
            let spent = self.server_cpu()? - before;
            cpu.push(spent * 1e6 / (measured.per_second * self.time.as_secs_f64()));
            us.push(measured);
            if let Some(theirs) = &theirs {
                them.push(self.ask(theirs, &scenario.theirs, tenants).await?);
            }
        }
        let us = middle(&us);
        let name = format!(
            "REST, {}, {CLIENTS} clients (p50 {:.2} ms, {:.0} µs of the server)",
            scenario.name,
            us.p50,
            median(&cpu)
        );
        if them.is_empty() {
            self.report.plain(name, us.per_second, "/s", None);
        } else {
            self.report.ratio(
                name,
                us.per_second,
                "/s",
                ("postrust-server", middle(&them).per_second),
                Some(Target::AtLeast(scenario.target)),
            );
        }
        Ok(())
    }

    async fn ask(&self, service: &Service, ask: &Ask, tenants: u64) -> Result<Measured> {
        Load {
            address: service.address,
            ask: ask.clone(),
            clients: CLIENTS,
            tenants: 1..=tenants,
            time: self.time,
            pause: std::time::Duration::ZERO,
        }
        .run()
        .await
    }

    /// One answer of a million rows, beside the server's own COPY of them.
    async fn million(&mut self) -> Result<()> {
        const ROWS: u64 = 1_000_000;
        eprintln!("making a million rows …");
        data::create(&self.cluster, "million", 1, ROWS).await?;
        let url = self.url("million");
        let service = Service::rowhouse(&url)?;
        let idle = service.resident()?;
        let (mut copied, mut streamed, mut most) = (Vec::new(), Vec::new(), 0.0_f64);
        for _ in 0..self.rounds {
            copied.push(ROWS as f64 / copy::server(&url).await?.as_secs_f64());
            let (took, peak) = copy::service(&service).await?;
            streamed.push(ROWS as f64 / took.as_secs_f64());
            most = most.max(peak);
        }
        self.report.ratio(
            format!("a million rows as CSV (memory {idle:.1} MiB before, {most:.1} at most)"),
            median(&streamed),
            "rows/s",
            ("COPY", median(&copied)),
            Some(Target::AtLeast(0.5)),
        );
        Ok(())
    }
}

/// Where `setup/bench-peer` puts it, or on the path.
fn installed() -> Option<PathBuf> {
    let here = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/peers/bin/postrust"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let others = std::env::split_paths(&path).map(|folder| folder.join("postrust"));
    std::iter::once(here)
        .chain(others)
        .find(|path| path.is_file())
}

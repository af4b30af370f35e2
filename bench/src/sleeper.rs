//! A light load of some tenants beside one whose statements sleep.

use std::time::Duration;

use anyhow::Result;

use crate::data;
use crate::load::Measured;
use crate::report::Target;
use crate::suite::{Suite, TENANTS};

impl Suite {
    pub(crate) async fn sleeper(&mut self) -> Result<()> {
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

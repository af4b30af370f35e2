//! The library without HTTP: a runtime per core, as the service has them.

use std::time::{Duration, Instant};

use anyhow::Result;
use rowhouse::{Buffered, Rowhouse};

use crate::data::tenant;

const ITEMS: &str = "SELECT id, title, tenant_id FROM items ORDER BY title";

/// Reads items for `time` with `clients` tasks in all, and returns reads per second.
pub(crate) async fn run(url: &str, tenants: u64, clients: usize, time: Duration) -> Result<f64> {
    let cores = std::thread::available_parallelism()?.get().min(clients);
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || {
        let threads: Vec<_> = (0..cores)
            .map(|core| {
                let url = url.clone();
                std::thread::spawn(move || {
                    core_run(&url, core, tenants, clients.div_ceil(cores), time)
                })
            })
            .collect();
        let mut total = 0.0;
        for thread in threads {
            total += thread
                .join()
                .map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        }
        Ok(total)
    })
    .await?
}

fn core_run(url: &str, core: usize, tenants: u64, clients: usize, time: Duration) -> Result<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async move {
        let house = Rowhouse::builder().lanes(2).connect(url).await?;
        let statement = house.statement(ITEMS)?;
        house.tenant(tenant(1)).query(&statement, &[]).await?;
        let began = Instant::now();
        let mut tasks = Vec::new();
        for client in 0..clients {
            let (house, statement) = (house.clone(), statement.clone());
            tasks.push(tokio::task::spawn(async move {
                let mut count = 0_u64;
                let mut number = (client * 37 + core) as u64;
                while began.elapsed() < time {
                    number = (number * 31 + 7) % tenants;
                    match house
                        .tenant(tenant(number + 1))
                        .query_buffered(&statement, &[])
                        .await?
                    {
                        Buffered::Whole(rows) if rows.len() == 5 => count += 1,
                        other => anyhow::bail!("{other:?}"),
                    }
                }
                Ok::<u64, anyhow::Error>(count)
            }));
        }
        let mut total = 0;
        for task in tasks {
            total += task.await??;
        }
        Ok(total as f64 / began.elapsed().as_secs_f64())
    })
}

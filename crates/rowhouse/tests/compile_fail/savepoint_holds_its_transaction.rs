async fn run(tenant: rowhouse::Tenant) -> rowhouse::Result<()> {
    let mut tx = tenant.begin().await?;
    let savepoint = tx.savepoint().await?;
    tx.commit().await?;
    savepoint.release().await?;
    Ok(())
}

async fn outlives(tenant: rowhouse::Tenant) -> rowhouse::Result<rowhouse::Savepoint<'static>> {
    let mut tx = tenant.begin().await?;
    tx.savepoint().await
}

fn main() {}

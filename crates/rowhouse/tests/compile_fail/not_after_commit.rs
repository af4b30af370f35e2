async fn run(tenant: rowhouse::Tenant) -> rowhouse::Result<()> {
    let mut tx = tenant.begin().await?;
    tx.commit().await?;
    tx.execute("DELETE FROM items", &[]).await?;
    Ok(())
}

fn main() {}

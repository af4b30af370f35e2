async fn run(tenant: rowhouse::Tenant) -> rowhouse::Result<()> {
    let mut tx = tenant.begin().await?;
    let one = tx.execute("DELETE FROM items", &[]);
    let other = tx.execute("DELETE FROM items", &[]);
    one.await?;
    other.await?;
    Ok(())
}

fn main() {}

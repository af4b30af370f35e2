async fn run(tenant: rowhouse::Tenant) -> rowhouse::Result<()> {
    let mut tx = tenant.begin().await?;
    let copy = tx.copy_in("COPY items FROM STDIN").await?;
    tx.execute("DELETE FROM items", &[]).await?;
    copy.finish().await?;
    Ok(())
}

fn main() {}

struct Built;

async fn run(tenant: rowhouse::Tenant) -> rowhouse::Result<()> {
    tenant.query(Built, &[]).await?;
    tenant.query(format!("SELECT {}", 1), &[]).await?;
    Ok(())
}

fn main() {}

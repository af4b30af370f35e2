struct Item {
    _title: String,
}

async fn run(tenant: rowhouse::Tenant) -> rowhouse::Result<Vec<Item>> {
    tenant.query_as("SELECT title FROM items", &[]).await
}

fn main() {}

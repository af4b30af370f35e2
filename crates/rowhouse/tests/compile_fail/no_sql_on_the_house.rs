async fn run(house: rowhouse::Rowhouse) {
    let _ = house.query("SELECT 1", &[]).await;
    let _ = house.execute("SELECT 1", &[]).await;
    let _ = house.begin().await;
}

fn main() {}

fn client(house: &rowhouse::Rowhouse) -> &tokio_postgres::Client {
    house
}

fn inside(house: rowhouse::Rowhouse) {
    let _ = house.0.lanes;
}

fn main() {}

fn scope(house: rowhouse::Rowhouse) -> rowhouse::Tenant {
    house.tenant("7a245486-3fc8-47ec-b303-04fefe7a58ff")
}

fn main() {}

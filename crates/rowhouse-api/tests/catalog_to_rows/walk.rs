//! A random walk over the shop: no request makes SQL the server cannot read, none brings another
//! tenant's rows, and nothing the client wrote is in the SQL text.

use proptest::prelude::*;

use crate::shop::Shop;

/// What can be asked of each resource: columns, and relations with where they lead.
type Ways = &'static [(&'static str, &'static str)];
const SHOP: [(&str, &[&str], Ways); 7] = [
    (
        "tenants",
        &["id"],
        &[
            ("customers", "customers"),
            ("products", "products"),
            ("staff", "staff"),
        ],
    ),
    (
        "customers",
        &["id", "name"],
        &[
            ("orders", "orders"),
            ("addresses", "addresses"),
            ("tenants", "tenants"),
        ],
    ),
    (
        "addresses",
        &["city", "customer_id"],
        &[("customers", "customers")],
    ),
    (
        "orders",
        &["id", "placed", "seller_id"],
        &[
            ("customers", "customers"),
            ("lines", "lines"),
            ("products", "products"),
            ("staff!orders_seller_fkey", "staff"),
            ("packer_id", "staff"),
        ],
    ),
    (
        "lines",
        &["qty"],
        &[
            ("orders", "orders"),
            ("products", "products"),
            ("tenant_id", "tenants"),
        ],
    ),
    (
        "products",
        &[
            "name",
            "price",
            "data->tags->0",
            "data->>kind",
            "data->\"x'y\\\"z\"",
        ],
        &[("lines", "lines"), ("orders", "orders")],
    ),
    (
        "staff",
        &["id", "name"],
        &[
            ("boss_id", "staff"),
            ("staff", "staff"),
            ("orders!seller_id", "orders"),
        ],
    ),
];

/// A random walk over the shop: `choices` decide where it goes.
fn select(resource: &str, choices: &mut impl Iterator<Item = u8>, depth: usize) -> String {
    let (_, columns, ways) = SHOP.iter().find(|(name, ..)| *name == resource).unwrap();
    let mut next = || usize::from(choices.next().unwrap_or(0));
    let alias = |choice: usize| ["", "", "a:", "\"qu\\\"o'te$1\":"][choice % 4];
    let mut items = Vec::new();
    for _ in 0..next() % 4 {
        items.push(match next() % 4 {
            0 => "*".to_owned(),
            1 => format!("{}{}::text", alias(next()), columns[next() % columns.len()]),
            _ => format!("{}{}", alias(next()), columns[next() % columns.len()]),
        });
    }
    let embeds = if depth == 0 { 0 } else { next() % 3 };
    for _ in 0..embeds {
        let (way, target) = ways[next() % ways.len()];
        let join = ["", "!inner", "!left"][next() % 3];
        let before = ["...", "", "x:", "\"qu\\\"o'te$1\":"][next() % 4];
        let mut rest = [
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
        ]
        .map(|n| n as u8)
        .into_iter();
        items.push(format!(
            "{before}{way}{join}({})",
            select(target, &mut rest, depth - 1)
        ));
    }
    items.join(",")
}

#[test]
fn every_plan_is_sql_and_holds_no_client_text() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let shop = runtime.block_on(Shop::open());
    let config = ProptestConfig {
        cases: 600,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let planned = std::cell::Cell::new(0);
    let names = prop::sample::select(SHOP.map(|(name, ..)| name).to_vec());
    proptest::test_runner::TestRunner::new(config)
        .run(
            &(names, prop::collection::vec(any::<u8>(), 80)),
            |(resource, choices)| {
                let select = select(resource, &mut choices.into_iter(), 3);
                // Refused are lists that cannot be spread.
                let Ok(plan) = shop.plan(resource, &format!("select={}&limit=3", form(&select)))
                else {
                    return Ok(());
                };
                prop_assert!(
                    !plan.sql.contains("o'te") && !plan.sql.contains("x'y"),
                    "{}",
                    plan.sql
                );
                let answer = runtime.block_on(shop.run(&plan));
                prop_assert!(answer.is_ok(), "{select}: {answer:?}\n{}", plan.sql);
                let answer = answer.unwrap();
                prop_assert!(
                    serde_json::from_str::<serde_json::Value>(&answer).is_ok(),
                    "{answer}"
                );
                prop_assert!(!answer.contains("zeta"), "{answer}");
                planned.set(planned.get() + 1);
                Ok(())
            },
        )
        .unwrap();
    assert!(
        planned.get() > 300,
        "only {} requests could be planned",
        planned.get()
    );
}

/// Percent-encodes whatever means something in a query string.
pub(crate) fn form(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"(),.*:!_".contains(&byte);
    text.bytes().fold(String::new(), |encoded, byte| {
        if plain(byte) {
            format!("{encoded}{}", char::from(byte))
        } else {
            format!("{encoded}%{byte:02X}")
        }
    })
}

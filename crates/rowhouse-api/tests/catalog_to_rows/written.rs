//! Random writes: whatever their names, the plan is SQL that the server understands, and holds
//! nothing a client wrote; writes of one shape have one text.

use proptest::prelude::*;
use rowhouse_api::plan::{Ask, Demand, Verb};
use rowhouse_api::request::{Resolution, Returning, Terms};

use crate::shop::Shop;
use crate::walk::form;

const RESOURCES: [&str; 4] = ["customers", "products", "staff", "Odd \"One"];
const NAMES: [&str; 14] = [
    "tenant_id",
    "id",
    "name",
    "price",
    "data",
    "boss_id",
    "Order By",
    "r",
    "t1",
    "customer_id",
    "secret",
    "zz'); DROP--",
    "zz\"quote",
    "zz$1",
];
const QUERIES: [&str; 10] = [
    "id=eq.zz'1",
    "id=eq.zz1&tenant_id=eq.zz",
    "select=*",
    "select=id,zz:name,tenants(*)",
    "select=count()",
    "order=name.desc&limit=2&name=neq.zz",
    "or=(id.is.null,name.like.zz*)",
    "offset=3",
    "orders.id=eq.1&select=orders(id)",
    "%22Order%20By%22=eq.1",
];

#[derive(Debug, Clone)]
struct Walk {
    resource: &'static str,
    verb: Verb,
    query: String,
    members: Vec<String>,
    texts: bool,
    returning: Returning,
    resolution: Option<Resolution>,
    defaults: bool,
    demand: Option<Demand>,
}

fn names(most: usize) -> impl Strategy<Value = Vec<String>> {
    let known = prop::sample::select(&NAMES[..]).prop_map(str::to_owned);
    let any = "zz\\PC{0,6}";
    prop::collection::vec(prop_oneof![9 => known, 1 => any], 0..=most)
}

fn walks() -> impl Strategy<Value = Walk> {
    (
        prop::sample::select(&RESOURCES[..]),
        prop::sample::select(vec![
            Verb::Insert,
            Verb::Insert,
            Verb::Update,
            Verb::Replace,
            Verb::Delete,
        ]),
        prop::collection::vec(prop::sample::select(&QUERIES[..]), 0..2),
        names(3),
        prop::option::weighted(0.3, names(2)),
        prop::sample::select(vec![
            Returning::Representation,
            Returning::Minimal,
            Returning::HeadersOnly,
        ]),
        prop::option::of(prop::sample::select(vec![
            Resolution::Merge,
            Resolution::Ignore,
        ])),
        any::<bool>(),
        any::<bool>(),
        prop::option::of(prop::sample::select(vec![Demand::One, Demand::AtMost(3)])),
    )
        .prop_map(
            |(
                resource,
                verb,
                queries,
                members,
                conflict,
                returning,
                resolution,
                defaults,
                texts,
                demand,
            )| {
                let mut query = queries.join("&");
                if let Some(names) = conflict.filter(|names| !names.is_empty()) {
                    let quoted = names.iter().map(|name| {
                        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
                        form(&format!("\"{name}\""))
                    });
                    let quoted = quoted.collect::<Vec<_>>().join(",");
                    query = format!("{query}&on_conflict={quoted}");
                }
                Walk {
                    resource,
                    verb,
                    query,
                    members,
                    texts,
                    returning,
                    resolution,
                    defaults,
                    demand,
                }
            },
        )
}

#[test]
fn every_write_is_sql_and_holds_no_client_text() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let shop = runtime.block_on(Shop::open());
    let config = ProptestConfig {
        cases: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let planned = std::cell::Cell::new(0);
    proptest::test_runner::TestRunner::new(config)
        .run(&walks(), |walk| {
            let plan = |query: &str| {
                shop.plan_write(walk.resource, query, |write, plan| {
                    plan(&Ask {
                        verb: walk.verb,
                        write,
                        members: &walk.members,
                        texts: walk.texts,
                        terms: &Terms::default(),
                        returning: walk.returning,
                        resolution: walk.resolution,
                        defaults: walk.defaults,
                        demand: walk.demand,
                    })
                })
            };
            let Ok(found) = plan(&walk.query) else {
                return Ok(());
            };
            prop_assert!(!found.sql.contains("zz"), "{}", found.sql);
            let other = plan(&walk.query.replace("eq.zz", "eq.yy")).unwrap();
            prop_assert_eq!(&other.sql, &found.sql);
            // No unique index is on what `on_conflict` names.
            if let Err(code) = runtime.block_on(shop.prepare(&found.sql)) {
                prop_assert_eq!(code, "42P10", "{:?}\n{}", walk, found.sql);
            }
            planned.set(planned.get() + 1);
            Ok(())
        })
        .unwrap();
    assert!(
        planned.get() > 300,
        "only {} could be planned",
        planned.get()
    );
}

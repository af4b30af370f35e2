//! Random filters, orders, pages and forms: whatever a client writes, the server can read the
//! statement, the client's text is not in it, and no other tenant's row comes of it.

use proptest::prelude::*;
use rowhouse_api::request::{Comparison, RowRange, Terms};

use crate::shop::Shop;
use crate::walk::form;

const VALUES: [&str; 12] = [
    "1",
    "ann",
    "{1,2}",
    "{o'te,\"b\"}",
    "o'te\"; DROP TABLE app.orders; --",
    "$1",
    "*o'te%",
    "[1,2)",
    "",
    "2020-01-01",
    "{\"a\": 1}",
    "\\",
];

const COLUMNS: [&str; 9] = [
    "id",
    "name",
    "price",
    "data",
    "data->a",
    "data->>\"o'te\"",
    "data->tags->0",
    "tenant_id",
    "price->x",
];

/// One filter behind its column: `not.eq(any).{1,2}`.
fn test(choices: &mut impl Iterator<Item = u8>) -> String {
    let mut next = || usize::from(choices.next().unwrap_or(0));
    let not = ["", "not."][next() % 2];
    let value = VALUES[next() % VALUES.len()];
    let test = match next() % 8 {
        0 => format!("in.({},\"o'te,)\")", next()),
        1 => format!("is.{}", ["null", "not_null", "true", "unknown"][next() % 4]),
        2 => format!("{}.{value}", ["plfts", "phfts(simple)", "wfts"][next() % 3]),
        _ => {
            let comparison = Comparison::ALL[next() % Comparison::ALL.len()];
            let any = if comparison.is_quantifiable() {
                ["", "(any)", "(all)"][next() % 3]
            } else {
                ""
            };
            format!("{comparison}{any}.{value}")
        }
    };
    format!("{not}{test}")
}

fn query(choices: &mut impl Iterator<Item = u8>) -> String {
    let mut parts = vec!["select=id,name,lines(qty),orders()".to_owned()];
    let count = usize::from(choices.next().unwrap_or(0)) % 4;
    for _ in 0..count {
        let column = COLUMNS[usize::from(choices.next().unwrap_or(0)) % COLUMNS.len()];
        let filter = test(choices);
        parts.push(match choices.next().unwrap_or(0) % 4 {
            0 => format!(
                "or={}",
                form(&format!("({column}.is.null,{column}.eq.\"o'te\")"))
            ),
            1 => "lines.qty=gt.1".to_owned(),
            2 => format!(
                "lines={}",
                ["is.null", "not.is.null"][usize::from(choices.next().unwrap_or(0)) % 2]
            ),
            _ => format!("{}={}", form(column), form(&filter)),
        });
    }
    if choices.next().unwrap_or(0) < 128 {
        let order = [
            "price.desc",
            "name,price.nullsfirst",
            "data->>\"o'te\".desc",
            "id.desc",
        ];
        let order = order[usize::from(choices.next().unwrap_or(0)) % order.len()];
        parts.push(format!("order={}", form(order)));
    }
    parts.push("limit=2".to_owned());
    parts.join("&")
}

#[test]
fn every_condition_is_sql_and_holds_no_client_text() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let shop = runtime.block_on(Shop::open());
    let config = ProptestConfig {
        cases: 500,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let answered = std::cell::Cell::new(0);
    proptest::test_runner::TestRunner::new(config)
        .run(&prop::collection::vec(any::<u8>(), 60), |choices| {
            let mut choices = choices.into_iter();
            let terms = Terms {
                count: choices.next().unwrap_or(0) < 128,
                zoned: choices.next().unwrap_or(0) < 128,
                text: choices.next().unwrap_or(0) < 128,
                range: (choices.next().unwrap_or(0) < 80).then_some(RowRange {
                    first: 1,
                    last: Some(3),
                }),
            };
            let query = query(&mut choices);
            let plan = shop.plan_on("products", &query, &terms);
            let plan = plan.map_err(|error| TestCaseError::fail(format!("{query}: {error}")))?;
            prop_assert!(
                !plan.sql.contains("o'te") && !plan.sql.contains("DROP"),
                "{}",
                plan.sql
            );
            match runtime.block_on(shop.texts(&plan)) {
                Ok(texts) => {
                    prop_assert!(!texts.contains("zeta"), "{query}: {texts}");
                    answered.set(answered.get() + 1);
                }
                Err(error) => {
                    // The value or the operator does not fit the column; the text is sound.
                    let code = error.code().map_or("none", |code| code.code());
                    let about_values = code.starts_with("22")
                        || ["42883", "42725", "42804", "42846", "42809", "0A000"].contains(&code);
                    prop_assert!(about_values, "{query}: {error:?}\n{}", plan.sql);
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(
        answered.get() > 100,
        "only {} were answered",
        answered.get()
    );
}

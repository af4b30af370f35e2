//! Random writes, sound and unsound: whatever is asked, the other tenant's rows stay as they are,
//! none is shown, the service never fails, and the server understands every statement.

use proptest::prelude::*;

use super::shop::Shop;
use crate::service::DUNDER;

const PATHS: [&str; 13] = [
    "/authors",
    "/authors",
    "/authors",
    "/authors",
    "/books",
    "/books",
    "/samples",
    "/Odd%20Things",
    "/events",
    "/settings",
    "/logs",
    "/secrets",
    "/book_titles",
];
const FILTERS: [&str; 8] = [
    "id=eq.9",
    "id=eq.1",
    "id=gt.0",
    "id=not.is.null",
    "or=(id.eq.9,id.is.null)",
    "tenant_id=eq.162be16f-f76d-431a-a213-171838ded9ae",
    "name=eq.OTHER",
    "%22The%20Id%22=eq.9",
];
const PARAMETERS: [&str; 14] = [
    "select=*",
    "select=id",
    "select=id,authors(*)",
    "select=count()",
    "order=id.desc",
    "limit=1",
    "offset=1",
    "columns=id,name",
    "columns=%22a%27%3B--%22",
    "columns=id,tenant_id",
    "on_conflict=id",
    "on_conflict=tenant_id,name",
    "on_conflict=%22x%27)%22",
    "authors.id=eq.9",
];
const MEMBERS: [&str; 14] = [
    r#""id":9"#,
    r#""id":1"#,
    r#""id":1001,"name":"x""#,
    r#""id":null"#,
    r#""name":"x""#,
    r#""title":"x""#,
    r#""The Id":9"#,
    r#""line":"x""#,
    r#""day":"2024-06-06""#,
    r#""author_id":9"#,
    r#""tenant_id":"162be16f-f76d-431a-a213-171838ded9ae""#,
    r#""tenant_id":null"#,
    r#""x');DROP TABLE books;--":"'""#,
    r#""data":{"a":[1,{"b":null}]}"#,
];
const PREFERENCES: [&str; 9] = [
    "return=representation",
    "return=headers-only",
    "resolution=merge-duplicates",
    "resolution=ignore-duplicates",
    "missing=default",
    "count=exact",
    "handling=strict,max-affected=1",
    "tx=rollback",
    "timezone=Asia/Tokyo",
];
const FORMS: [&str; 3] = [
    "application/json",
    "text/csv",
    "application/x-www-form-urlencoded",
];
const ACCEPTED: [&str; 6] = [
    "*/*",
    "*/*",
    "*/*",
    "application/json",
    "text/csv",
    "application/vnd.pgrst.object+json",
];

#[derive(Debug, Clone)]
struct Request {
    method: &'static str,
    path: String,
    prefer: String,
    accept: &'static str,
    form: &'static str,
    body: String,
}

fn some<T: Copy + std::fmt::Debug + 'static>(
    of: &'static [T],
    most: usize,
) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(prop::sample::select(of), 0..=most)
}

fn requests() -> impl Strategy<Value = Request> {
    // Mostly alike, as rows have to be.
    let rows = (some(&MEMBERS, 3), some(&MEMBERS, 2), 0_usize..4);
    let rows = rows.prop_map(|(row, other, count)| match count {
        3 => vec![row, other],
        count => vec![row; count],
    });
    let body = (rows, any::<bool>(), any::<String>(), 0_u8..12).prop_map(
        |(rows, is_list, text, choice)| {
            let rows: Vec<String> = rows
                .iter()
                .map(|row| format!("{{{}}}", row.join(",")))
                .collect();
            match choice {
                0 => text,
                1 => format!("id,name\n9,{DUNDER}\n"),
                2 => "id=9&name=x".to_owned(),
                _ if is_list => format!("[{}]", rows.join(",")),
                _ => rows.into_iter().next().unwrap_or_default(),
            }
        },
    );
    (
        prop::sample::select(vec!["POST", "POST", "PATCH", "PUT", "DELETE"]),
        prop::sample::select(&PATHS[..]),
        some(&FILTERS, 2),
        some(&PARAMETERS, 1),
        some(&PREFERENCES, 2),
        prop::sample::select(&ACCEPTED[..]),
        prop::sample::select(vec![0, 0, 0, 0, 1, 2]),
        body,
    )
        .prop_map(
            |(method, path, mut filters, parameters, prefer, accept, form, body)| {
                // An insert takes none.
                if method == "POST" {
                    filters.truncate(filters.len() / 2);
                }
                filters.extend(parameters);
                Request {
                    method,
                    path: format!("{path}?{}", filters.join("&")),
                    prefer: prefer.join(","),
                    accept,
                    form: FORMS[form],
                    body,
                }
            },
        )
}

#[test]
fn nothing_of_the_other_tenant_changes() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let shop = runtime.block_on(Shop::configured(
        "[api]\ntx = 'commit-allow-override'\n[api.resource.logs]\nunfiltered = true",
    ));
    let config = ProptestConfig {
        // One in twelve or so is a write that can be done.
        cases: 1400,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let written = std::cell::Cell::new(0);
    proptest::test_runner::TestRunner::new(config)
        .run(&requests(), |request| {
            let headers = [
                ("Prefer", request.prefer.as_str()),
                ("Accept", request.accept),
                ("Content-Type", request.form),
            ];
            let ask = shop.ask(request.method, &request.path, &headers, &request.body);
            let answer = runtime.block_on(ask);
            prop_assert!(answer.status < 500, "{request:?}: {answer:?}");
            if answer.status < 300 {
                written.set(written.get() + 1);
                return Ok(());
            }
            // A statement that the server cannot read. What it does not find any more is a 503.
            let code = answer.json()["code"].to_string();
            for broken in ["42601", "42702", "42804", "42P08", "42P18"] {
                prop_assert!(!code.contains(broken), "{request:?}: {}", answer.json());
            }
            Ok(())
        })
        .unwrap();
    println!("{} were written", written.get());
    assert!(written.get() > 50, "only {} were written", written.get());
}

//! What filters are given.

use serde_json::{Value, json};

use super::{FIRST, Paints};

#[tokio::test]
async fn values_are_read_as_their_domain_says() {
    let paints = Paints::open().await;
    for (filter, ids) in [
        ("color=eq.%230000ff", json!([1, 4])),
        ("color=neq.%230000ff", json!([2])),
        ("color=not.eq.%230000ff", json!([2])),
        ("color=gt.%230000ff", json!([2])),
        ("color=gte.%230000ff&color=lte.%230000ff", json!([1, 4])),
        ("color=lt.%2300ff00", json!([1, 4])),
        ("color=isdistinct.%230000ff", json!([2, 3])),
        ("color=in.(%230000ff,%23123456)", json!([1, 4])),
        ("color=not.in.(%230000ff)", json!([2])),
        ("color=in.()", json!([])),
        ("color=eq(any).{%230000ff,%2300ff00}", json!([1, 2, 4])),
        ("color=gt(all).{%23000000,%230000ff}", json!([2])),
        ("color=is.null", json!([3])),
        (
            "or=(color.eq.%2300ff00,and(color.in.(%230000ff),id.gt.1))",
            json!([2, 4]),
        ),
        // A function that may give something else each time is called once, so that an index serves.
        (
            "maker_id=eq.x00000000000040008000000000000001",
            json!([1, 2]),
        ),
        (
            "maker_id=in.(x00000000000040008000000000000002,x00000000000040008000000000000009)",
            json!([4]),
        ),
        // What no cast reads is read as ever; and what a client takes apart is the value itself.
        ("price=eq.2.0", json!([3])),
        ("title=eq.sea", json!([4])),
        // What a function computes is of the domain as well.
        ("light=eq.%230001fe", json!([1, 4])),
    ] {
        let path = format!("/paints?select=id&order=id&{filter}");
        let rows = paints.get(&path).await;
        let found: Vec<&Value> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["id"])
            .collect();
        assert_eq!(json!(found), ids, "{filter}");
    }
    for (path, rows) in [
        (
            "/shades?select=id&dark=eq.%2300007f&order=id",
            json!([{"id":1},{"id":4}]),
        ),
        (
            "/paints?select=id,makers!inner()&makers.house=eq.%2300ff00",
            json!([{"id":4}]),
        ),
        (
            "/rpc/paints_over?above=0&color=eq.%2300ff00&select=id",
            json!([{"id":2}]),
        ),
        ("/makers?select=id&name=like.le*", json!([{"id":FIRST}])),
    ] {
        assert_eq!(paints.get(path).await, rows, "{path}");
    }
    let aware = [("Prefer", "count=exact")];
    let path = "/paints?select=id&color=eq.%230000ff&limit=1";
    let answer = paints.ask("GET", path, &aware, "").await;
    assert_eq!(answer.header("content-range"), Some("0-0/2"));
}

#[tokio::test]
async fn the_key_of_another_tenant_finds_nothing() {
    let paints = Paints::open().await;
    for path in [
        "/makers?id=eq.x00000000000040008000000000000009",
        "/makers?id=in.(x00000000000040008000000000000009)",
        "/makers?id=eq(any).{x00000000000040008000000000000009}",
        "/paints?maker_id=eq.x00000000000040008000000000000009",
    ] {
        assert_eq!(paints.get(path).await, json!([]), "{path}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let paints = Paints::open().await;
    for path in [
        "/paints?color=eq.blue",
        "/paints?color=in.(%230000ff,blue)",
        "/paints?color=eq(any).{blue}",
        "/paints?color=eq.255",
        "/paints?color=eq.%27%3B--",
    ] {
        let (status, problem) = paints.refusal("GET", path, "").await;
        assert_eq!((status, &problem["code"]), (400, &json!("P0001")), "{path}");
        assert_eq!(problem["hint"], "write #rrggbb", "{path}");
    }
    for path in ["/makers?id=eq.x1", "/paints?color=eq(any).%230000ff"] {
        let (status, problem) = paints.refusal("GET", path, "").await;
        assert_eq!((status, &problem["code"]), (400, &json!("22P02")), "{path}");
    }
}

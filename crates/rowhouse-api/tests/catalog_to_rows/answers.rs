//! The JSON that plans give, and why some requests have none.

use rowhouse_api::problem::Problem;
use serde_json::Value;

use crate::shop::{ACME, Shop};

#[tokio::test]
async fn plain_rows() {
    let shop = Shop::open().await;
    assert_eq!(
        shop.get("products", "select=id,name").await,
        r#"[{"id":1,"name":"anvil"},{"id":2,"name":"bolt"},{"id":3,"name":"crate"}]"#
    );
    assert_eq!(
        shop.get(
            "products",
            "select=Name:name,price::text&order=price.desc.nullslast&limit=1"
        )
        .await,
        r#"[{"Name":"anvil","price":"10.50"}]"#
    );
    assert_eq!(
        shop.get("products", "select=id&order=id.desc&offset=1&limit=1")
            .await,
        r#"[{"id":2}]"#
    );
    assert_eq!(
        shop.get(
            "products",
            "select=data->tags->0,data->>kind,c:data->tags->>-1,price->x&limit=1"
        )
        .await,
        r#"[{"tags":"a","kind":"heavy","c":"b","x":null}]"#
    );
}

#[tokio::test]
async fn related_rows() {
    let shop = Shop::open().await;
    // To-one, along and against a unique key.
    assert_eq!(
        shop.get("orders", "select=id,customers(name)").await,
        r#"[{"id":1,"customers":{"name":"ann"}},{"id":2,"customers":null}]"#
    );
    assert_eq!(
        shop.get("customers", "select=name,addresses(city)").await,
        r#"[{"name":"ann","addresses":{"city":"Ulm"}},{"name":"bob","addresses":null}]"#
    );
    // To-many, with an order and a bound of its own.
    assert_eq!(
        shop.get("customers", "select=name,orders(id)").await,
        r#"[{"name":"ann","orders":[{"id":1}]},{"name":"bob","orders":[]}]"#
    );
    assert_eq!(
        shop.get(
            "orders",
            "select=id,lines(qty,products(name))&lines.order=qty.desc&lines.limit=1&limit=1"
        )
        .await,
        r#"[{"id":1,"lines":[{"qty":2,"products":{"name":"bolt"}}]}]"#
    );
    // Many-to-many.
    assert_eq!(
        shop.get(
            "orders",
            "select=products(name)&products.order=name.desc&limit=1"
        )
        .await,
        r#"[{"products":[{"name":"bolt"},{"name":"anvil"}]}]"#
    );
    // By constraint, by column, and both ways within one table.
    assert_eq!(
        shop.get("staff", "select=name,boss_id(name),staff(name)&order=name")
            .await,
        r#"[{"name":"eve","boss_id":null,"staff":[{"name":"max"}]},{"name":"max","boss_id":{"name":"eve"},"staff":[]}]"#
    );
    assert_eq!(
        shop.get(
            "orders",
            "select=seller:staff!orders_seller_fkey(name)&limit=1"
        )
        .await,
        r#"[{"seller":{"name":"eve"}}]"#
    );
}

#[tokio::test]
async fn rows_without_related_rows_stay_or_go() {
    let shop = Shop::open().await;
    assert_eq!(
        shop.get("orders", "select=id,customers!inner(name)").await,
        r#"[{"id":1,"customers":{"name":"ann"}}]"#
    );
    assert_eq!(
        shop.get("customers", "select=name,orders!inner()").await,
        r#"[{"name":"ann"}]"#
    );
    // What is missing two steps away empties the first step, not the row.
    assert_eq!(
        shop.get(
            "orders",
            "select=id,customers(name,addresses!inner(city))&order=id"
        )
        .await,
        r#"[{"id":1,"customers":{"name":"ann","addresses":{"city":"Ulm"}}},{"id":2,"customers":null}]"#
    );
    assert_eq!(
        shop.get(
            "orders",
            "select=id,staff!seller_id(name,staff!inner(name))&order=id"
        )
        .await,
        r#"[{"id":1,"staff":{"name":"eve","staff":[{"name":"max"}]}},{"id":2,"staff":null}]"#
    );
    assert_eq!(
        shop.get("customers", "select=name,orders!inner(lines!inner())")
            .await,
        r#"[{"name":"ann"}]"#
    );
}

#[tokio::test]
async fn spread_and_order_by_a_related_row() {
    let shop = Shop::open().await;
    assert_eq!(
        shop.get("orders", "select=id,...customers(buyer:name,...addresses(city))&order=customers(name).desc.nullslast,id.desc").await,
        r#"[{"id":1,"buyer":"ann","city":"Ulm"},{"id":2,"buyer":null,"city":null}]"#
    );
    assert_eq!(
        shop.get(
            "orders",
            "select=lines(qty,...products(name))&limit=1&lines.order=products(name).desc"
        )
        .await,
        r#"[{"lines":[{"qty":2,"name":"bolt"},{"qty":1,"name":"anvil"}]}]"#
    );
}

#[tokio::test]
async fn long_objects_inside_of_arrays() {
    let shop = Shop::open().await;
    let columns: Vec<String> = (0..120).map(|n| format!("c{n}:qty")).collect();
    let query = format!(
        "select=id,lines({})&lines.order=qty&lines.limit=1&limit=1",
        columns.join(",")
    );
    let members: Vec<String> = (0..120).map(|n| format!("\"c{n}\":1")).collect();
    assert_eq!(
        shop.get("orders", &query).await,
        format!("[{{\"id\":1,\"lines\":[{{{}}}]}}]", members.join(","))
    );
}

#[tokio::test]
async fn names_that_mean_something_in_sql() {
    let shop = Shop::open().await;
    let odd = "%22Odd%20%5C%22One%22";
    assert_eq!(
        shop.get(
            "customers",
            &format!("select={odd}(r,t1,%22Order%20By%22)&limit=1")
        )
        .await,
        r#"[{"Odd \"One":[{"r":"row","t1":"table","Order By":1}]}]"#
    );
    assert_eq!(
        shop.get(
            "Odd \"One",
            "select=r,t1,customers(name)&order=Order By.desc"
        )
        .await,
        r#"[{"r":"row","t1":"table","customers":{"name":"ann"}}]"#
    );
}

#[tokio::test]
async fn what_cannot_be_planned_says_why() {
    let shop = Shop::open().await;
    for (resource, query, message, code) in [
        (
            "orders",
            "select=idd",
            "orders has no column \"idd\"",
            "42703",
        ),
        (
            "orders",
            "order=nothing",
            "orders has no column \"nothing\"",
            "42703",
        ),
        (
            "orders",
            "select=custmers(*)",
            "orders has no relationship to \"custmers\"",
            "PGRST200",
        ),
        (
            "orders",
            "select=secrets(*)",
            "orders has no relationship to \"secrets\"",
            "PGRST200",
        ),
        (
            "orders",
            "select=staff(*)",
            "orders is related to \"staff\" in more than one way",
            "PGRST201",
        ),
        (
            "orders",
            "select=id::regclass",
            "there is no cast to \"regclass\"",
            "42704",
        ),
        (
            "orders",
            "select=id.sum()",
            "aggregate functions are not enabled",
            "PGRST123",
        ),
        (
            "orders",
            "select=count()",
            "aggregate functions are not enabled",
            "PGRST123",
        ),
        (
            "customers",
            "select=orders(id)&order=orders(id)",
            "\"orders\" is a list of rows for customers, which cannot be ordered by it",
            "PGRST118",
        ),
        (
            "customers",
            "select=orders(id)&orders=eq.1",
            "\"orders\" is an embedded relation: it can only be null or not null",
            "PGRST120",
        ),
        (
            "orders",
            "select=id&lines.limit=1",
            "\"lines\" is not embedded in select",
            "PGRST108",
        ),
        (
            "products",
            "select=data->>a->b",
            "\"data->>a->b\" goes on after ->>, which gives text",
            "PGRST100",
        ),
    ] {
        let error = shop.plan(resource, query).unwrap_err();
        assert_eq!(error.to_string(), message);
        let document = Problem::from(error).to_json("r");
        let document: Value = serde_json::from_slice(&document).unwrap();
        assert_eq!(document["code"], code, "{document}");
    }
}

#[tokio::test]
async fn a_secret_column_is_not_there() {
    let shop = Shop::open().await;
    assert!(!shop.get("customers", "select=*").await.contains("hush"));
    assert!(shop.plan("customers", "select=secret").is_err());
    assert!(shop.plan("customers", "order=secret").is_err());
}

#[tokio::test]
async fn the_text_is_the_same_for_every_value() {
    let shop = Shop::open().await;
    let sql = |query: &str| shop.plan("orders", query).unwrap().sql;
    assert_eq!(
        sql("limit=1&offset=2&select=a:id"),
        sql("limit=10&offset=3&select=b:id")
    );
    for (one, other) in [
        ("id=eq.1&placed=gt.2020-01-01", "id=eq.2&placed=gt.x%27y"),
        ("id=in.(1,2,3)", "id=in.()"),
        ("or=(id.eq.1,id.is.null)", "or=(id.eq.7,id.is.null)"),
        (
            "select=lines(qty)&lines.qty=lt.1",
            "select=lines(qty)&lines.qty=lt.2",
        ),
        ("limit=1&cursor=AWFjbWUBMQ", "limit=9&cursor=AXpldGEBMg"),
    ] {
        assert_eq!(sql(one), sql(other), "{one}");
        assert_ne!(sql(one), sql(""), "{one}");
    }
    assert_eq!(
        &*sql("id=eq.1&select=id"),
        "SELECT t1.id FROM app.orders AS t1 WHERE t1.id = $1 ORDER BY t1.tenant_id, t1.id"
    );
    assert_eq!(
        &*sql("select=id&limit=1&cursor=AWFjbWUBMQ"),
        "SELECT t1.id, CAST(t1.tenant_id AS pg_catalog.text), CAST(t1.id AS pg_catalog.text) \
         FROM app.orders AS t1 WHERE (t1.tenant_id, t1.id) > ($1, $2) \
         ORDER BY t1.tenant_id, t1.id LIMIT $3::pg_catalog.int8"
    );
    assert_eq!(
        &*shop.plan("products", "select=x:data->zz->5").unwrap().sql,
        "SELECT ((t1.data OPERATOR(pg_catalog.->) $1::pg_catalog.text) OPERATOR(pg_catalog.->) \
         $2::pg_catalog.int4) FROM app.products AS t1 ORDER BY t1.tenant_id, t1.id"
    );
}

#[tokio::test]
async fn the_answer_belongs_to_the_tenant() {
    let shop = Shop::open().await;
    for (resource, query) in [
        ("products", "select=*"),
        (
            "tenants",
            "select=*,products(*),customers(*,orders(*,products(*))),staff(*)",
        ),
        (
            "orders",
            "select=*,lines(*,products(*)),customers(*,addresses(*))",
        ),
    ] {
        let answer = shop.get(resource, query).await;
        assert!(
            answer.contains(ACME) && !answer.contains("zeta"),
            "{resource}: {answer}"
        );
    }
}

//! What is answered.

use serde_json::json;

use super::{FIRST, Paints, SECOND};
use crate::service::PAWNEE;

#[tokio::test]
async fn values_are_shown_as_their_domain_says() {
    let paints = Paints::open().await;
    for (path, rows) in [
        // Null is what the function makes of it.
        (
            "/paints?select=id,color,price&order=id",
            json!([{"id":1,"color":"#0000ff","price":{"amount":1.50,"known":true}},
                   {"id":2,"color":"#00ff00","price":{"amount":null,"known":false}},
                   {"id":3,"color":null,"price":{"amount":2,"known":true}},
                   {"id":4,"color":"#0000ff","price":{"amount":3,"known":true}}]),
        ),
        (
            "/makers?order=id",
            json!([{"id":FIRST,"tenant_id":PAWNEE,"name":"LEFRANC","house":"#0000ff"},
                   {"id":SECOND,"tenant_id":PAWNEE,"name":"WINSOR","house":"#00ff00"}]),
        ),
        (
            "/paints?select=shade:color&id=eq.1",
            json!([{"shade":"#0000ff"}]),
        ),
        // Of views, and of columns that they or functions compute.
        (
            "/shades?select=color,dark,maker_id&id=eq.1",
            json!([{"color":"#0000ff","dark":"#00007f","maker_id":FIRST}]),
        ),
        ("/paints?select=light&id=eq.1", json!([{"light":"#0001fe"}])),
        // The value itself, where a client casts it or takes it apart.
        (
            "/paints?select=color::text,price->amount&id=eq.1",
            json!([{"color":"255","amount":null}]),
        ),
        // Rows that a function gives; its own values and arguments are its own affair.
        (
            "/rpc/paints_over?above=255&select=id,color",
            json!([{"id":2,"color":"#00ff00"}]),
        ),
        ("/rpc/a_color", json!(255)),
        ("/rpc/mixed?c=255", json!(256)),
    ] {
        assert_eq!(paints.get(path).await, rows, "{path}");
    }
}

#[tokio::test]
async fn related_rows_are_shown_alike() {
    let paints = Paints::open().await;
    for (path, rows) in [
        // Nothing is called for a row that is not there.
        (
            "/paints?select=id,makers(id,name,house)&order=id.desc&limit=2",
            json!([{"id":4,"makers":{"id":SECOND,"name":"WINSOR","house":"#00ff00"}},{"id":3,"makers":null}]),
        ),
        (
            "/paints?select=id,...makers(maker:id,name,house)&order=id.desc&limit=2",
            json!([{"id":4,"maker":SECOND,"name":"WINSOR","house":"#00ff00"},
                   {"id":3,"maker":null,"name":null,"house":null}]),
        ),
        (
            "/makers?select=name,paints(color,maker_id)&paints.order=id&order=id",
            json!([{"name":"LEFRANC","paints":[{"color":"#0000ff","maker_id":FIRST},{"color":"#00ff00","maker_id":FIRST}]},
                   {"name":"WINSOR","paints":[{"color":"#0000ff","maker_id":SECOND}]}]),
        ),
        (
            "/makers?select=name,paints(c:color,makers(id))&paints.color=eq.%2300ff00&order=id",
            json!([{"name":"LEFRANC","paints":[{"c":"#00ff00","makers":{"id":FIRST}}]},{"name":"WINSOR","paints":[]}]),
        ),
        (
            "/makers?select=name,...paints(color)&paints.order=id&order=id",
            json!([{"name":"LEFRANC","color":["#0000ff","#00ff00"]},{"name":"WINSOR","color":["#0000ff"]}]),
        ),
        (
            "/paints?select=id,makers(house)&order=makers(house).desc.nullslast,id&limit=1",
            json!([{"id":4,"makers":{"house":"#00ff00"}}]),
        ),
    ] {
        assert_eq!(paints.get(path).await, rows, "{path}");
    }
}

#[tokio::test]
async fn order_groups_and_aggregates_are_of_the_value_itself() {
    let paints = Paints::open().await;
    for (path, rows) in [
        (
            "/paints?select=id&order=color.desc.nullslast,id",
            json!([{"id":2},{"id":1},{"id":4},{"id":3}]),
        ),
        (
            "/paints?select=color,count()&order=color",
            json!([{"color":"#0000ff","count":2},{"color":"#00ff00","count":1},{"color":null,"count":1}]),
        ),
        (
            "/paints?select=color.max(),least:color.min(),color.sum(),color.count()",
            json!([{"max":"#00ff00","least":"#0000ff","sum":65790,"count":3}]),
        ),
        ("/paints?select=color.max()::text", json!([{"max":"65280"}])),
        (
            "/paints?select=...makers(name,house),count()&order=makers(name)",
            json!([{"name":"LEFRANC","house":"#0000ff","count":2},{"name":"WINSOR","house":"#00ff00","count":1},
                   {"name":null,"house":null,"count":1}]),
        ),
        (
            "/paints?select=makers(name,house),id.max()&order=makers(name)",
            json!([{"makers":{"name":"LEFRANC","house":"#0000ff"},"max":2},
                   {"makers":{"name":"WINSOR","house":"#00ff00"},"max":4},{"makers":null,"max":3}]),
        ),
        (
            "/makers?select=count(),...paints(color.max(),all:color)",
            json!([{"count":1,"max":"#00ff00","all":["#0000ff","#00ff00"]},{"count":1,"max":"#0000ff","all":["#0000ff"]}]),
        ),
        (
            "/makers?select=name,...paints(color.max())&order=name",
            json!([{"name":"LEFRANC","max":"#00ff00"},{"name":"WINSOR","max":"#0000ff"}]),
        ),
    ] {
        let mut given = paints.get(path).await;
        if let (Some(list), true) = (given.as_array_mut(), path.contains("count(),...paints")) {
            list.sort_by_key(|row| std::cmp::Reverse(row["all"].to_string().len()));
        }
        assert_eq!(given, rows, "{path}");
    }
}

#[tokio::test]
async fn pages_go_on_behind_the_value_itself() {
    let paints = Paints::open().await;
    let mut path = "/makers?select=id&limit=1".to_owned();
    for id in [FIRST, SECOND] {
        let answer = paints.ask("GET", &path, &[], "").await;
        assert_eq!(answer.json(), json!([{"id":id}]), "{path}");
        let link = answer.header("link").unwrap();
        path = link[1..link.find('>').unwrap()].to_owned();
    }
    assert_eq!(paints.get(&path).await, json!([]));
    let path = "/paints?select=id,color&order=color.desc&limit=2";
    let answer = paints
        .ask("GET", path, &[("Prefer", "count=exact")], "")
        .await;
    assert_eq!(
        answer.json(),
        json!([{"id":3,"color":null},{"id":2,"color":"#00ff00"}])
    );
    let link = answer.header("link").unwrap();
    let next = &link[1..link.find('>').unwrap()];
    assert_eq!(
        paints.get(next).await,
        json!([{"id":1,"color":"#0000ff"},{"id":4,"color":"#0000ff"}])
    );
    // A function that is called once, although its rows are counted.
    let called = "/rpc/paints_over?above=0&select=id,color,light&order=id&limit=1";
    let counted = [("Prefer", "count=exact")];
    let page = paints.ask("GET", called, &counted, "").await;
    let first = json!([{"id":1,"color":"#0000ff","light":"#0001fe"}]);
    assert_eq!(
        (page.json(), page.header("content-range")),
        (first, Some("0-0/3"))
    );
    let tag = answer.header("etag").unwrap();
    let known = [("If-None-Match", tag), ("Prefer", "count=exact")];
    assert_eq!(paints.ask("GET", path, &known, "").await.status, 304);
}

#[tokio::test]
async fn other_forms() {
    let paints = Paints::open().await;
    let path = "/paints?select=id,color,price,makers(house)&id=in.(1,3)&order=id";
    let csv = paints.ask("GET", path, &[("Accept", "text/csv")], "").await;
    assert_eq!(
        String::from_utf8_lossy(&csv.body),
        "id,color,price,makers\n\
         1,#0000ff,\"{\"\"amount\"\" : 1.50, \"\"known\"\" : true}\",\"{\"\"house\"\" : \"\"#0000ff\"\"}\"\n\
         3,,\"{\"\"amount\"\" : 2, \"\"known\"\" : true}\","
    );
    let stripped = "application/vnd.pgrst.array+json;nulls=stripped";
    let path = "/paints?select=id,color,price&id=gt.1&order=id&limit=2";
    let answer = paints.ask("GET", path, &[("Accept", stripped)], "").await;
    assert_eq!(
        answer.json(),
        json!([{"id":2,"color":"#00ff00","price":{"known":false}},{"id":3,"price":{"amount":2,"known":true}}])
    );
    let one = "application/vnd.pgrst.object+json";
    let path = "/paints?select=color&id=eq.1";
    let answer = paints.ask("GET", path, &[("Accept", one)], "").await;
    assert_eq!(answer.json(), json!({"color":"#0000ff"}));
}

#[tokio::test]
async fn what_a_function_raises_is_told() {
    let paints = Paints::open().await;
    let owner = paints
        .service
        .database
        .as_role(rowhouse_local::testing::OWNER)
        .await;
    let set = format!("SET app.current_tenant_id = '{PAWNEE}'");
    owner.batch_execute(&set).await.unwrap();
    let sql = "UPDATE makers SET name = 'secret' WHERE name = 'winsor'";
    assert_eq!(owner.execute(sql, &[]).await.unwrap(), 1);
    let (status, problem) = paints.refusal("GET", "/makers?select=name", "").await;
    assert_eq!(status, 400);
    assert_eq!(
        (problem["code"].as_str(), problem["message"].as_str()),
        (Some("P0001"), Some("not to be told"))
    );
    assert_eq!(
        paints.get("/makers?select=name&name=eq.lefranc").await,
        json!([{"name":"LEFRANC"}])
    );
}

//! What is written, and what comes back.

use serde_json::json;

use super::{FIRST, Paints, SECOND};

const ORANGE: &str = "xaaaaaaaa000040008000000000000001";

#[tokio::test]
async fn values_are_read_as_their_domain_says() {
    let paints = Paints::open().await;
    for (method, path, body, status, rows) in [
        (
            "POST",
            "/paints?select=id,color,maker_id,color_is:color::text",
            json!({"id":20,"title":"x","color":"#000100","maker_id":SECOND}),
            201,
            json!([{"id":20,"color":"#000100","maker_id":SECOND,"color_is":"256"}]),
        ),
        // The function sees what kind of value it is.
        (
            "POST",
            "/paints?select=color",
            json!({"id":21,"color":257}),
            201,
            json!([{"color":"#000101"}]),
        ),
        (
            "POST",
            "/paints?select=id,color",
            json!([{"id":22,"color":"#000102"},{"id":23,"color":null},{"id":24,"color":259}]),
            201,
            json!([{"id":22,"color":"#000102"},{"id":23,"color":null},{"id":24,"color":"#000103"}]),
        ),
        (
            "POST",
            "/paints?select=id,color&columns=id,color",
            json!([{"id":25,"color":"#000104","title":7},{"id":26}]),
            201,
            json!([{"id":25,"color":"#000104"},{"id":26,"color":null}]),
        ),
        // What no cast reads is written as ever.
        (
            "POST",
            "/paints?select=price,title,makers(name)",
            json!({"id":27,"price":12.5,"title":"y","maker_id":FIRST}),
            201,
            json!([{"price":{"amount":12.5,"known":true},"title":"y","makers":{"name":"LEFRANC"}}]),
        ),
        (
            "PATCH",
            "/paints?color=eq.%23000100&select=id,color",
            json!({"color":"#010000"}),
            200,
            json!([{"id":20,"color":"#010000"}]),
        ),
        (
            "PATCH",
            "/paints?id=eq.20&select=id,color,maker_id,light",
            json!({"color":null,"maker_id":FIRST}),
            200,
            json!([{"id":20,"color":null,"maker_id":FIRST,"light":null}]),
        ),
        (
            "PATCH",
            "/paints?id=in.(21,22)&order=color.desc&limit=1&select=id,color",
            json!({"color":"#0a0000"}),
            200,
            json!([{"id":22,"color":"#0a0000"}]),
        ),
        // Through a view.
        (
            "POST",
            "/shades?select=id,color,dark",
            json!({"id":30,"color":"#000100"}),
            201,
            json!([{"id":30,"color":"#000100","dark":"#000080"}]),
        ),
    ] {
        let body = body.to_string();
        let given = paints.write(method, path, &body).await;
        assert_eq!(given, (status, rows), "{method} {path} {body}");
    }
}

#[tokio::test]
async fn rows_are_found_by_what_is_shown() {
    let paints = Paints::open().await;
    let put = format!("/makers?id=eq.{ORANGE}&select=id,name,house");
    let delete = format!("/makers?id=eq.{ORANGE}&select=house,id");
    for (method, path, body, status, rows) in [
        (
            "PUT",
            put.as_str(),
            json!({"id":ORANGE,"name":"orange","house":"#ffa500"}),
            201,
            json!([{"id":ORANGE,"name":"ORANGE","house":"#ffa500"}]),
        ),
        (
            "PUT",
            &put,
            json!({"id":ORANGE,"name":"orange","house":"#ffa600"}),
            200,
            json!([{"id":ORANGE,"name":"ORANGE","house":"#ffa600"}]),
        ),
        (
            "DELETE",
            &delete,
            json!(null),
            200,
            json!([{"house":"#ffa600","id":ORANGE}]),
        ),
        (
            "DELETE",
            "/paints?color=in.(%2300ff00,%23000001)&select=id,color",
            json!(null),
            200,
            json!([{"id":2,"color":"#00ff00"}]),
        ),
    ] {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let given = paints.write(method, path, &body).await;
        assert_eq!(given, (status, rows), "{method} {path} {body}");
    }
    // The key of the path is not that of the content.
    let body = json!({"id":SECOND,"name":"orange"}).to_string();
    let (status, problem) = paints.refusal("PUT", &put, &body).await;
    assert_eq!((status, &problem["code"]), (400, &json!("PGRST115")));
}

#[tokio::test]
async fn upserts_and_defaults() {
    let paints = Paints::open().await;
    let body = json!([{"id":FIRST,"name":"new","house":"#000001"},{"id":ORANGE,"name":"orange","house":2}]);
    let merge = [(
        "Prefer",
        "resolution=merge-duplicates, return=representation",
    )];
    let path = "/makers?select=id,name,house";
    let answer = paints.ask("POST", path, &merge, &body.to_string()).await;
    let merged = json!([{"id":FIRST,"name":"NEW","house":"#000001"},{"id":ORANGE,"name":"ORANGE","house":"#000002"}]);
    assert_eq!((answer.status, answer.json()), (201, merged));
    let ignore = [(
        "Prefer",
        "resolution=ignore-duplicates, return=representation",
    )];
    let body =
        json!([{"id":FIRST,"name":"no"},{"id":"xbbbbbbbb000040008000000000000001","name":"yes"}]);
    let answer = paints
        .ask("POST", "/makers?select=name", &ignore, &body.to_string())
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (201, json!([{"name":"YES"}]))
    );
    // The default is the value itself.
    let missing = [("Prefer", "missing=default, return=representation")];
    let path = "/paints?select=id,color&columns=id,color";
    let body = json!([{"id":40},{"id":41,"color":"#00000a"},{"id":42,"color":null}]);
    let answer = paints.ask("POST", path, &missing, &body.to_string()).await;
    assert_eq!(
        answer.json(),
        json!([{"id":40,"color":"#0000ff"},{"id":41,"color":"#00000a"},{"id":42,"color":null}])
    );
}

#[tokio::test]
async fn other_forms_and_answers() {
    let paints = Paints::open().await;
    let back = ("Prefer", "return=representation");
    let csv = [back, ("Content-Type", "text/csv")];
    let body = "id,color,title\n50,#00000b,x\n51,NULL,y\n";
    let answer = paints
        .ask("POST", "/paints?select=id,color", &csv, body)
        .await;
    let written = json!([{"id":50,"color":"#00000b"},{"id":51,"color":null}]);
    assert_eq!((answer.status, answer.json()), (201, written));
    let form = [back, ("Content-Type", "application/x-www-form-urlencoded")];
    let body = "id=52&color=%2300000c";
    let answer = paints
        .ask("POST", "/paints?select=color", &form, body)
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (201, json!([{"color":"#00000c"}]))
    );
    let accept = [back, ("Accept", "text/csv")];
    let answer = paints
        .ask(
            "PATCH",
            "/paints?id=eq.52&select=id,color",
            &accept,
            r##"{"color":"#00000d"}"##,
        )
        .await;
    assert_eq!(
        String::from_utf8_lossy(&answer.body),
        "id,color\n52,#00000d"
    );
    // Where the row is, in the form in which the filter is read.
    let place = [("Prefer", "return=headers-only")];
    let body = json!({"id":ORANGE,"name":"orange"}).to_string();
    let answer = paints.ask("POST", "/makers", &place, &body).await;
    let location = answer.header("location").unwrap().to_owned();
    assert_eq!(location, format!("/makers?id=eq.{ORANGE}"));
    assert_eq!(paints.get(&location).await[0]["name"], "ORANGE");
    let one = [back, ("Accept", "application/vnd.pgrst.object+json")];
    let path = format!("/makers?id=eq.{ORANGE}&select=house");
    let answer = paints
        .ask("PATCH", &path, &one, r##"{"house":"#000009"}"##)
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"house":"#000009"}))
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_and_nothing_is_written() {
    let paints = Paints::open().await;
    for (method, path, body) in [
        ("POST", "/paints", json!({"id":60,"color":"blue"})),
        (
            "POST",
            "/paints",
            json!([{"id":60,"color":"#000000"},{"id":61,"color":"blue"}]),
        ),
        ("PATCH", "/paints?id=eq.1", json!({"color":"blue"})),
        ("PATCH", "/paints?id=eq.1", json!({"color":["#000000"]})),
        // Whether or not there is a row to change.
        ("PATCH", "/paints?id=eq.777", json!({"color":"blue"})),
        ("PATCH", "/paints?color=eq.blue", json!({"title":"x"})),
        ("DELETE", "/paints?color=eq.blue", json!(null)),
    ] {
        let (status, problem) = paints.refusal(method, path, &body.to_string()).await;
        assert_eq!(
            (status, &problem["code"]),
            (400, &json!("P0001")),
            "{method} {path} {body}"
        );
    }
    // The domain's own check, and another tenant's key.
    let (status, problem) = paints
        .refusal("POST", "/paints", r#"{"id":60,"color":-1}"#)
        .await;
    assert_eq!((status, &problem["code"]), (400, &json!("23514")));
    let body = r#"{"id":"x00000000000040008000000000000009","name":"x"}"#;
    let (status, _) = paints.refusal("POST", "/makers", body).await;
    assert_eq!(status, 409);
    let path = "/makers?id=eq.x00000000000040008000000000000009";
    let (status, rows) = paints.write("PATCH", path, r#"{"name":"x"}"#).await;
    assert_eq!((status, rows), (200, json!([])));
    let (status, rows) = paints.write("DELETE", path, "").await;
    assert_eq!((status, rows), (200, json!([])));
}

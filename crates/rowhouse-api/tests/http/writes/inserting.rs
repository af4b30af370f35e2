//! POST: rows in, one or many, in every form.

use serde_json::json;

use super::shop::Shop;

#[tokio::test]
async fn one_row_or_many() {
    let shop = Shop::open().await;
    let row = r#"{"id": 10, "name": "Cat"}"#;
    let answer = shop.ask("POST", "/authors", &[], row).await;
    assert_eq!((answer.status, answer.body.len()), (201, 0));
    assert_eq!(answer.header("content-range"), Some("*/*"));
    for absent in ["location", "content-type", "preference-applied"] {
        assert_eq!(answer.header(absent), None, "{absent}");
    }
    let rows = r#"[{"name": "Dee", "id": 12}, {"id": 11, "name": "Eve"}]"#;
    let headers = [("Prefer", "return=representation, count=exact")];
    let answer = shop
        .ask("POST", "/authors?select=id,name", &headers, rows)
        .await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("content-range"), Some("*/2"));
    assert_eq!(
        answer.header("preference-applied"),
        Some("return=representation, count=exact")
    );
    assert_eq!(
        answer.json(),
        json!([{"id": 12, "name": "Dee"}, {"id": 11, "name": "Eve"}])
    );
    let none = shop.write("POST", "/authors", "[]").await;
    assert_eq!(none, (201, json!([])));
    let names = shop.get("/authors?select=name&order=id").await;
    assert_eq!(
        names,
        json!([{"name":"Ann"},{"name":"Bob"},{"name":"Cat"},{"name":"Eve"},{"name":"Dee"}])
    );
}

#[tokio::test]
async fn defaults_and_empty_rows() {
    let shop = Shop::open().await;
    let (status, rows) = shop
        .write("POST", "/books?select=id,pages,title", r#"{"title":"x"}"#)
        .await;
    assert_eq!(
        (status, rows),
        (201, json!([{"id":1000,"pages":100,"title":"x"}]))
    );
    for (body, count) in [("{}", 1), ("[{},{}]", 2)] {
        let (status, rows) = shop.write("POST", "/logs", body).await;
        assert_eq!((status, rows.as_array().unwrap().len()), (201, count));
        assert_eq!(rows[0]["line"], "nothing");
    }
    // What some rows leave out is null, or its default.
    let path = "/books?columns=title,pages,id&select=title,pages,id";
    let uneven = r#"[{"title":"p","pages":7,"extra":1},{"title":"q"}]"#;
    assert_eq!(
        shop.refused("POST", path, uneven).await,
        (400, "23502".into())
    );
    let headers = [("Prefer", "return=representation, missing=default")];
    let answer = shop.ask("POST", path, &headers, uneven).await;
    assert_eq!(
        answer.status,
        201,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    assert_eq!(
        answer.header("preference-applied"),
        Some("missing=default, return=representation")
    );
    let rows = answer.json();
    assert_eq!(rows[0]["pages"], 7);
    assert_eq!(rows[1]["pages"], 100);
    assert!(rows[1]["id"].as_i64() > rows[0]["id"].as_i64());
    // A domain's default; and null that was given stays null.
    let rows = r#"[{"id":20,"done":null},{"id":21}]"#;
    let answer = shop
        .ask(
            "POST",
            "/samples?columns=id,done&select=done",
            &headers,
            rows,
        )
        .await;
    assert_eq!(answer.json(), json!([{"done":null},{"done":50}]));
}

#[tokio::test]
async fn every_type_is_taken_as_it_is() {
    let shop = Shop::open().await;
    let row = r#"{"id":2,"exact":12345678901234567890.123456789012345678901234567890,"price":"1.005",
        "mood":"high","done":7,"home":{"city":"Ulm","zip":89073},"tags":["a","b c",null],
        "span":"[1,5)","data":{"a":[1,2.50]},"raw":{"z":1,  "a":2},"at":"2024-01-02T03:04:05Z",
        "bytes":"\\xdead","ok":true,"short":"xyz"}"#;
    let select =
        "select=exact::text,price,mood,done,home,tags,span,data,raw,at,bytes,ok,short,shout,serial";
    let (status, rows) = shop.write("POST", &format!("/samples?{select}"), row).await;
    assert_eq!(status, 201, "{rows}");
    assert_eq!(
        rows[0],
        json!({"exact":"12345678901234567890.123456789012345678901234567890","price":1.01,
            "mood":"high","done":7,"home":{"city":"Ulm","zip":89073},"tags":["a","b c",null],
            "span":"[1,5)","data":{"a":[1,2.50]},"raw":{"z":1,"a":2},
            "at":"2024-01-02T03:04:05+00:00","bytes":"\\xdead","ok":true,"short":"xyz",
            "shout":"XYZ","serial":3})
    );
    for (row, status, code) in [
        (r#"{"id":3,"mood":"OTHERWISE"}"#, 400, "22P02"),
        (r#"{"id":3,"done":101}"#, 400, "23514"),
        (r#"{"id":3,"short":"long"}"#, 400, "22001"),
        (r#"{"id":3,"exact":"x"}"#, 400, "22P02"),
        (r#"{"id":3,"short":"\u0000"}"#, 400, "22P05"),
        (r#"{"id":3,"shout":"x"}"#, 400, "428C9"),
        (r#"{"id":3,"serial":3}"#, 400, "428C9"),
        (r#"{"id":null}"#, 400, "23502"),
        (r#"{"id":1}"#, 409, "23505"),
    ] {
        let refused = shop.refused("POST", "/samples", row).await;
        assert_eq!(refused, (status, code.into()), "{row}");
    }
}

#[tokio::test]
async fn csv_and_forms() {
    let shop = Shop::open().await;
    let csv = "id,name\r\n20,\"Fay \"\"x\"\"\"\r\n21,NULL\r\n";
    let headers = [
        ("Content-Type", "text/csv"),
        ("Prefer", "return=representation"),
        ("Accept", "text/csv"),
    ];
    let null = shop.ask("POST", "/authors", &headers, csv).await;
    assert_eq!(
        (null.status, null.json()["code"].as_str()),
        (400, Some("23502"))
    );
    let path = "/authors?select=id,name";
    let answer = shop
        .ask("POST", path, &headers, "id,name\n20,Fay\n21,\"G,H\"")
        .await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.body, b"id,name\n20,Fay\n21,\"G,H\"");
    let headers = [
        (
            "Content-Type",
            "application/x-www-form-urlencoded; charset=utf-8",
        ),
        ("Prefer", "return=representation"),
    ];
    let answer = shop.ask("POST", path, &headers, "id=22&name=I+J%26K").await;
    assert_eq!(answer.json(), json!([{"id":22,"name":"I J&K"}]));
    for (kind, body) in [
        ("text/csv", "id,name\n1"),
        ("text/csv", ""),
        ("application/xml", "<a/>"),
        ("text/plain", "{}"),
        ("application/json", "{"),
        ("application/json", ""),
        ("application/json", "7"),
        ("application/json", "[1]"),
        ("application/json", r#"[{"id":30,"name":"x"},{"id":31}]"#),
    ] {
        let answer = shop
            .ask("POST", path, &[("Content-Type", kind)], body)
            .await;
        assert_eq!(answer.status, 400, "{kind} {body}");
        assert_eq!(answer.json()["code"], "PGRST102", "{kind} {body}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let shop = Shop::open().await;
    let (status, json) = shop
        .write("POST", "/authors", r#"{"id":30,"nmae":"x"}"#)
        .await;
    assert_eq!(status, 400);
    assert_eq!(json["code"], "PGRST204");
    assert_eq!(
        json["message"],
        "Could not find the 'nmae' column of 'authors' in the schema cache"
    );
    assert_eq!(json["hint"], "Perhaps you meant 'name'");
    for (path, body, status, code) in [
        ("/authors?columns=nmae", "{}", 201, ""),
        ("/authors?columns=nmae", r#"{"id":1}"#, 400, "PGRST204"),
        (
            "/authors?id=eq.1",
            r#"{"id":30,"name":"x"}"#,
            400,
            "PGRST100",
        ),
        (
            "/authors?select=id,nope(*)",
            r#"{"id":30,"name":"x"}"#,
            400,
            "PGRST200",
        ),
        ("/nowhere", "{}", 404, "PGRST205"),
        ("/logs?on_conflict=line", r#"{"tenant_id":null}"#, 201, ""),
        ("/countries", r#"{"code":"fr"}"#, 405, "PGRST117"),
        ("/book_counts", r#"{"author_id":1}"#, 405, "PGRST117"),
        ("/secrets", r#"{"id":3,"fixed":"x"}"#, 403, "42501"),
        ("/books", r#"{"title":"x","author_id":77}"#, 409, "23503"),
        ("/books", r#"{"title":"x","pages":0}"#, 400, "23514"),
        ("/late", r#"{"id":5,"author_id":77}"#, 409, "23503"),
        ("/logs", r#"{"line":"coffee"}"#, 418, "PT418"),
    ] {
        if status == 201 {
            continue;
        }
        let refused = shop.refused("POST", path, body).await;
        assert_eq!(refused, (status, code.into()), "{path} {body}");
    }
    let options = shop.ask("OPTIONS", "/countries", &[], "").await;
    assert_eq!(options.header("allow"), Some("OPTIONS,GET,HEAD"));
    let options = shop.ask("OPTIONS", "/books", &[], "").await;
    assert_eq!(
        options.header("allow"),
        Some("OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE")
    );
    let options = shop.ask("OPTIONS", "/late", &[], "").await;
    assert_eq!(
        options.header("allow"),
        Some("OPTIONS,GET,HEAD,POST,PUT,PATCH")
    );
}

#[tokio::test]
async fn where_the_row_is() {
    let shop = Shop::open().await;
    let headers = [("Prefer", "return=headers-only")];
    for (path, body, location) in [
        (
            "/authors",
            r#"{"id":40,"name":"x"}"#,
            Some("/authors?id=eq.40"),
        ),
        (
            "/Odd%20Things/",
            r#"{"The Id":40}"#,
            Some("/Odd%20Things?The%20Id=eq.40"),
        ),
        (
            "/events",
            r#"{"id":40,"day":"2025-01-02"}"#,
            Some("/events?id=eq.40&day=eq.2025-01-02"),
        ),
        ("/logs", r#"{"line":"x"}"#, None),
        (
            "/authors",
            r#"[{"id":41,"name":"x"},{"id":42,"name":"x"}]"#,
            None,
        ),
    ] {
        let answer = shop.ask("POST", path, &headers, body).await;
        assert_eq!((answer.status, answer.body.len()), (201, 0), "{path}");
        assert_eq!(answer.header("location"), location);
        assert_eq!(
            answer.header("preference-applied"),
            Some("return=headers-only")
        );
    }
}

#[tokio::test]
async fn related_rows_come_along() {
    let shop = Shop::open().await;
    let (status, rows) = shop
        .write(
            "POST",
            "/books?select=title,loud:shout,authors(name),pages",
            r#"[{"title":"new","author_id":1},{"title":"none","author_id":null}]"#,
        )
        .await;
    assert_eq!(status, 201, "{rows}");
    assert_eq!(
        rows,
        json!([{"title":"new","loud":"NEW","authors":{"name":"Ann"},"pages":100},
               {"title":"none","loud":"NONE","authors":null,"pages":100}])
    );
    let (_, rows) = shop
        .write(
            "PATCH",
            "/authors?id=eq.1&select=name,books(title)&books.order=id.desc&books.limit=1",
            r#"{"name":"Anna"}"#,
        )
        .await;
    assert_eq!(rows, json!([{"name":"Anna","books":[{"title":"new"}]}]));
}

#[tokio::test]
async fn a_thousand_rows_are_one_statement() {
    let shop = Shop::open().await;
    let rows: Vec<String> = (100..1100)
        .map(|id| format!("{{\"id\":{id},\"name\":\"n{id}\"}}"))
        .collect();
    let body = format!("[{}]", rows.join(","));
    let headers = [("Prefer", "count=exact")];
    let answer = shop.ask("POST", "/authors", &headers, &body).await;
    assert_eq!(
        (answer.status, answer.header("content-range")),
        (201, Some("*/1000"))
    );
    // One of them is there already: none is written.
    let broken = body
        .replace("\"id\":1099", "\"id\":1")
        .replace("\"id\":1", "\"id\":2");
    let refused = shop.refused("POST", "/authors", &broken).await;
    assert_eq!(refused, (409, "23505".into()));
}

/// Rows that are handed in and read by others only.
#[tokio::test]
async fn tables_that_are_only_written() {
    let shop = Shop::open().await;
    for prefer in ["return=minimal", "return=headers-only"] {
        let answer = shop
            .ask(
                "POST",
                "/inbox",
                &[("Prefer", prefer)],
                r#"[{"line":"a"},{"line":"b"}]"#,
            )
            .await;
        assert_eq!((answer.status, answer.body.len()), (201, 0), "{prefer}");
    }
    let there = shop.mine().await;
    let inbox = there.split('|').next().unwrap();
    assert_eq!(inbox.split(';').count(), 4, "{inbox}");
    let forbidden = (403, "42501".to_owned());
    assert_eq!(shop.refused("GET", "/inbox", "").await, forbidden);
    assert_eq!(
        shop.refused("POST", "/inbox", r#"{"line":"c"}"#).await,
        forbidden,
        "as rows"
    );
    let selected = shop
        .refused("POST", "/inbox?select=line", r#"{"line":"c"}"#)
        .await;
    assert_eq!(selected, forbidden);
}

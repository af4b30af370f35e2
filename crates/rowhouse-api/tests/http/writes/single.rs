//! A row by itself and the same row beside another one reach the server on different ways: as values, and as JSON. What
//! comes of it must be the same.

use serde_json::{Value, json};

use super::shop::Shop;

const VALUES: [(&str, &str); 37] = [
    (
        "exact",
        "12345678901234567890.123456789012345678901234567890",
    ),
    ("exact", "1e3"),
    ("exact", "\"NaN\""),
    ("exact", "true"),
    ("exact", "null"),
    ("exact", "[1]"),
    ("price", "1.005"),
    ("price", "123456789"),
    ("price", "\" 7 \""),
    ("price", "\"seven\""),
    ("mood", "\"high\""),
    ("mood", "\"HIGH\""),
    ("mood", "7"),
    ("done", "7"),
    ("done", "107"),
    ("done", "null"),
    ("home", "{\"city\":\"Pawnee\",\"zip\":7}"),
    ("home", "\"(Pawnee,7)\""),
    ("tags", "[\"a\",\"b\"]"),
    ("tags", "\"{a,b}\""),
    ("span", "\"[1,5)\""),
    ("data", "\"text\""),
    ("data", "{\"a\": 1.0}"),
    ("raw", "7"),
    ("raw", "null"),
    ("at", "\"2024-02-30T00:00:00Z\""),
    ("at", "\"2024-02-28T23:59:59+02\""),
    ("at", "\"now and then\""),
    ("bytes", "\"\\\\x00ff\""),
    ("ok", "true"),
    ("ok", "\"yes\""),
    ("ok", "1"),
    ("short", "\"abc\""),
    ("short", "\"abcd\""),
    ("short", "{\"a\":1}"),
    ("short", "\"\\u00e9\\ud83d\\ude00\""),
    ("short", "\"a\\u0000b\""),
];

/// The value that is there, or the refusal.
fn came((status, answer): (u16, Value), column: &str) -> Value {
    match answer.as_array().and_then(|rows| rows.first()) {
        Some(row) => json!([status, row[column]]),
        None => json!([status, answer["code"], answer["detail"]]),
    }
}

#[tokio::test]
async fn a_single_row_is_read_as_one_of_many() {
    let shop = Shop::open().await;
    let (mut taken, mut refused) = (0, 0);
    for (at, (column, value)) in VALUES.into_iter().enumerate() {
        let id = 100 + 3 * at;
        let row = |id: usize| format!("{{\"id\":{id},\"{column}\":{value}}}");
        let path = format!("/samples?select={column}");
        let many = format!("[{},{}]", row(id), row(id + 1));
        let many = came(shop.write("POST", &path, &many).await, column);
        let single = came(shop.write("POST", &path, &row(id + 2)).await, column);
        assert_eq!(single, many, "{column} {value}");
        match single[0].as_u64() {
            Some(201) => taken += 1,
            _ => refused += 1,
        }
        let change = format!("{{\"{column}\":{value}}}");
        let path = format!("/samples?id=eq.1&select={column}");
        let mut changed = came(shop.write("PATCH", &path, &change).await, column);
        if changed[0] == 200 {
            changed[0] = json!(201);
        }
        assert_eq!(changed, many, "{column} {value}");
        // Nothing is there to be changed: what its type does not read is refused all the same. Whether a value that
        // the column is too narrow for is seen then is the server's plan's matter.
        let (status, _) = shop.write("PATCH", "/samples?id=eq.77", &change).await;
        if !["22001", "22003"]
            .map(|code| json!(code))
            .contains(&single[1])
        {
            assert_eq!(
                status == 200,
                single[0] == 201,
                "{column} {value}: {status}"
            );
        }
    }
    assert!(taken >= 20 && refused >= 10, "{taken} {refused}");
}

#[tokio::test]
async fn of_a_repeated_member_the_last_one_counts() {
    let shop = Shop::open().await;
    let twice = r#"{"id":50,"name":"first","name":"last"}"#;
    let (status, rows) = shop.write("POST", "/authors?select=name", twice).await;
    assert_eq!((status, rows), (201, json!([{"name": "last"}])));
    let columns = "/authors?columns=id,name&select=name";
    let more = r#"{"id":51,"name":"only","unknown":1}"#;
    let (status, rows) = shop.write("POST", columns, more).await;
    assert_eq!((status, rows), (201, json!([{"name": "only"}])));
}

use rowhouse_catalog::{quote_ident, quote_literal};
use rowhouse_local::testing::Database;

const ODD: &[&str] = &[
    "", " ", "a b", "A", "aB", "1a", "a1", "_", "a$b", "a-b", "a.b", "a\"b", "\"", "é", "straße",
    "a\nb", "a'b", "a\\b", "items", "Order",
];

#[tokio::test]
async fn names_and_literals_are_quoted_as_the_server_does() {
    let db = Database::create("").await;
    let client = db.admin().await;
    let sql = "SELECT w, keyword, quote_ident(w) AS ident, quote_literal(w) AS literal
                 FROM (SELECT word, true FROM pg_get_keywords()
                       UNION ALL SELECT unnest($1::text[]), false) t (w, keyword)";
    for row in client.query(sql, &[&ODD]).await.unwrap() {
        let word: &str = row.get("w");
        let (ours, theirs) = (quote_ident(word), row.get::<_, &str>("ident"));
        // A word that a newer version reserves is quoted for the older ones too.
        let newer = row.get::<_, bool>("keyword") && ours == format!("\"{word}\"");
        assert!(ours == theirs || newer, "{ours} instead of {theirs}");
        assert_eq!(quote_literal(word), row.get::<_, &str>("literal"));
    }
}

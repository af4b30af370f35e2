//! What the description says of such columns.

use serde_json::{Value, json};

use super::Paints;

#[tokio::test]
async fn any_value_where_only_a_function_knows() {
    let paints = Paints::open().await;
    let document = paints.get("/openapi.json").await;
    let schemas = &document["components"]["schemas"];
    let shown = json!({"title":"public.color","description":"As #rrggbb."});
    assert_eq!(schemas["paints"]["properties"]["color"], shown);
    // The default is the value itself, which nobody would write.
    assert_eq!(schemas["paints-post"]["properties"]["color"], shown);
    // Shown by a function, and written as it is.
    assert_eq!(
        schemas["paints"]["properties"]["price"],
        json!({"title":"public.money_of"})
    );
    assert!(schemas["paints-post"]["properties"]["price"]["anyOf"].is_array());
    // A cast that is not used says nothing.
    let oddities = &schemas["oddities"]["properties"];
    assert_eq!(oddities["a"]["type"], json!(["string", "null"]));
    let filter = |column: &str| -> Value {
        let parameters = document["paths"]["/paints"]["get"]["parameters"].as_array();
        let mut found = parameters.unwrap().iter().filter(|p| p["name"] == column);
        found.next().unwrap()["schema"]["pattern"].clone()
    };
    assert_eq!(filter("color"), r"^(not\.)?is\.(null|not_null)$");
    assert!(filter("price").as_str().unwrap().contains("eq|neq"));
}

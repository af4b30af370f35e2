//! What is read off descriptions.

use super::*;

const POSTGREST: &str = r##"{"swagger":"2.0","paths":{
        "/":{"get":{}},
        "/items":{"get":{"parameters":[{"$ref":"#/parameters/rowFilter.items.id"},{"$ref":"#/parameters/select"}],
                         "responses":{"200":{"schema":{"type":"array","items":{"$ref":"#/definitions/items"}}}}},
                  "post":{"parameters":[{"$ref":"#/parameters/body.items"}]},"patch":{},"delete":{}},
        "/rpc/add":{"post":{"parameters":[{"name":"args","in":"body","schema":{"type":"object","required":["a"],
            "properties":{"a":{"type":"integer","format":"integer"}}}}]}}},
        "parameters":{"select":{"name":"select","in":"query"},"rowFilter.items.id":{"name":"id","in":"query"},
            "body.items":{"name":"items","in":"body","schema":{"$ref":"#/definitions/items"}}},
        "definitions":{"items":{"required":["id","title"],"properties":{
            "id":{"type":"string","format":"uuid","default":"gen_random_uuid()"},
            "title":{"type":"string","format":"text"},
            "project":{"type":"integer","description":"Note:\nThis is a Foreign Key to `projects.id`.<fk table='projects' column='id'/>"}}}}}"##;

#[test]
fn what_postgrest_says_is_understood() {
    let surface = Surface::read(POSTGREST).unwrap();
    assert!(surface.operators);
    let [items] = &surface.resources[..] else {
        panic!("{surface:?}")
    };
    assert_eq!(
        (items.path.as_str(), items.can_change, items.can_put),
        ("/items", true, false)
    );
    let new = items.new.as_ref().unwrap();
    let required: Vec<&str> = new
        .iter()
        .filter(|c| c.required)
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(required, ["title"]);
    assert_eq!(
        new.iter().find_map(|c| c.refers.clone()),
        Some(("projects".to_owned(), "id".to_owned()))
    );
    let [add] = &surface.functions[..] else {
        panic!("{surface:?}")
    };
    assert_eq!(add.arguments.len(), 1);
}

#[test]
fn paths_of_single_rows_belong_to_their_list() {
    let text = r#"{"openapi":"3.1.0","paths":{"/v1/orders":{"get":{"responses":{"200":{"content":{"application/json":
            {"schema":{"type":"array","items":{"properties":{"id":{"type":["integer","null"]}}}}}}}}}},
            "/v1/orders/{order}":{"get":{},"delete":{}},"/v1/orders/{order}/lines/{line}":{"get":{}}}}"#;
    let surface = Surface::read(text).unwrap();
    let [orders] = &surface.resources[..] else {
        panic!("{surface:?}")
    };
    assert!(!surface.operators);
    assert_eq!(
        orders.columns[0].kind,
        Kind::Integer(1, i64::from(i32::MAX))
    );
    assert_eq!(orders.items.len(), 1);
    assert_eq!(orders.items[0].methods, ["get", "delete"]);
    assert!(Surface::read("{}").is_err() && Surface::read("<html>").is_err());
}

#[test]
fn a_description_that_goes_round_in_circles_ends() {
    let text = r##"{"openapi":"3.1.0","paths":{"/any":{"get":{"responses":{"200":{"content":{"application/json":
        {"schema":{"$ref":"#/components/schemas/Json"}}}}}}}},"components":{"schemas":{"Json":{"anyOf":[
        {"type":"string"},{"type":"array","items":{"$ref":"#/components/schemas/Json"}}]}}}}"##;
    let surface = Surface::read(text).unwrap();
    assert!(surface.resources[0].columns.is_empty());
}

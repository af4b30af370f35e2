//! The path of a relation, with the methods that it and the app role allow.

use rowhouse_catalog::Privilege;
use serde_json::{Map, Value, json};

use crate::problem::Kind;
use crate::resource::{May, Resource, Resources, Target};

use super::answers::{or_handled, or_problems, rows, with_headers};
use super::{component, describe, in_path, parameters, reference, schema};

/// The path and what can be done there; its schemas go to `schemas`.
pub(super) fn path(
    resources: &Resources,
    resource: &Resource,
    schemas: &mut Map<String, Value>,
) -> (String, Value) {
    let key = component(&resource.name);
    schemas.insert(key.clone(), row(resource));
    let mut item = Map::new();
    if !resource.columns.is_empty() {
        item.insert("get".into(), read(resources, resource, &key));
    }
    let writing = &resource.writing;
    let mut add = |method: &str, uses: Privilege, operation: fn(&Resource, &str) -> Value| {
        let name = format!("{key}-{method}");
        if uses != Privilege::Delete {
            schemas.insert(name, written(resource, uses));
        }
        item.insert(method.to_owned(), operation(resource, &key));
    };
    if writing.insert == May::Yes {
        add("post", Privilege::Insert, insert);
    }
    if writing.insert == May::Yes && writing.update == May::Yes && !writing.key.is_empty() {
        add("put", Privilege::Insert, put);
    }
    if writing.update == May::Yes {
        add("patch", Privilege::Update, change);
    }
    if writing.delete == May::Yes {
        add("delete", Privilege::Delete, delete);
    }
    if resources.schemas().len() > 1 {
        for (method, operation) in &mut item {
            let profile = if method == "get" {
                "accept-profile"
            } else {
                "content-profile"
            };
            if let Some(list) = operation["parameters"].as_array_mut() {
                list.push(reference("parameters", profile));
            }
        }
    }
    (format!("/{}", in_path(&resource.name)), item.into())
}

/// A row as it is read. What `select` leaves out is not there.
fn row(resource: &Resource) -> Value {
    let columns = resource.columns.iter();
    let properties: Map<String, Value> = columns
        .map(|column| {
            let mut of_column = schema::column(column);
            let target = resource
                .writing
                .columns
                .iter()
                .find(|target| target.name == column.name);
            if target.is_some_and(|target| target.generated) {
                of_column["readOnly"] = true.into();
            }
            (column.name.clone(), of_column)
        })
        .collect();
    let mut row = json!({"type": "object", "properties": properties});
    describe(&mut row, "description", resource.comment.as_deref());
    row
}

/// A row as it is written: the columns the app role may give values to. The tenant is filled.
fn written(resource: &Resource, uses: Privilege) -> Value {
    let writing = &resource.writing;
    let mut required = Vec::new();
    let mut properties = Map::new();
    for (place, target) in writing.columns.iter().enumerate() {
        if target.generated || !target.may.has(uses) || writing.tenant == Some(place) {
            continue;
        }
        let column = resource.column(&target.name);
        let mut of_column = column.map_or_else(|| json!({}), schema::written);
        let default = target.default.as_deref().and_then(schema::constant);
        // It is the value itself, not what would be written for it.
        if let Some(default) = default.filter(|_| target.written().is_none()) {
            of_column["default"] = default;
        }
        if uses == Privilege::Insert && is_required(target, column.is_some_and(|c| c.not_null)) {
            required.push(target.name.clone());
        }
        properties.insert(target.name.clone(), of_column);
    }
    let mut written =
        json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        written["required"] = required.into();
    }
    written
}

fn is_required(target: &Target, not_null: bool) -> bool {
    not_null && target.default.is_none()
}

fn read(resources: &Resources, resource: &Resource, key: &str) -> Value {
    let name = &resource.name;
    let mut list = parameters::of_read(resource);
    list.extend(["range", "prefer", "if-none-match"].map(|name| reference("parameters", name)));
    let headers = with_headers(&[
        ("Content-Range", "content-range"),
        ("Link", "link"),
        ("ETag", "etag"),
        ("Preference-Applied", "preference-applied"),
    ]);
    let forms = or_handled(rows(&reference("schemas", key)), resources, resource);
    let answer = |description: &str| json!({"description": description, "headers": headers, "content": forms});
    let mut responses = Map::new();
    responses.insert("200".into(), answer("The rows."));
    responses.insert(
        "206".into(),
        answer("Part of the rows, which were counted."),
    );
    responses.insert("304".into(), reference("responses", "unchanged"));
    let kinds = [Kind::UnsatisfiableRange, Kind::AmbiguousRelationship];
    let mut operation = json!({
        "tags": [name], "operationId": format!("read-{key}"), "summary": format!("Rows of {name}"),
        "parameters": list, "responses": or_problems(responses, &kinds),
    });
    describe(&mut operation, "description", resource.comment.as_deref());
    operation
}

fn content(schema: &Value, many: bool) -> Value {
    let json = if many {
        json!({"oneOf": [schema, {"type": "array", "items": schema}]})
    } else {
        schema.clone()
    };
    json!({"required": true, "content": {"application/json": {"schema": json}}})
}

/// What every write has: its answers, and its problems.
fn write(
    resource: &Resource,
    key: &str,
    (method, verb): (&str, &str),
    list: Vec<Value>,
    statuses: &[(&str, &str)],
) -> Value {
    let name = &resource.name;
    let mut headers = vec![("Preference-Applied", "preference-applied")];
    if method != "put" {
        headers.push(("Content-Range", "content-range"));
    }
    if method == "post" {
        headers.push(("Location", "location"));
    }
    let headers = with_headers(&headers);
    let mut responses = Map::new();
    for (status, description) in statuses {
        let mut answer = json!({"description": description, "headers": headers});
        // Whether an insert is answered with rows is not told by its status.
        if *status != "204" && method != "post" {
            answer["content"] = rows(&reference("schemas", key));
        }
        responses.insert((*status).to_owned(), answer);
    }
    let mut kinds = vec![Kind::Conflict, Kind::OutcomeUnknown];
    if method != "delete" {
        kinds.extend([
            Kind::ContentTooLarge,
            Kind::ContentTimeout,
            Kind::InvalidContent,
        ]);
    }
    if method == "post" {
        kinds.extend([Kind::ReusedKey]);
    }
    kinds.push(Kind::AmbiguousRelationship);
    json!({
        "tags": [name], "operationId": format!("{method}-{key}"), "summary": format!("{verb} {name}"),
        "parameters": list, "responses": or_problems(responses, &kinds),
    })
}

fn insert(resource: &Resource, key: &str) -> Value {
    let mut list = vec![parameters::select(resource)];
    list.extend(["prefer-insert", "idempotency-key"].map(|name| reference("parameters", name)));
    let statuses = [
        (
            "201",
            "Inserted. With `Prefer: return=representation` the rows, in the forms of a read.",
        ),
        ("200", "All of them were there already; with `resolution`."),
    ];
    let mut operation = write(resource, key, ("post", "Insert rows of"), list, &statuses);
    let schema = reference("schemas", &format!("{key}-post"));
    operation["requestBody"] = content(&schema, true);
    operation
}

fn put(resource: &Resource, key: &str) -> Value {
    let columns = resource
        .writing
        .key
        .iter()
        .map(|&place| &resource.writing.columns[place].name);
    let names: Vec<&String> = columns.collect();
    let mut list: Vec<Value> = parameters::filters(resource)
        .into_iter()
        .filter(|filter| names.iter().any(|name| filter["name"] == name.as_str()))
        .collect();
    for filter in &mut list {
        filter["required"] = true.into();
        let pattern = filter["schema"]["pattern"].as_str().unwrap_or_default();
        filter["schema"]["pattern"] = only_equal(pattern).into();
    }
    list.push(reference("parameters", "prefer-change"));
    let statuses = [
        (
            "200",
            "It was there already; the row, where `return=representation`.",
        ),
        ("201", "Inserted; the row, where `return=representation`."),
        ("204", "Done."),
    ];
    let mut operation = write(resource, key, ("put", "Put a row of"), list, &statuses);
    operation["requestBody"] = content(&reference("schemas", &format!("{key}-put")), false);
    operation
}

/// The pattern of a filter that is `eq.value`.
fn only_equal(pattern: &str) -> String {
    let of_values = pattern.strip_prefix(r"^(not\.)?((eq|neq|gt|gte|lt|lte|isdistinct)\.");
    let value = of_values.and_then(|rest| rest.split(r"|in\.").next());
    match value {
        Some(value) => format!(r"^eq\.{value}$"),
        None => r"^eq\..*$".to_owned(),
    }
}

/// Filters, of which there must be one where not all rows may be meant.
fn chosen(resource: &Resource) -> Vec<Value> {
    let mut list = vec![parameters::select(resource)];
    list.extend(parameters::filters(resource));
    list.push(reference("parameters", "prefer-change"));
    list
}

const DONE: [(&str, &str); 2] = [
    ("200", "Done; the rows, where `return=representation`."),
    ("204", "Done."),
];

fn change(resource: &Resource, key: &str) -> Value {
    let list = chosen(resource);
    let mut operation = write(resource, key, ("patch", "Change rows of"), list, &DONE);
    operation["requestBody"] = content(&reference("schemas", &format!("{key}-patch")), false);
    note(resource, &mut operation);
    operation
}

fn delete(resource: &Resource, key: &str) -> Value {
    let mut operation = write(
        resource,
        key,
        ("delete", "Delete rows of"),
        chosen(resource),
        &DONE,
    );
    note(resource, &mut operation);
    operation
}

fn note(resource: &Resource, operation: &mut Value) {
    if !resource.writing.unfiltered {
        let note = "At least one filter is needed.";
        describe(operation, "description", Some(note));
    }
}

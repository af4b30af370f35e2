//! The paths of functions.

use postgres_types::Type;
use serde_json::{Map, Value, json};

use crate::problem::Kind;
use crate::request::names_argument;
use crate::resource::{Argument, Function, Gives, Resources};

use super::answers::{or_handled, or_problems, rows, with_headers};
use super::{component, describe, in_path, parameters, reference, schema};

/// The paths of the functions of a schema.
pub(super) fn paths(
    resources: &Resources,
    schema: &str,
    schemas: &mut Map<String, Value>,
) -> Map<String, Value> {
    let mut paths = Map::new();
    for function in resources.functions().iter().filter(|f| f.schema == schema) {
        let path = format!("/rpc/{}", in_path(&function.name));
        if paths.contains_key(&path) {
            continue;
        }
        let all: Vec<&Function> = resources.functions_in(schema, &function.name).collect();
        paths.insert(path, item(resources, &all, schemas));
    }
    paths
}

/// The functions of one name.
fn item(resources: &Resources, all: &[&Function], schemas: &mut Map<String, Value>) -> Value {
    let Some(first) = all.first() else {
        return json!({});
    };
    let key = format!("rpc-{}", component(&first.name));
    let answer = answer(resources, all, &key, schemas);
    let description = described(all);
    let several = resources.schemas().len() > 1;
    let mut item = Map::new();
    // By GET nothing is written.
    let called: Vec<&Function> = all
        .iter()
        .copied()
        .filter(|function| !function.volatile && is_called_by_query(function))
        .collect();
    if !called.is_empty() {
        let mut list = arguments(&called);
        list.extend(of_rows(first, all.len()));
        list.extend(["prefer", "if-none-match"].map(|name| reference("parameters", name)));
        if several {
            list.push(reference("parameters", "accept-profile"));
        }
        let kinds = [
            Kind::AmbiguousFunction,
            Kind::MethodNotAllowed,
            Kind::UnsatisfiableRange,
            Kind::Conflict,
        ];
        item.insert(
            "get".into(),
            operation(first, ("call", &key), list, answer.clone(), &kinds),
        );
    }
    let mut list = of_rows(first, all.len());
    list.extend(["prefer", "idempotency-key"].map(|name| reference("parameters", name)));
    if several {
        list.push(reference("parameters", "content-profile"));
    }
    let kinds = [
        Kind::AmbiguousFunction,
        Kind::UnsatisfiableRange,
        Kind::Conflict,
        Kind::ContentTooLarge,
        Kind::ContentTimeout,
        Kind::InvalidContent,
        Kind::OutcomeUnknown,
        Kind::MethodNotAllowed,
        Kind::ReusedKey,
    ];
    let mut post = operation(first, ("post", &key), list, answer, &kinds);
    post["requestBody"] = content(all);
    item.insert("post".into(), post);
    for operation in item.values_mut() {
        describe(operation, "description", description.as_deref());
    }
    item.into()
}

fn operation(
    function: &Function,
    (verb, key): (&str, &str),
    parameters: Vec<Value>,
    answer: Map<String, Value>,
    kinds: &[Kind],
) -> Value {
    json!({
        "tags": ["functions"],
        "operationId": format!("{verb}-{key}"),
        "summary": format!("Call {}", function.name),
        "parameters": parameters,
        "responses": or_problems(answer, kinds),
    })
}

/// The comments, or what tells functions of one name apart.
fn described(all: &[&Function]) -> Option<String> {
    let comments: Vec<String> = all
        .iter()
        .map(|function| match (&function.comment, all.len()) {
            (Some(comment), 1) => comment.clone(),
            (Some(comment), _) => format!("`{}`: {comment}", function.signature()),
            (None, 1) => String::new(),
            (None, _) => format!("`{}`", function.signature()),
        })
        .collect();
    Some(comments.join("\n\n")).filter(|text| !text.is_empty())
}

/// What is asked of the rows, where there are rows of one kind.
fn of_rows(function: &Function, overloads: usize) -> Vec<Value> {
    if overloads > 1 || !matches!(function.gives, Gives::Rows | Gives::Outputs) {
        return Vec::new();
    }
    let mut list = vec![parameters::select(&function.rows)];
    if function.many {
        list.extend(["limit", "offset"].map(|name| reference("parameters", name)));
    }
    list
}

/// The schema of an argument's values. Whatever it is, it may be null.
fn of(argument: &Argument) -> Value {
    let mut of_type = argument
        .data_type
        .as_ref()
        .map_or_else(|| json!({}), |ty| schema::of(ty, 8));
    schema::nullable(&mut of_type);
    of_type["title"] = argument.shown.as_str().into();
    of_type
}

/// Whether all that the function needs can be said in a query string: not an argument without a name,
/// nor one that has the name of a word.
fn is_called_by_query(function: &Function) -> bool {
    let mut needed = function.arguments.iter().filter(|a| a.required);
    needed.all(|argument| is_in_query(&argument.name))
}

fn is_in_query(name: &str) -> bool {
    !name.is_empty() && names_argument(name)
}

/// Arguments as parameters: texts, as the server reads them.
fn arguments(all: &[&Function]) -> Vec<Value> {
    let mut list: Vec<Value> = Vec::new();
    for function in all {
        for argument in &function.arguments {
            let known = list
                .iter()
                .any(|parameter| parameter["name"] == argument.name.as_str());
            if known || !is_in_query(&argument.name) {
                continue;
            }
            let everywhere = all.iter().all(|other| {
                let mut arguments = other.arguments.iter();
                arguments.any(|other| other.name == argument.name && other.required)
            });
            let mut of_text = as_text(argument);
            if argument.variadic {
                of_text = json!({"type": "array", "items": of_text, "minItems": 1});
            }
            list.push(json!({
                "name": argument.name, "in": "query", "required": everywhere,
                "description": argument.shown, "schema": of_text,
            }));
        }
    }
    list
}

/// The values of an argument in a query string, as far as their text is that of their JSON.
fn as_text(argument: &Argument) -> Value {
    let of_type = argument.data_type.as_ref().map(|ty| {
        let element = match ty.kind() {
            postgres_types::Kind::Array(element) if argument.variadic => element,
            _ => ty,
        };
        schema::of(element, 8)
    });
    match of_type {
        Some(schema)
            if ["boolean", "integer"]
                .iter()
                .any(|ty| schema["type"] == *ty) =>
        {
            schema
        }
        Some(schema) if schema["format"] == "uuid" || schema["enum"].is_array() => schema,
        _ => of_other(argument),
    }
}

/// The same for types whose texts are not those of JSON: in one form that is sure to be read.
fn of_other(argument: &Argument) -> Value {
    let element = argument.data_type.as_ref().map(|ty| match ty.kind() {
        postgres_types::Kind::Array(element) if argument.variadic => element,
        _ => ty,
    });
    match element {
        Some(&(Type::NUMERIC | Type::FLOAT4 | Type::FLOAT8)) => json!({"type": "number"}),
        Some(&(Type::JSON | Type::JSONB)) => {
            json!({"type": ["integer", "boolean"], "description": "JSON."})
        }
        Some(ty) => match schema::format(ty) {
            Some(format) => json!({"type": "string", "format": format}),
            None => json!({"type": "string"}),
        },
        None => json!({"type": "string"}),
    }
}

/// Arguments as content.
fn content(all: &[&Function]) -> Value {
    let mut objects = Vec::new();
    let mut content = Map::new();
    for function in all {
        if let [argument] = &function.arguments[..]
            && argument.name.is_empty()
        {
            let (media, schema) = match argument.shown.as_str() {
                "text" => ("text/plain", json!({"type": "string"})),
                "bytea" => ("application/octet-stream", json!({"type": "string"})),
                "xml" => ("text/xml", json!({"type": "string"})),
                _ => {
                    objects.push(json!({}));
                    continue;
                }
            };
            content.insert(media.into(), json!({"schema": schema}));
            continue;
        }
        let named = function
            .arguments
            .iter()
            .filter(|argument| !argument.name.is_empty());
        let properties: Map<String, Value> = named
            .map(|argument| (argument.name.clone(), of(argument)))
            .collect();
        let required: Vec<&str> = function
            .arguments
            .iter()
            .filter(|argument| argument.required)
            .map(|argument| argument.name.as_str())
            .collect();
        let mut object =
            json!({"type": "object", "properties": properties, "additionalProperties": false});
        if !required.is_empty() {
            object["required"] = required.into();
        }
        objects.push(object);
    }
    if !objects.is_empty() {
        let schema = match objects.len() {
            1 => objects.remove(0),
            _ => json!({"anyOf": objects}),
        };
        content.insert("application/json".into(), json!({"schema": schema}));
    }
    json!({"required": true, "content": content})
}

/// What comes back.
fn answer(
    resources: &Resources,
    all: &[&Function],
    key: &str,
    schemas: &mut Map<String, Value>,
) -> Map<String, Value> {
    let headers = with_headers(&[
        ("Content-Range", "content-range"),
        ("Preference-Applied", "preference-applied"),
    ]);
    let mut answer = Map::new();
    if all.iter().any(|function| function.gives == Gives::Nothing) {
        answer.insert(
            "204".into(),
            json!({"description": "Done; nothing comes back."}),
        );
    }
    let results: Vec<Value> = all
        .iter()
        .filter(|function| function.gives != Gives::Nothing)
        .enumerate()
        .map(|(at, function)| {
            let name = if at == 0 {
                key.to_owned()
            } else {
                format!("{key}-{at}")
            };
            let one = one(resources, function, &name, schemas);
            if function.many {
                json!({"type": "array", "items": one})
            } else {
                one
            }
        })
        .collect();
    let [first, ..] = &results[..] else {
        return answer;
    };
    let schema = if results.len() == 1 {
        first.clone()
    } else {
        json!({"anyOf": results.into_iter().flat_map(alternatives).collect::<Vec<_>>()})
    };
    let mut forms = rows(&json!({}));
    forms["application/json"]["schema"] = schema;
    for function in all.iter().filter(|function| function.has_rows()) {
        forms = or_handled(forms, resources, &function.rows);
    }
    for media in all.iter().filter_map(|function| function.media.as_ref()) {
        forms[media.name.as_str()] = json!({"schema": {"type": "string"}});
    }
    answer.insert(
        "200".into(),
        json!({"description": "What the function gives.", "headers": headers, "content": forms}),
    );
    answer.insert(
        "206".into(),
        json!({"description": "Part of the rows, which were counted.", "headers": headers, "content": forms}),
    );
    answer.insert("304".into(), reference("responses", "unchanged"));
    answer
}

/// A schema with several types as several schemas: not every reader of descriptions expects them
/// within `anyOf`.
fn alternatives(schema: Value) -> Vec<Value> {
    let Some(types) = schema["type"].as_array().cloned() else {
        return vec![schema];
    };
    let of = |ty: Value| {
        if ty == "null" {
            return json!({"type": "null"});
        }
        let mut one = schema.clone();
        one["type"] = ty;
        if let Some(labels) = one.get_mut("enum").and_then(Value::as_array_mut) {
            labels.retain(|label| !label.is_null());
        }
        one
    };
    types.into_iter().map(of).collect()
}

/// One of what a function gives.
fn one(
    resources: &Resources,
    function: &Function,
    key: &str,
    schemas: &mut Map<String, Value>,
) -> Value {
    let columns = &function.rows.columns;
    if function.gives == Gives::Value {
        return columns.first().map_or_else(|| json!({}), schema::column);
    }
    let relation = resources.get_in(&function.rows.schema, &function.rows.name);
    if function.gives == Gives::Rows
        && let Some(relation) = relation
        && relation.relation == function.rows.relation
        && function.rows.sql == relation.sql
        && relation.schema == function.schema
        && function.many
    {
        return reference("schemas", &component(&relation.name));
    }
    // A function may leave out what the relation's rows always have.
    let properties: Map<String, Value> = columns
        .iter()
        .map(|column| {
            let mut column = column.clone();
            column.not_null = false;
            (column.name.clone(), schema::column(&column))
        })
        .collect();
    schemas.insert(
        key.to_owned(),
        json!({"type": "object", "properties": properties}),
    );
    reference("schemas", key)
}

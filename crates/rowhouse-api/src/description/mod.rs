//! What is served, described: `OpenAPI` 3.1.
//!
//! The document is made from the resources, not from types of ours, so it is put together as JSON:
//! generators that read Rust types have nothing to read here. It describes one schema, as a
//! client sees it that names that schema; nothing is in it that the app role cannot reach.
//!
//! `schema` has the types of values, `parameters` and `answers` what requests and answers share,
//! `relations` and `functions` the paths.

mod answers;
mod functions;
mod parameters;
mod relations;
mod schema;
mod security;

use std::fmt::Write;

use rowhouse::TenantType;
use rowhouse_identity::{Identity, Source};
use serde_json::{Map, Value, json};

use crate::resource::Resources;

/// What the document says beside what is served.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The schema that is described.
    pub schema: &'a str,
    /// What says whose a request is.
    pub identity: &'a Identity,
    /// The type of the tenant's id.
    pub tenant: TenantType,
    /// The longest content of a request, in bytes.
    pub content_bytes: u64,
}

/// The document.
pub fn document(resources: &Resources, about: &About<'_>) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    let mut tags = Vec::new();
    for resource in resources.iter().filter(|r| r.schema == about.schema) {
        let (path, item) = relations::path(resources, resource, &mut schemas);
        tags.push(tag(&resource.name, resource.comment.as_deref()));
        paths.insert(path, item);
    }
    let called = functions::paths(resources, about.schema, &mut schemas);
    if !called.is_empty() {
        tags.push(tag("functions", Some("Functions of the database.")));
    }
    paths.extend(called);
    schemas.insert("problem".into(), answers::problem());
    let mut shared = parameters::shared(resources, about.schema);
    let mut security = None;
    // A header alone is no credential: it says whose rows are meant.
    if let [Source::Header(header)] = about.identity.sources() {
        let header = parameters::tenant(header.name(), about.tenant);
        shared.insert("tenant".into(), header);
        paths.values_mut().for_each(of_tenant);
    } else {
        security = Some(security::schemes(about.identity));
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("Rowhouse: the schema {}", about.schema),
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!(
                "The rows of one tenant, in PostgREST's conventions. Every request says whose rows \
                 it is about; no answer holds another tenant's. The content of a request has at \
                 most {} bytes.",
                about.content_bytes
            ),
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": shared,
            "responses": answers::shared(),
            "headers": answers::headers(),
        },
    });
    if let Some((ways, demand)) = security {
        document["components"]["securitySchemes"] = ways;
        document["security"] = demand;
    }
    document
}

/// Adds the tenant's header to every operation of a path. It is no credential: who leaves it out has
/// not said whose rows are meant.
fn of_tenant(path: &mut Value) {
    let Some(operations) = path.as_object_mut() else {
        return;
    };
    for operation in operations.values_mut() {
        if let Some(list) = operation["parameters"].as_array_mut() {
            list.insert(0, reference("parameters", "tenant"));
        }
    }
}

fn tag(name: &str, comment: Option<&str>) -> Value {
    match comment {
        Some(comment) => json!({"name": name, "description": comment}),
        None => json!({"name": name}),
    }
}

/// A name as a part of a path.
fn in_path(name: &str) -> String {
    let mut path = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}

/// A name as one of a component: other characters than those allowed become their numbers.
fn component(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for character in name.chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '_') {
            key.push(character);
        } else {
            let _ = write!(key, ".{:x}.", u32::from(character));
        }
    }
    key
}

fn reference(kind: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{kind}/{name}")})
}

/// Adds a member that is there.
fn describe(object: &mut Value, member: &str, text: Option<&str>) {
    if let (Some(text), Some(object)) = (text, object.as_object_mut()) {
        object.insert(member.to_owned(), text.into());
    }
}

//! What the service offers, read off its description: OpenAPI 3, or the Swagger 2.0 that PostgREST gives.

use std::collections::BTreeMap;

use anyhow::bail;
use serde_json::Value;

/// How deep a description may say what one thing is; some go round in circles.
const DEEPEST: usize = 16;

/// All that can be asked for.
#[derive(Debug, Default)]
pub(super) struct Surface {
    pub(super) resources: Vec<Resource>,
    pub(super) functions: Vec<Function>,
    /// Whether it filters as PostgREST does: `column=eq.value`.
    pub(super) operators: bool,
}

/// A list of rows, by its path.
#[derive(Debug, Clone, Default)]
pub(super) struct Resource {
    /// The path, encoded, with the slash in front.
    pub(super) path: String,
    /// What it is called in an embedding.
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// What a new row takes, by name; none where rows cannot be added.
    pub(super) new: Option<Vec<Column>>,
    pub(super) can_change: bool,
    pub(super) can_put: bool,
    pub(super) can_delete: bool,
    /// Paths of single rows: what stands in front of the key, and behind it, with their methods.
    pub(super) items: Vec<Item>,
    /// The query parameters, where it does not filter as PostgREST does.
    pub(super) filters: Vec<String>,
}

/// The path of one row.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) methods: Vec<&'static str>,
}

/// A member of a row, or an argument.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) required: bool,
    /// The resource and column that it refers to, where the description says so.
    pub(super) refers: Option<(String, String)>,
}

/// What can be made up for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Text(usize),
    Uuid,
    Integer(i64, i64),
    Number,
    Boolean,
    Date,
    Time,
    Timestamp,
    OneOf(Vec<Value>),
    List,
    Object,
}

/// A function, by its path.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) path: String,
    pub(super) arguments: Vec<Column>,
    pub(super) methods: Vec<&'static str>,
}

impl Surface {
    /// Reads a description.
    ///
    /// # Errors
    /// It is none.
    pub(super) fn read(text: &str) -> anyhow::Result<Self> {
        let document: Value = serde_json::from_str(text)?;
        let Some(paths) = document.get("paths").and_then(Value::as_object) else {
            bail!("it is no OpenAPI description: it has no `paths`");
        };
        let book = Book(&document);
        let mut surface = Self::default();
        for (path, operations) in paths {
            let operations = book.resolve(operations);
            if path == "/" {
                continue;
            }
            if path.starts_with("/rpc/") {
                surface.functions.push(book.function(path, operations));
            } else if !path.contains('{')
                && (operations.get("get").is_some() || operations.get("post").is_some())
            {
                surface.resources.push(book.resource(path, operations));
            }
        }
        for (path, operations) in paths {
            let Some((before, rest)) = path.split_once('{') else {
                continue;
            };
            let Some((_, after)) = rest
                .split_once('}')
                .filter(|(_, after)| !after.contains('{'))
            else {
                continue;
            };
            let list = before.trim_end_matches('/');
            let owner = |resource: &&mut Resource| resource.path.trim_end_matches('/') == list;
            if let Some(resource) = surface.resources.iter_mut().find(owner) {
                resource.items.push(Item {
                    before: before.to_owned(),
                    after: after.to_owned(),
                    methods: methods(book.resolve(operations)),
                });
            }
        }
        surface.operators = paths.values().any(|operations| {
            let get = book.resolve(operations).get("get");
            get.is_some_and(|get| book.parameters(get).iter().any(|known| known == "select"))
        });
        Ok(surface)
    }
}

fn methods(operations: &Value) -> Vec<&'static str> {
    let known = ["get", "post", "put", "patch", "delete"];
    known
        .into_iter()
        .filter(|method| operations.get(method).is_some())
        .collect()
}

/// A description, in which one thing refers to another.
struct Book<'a>(&'a Value);

impl<'a> Book<'a> {
    fn resolve(&self, value: &'a Value) -> &'a Value {
        let mut value = value;
        // A description that refers in circles is left where it is.
        for _ in 0..16 {
            let Some(place) = value.get("$ref").and_then(Value::as_str) else {
                break;
            };
            let Some(found) = place.strip_prefix('#').and_then(|at| self.0.pointer(at)) else {
                break;
            };
            value = found;
        }
        value
    }

    fn parameters(&self, operation: &'a Value) -> Vec<String> {
        let list = operation.get("parameters").and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .map(|parameter| self.resolve(parameter))
            .filter(|parameter| parameter.get("in").and_then(Value::as_str) == Some("query"))
            .filter_map(|parameter| parameter.get("name")?.as_str())
            // Where one parameter refers to a column by a name such as `rowFilter.items.id`, its name is the column's.
            .map(str::to_owned)
            .collect()
    }

    /// The schema of what a request carries.
    fn carried(&self, operation: &'a Value) -> Option<&'a Value> {
        let three = operation
            .get("requestBody")
            .map(|body| self.resolve(body))
            .and_then(|body| media(body.get("content")?));
        let two = || {
            let list = operation.get("parameters")?.as_array()?;
            let body = list.iter().map(|parameter| self.resolve(parameter));
            body.into_iter()
                .find(|parameter| parameter.get("in").and_then(Value::as_str) == Some("body"))?
                .get("schema")
        };
        self.object(three.or_else(two)?, 0)
    }

    /// The schema of what comes back.
    fn returned(&self, operation: &'a Value) -> Option<&'a Value> {
        let answers = operation.get("responses")?;
        let answer = self.resolve(answers.get("200").or_else(|| answers.get("default"))?);
        let schema = answer
            .get("content")
            .and_then(media)
            .or_else(|| answer.get("schema"))?;
        self.object(schema, 0)
    }

    /// The schema of one object in a schema of it, of a list of it, or of either.
    fn object(&self, schema: &'a Value, deep: usize) -> Option<&'a Value> {
        let schema = self.resolve(schema);
        if deep > DEEPEST {
            return None;
        }
        if schema.get("properties").is_some() {
            return Some(schema);
        }
        if let Some(items) = schema.get("items") {
            return self.object(items, deep + 1);
        }
        ["anyOf", "oneOf", "allOf"]
            .iter()
            .filter_map(|several| schema.get(several)?.as_array())
            .flatten()
            .find_map(|one| self.object(one, deep + 1))
    }

    fn columns(&self, schema: &'a Value) -> Vec<Column> {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let properties = schema.get("properties").and_then(Value::as_object);
        properties
            .into_iter()
            .flatten()
            .map(|(name, property)| Column {
                name: name.clone(),
                kind: self.kind(property, 0),
                // PostgREST calls required what has a default, too.
                required: required.contains(&name.as_str()) && property.get("default").is_none(),
                refers: property
                    .get("description")
                    .and_then(Value::as_str)
                    .and_then(reference),
            })
            .collect()
    }

    fn kind(&self, property: &'a Value, deep: usize) -> Kind {
        let property = self.resolve(property);
        if deep > DEEPEST {
            return Kind::Object;
        }
        if let Some(values) = property.get("enum").and_then(Value::as_array) {
            return Kind::OneOf(values.clone());
        }
        if let Some(several) = property
            .get("anyOf")
            .or_else(|| property.get("oneOf"))
            .and_then(Value::as_array)
        {
            let real = several
                .iter()
                .find(|one| one.get("type").and_then(Value::as_str) != Some("null"));
            return real.map_or(Kind::Object, |one| self.kind(one, deep + 1));
        }
        let word = |name: &str| {
            property
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let bound =
            |name: &str, usual: i64| property.get(name).and_then(Value::as_i64).unwrap_or(usual);
        let types = property.get("type");
        let first = types.and_then(Value::as_array).and_then(|types| {
            types
                .iter()
                .filter_map(Value::as_str)
                .find(|known| *known != "null")
        });
        let told = format!("{} {}", word("format"), word("title"));
        let longest = property.get("maxLength").and_then(Value::as_u64);
        match first.or_else(|| types.and_then(Value::as_str)) {
            Some("integer") => {
                Kind::Integer(bound("minimum", 1), bound("maximum", i64::from(i32::MAX)))
            }
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Boolean,
            Some("array") => Kind::List,
            Some("string") if told.contains("uuid") => Kind::Uuid,
            Some("string") if told.contains("timestamp") || told.contains("date-time") => {
                Kind::Timestamp
            }
            Some("string") if told.contains("date") => Kind::Date,
            Some("string") if told.contains("time") => Kind::Time,
            Some("string") => Kind::Text(longest.map_or(usize::MAX, |longest| longest as usize)),
            _ => Kind::Object,
        }
    }

    fn resource(&self, path: &str, operations: &'a Value) -> Resource {
        let of = |method: &str| {
            operations
                .get(method)
                .map(|operation| self.resolve(operation))
        };
        let new = of("post")
            .and_then(|post| self.carried(post))
            .map(|schema| self.columns(schema));
        let mut columns = of("get")
            .and_then(|get| self.returned(get))
            .map_or_else(Vec::new, |schema| self.columns(schema));
        if columns.is_empty() {
            columns = new.clone().unwrap_or_default();
        }
        let known = path
            .trim_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        Resource {
            path: path.to_owned(),
            name: known.to_owned(),
            columns,
            new,
            can_change: of("patch").is_some(),
            can_put: of("put").is_some(),
            can_delete: of("delete").is_some(),
            items: Vec::new(),
            filters: of("get")
                .map(|get| self.parameters(get))
                .unwrap_or_default(),
        }
    }

    fn function(&self, path: &str, operations: &'a Value) -> Function {
        let post = operations.get("post").map(|post| self.resolve(post));
        let mut arguments = post
            .and_then(|post| self.carried(post))
            .map(|schema| self.columns(schema))
            .unwrap_or_default();
        if arguments.is_empty()
            && let Some(get) = operations.get("get")
        {
            // What a function takes stands among what its rows are filtered by; it says that it is needed.
            let list = get.get("parameters").and_then(Value::as_array);
            arguments = list
                .into_iter()
                .flatten()
                .map(|parameter| self.resolve(parameter))
                .filter(|parameter| {
                    parameter.get("required").and_then(Value::as_bool) == Some(true)
                })
                .filter_map(|parameter| {
                    let schema = parameter.get("schema").unwrap_or(parameter);
                    Some(Column {
                        name: parameter.get("name")?.as_str()?.to_owned(),
                        kind: self.kind(schema, 0),
                        required: true,
                        refers: None,
                    })
                })
                .collect();
        }
        Function {
            path: path.to_owned(),
            arguments,
            methods: methods(operations),
        }
    }
}

/// The schema of JSON in a map of media types.
fn media(content: &Value) -> Option<&Value> {
    let content = content.as_object()?;
    let json = content
        .iter()
        .find(|(name, _)| name.starts_with("application/json"));
    json.or_else(|| content.iter().next())?.1.get("schema")
}

/// `<fk table='projects' column='id'/>`, as PostgREST notes it.
fn reference(description: &str) -> Option<(String, String)> {
    let note = description.split_once("<fk ")?.1.split_once("/>")?.0;
    let mut parts: BTreeMap<&str, String> = BTreeMap::new();
    for part in note.split_whitespace() {
        let (name, value) = part.split_once('=')?;
        parts.insert(name, value.trim_matches(['\'', '"']).to_owned());
    }
    Some((parts.remove("table")?, parts.remove("column")?))
}

#[cfg(test)]
#[path = "surface_tests.rs"]
mod tests;

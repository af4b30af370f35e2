//! Values of SQL, as far as tenants need them.

use std::cmp::Ordering;

use rowhouse_catalog::{Catalog, Oid, Shape, quote_ident};

use super::frame::Val;

/// The sorts of types that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    Bool,
    Int,
    Text,
    /// Text compared without regard to case: `citext`, nondeterministic collations.
    Folded,
    /// Text compared without trailing spaces: `character(n)`.
    Padded,
    Uuid,
    Json,
    /// An array of anything.
    Array,
    /// Anything else.
    Other,
}

impl Class {
    /// The class of a type.
    pub(super) fn of(catalog: &Catalog, oid: Oid) -> Self {
        match oid.0 {
            16 => Self::Bool,
            20 | 21 | 23 | 26 | 1700 => Self::Int,
            19 | 25 | 1043 | 18 => Self::Text,
            1042 => Self::Padded,
            2950 => Self::Uuid,
            114 | 3802 => Self::Json,
            _ => catalog
                .type_of(oid)
                .map_or(Self::Other, |found| match &found.shape {
                    Shape::Domain(domain) => Self::of(catalog, domain.base),
                    Shape::Array { .. } => Self::Array,
                    Shape::Enum { .. } => Self::Text,
                    Shape::Base if found.name == "citext" => Self::Folded,
                    _ => Self::Other,
                }),
        }
    }

    /// The class of a type as a cast names it, those that users made included.
    pub(super) fn of_name(catalog: &Catalog, name: &str) -> Self {
        let known = Self::named(name);
        if known != Self::Other {
            return known;
        }
        let made = catalog.types.iter().find(|made| {
            let bare = quote_ident(&made.name);
            name == bare || name == format!("{}.{bare}", quote_ident(&made.schema))
        });
        made.map_or(known, |made| Self::of(catalog, made.oid))
    }

    /// The class of a type as it is written, such as `character varying(20)`.
    pub(super) fn named(name: &str) -> Self {
        let name = name.trim().to_ascii_lowercase();
        if name.ends_with("[]") {
            return Self::Array;
        }
        let name = name.strip_prefix("pg_catalog.").unwrap_or(&name);
        let bare = name.split('(').next().unwrap_or(name).trim();
        match bare.trim_matches('"') {
            "boolean" | "bool" => Self::Bool,
            "integer" | "int" | "int2" | "int4" | "int8" | "bigint" | "smallint" | "numeric"
            | "oid" | "decimal" => Self::Int,
            "text" | "character varying" | "varchar" | "name" => Self::Text,
            "character" | "char" | "bpchar" => Self::Padded,
            "uuid" => Self::Uuid,
            "json" | "jsonb" => Self::Json,
            other if other == "citext" || other.ends_with(".citext") => Self::Folded,
            _ => Self::Other,
        }
    }
}

/// A part of the session: a setting, or what stands at a path inside one that holds JSON or a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Leaf {
    pub(super) setting: String,
    pub(super) path: Vec<String>,
}

impl Leaf {
    /// How a report names it.
    pub(super) fn describe(&self) -> String {
        let mut words = vec![self.setting.clone()];
        words.extend(self.path.iter().cloned());
        words.join(" -> ")
    }

    /// Whether it says which user is asking, by its name.
    pub(super) fn names_a_user(&self) -> bool {
        let name = self.path.last().unwrap_or(&self.setting);
        let name = name.to_ascii_lowercase();
        let ends = |word: &str| name.ends_with(word);
        name.contains("user") || ends("sub") || ends("uid") || ends("email")
    }

    pub(super) fn at(&self, step: impl Into<String>) -> Self {
        let mut leaf = self.clone();
        leaf.path.push(step.into());
        leaf
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Text(String),
    Folded(String),
    Padded(String),
    Uuid(String),
    /// Text in the session that has not been looked at yet.
    Leaf {
        leaf: Leaf,
        missing_ok: bool,
    },
    /// Text in the session that is neither empty nor a plain value: JSON, or parts with separators.
    Document(Leaf),
    /// The same, as JSON.
    Json(Leaf),
    List(Vec<Value>),
    /// JSON that was put together: its fields.
    Object(Vec<(String, Val)>),
    /// Something that was not understood. `mystery`: it may have to do with tenants; otherwise it is a plain
    /// condition on other data.
    Unclear {
        sql: String,
        mystery: bool,
    },
}

/// SQL would raise an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Raised;

impl Value {
    /// The text of a value that has one.
    pub(super) fn text(&self) -> Option<String> {
        Some(match self {
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Text(text) | Self::Folded(text) | Self::Uuid(text) => text.clone(),
            Self::Padded(text) => text.trim_end_matches(' ').to_owned(),
            _ => return None,
        })
    }

    /// The value as another type; none where that is not known.
    pub(super) fn cast(&self, class: Class) -> Result<Option<Self>, Raised> {
        if matches!(self, Self::Null) {
            return Ok(Some(Self::Null));
        }
        if let Self::Document(leaf) = self {
            return match class {
                Class::Text | Class::Folded | Class::Padded => Ok(Some(self.clone())),
                Class::Json => Ok(Some(Self::Json(leaf.clone()))),
                Class::Bool | Class::Int | Class::Uuid => Err(Raised),
                Class::Array | Class::Other => Ok(None),
            };
        }
        if let (Self::Json(_) | Self::Object(_), Class::Json) | (Self::List(_), Class::Array) =
            (self, class)
        {
            return Ok(Some(self.clone()));
        }
        let Some(text) = self.text() else {
            return Ok(None);
        };
        Ok(Some(match class {
            Class::Text => Self::Text(text),
            Class::Folded => Self::Folded(text),
            Class::Padded => Self::Padded(text),
            Class::Uuid => Self::Uuid(uuid(&text).ok_or(Raised)?),
            Class::Int => match self {
                Self::Bool(value) => Self::Int(i128::from(*value)),
                _ => Self::Int(text.trim().parse().map_err(|_| Raised)?),
            },
            Class::Bool => match self {
                Self::Int(value) => Self::Bool(*value != 0),
                _ => Self::Bool(boolean(&text).ok_or(Raised)?),
            },
            Class::Json => match serde_json::from_str(&text) {
                Ok(serde_json::Value::Object(fields)) => object(fields),
                // Plain values of the session are no JSON objects.
                _ => return Err(Raised),
            },
            Class::Array | Class::Other => return Ok(None),
        }))
    }

    /// How two values compare; none where one is null or that is not known.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Uuid(a), Self::Uuid(b)) | (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Uuid(a), Self::Text(b)) => uuid(b).map(|b| a.cmp(&b)),
            (Self::Text(a), Self::Uuid(b)) => uuid(a).map(|a| a.cmp(b)),
            (Self::Int(a), Self::Text(b)) => b.trim().parse().ok().map(|b: i128| a.cmp(&b)),
            (Self::Text(a), Self::Int(b)) => a.trim().parse().ok().map(|a: i128| a.cmp(b)),
            // Such a text is like no other that is written down.
            (Self::Document(a), Self::Document(b)) => Some(a.cmp(b)),
            (Self::Document(_), Self::Text(_) | Self::Padded(_) | Self::Folded(_)) => {
                Some(Ordering::Greater)
            }
            (Self::Text(_) | Self::Padded(_) | Self::Folded(_), Self::Document(_)) => {
                Some(Ordering::Less)
            }
            (Self::Folded(a), b) => Some(a.to_lowercase().cmp(&b.text()?.to_lowercase())),
            (a, Self::Folded(b)) => Some(a.text()?.to_lowercase().cmp(&b.to_lowercase())),
            (Self::Padded(a), Self::Padded(b)) => {
                Some(a.trim_end_matches(' ').cmp(b.trim_end_matches(' ')))
            }
            (Self::Text(a), Self::Padded(b)) => Some(a.as_str().cmp(b.trim_end_matches(' '))),
            (Self::Padded(a), Self::Text(b)) => Some(a.trim_end_matches(' ').cmp(b.as_str())),
            (Self::Bool(a), Self::Text(b)) => boolean(b).map(|b| a.cmp(&b)),
            (Self::Text(a), Self::Bool(b)) => boolean(a).map(|a| a.cmp(b)),
            (Self::Object(a), Self::Object(b)) => same_fields(a, b),
            // A claim that is looked into is not what a constant says; that the session says just that is tried too.
            (Self::Json(_), Self::Object(all)) if is_known(all) => Some(Ordering::Greater),
            (Self::Object(all), Self::Json(_)) if is_known(all) => Some(Ordering::Less),
            _ => None,
        }
    }

    /// How a report writes it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Null => "NULL".into(),
            Self::Text(text) | Self::Folded(text) | Self::Padded(text) => {
                rowhouse_catalog::quote_literal(text)
            }
            Self::Document(_) | Self::Json(_) | Self::Object(_) => "(JSON)".into(),
            Self::Unclear { sql, .. } => sql.clone(),
            _ => self.text().unwrap_or_default(),
        }
    }
}

/// A JSON object that is written out.
fn object(fields: serde_json::Map<String, serde_json::Value>) -> Value {
    let fields = fields.into_iter().map(|(name, field)| {
        let value = match field {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(value),
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Number(number) => number.as_i64().map_or_else(
                || Value::Text(number.to_string()),
                |number| Value::Int(number.into()),
            ),
            serde_json::Value::Object(fields) => object(fields),
            list @ serde_json::Value::Array(_) => Value::Unclear {
                sql: format!(
                    "{}::jsonb",
                    rowhouse_catalog::quote_literal(&list.to_string())
                ),
                mystery: false,
            },
        };
        (name, Val::constant(value))
    });
    Value::Object(fields.collect())
}

/// Nothing in it stands for something else.
fn is_known(fields: &[(String, Val)]) -> bool {
    fields.iter().all(|(_, field)| match &field.value {
        Value::Object(inner) => is_known(inner),
        Value::Unclear { .. } | Value::Leaf { .. } | Value::Document(_) | Value::Json(_) => false,
        _ => true,
    })
}

/// Whether two objects say the same; none where that is not known.
fn same_fields(a: &[(String, Val)], b: &[(String, Val)]) -> Option<Ordering> {
    if !is_known(a) || !is_known(b) {
        return None;
    }
    let within = |some: &[(String, Val)], others: &[(String, Val)]| {
        some.iter().all(|(name, field)| {
            let mut others = others.iter();
            others.any(|(other, value)| other == name && value.value == field.value)
        })
    };
    let same = within(a, b) && within(b, a);
    Some(if same {
        Ordering::Equal
    } else {
        Ordering::Greater
    })
}

/// A uuid as the server writes it, from any spelling it reads.
pub(super) fn uuid(text: &str) -> Option<String> {
    let text = text
        .strip_prefix('{')
        .and_then(|inner| inner.strip_suffix('}'))
        .unwrap_or(text);
    let digits: String = text.chars().filter(|&letter| letter != '-').collect();
    let is_hex = digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_hex {
        return None;
    }
    let digits = digits.to_ascii_lowercase();
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]);
    Some(parts.join("-"))
}

fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "t" | "tr" | "tru" | "true" | "y" | "ye" | "yes" | "on" | "1" => Some(true),
        "f" | "fa" | "fal" | "fals" | "false" | "n" | "no" | "of" | "off" | "0" => Some(false),
        _ => None,
    }
}

//! How the service says which tenant it works for: settings, and perhaps a role. What policies ask for is offered in several
//! readings; the one that shows a tenant its own rows is right.

use std::collections::BTreeMap;

use rowhouse_catalog::quote_ident;
use serde_json::{Map, Value};

use super::fill::Filler;
use super::sealing;
use super::tenants::Tenant;
use super::words::Asked;
use crate::seal::literal;

/// What the session says of the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// A tenant that is there.
    Tenant,
    /// Nothing was ever set.
    Unset,
    /// Empty settings, as they are after a transaction that set them.
    Empty,
    /// Settings that are no tenant.
    Garbage,
}

impl State {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Tenant, Self::Unset, Self::Empty, Self::Garbage];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Unset => "unset",
            Self::Empty => "empty",
            Self::Garbage => "garbage",
        }
    }
}

/// How a value is made for what a setting is made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// By the column it is compared with, or by its cast.
    Guessed,
    /// Everything is the tenant's id.
    Id,
    /// Everything is the tenant's own text.
    Text,
    /// Everything is its own number.
    Number,
    /// Everything is its own uuid.
    Uuid,
}

impl Reading {
    pub(super) const ALL: [Self; 5] = [
        Self::Guessed,
        Self::Id,
        Self::Text,
        Self::Number,
        Self::Uuid,
    ];
}

/// What is set at the beginning of a transaction, as one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Session {
    pub(super) settings: Vec<(String, String)>,
    /// The service signs it, where the database is sealed.
    pub(super) is_sealed: bool,
    /// What is set after that, as an injected expression would.
    pub(super) forged: Vec<(String, String)>,
}

impl Session {
    /// The session of a tenant in one reading. What users may change of their claims says somebody else's id.
    pub(super) fn of(
        filler: &Filler<'_>,
        tenant: &Tenant,
        other: &Tenant,
        reading: Reading,
    ) -> Self {
        let mut documents: BTreeMap<String, Value> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        for asked in &filler.words.asked {
            if !order.contains(&asked.setting) {
                order.push(asked.setting.clone());
            }
            let claimed = asked.path.iter().any(|key| key.contains("user_meta"));
            let whose = if claimed { other } else { tenant };
            let value = value(filler, asked, whose, reading);
            if asked.path.is_empty() {
                documents
                    .entry(asked.setting.clone())
                    .or_insert_with(|| Value::String(value));
            } else {
                let document = documents
                    .entry(asked.setting.clone())
                    .or_insert_with(|| Value::Object(Map::new()));
                if !document.is_object() {
                    *document = Value::Object(Map::new());
                }
                put(document, &asked.path, value);
            }
        }
        for setting in &filler.model.settings {
            if !documents.contains_key(&setting.name) {
                order.push(setting.name.clone());
                documents.insert(setting.name.clone(), Value::String(tenant.id.clone()));
            }
        }
        let settings = order.into_iter().map(|name| {
            let value = match &documents[&name] {
                Value::String(text) => text.clone(),
                document => document.to_string(),
            };
            (name, value)
        });
        Self {
            settings: settings.collect(),
            is_sealed: filler.model.seal.is_some(),
            forged: Vec::new(),
        }
    }

    /// The same settings with one value in all of them.
    pub(super) fn with_all(&self, value: &str) -> Self {
        Self {
            settings: self
                .settings
                .iter()
                .map(|(name, _)| (name.clone(), value.to_owned()))
                .collect(),
            ..Self::default()
        }
    }

    /// Another value for one setting.
    pub(super) fn say(&mut self, name: &str, value: &str) {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Another value inside a setting that holds a document, or none.
    pub(super) fn say_inside(&mut self, name: &str, path: &[&str], value: Option<&str>) {
        let Some((last, way)) = path.split_last() else {
            return;
        };
        for (_, held) in self.settings.iter_mut().filter(|(known, _)| known == name) {
            let Ok(mut document) = serde_json::from_str::<Value>(held) else {
                continue;
            };
            let place = way
                .iter()
                .try_fold(&mut document, |place, key| place.get_mut(*key));
            if let Some(Value::Object(fields)) = place {
                match value {
                    Some(value) => {
                        fields.insert((*last).to_owned(), Value::String(value.to_owned()))
                    }
                    None => fields.remove(*last),
                };
            }
            *held = document.to_string();
        }
    }

    /// SQL that says so until the end of the transaction.
    pub(super) fn sql(&self, role: Option<&str>) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let Some(role) = role {
            parts.push(format!("SET LOCAL ROLE {}", quote_ident(role)));
        }
        let set = |settings: &[(String, String)]| {
            let calls = settings.iter().map(|(name, value)| {
                format!("set_config({}, {}, true)", literal(name), literal(value))
            });
            let calls: Vec<String> = calls.collect();
            (!calls.is_empty()).then(|| format!("SELECT {}", calls.join(", ")))
        };
        parts.extend(set(&self.settings));
        if self.is_sealed {
            parts.push(sealing::SIGN.to_owned());
        }
        parts.extend(set(&self.forged));
        parts.join("; ")
    }
}

fn put(document: &mut Value, path: &[String], value: String) {
    let Some((key, rest)) = path.split_first() else {
        return;
    };
    if !document.is_object() {
        *document = Value::Object(Map::new());
    }
    if let Value::Object(fields) = document {
        if rest.is_empty() {
            fields.entry(key.clone()).or_insert(Value::String(value));
        } else {
            put(
                fields
                    .entry(key.clone())
                    .or_insert(Value::Object(Map::new())),
                rest,
                value,
            );
        }
    }
}

fn value(filler: &Filler<'_>, asked: &Asked, tenant: &Tenant, reading: Reading) -> String {
    match reading {
        Reading::Guessed => guessed(filler, asked, tenant),
        Reading::Id => tenant.id.clone(),
        Reading::Text => tenant.text(0, usize::MAX),
        Reading::Number => tenant.number(0).to_string(),
        Reading::Uuid => tenant.uuid(0),
    }
}

/// Whether a role is called like one that may more than others.
fn is_powerful(role: &str) -> bool {
    let role = role.to_ascii_lowercase();
    [
        "admin", "service", "super", "root", "system", "staff", "support", "owner",
    ]
    .iter()
    .any(|word| role.contains(word))
}

fn guessed(filler: &Filler<'_>, asked: &Asked, tenant: &Tenant) -> String {
    let last = asked.path.last().map_or("", String::as_str);
    if last == "role" {
        let roles = &filler.model.catalog.roles;
        let known = roles.iter().find(|role| role.name == "authenticated");
        // A role that goes around the policies is none of the service's users.
        let mut said = filler
            .words
            .asked
            .iter()
            .filter(|other| other.path == asked.path);
        let said = said.find_map(|other| other.constants.iter().find(|said| !is_powerful(said)));
        let said = said.map_or("authenticated", String::as_str);
        return known.map_or(said.to_owned(), |role| role.name.clone());
    }
    if let Some(column) = &asked.column {
        let tables = filler.model.tenant_tables().map(|(table, _)| table);
        let all = filler
            .model
            .catalog
            .relations
            .iter()
            .filter(|r| r.is_table() && !r.is_system());
        let found = tables.chain(all).find_map(|table| {
            let column = table
                .columns
                .iter()
                .find(|known| known.name.eq_ignore_ascii_case(column))?;
            Some((table, column))
        });
        if let Some((table, column)) = found {
            let value = filler.value(table, tenant, 0, column);
            // Several of them are compared with a list.
            return value;
        }
    }
    match asked.cast.as_deref() {
        Some("uuid") => tenant.uuid(0),
        // A list in one text is taken apart by commas.
        Some("uuid[]" | "integer[]" | "bigint[]" | "text[]") if asked.is_split => tenant.id.clone(),
        Some("uuid[]") => format!("{{{}}}", tenant.uuid(0)),
        Some("integer" | "bigint" | "smallint" | "int" | "int4" | "int8" | "numeric") => {
            tenant.number(0).to_string()
        }
        Some("integer[]" | "bigint[]" | "int[]") => format!("{{{}}}", tenant.number(0)),
        Some("text[]" | "character varying[]") => format!("{{{}}}", tenant.id),
        Some("boolean" | "bool") => "false".to_owned(),
        _ => tenant.id.clone(),
    }
}

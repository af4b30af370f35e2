//! Requests as data, and how they are written as URLs.

use serde_json::Value;

use crate::schema::{TABLES, table};

/// A read of a table, with related rows.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) table: &'static str,
    /// By the table's view, which does not show the tenant.
    pub(crate) view: bool,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) embeds: Vec<Embed>,
    pub(crate) window: Window,
}

/// Which rows, and in which order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Window {
    pub(crate) filters: Vec<Filter>,
    pub(crate) group: Option<Group>,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) combined: Combined,
    pub(crate) filters: Vec<Filter>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Combined {
    All,
    Any,
}

#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub(crate) column: &'static str,
    pub(crate) negated: bool,
    pub(crate) test: Test,
}

#[derive(Debug, Clone)]
pub(crate) enum Test {
    IsNull,
    Equal(Value),
    NotEqual(Value),
    Less(i64),
    GreaterOrEqual(i64),
    In(Vec<Value>),
    Contains(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) column: &'static str,
    pub(crate) descending: bool,
    pub(crate) nulls_first: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Embed {
    pub(crate) relation: Relation,
    /// To its table's view.
    pub(crate) view: bool,
    pub(crate) inner: bool,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) embeds: Vec<Embed>,
    pub(crate) window: Window,
}

/// A way from one table's rows to another's.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Relation {
    ToOne {
        column: &'static str,
        target: &'static str,
    },
    ToMany {
        target: &'static str,
        column: &'static str,
    },
    /// By way of the assignments.
    Through {
        target: &'static str,
        near: &'static str,
        far: &'static str,
    },
}

impl Relation {
    pub(crate) fn target(self) -> &'static str {
        match self {
            Self::ToOne { target, .. }
            | Self::ToMany { target, .. }
            | Self::Through { target, .. } => target,
        }
    }

    pub(crate) fn is_to_one(self) -> bool {
        matches!(self, Self::ToOne { .. })
    }

    /// All ways from a table.
    pub(crate) fn from(name: &'static str) -> Vec<Self> {
        let mut found = Vec::new();
        for column in table(name).columns {
            if let Some(target) = column.to {
                found.push(Self::ToOne {
                    column: column.name,
                    target,
                });
            }
        }
        for other in TABLES.iter().filter(|other| other.name != name) {
            for column in other.columns {
                if column.to == Some(name) {
                    found.push(Self::ToMany {
                        target: other.name,
                        column: column.name,
                    });
                }
            }
        }
        match name {
            "tasks" => found.push(Self::Through {
                target: "people",
                near: "task_id",
                far: "person_id",
            }),
            "people" => found.push(Self::Through {
                target: "tasks",
                near: "person_id",
                far: "task_id",
            }),
            _ => {}
        }
        found
    }
}

impl Embed {
    /// Its member in the answer, which is also what filters call it.
    pub(crate) fn key(&self) -> &'static str {
        match self.relation {
            Relation::ToOne { column, .. } => column.trim_end_matches("_id"),
            Relation::ToMany { target, .. } | Relation::Through { target, .. } => target,
        }
    }

    fn written(&self) -> String {
        let join = if self.inner { "!inner" } else { "" };
        let relation = match self.relation {
            // By the column's name alone, for that is the only one among a table's own rows.
            Relation::ToOne {
                column,
                target: "people",
            } if !self.view => column.to_owned(),
            Relation::ToOne { target, column } if self.view => format!("{target}_v!{column}"),
            Relation::ToOne { target, .. } => target.to_owned(),
            Relation::ToMany { target, column } => format!("{}!{column}", seen(target, self.view)),
            Relation::Through { target, .. } => {
                format!("{}!assignments", seen(target, self.view))
            }
        };
        format!(
            "{}:{relation}{join}({})",
            self.key(),
            selected(&self.columns, &self.embeds)
        )
    }
}

fn seen(table: &str, view: bool) -> String {
    let view = if view { "_v" } else { "" };
    format!("{table}{view}")
}

fn selected(columns: &[&str], embeds: &[Embed]) -> String {
    let columns = columns.iter().map(|&column| column.to_owned());
    let all: Vec<String> = columns.chain(embeds.iter().map(Embed::written)).collect();
    all.join(",")
}

impl Read {
    /// Its path and query.
    pub(crate) fn target(&self) -> String {
        let query = self.query().join("&");
        format!("/{}?{query}", seen(self.table, self.view))
    }

    pub(crate) fn query(&self) -> Vec<String> {
        let mut parameters = vec![format!(
            "select={}",
            escaped(&selected(&self.columns, &self.embeds))
        )];
        self.window.write("", self.table, true, &mut parameters);
        write_embeds(&self.embeds, "", &mut parameters);
        parameters
    }
}

fn write_embeds(embeds: &[Embed], path: &str, parameters: &mut Vec<String>) {
    for embed in embeds {
        let path = format!("{path}{}.", embed.key());
        let many = !embed.relation.is_to_one();
        embed
            .window
            .write(&path, embed.relation.target(), many, parameters);
        write_embeds(&embed.embeds, &path, parameters);
    }
}

impl Window {
    /// Filters alone, as writes have them.
    pub(crate) fn conditions(&self) -> Vec<String> {
        let mut parameters = Vec::new();
        for filter in &self.filters {
            parameters.push(format!(
                "{}={}",
                filter.column,
                escaped(&filter.written(false))
            ));
        }
        if let Some(group) = &self.group {
            parameters.push(group.written(""));
        }
        parameters
    }

    fn write(&self, path: &str, of: &str, ordered: bool, parameters: &mut Vec<String>) {
        for filter in &self.filters {
            parameters.push(format!(
                "{path}{}={}",
                filter.column,
                escaped(&filter.written(false))
            ));
        }
        if let Some(group) = &self.group {
            parameters.push(group.written(path));
        }
        if !ordered {
            return;
        }
        let own = self.order.iter().map(|order| {
            let direction = if order.descending { "desc" } else { "asc" };
            let nulls = if order.nulls_first {
                "nullsfirst"
            } else {
                "nullslast"
            };
            format!("{}.{direction}.{nulls}", order.column)
        });
        let key = table(of).key.iter().map(|&key| key.to_owned());
        let all: Vec<String> = own.chain(key).collect();
        parameters.push(format!("{path}order={}", all.join(",")));
        for (name, bound) in [("limit", self.limit), ("offset", self.offset)] {
            if let Some(bound) = bound {
                parameters.push(format!("{path}{name}={bound}"));
            }
        }
    }
}

impl Group {
    fn written(&self, path: &str) -> String {
        let name = match self.combined {
            Combined::All => "and",
            Combined::Any => "or",
        };
        let members = self.filters.iter();
        let members: Vec<String> = members
            .map(|filter| format!("{}.{}", filter.column, filter.written(true)))
            .collect();
        format!("{path}{name}=({})", escaped(&members.join(",")))
    }
}

impl Filter {
    fn written(&self, quoted: bool) -> String {
        let not = if self.negated { "not." } else { "" };
        let plain = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let one = |value: &Value| {
            if quoted {
                quote(&plain(value))
            } else {
                plain(value)
            }
        };
        let test = match &self.test {
            Test::IsNull => "is.null".to_owned(),
            Test::Equal(value) => format!("eq.{}", one(value)),
            Test::NotEqual(value) => format!("neq.{}", one(value)),
            Test::Less(value) => format!("lt.{value}"),
            Test::GreaterOrEqual(value) => format!("gte.{value}"),
            Test::In(values) => {
                let values: Vec<String> = values.iter().map(|value| quote(&plain(value))).collect();
                format!("in.({})", values.join(","))
            }
            Test::Contains(part) => format!("like.*{part}*"),
        };
        format!("{not}{test}")
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// As clients escape what stands in a query.
pub(crate) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~,():!*".contains(&byte);
    text.bytes().fold(String::new(), |escaped, byte| {
        if plain(byte) {
            format!("{escaped}{}", char::from(byte))
        } else {
            format!("{escaped}%{byte:02X}")
        }
    })
}

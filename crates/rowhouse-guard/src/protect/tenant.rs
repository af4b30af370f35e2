//! How a policy asks who is asking.

use rowhouse_catalog::{
    Catalog, Column, Object, Oid, PolicyCommand, Privilege, Relation, Shape, quote_ident,
    quote_literal,
};
use sqlparser::ast::{BinaryOperator, Expr};

use super::Wishes;
use crate::RowOwner;
use crate::context::Context;
use crate::logic::{Action, expression};
use crate::model::{asked_for, helper_functions};
use crate::seal::TenantType;

/// What gives the tenant in this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tenant {
    /// A setting that holds nothing else.
    Setting(String),
    /// The seal's function, by number, and what it gives.
    Sealed(Oid, TenantType, String),
    /// What policies that hold do here, such as calling a function of this database; for columns of that type.
    AsOthers {
        sql: String,
        formatted_type: String,
        functions: Vec<Oid>,
    },
    /// Nothing that could be written down.
    Unknown,
}

/// A condition, as it is written and as the server will show it, with what it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) sql: String,
    pub(super) stored: String,
    pub(super) references: Vec<Object>,
}

impl Tenant {
    /// What the policies that hold agree on, else the setting that was named or detected.
    pub(super) fn of(context: &Context<'_>, named: Option<&String>) -> Self {
        if let Some(seal) = &context.model.seal {
            let tables = context.catalog.relations.iter();
            let mut policies = tables.flat_map(|table| &table.policies);
            let asks = Object::Function(seal.tenant);
            if policies.any(|policy| {
                context
                    .catalog
                    .references_of(Object::Policy(policy.oid))
                    .contains(&asks)
            }) {
                return Self::Sealed(seal.tenant, seal.tenant_type, seal.setting.clone());
            }
        }
        if let Some(name) = named {
            return Self::Setting(name.clone());
        }
        let proven = proven(context);
        let most = proven
            .iter()
            .max_by_key(|one| proven.iter().filter(|other| other == one).count());
        if let Some(most) = most {
            return most.clone();
        }
        if context.model.login_per_tenant {
            return Self::Unknown;
        }
        match context.model.settings.first() {
            None => Self::Setting("app.current_tenant_id".into()),
            Some(setting) if is_json(context.catalog, &setting.name) => Self::Unknown,
            Some(setting) => Self::Setting(setting.name.clone()),
        }
    }

    /// The condition that a column is the tenant.
    pub(super) fn is(
        &self,
        table: &Relation,
        column: &Column,
        catalog: &Catalog,
        wishes: &Wishes,
    ) -> Option<Condition> {
        let name = quote_ident(&column.name);
        let (value, stored, functions) = self.value(column, catalog)?;
        let wrapped = if wishes.is_bare(table) {
            value
        } else {
            format!("(SELECT {value})")
        };
        let own = if is_varying(column) {
            format!("({name})::text")
        } else {
            name.clone()
        };
        let mut references = vec![Object::Column(table.oid, column.number)];
        references.extend(functions.into_iter().map(Object::Function));
        Some(Condition {
            sql: format!("{name} = {wrapped}"),
            stored: format!("({own} = ( SELECT {stored} AS tenant))"),
            references,
        })
    }

    fn value(&self, column: &Column, catalog: &Catalog) -> Option<(String, String, Vec<Oid>)> {
        match self {
            Self::Setting(name) => {
                let name = quote_literal(name);
                if is_text(column, catalog) {
                    return Some((
                        format!("NULLIF(current_setting({name}, true), '')"),
                        format!("NULLIF(current_setting({name}::text, true), ''::text)"),
                        Vec::new(),
                    ));
                }
                let kind = &column.formatted_type;
                Some((
                    format!("current_setting({name})::{kind}"),
                    format!("(current_setting({name}::text))::{kind}"),
                    Vec::new(),
                ))
            }
            Self::Sealed(function, kind, _) => {
                let fits = match kind {
                    TenantType::Uuid => base_type(column, catalog) == "uuid",
                    TenantType::Integer => is_integer(base_type(column, catalog)),
                    TenantType::Text => is_text(column, catalog),
                };
                let sql = "rowhouse.tenant()".to_owned();
                fits.then(|| (sql.clone(), sql, vec![*function]))
            }
            Self::AsOthers {
                sql,
                formatted_type,
                functions,
            } => {
                let fits = *formatted_type == column.formatted_type
                    || is_integer(formatted_type) && is_integer(&column.formatted_type);
                fits.then(|| (sql.clone(), sql.clone(), functions.clone()))
            }
            Self::Unknown => None,
        }
    }

    /// What a new row gets where its writer names no tenant: none where no tenant is set, which the column refuses.
    pub(super) fn default(&self, column: &Column, catalog: &Catalog) -> Option<String> {
        let name = match self {
            Self::Setting(name) | Self::Sealed(_, _, name) => quote_literal(name),
            Self::AsOthers { .. } | Self::Unknown => return None,
        };
        let value = format!("NULLIF(current_setting({name}, true), '')");
        Some(if is_text(column, catalog) {
            value
        } else {
            format!("{value}::{}", column.formatted_type)
        })
    }
}

/// The sources that policies use which were shown to hold.
fn proven(context: &Context<'_>) -> Vec<Tenant> {
    let mut found = Vec::new();
    for (table, owner) in context.tenant_tables() {
        let RowOwner::Column(number) = owner else {
            continue;
        };
        let Some(column) = table.column_at(*number) else {
            continue;
        };
        let reads = |policy: &&rowhouse_catalog::Policy| {
            policy.permissive
                && matches!(policy.command, PolicyCommand::All | PolicyCommand::Select)
        };
        if !table.policies.iter().any(|policy| reads(&policy)) || !holds(context, table) {
            continue;
        }
        for policy in table.policies.iter().filter(reads) {
            if let Some(source) = policy
                .using
                .as_deref()
                .and_then(|using| source(context, policy.oid, column, using))
            {
                found.push(source);
            }
        }
    }
    found
}

/// Whether what the policies let be read is the tenant's own, were row security on.
fn holds(context: &Context<'_>, table: &Relation) -> bool {
    table.row_security
        && context.who_may(table, &[Privilege::Select]).all(|persona| {
            let verdict = context
                .decider
                .decide(persona.role.oid, table.oid, Action::Read);
            verdict.is_some_and(|verdict| verdict.is_proven())
        })
}

/// What a condition compares the column with, where it does nothing else.
fn source(context: &Context<'_>, policy: Oid, column: &Column, condition: &str) -> Option<Tenant> {
    let mut expr = expression(condition)?;
    while let Expr::Nested(inner) = expr {
        expr = *inner;
    }
    let Expr::BinaryOp {
        left,
        op: BinaryOperator::Eq,
        right,
    } = expr
    else {
        return None;
    };
    let is_column = |side: &Expr| {
        let text = side.to_string();
        let name = quote_ident(&column.name);
        text == name || text == format!("({name})::text") || text == format!("({name})::TEXT")
    };
    let value = if is_column(&left) {
        right
    } else if is_column(&right) {
        left
    } else {
        return None;
    };
    let text = value.to_string();
    let functions: Vec<Oid> = helper_functions(context.catalog, Object::Policy(policy))
        .iter()
        .map(|function| function.oid)
        .collect();
    let names = asked_for(&text);
    let mut names = names.iter();
    if let (Some(name), None, true) = (names.next(), names.next(), functions.is_empty())
        && !text.contains("->")
        && !text.to_ascii_lowercase().contains("json")
    {
        return Some(Tenant::Setting(name.clone()));
    }
    if functions.is_empty() && asked_for(&text).is_empty() {
        return None;
    }
    Some(Tenant::AsOthers {
        sql: unwrapped(&value),
        formatted_type: column.formatted_type.clone(),
        functions,
    })
}

/// An expression without the sub-select around it.
fn unwrapped(expr: &Expr) -> String {
    let text = expr.to_string();
    let inner = text
        .strip_prefix("(SELECT ")
        .and_then(|rest| rest.strip_suffix(')'));
    let Some(inner) = inner.filter(|inner| !inner.contains(" FROM ")) else {
        return text;
    };
    match inner.rsplit_once(" AS ") {
        Some((value, name)) if !name.contains(['(', ')', ' ']) => value.to_owned(),
        _ => inner.to_owned(),
    }
}

fn is_json(catalog: &Catalog, setting: &str) -> bool {
    let tables = catalog.relations.iter();
    let policies = tables.flat_map(|table| &table.policies);
    let mut texts = policies.flat_map(|policy| policy.using.iter().chain(&policy.with_check));
    setting.starts_with("request.jwt.")
        || texts.any(|text| asked_for(text).contains(setting) && text.contains("json"))
}

/// The type that a column's domain narrows, else its own.
fn base_type<'a>(column: &'a Column, catalog: &'a Catalog) -> &'a str {
    match catalog
        .type_of(column.type_oid)
        .map(|data_type| &data_type.shape)
    {
        Some(Shape::Domain(domain)) => &domain.formatted_base,
        _ => &column.formatted_type,
    }
}

fn is_varying(column: &Column) -> bool {
    column.formatted_type.starts_with("character")
}

/// Whether a column holds texts.
pub(super) fn is_text(column: &Column, catalog: &Catalog) -> bool {
    let base = base_type(column, catalog);
    base == "text" || base.starts_with("character")
}

fn is_integer(formatted: &str) -> bool {
    matches!(formatted, "integer" | "bigint" | "smallint")
}

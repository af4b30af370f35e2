//! Code that a statement sets off without naming it, and that sets the tenant: calls in views, triggers, defaults, checks,
//! domains and rules. What is left of the statement works as the tenant that was set.

mod beside;
mod search;
mod settings;

use std::collections::BTreeMap;

use rowhouse_catalog::{DataType, Function, Oid, Relation, RelationKind};

use crate::context::Context;
use crate::logic::{Kind, tokens};
use crate::model::text_of;
use search::Search;

/// A place that sets the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    /// The relation or type it belongs to, as findings name it.
    pub(crate) object: String,
    /// What of it, in words: the default of a column, a trigger.
    pub(crate) part: String,
    /// What sets the tenant: a function, or the place itself.
    pub(crate) by: String,
    /// A statement that sets it off.
    pub(crate) statement: String,
    /// The schema and the name by which functions use it.
    schema: String,
    name: String,
    /// The type, where it is one.
    ty: Option<Oid>,
}

/// The places that the app role reaches, and what sets the tenant where it is named.
#[derive(Debug, Default)]
pub(crate) struct Unasked {
    pub(crate) sites: Vec<Site>,
    /// Operators that do.
    operators: Vec<String>,
    /// Functions that lead to one that does, with that one.
    leading: BTreeMap<Oid, String>,
}

pub(crate) fn find(context: &Context<'_>) -> Unasked {
    let Some(search) = Search::new(context) else {
        return Unasked::default();
    };
    let mut found = Vec::new();
    let tainted = search.types(&mut found);
    for relation in context.catalog.relations.iter().filter(|r| !r.is_system()) {
        match relation.kind {
            RelationKind::View => search.view(relation, &mut found),
            RelationKind::MaterializedView | RelationKind::Sequence => {}
            _ => search.table(relation, &tainted, &mut found),
        }
    }
    let operators = context.catalog.operators.iter();
    let operators = operators.filter(|operator| search.leading.contains_key(&operator.function));
    Unasked {
        sites: found,
        operators: operators.map(|operator| operator.name.clone()).collect(),
        leading: search
            .leading
            .iter()
            .map(|(oid, (_, setter))| (*oid, setter.qualified_name()))
            .collect(),
    }
}

impl Unasked {
    /// What a function uses of it, by a type of its arguments or by a name in its text.
    pub(crate) fn used(&self, function: &Function) -> Option<&str> {
        if let Some(setter) = self.leading.get(&function.oid) {
            return Some(setter);
        }
        if self.sites.is_empty() && self.operators.is_empty() {
            return None;
        }
        let text = text_of(function);
        let takes = |site: &&Site| {
            let mut arguments = function.arguments.iter();
            arguments.any(|argument| Some(argument.type_oid) == site.ty)
        };
        let names = |site: &&Site| names(function, text, site);
        let site = self.sites.iter().find(|site| takes(site) || names(site));
        let mut operators = self.operators.iter();
        let mut operator = || operators.find(|operator| text.contains(operator.as_str()));
        site.map(|site| site.object.as_str())
            .or_else(|| operator().map(String::as_str))
    }
}

/// Whether a function's text names a place outside of strings and comments: with its schema, or without it where it is the
/// function's own or `public`.
fn names(function: &Function, text: &str, site: &Site) -> bool {
    let all = tokens(text);
    let word = |at: usize| all[at].of(text).trim_matches('"');
    let is =
        |at: usize, name: &str| all[at].kind != Kind::Text && word(at).eq_ignore_ascii_case(name);
    (0..all.len()).any(|at| {
        is(at, &site.name)
            && if at > 1 && all[at - 1].is(text, ".") {
                is(at - 2, &site.schema)
            } else {
                site.schema == function.schema || site.schema == "public"
            }
    })
}

fn of_relation(relation: &Relation, part: String, by: String, statement: String) -> Site {
    Site {
        object: relation.qualified_name(),
        part,
        by,
        statement,
        schema: relation.schema.clone(),
        name: relation.name.clone(),
        ty: None,
    }
}

fn of_type(ty: &DataType, part: String, by: String) -> Site {
    let object = ty.qualified_name();
    Site {
        statement: format!("SELECT …::{object}, … FROM …;"),
        object,
        part,
        by,
        schema: ty.schema.clone(),
        name: ty.name.clone(),
        ty: Some(ty.oid),
    }
}

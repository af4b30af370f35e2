//! Code that a statement sets off without naming it, and that sets the tenant: calls in views, triggers, defaults, checks,
//! domains and rules. What is left of the statement works as the tenant that was set.

mod search;

use rowhouse_catalog::{DataType, Function, Oid, Relation, RelationKind};

use crate::context::Context;
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
    /// The name by which functions use it.
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
    }
}

impl Unasked {
    /// What a function uses of it, by a type of its arguments or by a name in its text.
    pub(crate) fn used(&self, function: &Function) -> Option<&str> {
        if self.sites.is_empty() && self.operators.is_empty() {
            return None;
        }
        let text = text_of(function).to_lowercase();
        let takes = |site: &&Site| {
            let mut arguments = function.arguments.iter();
            arguments.any(|argument| Some(argument.type_oid) == site.ty)
        };
        let site = self
            .sites
            .iter()
            .find(|site| takes(site) || speaks_of(&text, &site.name.to_lowercase()));
        let mut operators = self.operators.iter();
        let mut operator = || operators.find(|operator| text.contains(operator.as_str()));
        site.map(|site| site.object.as_str())
            .or_else(|| operator().map(String::as_str))
    }
}

/// Whether a name is a word of a text, both in small letters.
fn speaks_of(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

fn of_relation(relation: &Relation, part: String, by: String, statement: String) -> Site {
    Site {
        object: relation.qualified_name(),
        part,
        by,
        statement,
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
        name: ty.name.clone(),
        ty: Some(ty.oid),
    }
}

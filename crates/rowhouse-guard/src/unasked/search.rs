//! Which functions set the tenant, and from where they are called without being named.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::Privilege::{Delete, Insert, Select, Truncate, Update};
use rowhouse_catalog::{Enabled, Function, Object, Oid, Relation, Shape, Trigger};

use super::{Site, of_relation, of_type};
use crate::context::Context;
use crate::logic::BodyFacts;
use crate::model::{helper_functions, text_of};

/// How a function sets the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// To something that it was given or found: what policies call may look the tenant up so.
    Found,
    /// To one that is written there.
    Fixed,
}

/// The functions that lead to one that sets the tenant, with that one.
pub(super) struct Search<'c, 'a> {
    context: &'c Context<'a>,
    pub(super) leading: BTreeMap<Oid, (How, &'a Function)>,
}

impl<'c, 'a> Search<'c, 'a> {
    /// None where nobody is an app role.
    pub(super) fn new(context: &'c Context<'a>) -> Option<Self> {
        let caller = context.personas.first()?.role.oid;
        let mut search = Self {
            context,
            leading: BTreeMap::new(),
        };
        let users = context.catalog.functions.iter();
        let users: Vec<&Function> = users
            .filter(|function| !function.oid.is_builtin() && function.extension.is_none())
            .collect();
        if !users
            .iter()
            .any(|function| search.speaks(text_of(function)))
        {
            return Some(search);
        }
        let mut callers: BTreeMap<Oid, Vec<&'a Function>> = BTreeMap::new();
        let mut open = Vec::new();
        for function in users {
            let facts = context.decider.body(caller, function);
            if let Some(how) = search.sets(&facts) {
                open.push((function, how, function));
            }
            let booked = context
                .catalog
                .references_of(Object::Function(function.oid));
            for called in facts
                .calls
                .iter()
                .copied()
                .chain(search.functions_of(booked))
            {
                callers.entry(called).or_default().push(function);
            }
        }
        let helpers = search.helpers(&open);
        open.retain(|(setter, how, _)| *how == How::Fixed || !helpers.contains(&setter.oid));
        while let Some((function, how, setter)) = open.pop() {
            let known = search.leading.get(&function.oid);
            if known.is_some_and(|(known, _)| *known >= how) {
                continue;
            }
            search.leading.insert(function.oid, (how, setter));
            let next = callers.get(&function.oid).into_iter().flatten();
            open.extend(next.map(|&caller| (caller, how, setter)));
        }
        Some(search)
    }

    /// What policies call, where some of these could be for them.
    fn helpers(&self, setters: &[(&Function, How, &Function)]) -> BTreeSet<Oid> {
        if setters.iter().all(|(_, how, _)| *how == How::Fixed) {
            return BTreeSet::new();
        }
        let catalog = self.context.catalog;
        let tables = catalog.relations.iter();
        let policies = tables.flat_map(|table| &table.policies);
        let called =
            policies.flat_map(|policy| helper_functions(catalog, Object::Policy(policy.oid)));
        called.map(|function| function.oid).collect()
    }

    fn is_tenant(&self, name: &str) -> bool {
        let mut settings = self.context.model.settings.iter();
        settings.any(|setting| setting.name.eq_ignore_ascii_case(name))
    }

    /// Whether a text has a tenant setting's name in it.
    fn speaks(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let mut settings = self.context.model.settings.iter();
        settings.any(|setting| text.contains(&setting.name.to_lowercase()))
    }

    fn sets(&self, facts: &BodyFacts) -> Option<How> {
        let of_tenant = facts
            .sets
            .iter()
            .filter(|set| set.name.as_deref().is_some_and(|name| self.is_tenant(name)));
        of_tenant.filter_map(|set| how(&set.value)).max()
    }

    /// Users' functions among these, operators' included.
    fn functions_of(&self, objects: &[Object]) -> Vec<Oid> {
        let operators = &self.context.catalog.operators;
        let function = |object: &Object| match *object {
            Object::Function(oid) => Some(oid),
            Object::Operator(oid) => operators
                .iter()
                .find(|operator| operator.oid == oid)
                .map(|operator| operator.function),
            _ => None,
        };
        objects.iter().filter_map(function).collect()
    }

    /// What sets the tenant when an object's expression is computed.
    fn by(&self, object: Object, text: Option<&str>) -> Option<(How, String)> {
        let direct = text.and_then(|text| self.direct(text));
        let called = self.functions_of(self.context.catalog.references_of(object));
        let called = called.iter().filter_map(|oid| self.leading.get(oid));
        let called = called.max_by_key(|(how, _)| *how);
        direct
            .map(|how| (how, "set_config".to_owned()))
            .or_else(|| called.map(|(how, setter)| (*how, setter.qualified_name())))
    }

    /// `set_config('…', …)` of a tenant setting, as the server prints expressions.
    fn direct(&self, text: &str) -> Option<How> {
        let calls = text
            .match_indices("set_config(")
            .map(|(at, call)| &text[at + call.len()..]);
        let of_tenant = calls.filter_map(|rest| {
            let (name, rest) = rest.trim_start().strip_prefix('\'')?.split_once('\'')?;
            let value = rest.split_once(',')?.1;
            self.is_tenant(name).then(|| how(value)).flatten()
        });
        of_tenant.max()
    }

    pub(super) fn view(&self, view: &'a Relation, found: &mut Vec<Site>) {
        if !self.context.may(view, &[Select, Insert, Update, Delete]) {
            return;
        }
        if let Some((_, by)) = self.by(Object::Relation(view.oid), view.definition.as_deref()) {
            let statement = format!("SELECT * FROM {};", view.qualified_name());
            found.push(of_relation(view, "its query".to_owned(), by, statement));
        }
        self.rules_and_triggers(view, found);
    }

    pub(super) fn table(
        &self,
        table: &'a Relation,
        tainted: &BTreeSet<Oid>,
        found: &mut Vec<Site>,
    ) {
        let context = self.context;
        let name = table.qualified_name();
        let writes = context.may(table, &[Insert, Update]);
        let insert = || format!("INSERT INTO {name} …;");
        let mut add = |part: String, by: Option<(How, String)>| {
            if let Some((_, by)) = by {
                found.push(of_relation(table, part, by, insert()));
            }
        };
        for column in table.columns.iter().filter(|_| writes) {
            let by = self.by(
                Object::Column(table.oid, column.number),
                column.default.as_deref(),
            );
            add(format!("the default of {}", column.name), by);
            if tainted.contains(&column.type_oid) {
                let ty = column.formatted_type.clone();
                add(
                    format!("the type of {}", column.name),
                    Some((How::Fixed, ty)),
                );
            }
        }
        for check in table.checks.iter().filter(|_| writes) {
            let by = self.by(Object::Constraint(check.oid), Some(&check.expression));
            add(format!("the check {}", check.name), by);
        }
        for index in table.indexes.iter().filter(|_| writes) {
            add(
                format!("the index {}", index.name),
                self.by(Object::Index(index.oid), None),
            );
        }
        for policy in &table.policies {
            let texts = [&policy.using, &policy.with_check];
            let text: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
            let by = self.by(Object::Policy(policy.oid), Some(&text.join(" ")));
            let any = context.may(table, &[Select, Insert, Update, Delete]);
            // What looks the tenant up for policies may keep it; the policy's own verdict tells of that.
            let by = by.filter(|(how, _)| any && *how == How::Fixed);
            add(format!("the policy {}", policy.name), by);
        }
        self.rules_and_triggers(table, found);
    }

    fn rules_and_triggers(&self, relation: &'a Relation, found: &mut Vec<Site>) {
        let context = self.context;
        let name = relation.qualified_name();
        for rule in relation
            .rules
            .iter()
            .filter(|rule| rule.enabled != Enabled::Disabled)
        {
            let by = self.by(Object::Rule(rule.oid), Some(&rule.definition));
            if let Some((_, by)) = by.filter(|_| context.may(relation, &[Insert, Update, Delete])) {
                let statement = format!("INSERT INTO {name} …;");
                found.push(of_relation(
                    relation,
                    format!("the rule {}", rule.name),
                    by,
                    statement,
                ));
            }
        }
        let fires =
            |trigger: &&Trigger| trigger.enabled != Enabled::Disabled && trigger.parent.is_none();
        for trigger in relation.triggers.iter().filter(fires) {
            let events = [
                (trigger.insert, Insert),
                (trigger.update, Update),
                (trigger.delete, Delete),
                (trigger.truncate, Truncate),
            ];
            let event = events
                .into_iter()
                .find(|(on, privilege)| *on && context.may(relation, &[*privilege]));
            let called = self.leading.get(&trigger.function);
            let in_when = || self.by(Object::Trigger(trigger.oid), Some(&trigger.definition));
            let by = called
                .map(|(_, setter)| setter.qualified_name())
                .or_else(|| Some(in_when()?.1));
            if let (Some((_, privilege)), Some(by)) = (event, by) {
                let statement = format!("{} … {name};", privilege.keyword());
                found.push(of_relation(
                    relation,
                    format!("the trigger {}", trigger.name),
                    by,
                    statement,
                ));
            }
        }
    }

    /// Domains whose checks set the tenant, and all types that are made of one.
    pub(super) fn types(&self, found: &mut Vec<Site>) -> BTreeSet<Oid> {
        let mut tainted = BTreeSet::new();
        let types = &self.context.catalog.types;
        for ty in types {
            let Shape::Domain(domain) = &ty.shape else {
                continue;
            };
            let check = domain.checks.iter().find_map(|check| {
                let by = self.by(Object::Constraint(check.oid), Some(&check.expression))?;
                Some((check, by.1))
            });
            if let Some((check, by)) = check {
                tainted.insert(ty.oid);
                found.push(of_type(ty, format!("the check {}", check.name), by));
            }
        }
        // At most as often as types are made of each other.
        while !tainted.is_empty() {
            let more: Vec<Oid> = types
                .iter()
                .filter(|ty| !tainted.contains(&ty.oid))
                .filter(|ty| ty.made_of().iter().any(|oid| tainted.contains(oid)))
                .map(|ty| ty.oid)
                .collect();
            if more.is_empty() {
                break;
            }
            tainted.extend(more);
        }
        tainted
    }
}

/// How a value changes the tenant; none where it is what it was, or is taken away.
fn how(value: &str) -> Option<How> {
    let value = value.trim_start_matches([' ', '(', '\n', '\t']);
    if value.to_lowercase().starts_with("current_setting") || value.starts_with("''") {
        return None;
    }
    let fixed = value.starts_with('\'');
    Some(if fixed { How::Fixed } else { How::Found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_stays_or_goes_changes_nothing() {
        assert_eq!(how("current_setting('app.t')"), None);
        assert_eq!(how("(current_setting('app.t'))::text"), None);
        assert_eq!(how("'', true)"), None);
        assert_eq!(how("'b'::text, true)"), Some(How::Fixed));
        assert_eq!(how(" NEW.tenant_id::text"), Some(How::Found));
    }
}

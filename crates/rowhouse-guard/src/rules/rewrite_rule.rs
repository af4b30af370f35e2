//! A rewrite rule works with the rights of its table's owner.

use rowhouse_catalog::Privilege::{Delete, Insert, Select, Update};
use rowhouse_catalog::{Enabled, Object, Oid, Relation, Rule as RewriteRule, RuleEvent, quote_ident};

use crate::context::Context;
use crate::model::{Class, asked_for};
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "rule-opens-table",
    title: "A rewrite rule reaches rows past the policies",
    level: Level::Error,
    what: "A rule on a relation that the app role may write works on a table with tenants' rows, or copies rows to one that \
           all tenants read.",
    why: "What a rule does is done with the rights of the owner of the relation it is on, for whom policies may not hold.",
    close: "Drop the rule, and do it in a trigger function of the invoker.",
    example: Example {
        object: "public.touch",
        bad: "CREATE TABLE touched (title text);\nCREATE VIEW touch AS SELECT ''::text AS title;\nCREATE RULE touch_all AS ON UPDATE TO touch DO INSTEAD UPDATE items SET title = new.title;\nGRANT SELECT, UPDATE ON touch TO app;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for relation in context.catalog.relations.iter().filter(|relation| !relation.is_system()) {
        for rule in relation.rules.iter().filter(|rule| rule.enabled != Enabled::Disabled) {
            let needed = match rule.event {
                RuleEvent::Select => Select,
                RuleEvent::Update => Update,
                RuleEvent::Insert => Insert,
                RuleEvent::Delete => Delete,
            };
            if !context.may(relation, &[needed]) {
                continue;
            }
            let Some(target) = opened(context, relation, rule) else {
                continue;
            };
            let name = relation.qualified_name();
            findings.push(
                RULE.found(
                    &name,
                    format!("its rule {} reaches {} with the rights of {}", rule.name, target.qualified_name(), context.role_name(relation.owner)),
                )
                .part(&rule.name)
                .exploit(format!("{} … {name} …;", needed.keyword()))
                .fix_sql(format!("DROP RULE {} ON {name};", quote_ident(&rule.name))),
            );
        }
    }
}

/// A table that the rule opens.
fn opened<'a>(context: &Context<'a>, relation: &Relation, rule: &RewriteRule) -> Option<&'a Relation> {
    let references = context.catalog.references_of(Object::Rule(rule.oid)).iter();
    let tables: std::collections::BTreeSet<Oid> = references
        .filter_map(|object| match object {
            Object::Relation(oid) | Object::Column(oid, _) => Some(*oid),
            _ => None,
        })
        .filter(|&oid| oid != relation.oid)
        .collect();
    // What is done beside the command was checked by the table's policies; what is done instead of it was checked by nobody.
    let checked = relation.is_table() && !rule.instead;
    let bound = !asked_for(&rule.definition).is_empty();
    let from_tenant = context.model.row_owner(relation.oid).is_some();
    tables.into_iter().filter_map(|oid| context.catalog.relation_by_oid(oid)).find(|table| {
        let tenants = context.model.row_owner(table.oid).is_some();
        let column = context.model.tenant_column(table.oid).and_then(|number| table.column_at(number));
        let carried = column.is_some_and(|column| {
            let name = quote_ident(&column.name);
            checked && rule.definition.contains(&format!("new.{name}")) || rule.definition.contains(&format!("old.{name}"))
        });
        let skips = context.skips_policies(relation.owner, table);
        tenants && skips && !bound && !carried
            || from_tenant && *context.model.class(table.oid) == Class::Shared && !table.row_security && context.may(table, &[Select])
    })
}

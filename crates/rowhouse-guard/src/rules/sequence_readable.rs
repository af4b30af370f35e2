//! A sequence counts the rows of all tenants.

use rowhouse_catalog::Privilege::{Select, Update, Usage};
use rowhouse_catalog::{RelationKind, quote_literal};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "sequence-readable",
    title: "A sequence tells how much all tenants do",
    level: Level::Note,
    what: "The app role may read or set a sequence that numbers the rows of tenants.",
    why: "Where it stands tells how many rows all tenants have made; setting it makes the others' inserts fail. USAGE is \
          enough for inserts, and an identity column needs no privilege at all.",
    close: "Revoke SELECT and UPDATE on the sequence.",
    example: Example {
        object: "public.number",
        bad: "CREATE SEQUENCE number;\nALTER TABLE items ADD COLUMN number bigint DEFAULT nextval('number');\nALTER SEQUENCE number OWNED BY items.number;\nGRANT USAGE, SELECT ON SEQUENCE number TO app;",
        good: "CREATE SEQUENCE number;\nALTER TABLE items ADD COLUMN number bigint DEFAULT nextval('number');\nALTER SEQUENCE number OWNED BY items.number;\nGRANT USAGE ON SEQUENCE number TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let sequences = context.catalog.relations.iter();
    for sequence in sequences.filter(|relation| relation.kind == RelationKind::Sequence) {
        let owned_by = sequence.sequence.as_ref().and_then(|sequence| sequence.owned_by);
        let counts = owned_by.is_some_and(|(table, _)| context.model.row_owner(table).is_some());
        if !counts || !context.may(sequence, &[Select, Update]) {
            continue;
        }
        let name = sequence.qualified_name();
        let may = |privilege| context.may(sequence, &[privilege]);
        let finding = if may(Update) {
            // GRANT ALL is habit; setting the sequence by itself is what somebody wanted to allow.
            let level = if may(Select) && may(Usage) { Level::Note } else { Level::Warning };
            RULE.found(&name, "the app role may set it: then the other tenants' inserts fail")
                .level(level)
                .exploit(format!("SELECT setval({}, 1);", quote_literal(&name)))
        } else {
            RULE.found(&name, "where it stands tells how many rows all tenants together have made")
                .exploit(format!("SELECT last_value FROM {name};"))
        };
        findings.push(
            finding
                .fix_sql(context.revoke_on_table(sequence, &[Select, Update]).replace(" ON ", " ON SEQUENCE ")),
        );
    }
}

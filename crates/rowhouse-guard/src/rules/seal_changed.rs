//! A seal that is not as it was made.

use rowhouse_catalog::{Object, Relation, quote_ident};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::seal;
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "seal-changed",
    title: "The seal is not what `rowhouse seal init` made",
    level: Level::Error,
    what: "Policies believe rowhouse.tenant(), and its text, its owner or its properties are not those that `rowhouse seal \
           init` gives it.",
    why: "What the function does decides whose rows are seen, and nobody has shown what this one does.",
    close: "Run `rowhouse seal init` again as the owner of the keys: it puts the function back and keeps the keys.",
    example: Example {
        object: "rowhouse.tenant()",
        bad: "-- rowhouse seal init\nCREATE OR REPLACE FUNCTION rowhouse.tenant() RETURNS uuid LANGUAGE sql STABLE\n    AS $$ SELECT current_setting('app.current_tenant_id')::uuid $$;\nALTER POLICY tenant_isolation ON tenants USING (id = (SELECT rowhouse.tenant()));\nALTER POLICY tenant_isolation ON items USING (tenant_id = (SELECT rowhouse.tenant()));",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let catalog = context.catalog;
    let (None, Some(function)) = (&context.model.seal, seal::function(catalog)) else {
        return;
    };
    let believes = |table: &Relation| {
        let mut policies = table.policies.iter();
        policies.any(|policy| catalog.references_of(Object::Policy(policy.oid)).contains(&Object::Function(function.oid)))
    };
    if seal::keys(catalog).is_none() || !catalog.relations.iter().any(believes) {
        return;
    }
    let owner = catalog.role_by_oid(function.owner).map_or("its owner", |role| role.name.as_str());
    findings.push(
        RULE.found(function.qualified_name(), "policies believe it, and it is not the function that checks seals")
            .exploit("SELECT set_config('app.current_tenant_id', 'another tenant', true);")
            .fix_words(format!("run `rowhouse seal init` as {}", quote_ident(owner))),
    );
}

//! A parent shows what its children hold.

use rowhouse_catalog::Privilege::{Delete, Select, Update};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "parent-opens-children",
    title: "A parent table shows the rows of protected children",
    level: Level::Error,
    what: "Tables with tenants' rows inherit from a table that the app role may use and that has no row security.",
    why: "A statement that names the parent reads and changes the children's rows under the parent's policies, not theirs.",
    close: "Protect the parent, or take its privileges away.",
    example: Example {
        object: "public.documents",
        bad: "CREATE TABLE documents (id uuid DEFAULT gen_random_uuid(), body text);\n\
              CREATE TABLE letters (tenant_id uuid NOT NULL REFERENCES tenants (id)) INHERITS (documents);\n\
              ALTER TABLE letters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\n\
              CREATE POLICY tenant_isolation ON letters\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));\n\
              GRANT SELECT ON documents, letters TO app;",
        good: "CREATE TABLE documents (id uuid DEFAULT gen_random_uuid(), body text);\n\
              CREATE TABLE letters (tenant_id uuid NOT NULL REFERENCES tenants (id)) INHERITS (documents);\n\
              ALTER TABLE letters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\n\
              CREATE POLICY tenant_isolation ON letters\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));\n\
              GRANT SELECT ON letters TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for parent in context.catalog.relations.iter().filter(|table| table.is_table()) {
        if context.model.row_owner(parent.oid).is_some()
            || parent.row_security
            || !context.may(parent, &[Select, Update, Delete])
        {
            continue;
        }
        let children = context.catalog.children(parent.oid).iter();
        let mut tenants = children.filter(|&&child| context.model.row_owner(child).is_some());
        let Some(child) = tenants.next().and_then(|&child| context.catalog.relation_by_oid(child)) else {
            continue;
        };
        let name = parent.qualified_name();
        findings.push(
            RULE.found(
                &name,
                format!("it shows the rows of {}, which inherits from it, without that table's policies", child.qualified_name()),
            )
            .exploit(format!("SELECT * FROM {name}; -- rows of all tenants"))
            .fix_sql(context.revoke_on_table(parent, &[Select, Update, Delete])),
        );
    }
}

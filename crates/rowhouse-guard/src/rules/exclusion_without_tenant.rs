//! A refused range tells that another tenant holds it.

use rowhouse_catalog::quote_ident;

use crate::context::Context;
use crate::keys::{can_probe, is_harmless};
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "exclusion-without-tenant",
    title: "An exclusion constraint spans all tenants",
    level: Level::Error,
    what: "An exclusion constraint does not compare the tenant.",
    why: "It is checked below row security: a conflict tells what another tenant has, such as when it is booked.",
    close: "Compare the tenant column with = in the constraint.",
    example: Example {
        object: "public.bookings",
        bad: "CREATE TABLE bookings (\n    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),\n    tenant_id uuid NOT NULL REFERENCES tenants (id),\n    during tstzrange NOT NULL,\n    EXCLUDE USING gist (during WITH &&)\n);\nALTER TABLE bookings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY tenant_isolation ON bookings\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid));\nGRANT SELECT, INSERT ON bookings TO app;",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        for exclusion in &table.exclusions {
            let plain: Vec<i16> = exclusion.columns.iter().copied().filter(|&number| number != 0).collect();
            let tenant = context.model.tenant_column(table.oid).and_then(|number| table.column_at(number));
            let names_tenant = tenant.is_some_and(|column| exclusion.definition.contains(quote_ident(&column.name).as_str()));
            let scoped = plain.len() > 1 && is_harmless(context, table, &plain);
            if names_tenant || scoped || !can_probe(context, table, &plain) {
                continue;
            }
            let name = table.qualified_name();
            let constraint = quote_ident(&exclusion.name);
            let finding = RULE
                .found(&name, format!("{} spans all tenants: a conflict tells what another tenant has", exclusion.name))
                .part(&exclusion.name)
                .exploit(format!("INSERT INTO {name} …; -- refused: another tenant's row overlaps"));
            findings.push(match tenant {
                Some(tenant) => finding.fix_sql(format!(
                    "CREATE EXTENSION IF NOT EXISTS btree_gist;\nALTER TABLE {name} DROP CONSTRAINT {constraint},\n    ADD CONSTRAINT {constraint} {};",
                    exclusion.definition.replacen('(', &format!("({} WITH =, ", quote_ident(&tenant.name)), 1)
                )),
                None => finding,
            });
        }
    }
}

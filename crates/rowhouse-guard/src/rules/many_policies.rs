//! Every permissive policy is asked for every row.

use rowhouse_catalog::{Policy, PolicyCommand, Relation};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

use super::table_open::FILTERED;

/// Two are usual: one for the tenant's members and one for something said in public.
const USUAL: usize = 2;

const COMMANDS: [PolicyCommand; 4] =
    [PolicyCommand::Select, PolicyCommand::Insert, PolicyCommand::Update, PolicyCommand::Delete];

pub(super) static RULE: Rule = Rule {
    id: "many-permissive-policies",
    title: "Many permissive policies for one command",
    level: Level::Note,
    what: "More than two permissive policies hold for the app role and the same command.",
    why: "They are OR'ed, and all are asked for each row; the widest one decides, and it is hard to see which that is.",
    close: "Write them as one policy.",
    example: Example {
        object: "public.items",
        bad: "CREATE POLICY by_title ON items FOR SELECT\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) AND title <> '');\nCREATE POLICY by_id ON items FOR SELECT\n    USING (tenant_id = (SELECT current_setting('app.current_tenant_id')::uuid) AND id IS NOT NULL);",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (table, _) in context.tenant_tables().filter(|(table, _)| table.row_security) {
        let most = context
            .who_may(table, &FILTERED)
            .flat_map(|persona| {
                let holds = move |policy: &&Policy| policy.permissive && persona.access.is_any_of(&policy.roles);
                COMMANDS.map(|command| for_command(table, command).filter(holds).count())
            })
            .max()
            .unwrap_or_default();
        if most > USUAL {
            findings.push(RULE.found(
                table.qualified_name(),
                format!("{most} permissive policies are asked for each row of one command"),
            ));
        }
    }
}

fn for_command(table: &Relation, command: PolicyCommand) -> impl Iterator<Item = &Policy> {
    let all = table.policies.iter();
    all.filter(move |policy| policy.command == PolicyCommand::All || policy.command == command)
}

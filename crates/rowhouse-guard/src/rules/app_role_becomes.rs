//! What membership gives, directly or in steps.

use std::collections::BTreeSet;

use rowhouse_catalog::{Oid, Role};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "app-role-becomes-exempt",
    title: "The service can become a role that skips row security",
    level: Level::Error,
    what: "An app role is a member, perhaps in several steps, of a superuser, of a role with BYPASSRLS or of the owner of \
           tenants' tables; or it may grant itself such a role.",
    why: "SET ROLE is open to every statement the service runs, also to an injected one, and NOINHERIT does not close it. \
          From PostgreSQL 16 each membership says whether SET and INHERIT are allowed.",
    close: "Revoke the membership.",
    example: Example {
        object: "role:app",
        bad: "CREATE ROLE ops_admin BYPASSRLS;\nCREATE ROLE on_call;\nGRANT ops_admin TO on_call;\nGRANT on_call TO app;",
        good: "CREATE ROLE readers;\nGRANT readers TO app;",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let catalog = context.catalog;
    let owners: BTreeSet<Oid> = context.tenant_tables().map(|(table, _)| table.owner).collect();
    for role in context.app_roles().filter(|role| !role.superuser && !role.bypass_rls) {
        let effective = catalog.effective_roles(role.oid);
        let granted: BTreeSet<Oid> = catalog.member_of(role.oid);
        for target in catalog.roles.iter().filter(|target| target.oid != role.oid) {
            let set = effective.settable.contains(&target.oid);
            let inherits = effective.reachable.contains(&target.oid);
            let administers = effective.administered.contains(&target.oid);
            let danger = if target.superuser && (set || administers) {
                "a superuser"
            } else if target.bypass_rls && (set || administers) {
                "a role with BYPASSRLS"
            } else if owners.contains(&target.oid) && (set || inherits || administers) {
                "the owner of tenants' tables"
            } else {
                continue;
            };
            // A gateway for tokens is made to switch to this role; who may is decided by the token's signature.
            if role.name == "authenticator" && target.name == "service_role" {
                continue;
            }
            // What a superuser reached on the way could become is no news.
            if is_past_a_superuser(context, role, target) {
                continue;
            }
            let (name, to) = (context.role_name(role.oid), context.role_name(target.oid));
            let how = if set { "can become" } else if inherits { "inherits from" } else { "may grant itself" };
            let exploit = if set {
                format!("SET ROLE {to}; -- and every tenant's rows are there")
            } else if inherits {
                format!("-- as {name}, who counts as {to}: ALTER TABLE … DISABLE ROW LEVEL SECURITY")
            } else {
                format!("GRANT {to} TO {name}; SET ROLE {to};")
            };
            findings.push(
                RULE.found(
                    format!("role:{}", role.name),
                    format!("{name} {how} {to}, {danger}"),
                )
                .part(&target.name)
                .exploit(exploit)
                .fix_sql(revocations(context, role, target, &granted)),
            );
        }
    }
}

fn is_past_a_superuser(context: &Context<'_>, role: &Role, target: &Role) -> bool {
    if target.superuser {
        return false;
    }
    let superusers = context.catalog.roles.iter().filter(|other| other.superuser);
    let settable = context.catalog.settable_roles(role.oid);
    superusers.into_iter().any(|other| settable.contains(&other.oid))
}

/// Cuts every way from the role to the target at its first step.
fn revocations(context: &Context<'_>, role: &Role, target: &Role, granted: &BTreeSet<Oid>) -> String {
    let catalog = context.catalog;
    let direct = catalog.memberships.iter().filter(|membership| {
        membership.member == role.oid
            && granted.contains(&membership.role)
            && (membership.role == target.oid
                || catalog.member_of(membership.role).contains(&target.oid)
                || catalog.administered_roles(membership.role).contains(&target.oid))
    });
    let lines: Vec<String> = direct
        .map(|membership| {
            format!(
                "REVOKE {} FROM {} CASCADE;",
                context.role_name(membership.role),
                context.role_name(role.oid)
            )
        })
        .collect();
    lines.join("\n")
}

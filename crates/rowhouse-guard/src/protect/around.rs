//! What has to be known or changed beside the migration.

use std::collections::BTreeSet;

use rowhouse_catalog::{Catalog, Oid, Privilege, Relation, RelationKind, quote_ident};

use super::draft::Draft;
use super::plan::Phase;
use super::tenant::Tenant;
use crate::context::Context;
use crate::rules::tables_under;
use crate::{Detected, Error, Options};

pub(super) fn around(draft: &Draft<'_>) -> Result<Vec<String>, Error> {
    let mut words = Vec::new();
    let now_bound: Vec<&Relation> = draft
        .then()
        .relations
        .iter()
        .filter(|relation| {
            let before = draft.now.relation_by_oid(relation.oid);
            relation.force_row_security && before.is_some_and(|before| !before.force_row_security)
        })
        .collect();
    if !now_bound.is_empty() {
        let owners: BTreeSet<String> = now_bound
            .iter()
            .map(|table| role(draft, table.owner))
            .collect();
        let owners = owners.into_iter().collect::<Vec<_>>().join(", ");
        words.push(format!(
            "Backups: pg_dump as {owners} fails under FORCE (\"query would be affected by row-level security policy\"). Dump as a role that is not bound: CREATE ROLE backup LOGIN BYPASSRLS; GRANT pg_read_all_data TO backup."
        ));
        words.push(format!(
            "Migrations: as {owners}, UPDATE and DELETE in them find the rows of the tenant that is set and no others, and fail where none is set. Run those that change rows of all tenants as a role with BYPASSRLS."
        ));
        words.extend(draft.look(|context| bound(context, draft.now, &now_bound))?);
    }
    words.extend(draft.look(|context| refused(context, draft.now))?);
    if draft.steps.iter().any(|step| step.phase == Phase::Column) {
        words.push("Filling the tenant fires the UPDATE triggers of the table, unless the runner may set session_replication_role: then they rest for it. Afterwards, rows are written with a tenant set, or with the column named.".into());
    }
    if draft
        .steps
        .iter()
        .any(|step| step.what.contains("takes the place of"))
    {
        words.push("Keys that now begin with the tenant: ON CONFLICT (…) in the application has to name the tenant column, too. Comments on what is replaced are not kept.".into());
    }
    if draft.wishes.citus {
        words.push("Citus: the workers learn the setting only from SET LOCAL as a message of its own inside BEGIN, with citus.propagate_set_commands = 'local'. Fill tenant columns before create_distributed_table(), and distribute by them.".into());
    }
    Ok(words)
}

/// What PostgreSQL does otherwise as soon as row security is on, whatever the policies.
pub(super) fn refused(context: &Context<'_>, now: &Catalog) -> Option<String> {
    let mut fresh = context.catalog.relations.iter().filter(|table| {
        let before = now.relation_by_oid(table.oid);
        table.row_security
            && before.is_some_and(|before| !before.row_security)
            && context.may(table, &[Privilege::Insert])
    });
    fresh.next().is_some().then(|| "COPY … FROM: with row security on, PostgreSQL refuses it to whom policies bind, also while a table is only observed: the service has to INSERT. And errors of unique keys do not name the value any more.".to_owned())
}

/// What the migration goes by, and whether anybody has said so.
pub(super) fn taken(detected: &Detected, options: &Options, tenant: &Tenant) -> Vec<String> {
    let by = |said: bool, how: &str| {
        if said {
            "as named".to_owned()
        } else {
            how.to_owned()
        }
    };
    let setting = match tenant {
        Tenant::Setting(name) => {
            let known = detected.settings.contains(name);
            let how = if known {
                "found in this database"
            } else {
                "assumed, nothing in this database asks for it; --setting names another"
            };
            format!(
                "the setting {name} ({})",
                by(options.setting.is_some(), how)
            )
        }
        Tenant::Sealed(_, _, name) => {
            format!("the sealed setting {name} (by the functions of the seal)")
        }
        Tenant::AsOthers { sql, .. } => format!("{sql} (as the policies that hold ask)"),
        Tenant::Unknown => "nothing that could be told: name it with --setting".to_owned(),
    };
    let columns = match detected.tenant_columns.as_slice() {
        [] => "none found".to_owned(),
        columns => format!(
            "{} ({})",
            columns.join(", "),
            by(
                options.tenant_column.is_some(),
                "found; --tenant-column names another"
            )
        ),
    };
    let root = detected.tenant_root.as_deref().unwrap_or("none");
    let roles = if detected.app_roles.is_empty() {
        "none".to_owned()
    } else {
        detected.app_roles.join(", ")
    };
    vec![
        format!("The tenant of a session: {setting}."),
        format!("The tenant of a row: the column {columns}; the table of tenants: {root}."),
        format!("The service: {roles}."),
    ]
}

/// Who works with these tables otherwise than as the service.
fn bound(
    context: &Context<'_>,
    now: &rowhouse_catalog::Catalog,
    tables: &[&Relation],
) -> Vec<String> {
    let mut words = Vec::new();
    let is_bound = |oid: &Oid| tables.iter().any(|table| table.oid == *oid);
    for view in context
        .catalog
        .relations
        .iter()
        .filter(|view| view.kind == RelationKind::MaterializedView)
    {
        if tables_under(context, view.oid).iter().any(is_bound) {
            words.push(format!(
                "Materialized view {}: REFRESH reads as its owner, which the policies now bind. Give it to a role with BYPASSRLS, or it is refreshed with one tenant's rows or not at all.",
                view.qualified_name()
            ));
        }
    }
    let owners: BTreeSet<Oid> = tables.iter().map(|table| table.owner).collect();
    let definers = context.catalog.functions.iter().filter(|function| {
        function.security_definer
            && owners.contains(&function.owner)
            && context.may_execute(function)
    });
    let definers: Vec<String> = definers
        .map(|function| {
            format!(
                "{}.{}",
                quote_ident(&function.schema),
                quote_ident(&function.name)
            )
        })
        .collect();
    if !definers.is_empty() {
        words.push(format!(
            "Functions that work as the owner of these tables are bound by the policies as well: {}. One that has to see all tenants, as a login does before it knows the tenant, must belong to a role with BYPASSRLS.",
            definers.join(", ")
        ));
    }
    let others = now.roles.iter().filter(|other| {
        !other.superuser
            && !other.bypass_rls
            && !other.oid.is_builtin()
            && !owners.contains(&other.oid)
            && !context
                .personas
                .iter()
                .any(|persona| persona.role.oid == other.oid)
            && tables.iter().any(|table| {
                let access = now.as_role(other.oid);
                !access.owns(table.owner)
                    && access.any_column(table).has_any(&crate::rules::FILTERED)
            })
    });
    let others: Vec<&str> = others.map(|other| other.name.as_str()).collect();
    if !others.is_empty() {
        words.push(format!(
            "Other roles that use these tables see the rows of the tenant they set and no others: {}. One that works for all tenants needs BYPASSRLS or a policy of its own.",
            others.join(", ")
        ));
    }
    words
}

fn role(draft: &Draft<'_>, oid: Oid) -> String {
    draft
        .now
        .role_by_oid(oid)
        .map_or_else(|| oid.to_string(), |role| role.name.clone())
}

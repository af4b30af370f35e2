//! Which relations would be served, and which not.

use rowhouse_api::json::ServerFormat;
use rowhouse_api::resource::{Resources, RowSecurity};
use rowhouse_catalog::Catalog;

use super::check::Check;
use crate::config::File;

pub(super) fn checks(catalog: &Catalog, file: &File) -> Vec<Check> {
    let mut checks = tenants(catalog, file);
    checks.extend(without_column(catalog, file));
    let access = catalog.as_role(catalog.server.current_user);
    // The format decides how values are written, not which relations are served.
    let format = ServerFormat::default();
    match Resources::build(catalog, &file.api, &RowSecurity, &access, &format) {
        Ok(resources) => {
            checks.extend(served(&resources));
            checks.extend(resources.withheld().iter().map(|withheld| {
                Check::warn(
                    "withheld",
                    format!("{}: {}", withheld.relation, withheld.reason),
                    mend(&withheld.relation, &withheld.reason),
                )
            }));
        }
        Err(error) => checks.push(Check::failed("served", &error.into())),
    }
    checks
}

fn served(resources: &Resources) -> Vec<Check> {
    let list = |shared: bool| {
        let names = resources
            .iter()
            .filter(|resource| resource.shared == shared);
        names
            .map(|resource| format!("/{}", resource.name))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (own, shared) = (list(false), list(true));
    if own.is_empty() && shared.is_empty() {
        return vec![Check::warn(
            "served",
            "nothing: no relation keeps tenants apart",
            "make tables with row security as the owner: see demo/schema.sql, or `rowhouse serve --demo`",
        )];
    }
    let mut checks = Vec::new();
    if !own.is_empty() {
        checks.push(Check::ok("served", own));
    }
    if !shared.is_empty() {
        checks.push(Check::ok(
            "shared",
            format!("{shared}, the same rows for every tenant"),
        ));
    }
    checks
}

fn mend(relation: &str, reason: &str) -> String {
    if reason.contains("may not read") {
        format!("GRANT SELECT ON {relation} TO the service's role, or leave it")
    } else if reason.contains("no policy") {
        format!("CREATE POLICY tenant_isolation ON {relation} USING (…), as in demo/schema.sql")
    } else if reason.contains("row security is not") {
        format!(
            "ALTER TABLE {relation} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; with a policy; \
             or, if all tenants may read it, add it to `shared` in [api]"
        )
    } else {
        "add it to `shared` in [api] if all tenants may read it, or leave it".into()
    }
}

/// Tables that are protected and lack the tenant column are worth a look: their policies use something else.
fn without_column(catalog: &Catalog, file: &File) -> Vec<Check> {
    let Some(column) = &file.tenant_column else {
        return Vec::new();
    };
    let root = file.tenant_root.as_deref();
    catalog
        .relations
        .iter()
        .filter(|relation| file.api.schemas.contains(&relation.schema))
        .filter(|relation| relation.row_security && relation.column(column).is_none())
        .filter(|relation| root != Some(format!("{}.{}", relation.schema, relation.name).as_str()))
        .map(|relation| {
            let name = relation.qualified_name();
            Check::warn(
                "tenants",
                format!("{name} has row security and no column {column}"),
                "see that its policies reach the tenant another way",
            )
        })
        .collect()
}

/// What the file says about tenants must be there.
fn tenants(catalog: &Catalog, file: &File) -> Vec<Check> {
    const WHAT: &str = "tenants";
    let Some(root) = &file.tenant_root else {
        return Vec::new();
    };
    let (schema, name) = root.split_once('.').unwrap_or(("public", root));
    let found = catalog.relation(schema, name).is_some();
    vec![if found {
        Check::ok(WHAT, format!("their table is {root}"))
    } else {
        Check::fail(
            WHAT,
            format!("tenant_root = {root:?}: there is no such table"),
            "mend tenant_root in the configuration, or make the table",
        )
    }]
}

//! The role of the service: what it could do that it should not.

use rowhouse::{Error, Rowhouse};
use rowhouse_catalog::{Catalog, Privilege, quote_ident};

use super::check::Check;
use crate::config::File;

pub(super) fn checks(
    catalog: &Catalog,
    file: &File,
    house: &Result<Rowhouse, Error>,
) -> Vec<Check> {
    let mut checks = dangers(catalog, house);
    checks.push(temporary(catalog));
    checks.extend(defaults(catalog, &file.setting));
    checks
}

fn dangers(catalog: &Catalog, house: &Result<Rowhouse, Error>) -> Vec<Check> {
    const WHAT: &str = "role";
    match house {
        Err(Error::UnsafeRole { role, dangers }) => dangers
            .iter()
            .map(|danger| {
                Check::fail(
                    WHAT,
                    format!("{role} can bypass row security: {danger}"),
                    danger.way_out(),
                )
            })
            .collect(),
        Err(_) => Vec::new(),
        Ok(_) => {
            let role = role_name(catalog);
            vec![Check::ok(
                WHAT,
                format!("{role} cannot bypass row security and owns nothing"),
            )]
        }
    }
}

/// The owner's connection, for the audit and for changes of the schema.
pub(super) fn administrator(connected: &anyhow::Result<rowhouse::ConnectOptions>) -> Check {
    const WHAT: &str = "admin_url";
    match connected {
        Ok(_) => Check::ok(WHAT, "the owner can connect"),
        Err(error) => Check::failed(WHAT, error),
    }
}

fn role_name(catalog: &Catalog) -> &str {
    catalog
        .role_by_oid(catalog.server.current_user)
        .map_or("?", |role| role.name.as_str())
}

/// Temporary tables outlive a scope on a shared connection.
fn temporary(catalog: &Catalog) -> Check {
    const WHAT: &str = "temporary";
    let access = catalog.as_role(catalog.server.current_user);
    let database = quote_ident(&catalog.database.name);
    if access.database().has(Privilege::Temporary) {
        Check::warn(
            WHAT,
            format!(
                "{} may make temporary tables, which outlive a request on a shared connection",
                role_name(catalog)
            ),
            format!("REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC;"),
        )
    } else {
        Check::ok(WHAT, "no temporary tables")
    }
}

/// A default of the setting makes a forgotten tenant somebody's tenant.
fn defaults(catalog: &Catalog, setting: &str) -> Vec<Check> {
    const WHAT: &str = "setting";
    let database = quote_ident(&catalog.database.name);
    let found: Vec<Check> = catalog
        .role_settings
        .iter()
        .filter(|default| default.name.eq_ignore_ascii_case(setting))
        .map(|default| {
            let role = default
                .role
                .and_then(|oid| catalog.role_by_oid(oid))
                .map(|role| quote_ident(&role.name));
            let mend = match (role, default.in_database) {
                (Some(role), true) => {
                    format!("ALTER ROLE {role} IN DATABASE {database} RESET {setting};")
                }
                (Some(role), false) => format!("ALTER ROLE {role} RESET {setting};"),
                (None, true) => format!("ALTER DATABASE {database} RESET {setting};"),
                (None, false) => format!("ALTER ROLE ALL RESET {setting};"),
            };
            Check::fail(
                WHAT,
                format!("{setting} has a default, so a forgotten tenant is somebody's tenant"),
                mend,
            )
        })
        .collect();
    if found.is_empty() {
        return vec![Check::ok(WHAT, format!("{setting}, without a default"))];
    }
    found
}

//! A default makes a forgotten tenant somebody's tenant.

use rowhouse_catalog::{RoleSetting, quote_ident};

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Finding, Level};

pub(super) static RULE: Rule = Rule {
    id: "setting-default",
    title: "The tenant setting has a default",
    level: Level::Error,
    what: "ALTER ROLE or ALTER DATABASE gives the setting that carries the tenant a value.",
    why: "A request that forgets to say its tenant does not fail: it works on the rows of the tenant in the default.",
    close: "Reset it. A forgotten tenant should be an error or no rows.",
    example: Example {
        object: "database:example",
        bad: "ALTER DATABASE example SET app.current_tenant_id = '11111111-1111-1111-1111-111111111111';",
        good: "ALTER DATABASE example SET app.current_tenant_id = '';",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for default in &context.catalog.role_settings {
        if !carries_tenant(context, default) || default.value.is_empty() || !concerns_app(context, default) {
            continue;
        }
        let (object, target) = holder(context, default);
        findings.push(
            RULE.found(
                object,
                format!("{} is {} unless the request says otherwise: a forgotten tenant is that one", default.name, default.value),
            )
            .part(&default.name)
            .exploit(format!("SELECT current_setting('{}'); -- in a new session, before any tenant was set", default.name))
            .fix_sql(format!("ALTER {target} RESET {};", quoted_setting(&default.name))),
        );
    }
}

/// The role or database a default belongs to, as an object and as it stands after `ALTER`.
pub(super) fn holder(context: &Context<'_>, default: &RoleSetting) -> (String, String) {
    let database = &context.catalog.database.name;
    match default.role {
        Some(role) => {
            let scope = if default.in_database { format!(" IN DATABASE {}", quote_ident(database)) } else { String::new() };
            let name = context.catalog.role_by_oid(role).map_or("", |role| &role.name);
            (format!("role:{name}"), format!("ROLE {}{scope}", quote_ident(name)))
        }
        None if default.in_database => (format!("database:{database}"), format!("DATABASE {}", quote_ident(database))),
        None => (format!("database:{database}"), "ROLE ALL".to_owned()),
    }
}

fn carries_tenant(context: &Context<'_>, default: &RoleSetting) -> bool {
    let mut settings = context.model.settings.iter();
    settings.any(|setting| setting.name.eq_ignore_ascii_case(&default.name))
}

/// The default of a role holds for its own logins only: it does not come with membership.
fn concerns_app(context: &Context<'_>, default: &RoleSetting) -> bool {
    default.role.is_none_or(|role| context.model.app_roles.contains(&role))
}

fn quoted_setting(name: &str) -> String {
    let parts: Vec<String> = name.split('.').map(quote_ident).collect();
    parts.join(".")
}

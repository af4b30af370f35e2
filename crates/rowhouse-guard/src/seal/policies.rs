//! The change from plain policies to sealed ones, and back, as SQL.

use std::fmt::Write as _;

use rowhouse_catalog::{Catalog, Object, Policy, Relation, quote_ident};

use super::{Seal, TenantType, genuine, literal};
use crate::model::asked_for;

/// A policy that reads the tenant's setting, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rewrite {
    /// It can be changed by SQL.
    Sql {
        /// The table and the policy, for people.
        policy: String,
        /// From plain to sealed.
        up: String,
        /// Back again.
        down: String,
    },
    /// It reads the setting in a way that is not known; somebody must look at it.
    ByHand {
        /// The table and the policy, for people.
        policy: String,
    },
}

/// What makes a sealed database of one whose seal is installed: every policy of every table that reads the setting.
/// None where no seal is installed, or it is not as `rowhouse seal init` made it.
pub fn rewrites(catalog: &Catalog) -> Option<Vec<Rewrite>> {
    let seal = genuine(catalog)?;
    let tables = catalog.relations.iter();
    let policies =
        tables.flat_map(|table| table.policies.iter().map(move |policy| (table, policy)));
    let plain = policies.filter(|(_, policy)| reads_setting(policy, &seal.setting));
    Some(
        plain
            .map(|(table, policy)| rewrite(table, policy, &seal))
            .collect(),
    )
}

/// A policy's expressions as they were before `up` changed them, which `up` itself put into `rowhouse.plain_policies`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The table, as `schema.name`.
    pub relation: String,
    /// The policy.
    pub policy: String,
    /// What it was USING.
    pub using: Option<String>,
    /// Its WITH CHECK.
    pub check: Option<String>,
}

/// The way back: every policy that asks for the seal, with the expressions that were kept of it. One that never was plain
/// has none.
pub fn plain_again(catalog: &Catalog, kept: &[Kept]) -> Option<Vec<Rewrite>> {
    let seal = genuine(catalog)?;
    let asks = |policy: &Policy| {
        let references = catalog.references_of(Object::Policy(policy.oid));
        references.contains(&Object::Function(seal.tenant))
            || references.contains(&Object::Function(seal.claim))
    };
    let tables = catalog.relations.iter();
    let policies =
        tables.flat_map(|table| table.policies.iter().map(move |policy| (table, policy)));
    let back = policies
        .filter(|(_, policy)| asks(policy))
        .map(|(table, policy)| {
            let name = table.qualified_name();
            let before = kept
                .iter()
                .find(|kept| kept.relation == name && kept.policy == policy.name);
            match before {
                Some(kept) => Rewrite::Sql {
                    policy: shown(table, policy),
                    up: alter(table, policy, kept.using.as_ref(), kept.check.as_ref()),
                    down: alter(
                        table,
                        policy,
                        policy.using.as_ref(),
                        policy.with_check.as_ref(),
                    ),
                },
                None => Rewrite::ByHand {
                    policy: shown(table, policy),
                },
            }
        });
    Some(back.collect())
}

/// Keeps a policy's expressions for the way back.
fn keep(table: &Relation, policy: &Policy) -> String {
    let text = |text: Option<&String>| text.map_or_else(|| "NULL".to_owned(), |text| literal(text));
    format!(
        "INSERT INTO rowhouse.plain_policies VALUES ({}, {}, {}, {})\n    \
         ON CONFLICT (relation, policy) DO UPDATE SET using_expression = EXCLUDED.using_expression, \
         check_expression = EXCLUDED.check_expression;\n",
        literal(&table.qualified_name()),
        literal(&policy.name),
        text(policy.using.as_ref()),
        text(policy.with_check.as_ref()),
    )
}

fn shown(table: &Relation, policy: &Policy) -> String {
    format!(
        "policy {} on {}",
        quote_ident(&policy.name),
        table.qualified_name()
    )
}

fn alter(
    table: &Relation,
    policy: &Policy,
    using: Option<&String>,
    check: Option<&String>,
) -> String {
    let mut sql = format!(
        "ALTER POLICY {} ON {}",
        quote_ident(&policy.name),
        table.qualified_name()
    );
    if let Some(using) = using {
        let _ = write!(sql, "\n    USING ({using})");
    }
    if let Some(check) = check {
        let _ = write!(sql, "\n    WITH CHECK ({check})");
    }
    sql.push(';');
    sql
}

fn texts(policy: &Policy) -> impl Iterator<Item = &String> {
    policy.using.iter().chain(&policy.with_check)
}

fn reads_setting(policy: &Policy, setting: &str) -> bool {
    texts(policy).any(|text| asks_for(text, setting))
}

fn asks_for(text: &str, setting: &str) -> bool {
    let wanted = setting.to_lowercase();
    asked_for(text)
        .iter()
        .any(|name| *name == wanted || *name == setting)
}

/// What to do about one policy.
pub(crate) fn rewrite(table: &Relation, policy: &Policy, seal: &Seal) -> Rewrite {
    let shown = shown(table, policy);
    let sealed = |text: Option<&String>| -> Option<Option<String>> {
        let Some(text) = text else { return Some(None) };
        let text = believe_seal(text, &seal.setting, seal.tenant_type)?;
        (!asks_for(&text, &seal.setting)).then_some(Some(text))
    };
    let (Some(using), Some(check)) = (
        sealed(policy.using.as_ref()),
        sealed(policy.with_check.as_ref()),
    ) else {
        return Rewrite::ByHand { policy: shown };
    };
    Rewrite::Sql {
        policy: shown,
        up: keep(table, policy) + &alter(table, policy, using.as_ref(), check.as_ref()),
        down: alter(
            table,
            policy,
            policy.using.as_ref(),
            policy.with_check.as_ref(),
        ),
    }
}

/// The expression with every place that gives the tenant, in the forms the server writes them, replaced by the sealed
/// tenant. None where a place wants another type than the seal's.
fn believe_seal(text: &str, setting: &str, tenant_type: TenantType) -> Option<String> {
    let call = format!("current_setting({}::text", literal(setting));
    let mut done = String::new();
    let mut rest = text.to_owned();
    while let Some(start) = rest.find(&call) {
        let Some(end) = end_of_call(&rest, start + call.len()) else {
            break;
        };
        let (from, to, cast) = widest(&rest, start, end);
        if !gives(cast, tenant_type) {
            return None;
        }
        done.push_str(&rest[..from]);
        done.push_str("( SELECT rowhouse.tenant())");
        rest = rest[to..].to_owned();
    }
    Some(done + &rest)
}

/// Whether the sealed tenant is of the type that the setting's text was cast to.
fn gives(cast: Option<&str>, tenant_type: TenantType) -> bool {
    match tenant_type {
        TenantType::Uuid => cast == Some("uuid"),
        TenantType::Integer => matches!(cast, Some("bigint" | "integer" | "smallint")),
        TenantType::Text => matches!(cast, None | Some("text" | "character varying")),
    }
}

/// Where a call ends whose first argument ends at `at`.
fn end_of_call(text: &str, at: usize) -> Option<usize> {
    [")", ", true)", ", false)"]
        .iter()
        .find(|end| text[at..].starts_with(**end))
        .map(|end| at + end.len())
}

/// The widest expression around `from..to` that still gives the tenant and nothing else: NULLIF with the empty text, a
/// cast, a sub-select.
fn widest(text: &str, mut from: usize, mut to: usize) -> (usize, usize, Option<&'static str>) {
    let mut kind = None;
    loop {
        let (before, after) = (&text[..from], &text[to..]);
        if before.ends_with("NULLIF(") && after.starts_with(", ''::text)") {
            from -= "NULLIF(".len();
            to += ", ''::text)".len();
        } else if let Some(cast) = cast_after(after).filter(|_| before.ends_with('(')) {
            from -= 1;
            to += ")::".len() + cast.len();
            kind = Some(cast);
        } else if let Some(end) = select_after(after).filter(|_| before.ends_with("( SELECT ")) {
            from -= "( SELECT ".len();
            to += end;
        } else {
            return (from, to, kind);
        }
    }
}

/// The type in `)::type`.
fn cast_after(text: &str) -> Option<&'static str> {
    let kind = text.strip_prefix(")::")?;
    let kinds = [
        "uuid",
        "bigint",
        "integer",
        "smallint",
        "text",
        "character varying",
    ];
    kinds.into_iter().find(|known| {
        kind.strip_prefix(known).is_some_and(|rest| {
            !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '[' | '('))
        })
    })
}

/// The length of ` AS name)`.
fn select_after(text: &str) -> Option<usize> {
    let name = text.strip_prefix(" AS ")?;
    let end = name.find(')')?;
    let plain = name[..end]
        .trim_matches('"')
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain.then_some(" AS ".len() + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_the_server_writes() {
        use TenantType::{Integer, Text, Uuid};
        let sealed = Some("(tenant_id = ( SELECT rowhouse.tenant()))".to_owned());
        for (kind, plain) in [
            (
                Uuid,
                "(tenant_id = ( SELECT (current_setting('app.t'::text))::uuid AS current_setting))",
            ),
            (Uuid, "(tenant_id = (current_setting('app.t'::text))::uuid)"),
            (
                Integer,
                "(tenant_id = (current_setting('app.t'::text, true))::bigint)",
            ),
            (Text, "(tenant_id = current_setting('app.t'::text, true))"),
            (
                Text,
                "(tenant_id = (current_setting('app.t'::text, true))::character varying)",
            ),
            (
                Uuid,
                "(tenant_id = (NULLIF(current_setting('app.t'::text, true), ''::text))::uuid)",
            ),
            (
                Text,
                "(tenant_id = ( SELECT NULLIF(current_setting('app.t'::text, true), ''::text) AS \"nullif\"))",
            ),
            (
                Integer,
                "(tenant_id = ( SELECT (NULLIF(current_setting('app.t'::text, true), ''::text))::integer AS \"nullif\"))",
            ),
        ] {
            assert_eq!(believe_seal(plain, "app.t", kind), sealed, "{plain}");
        }
    }

    #[test]
    fn all_places_and_nothing_else() {
        let plain = "((a = (current_setting('app.t'::text))::uuid) OR (b = (current_setting('app.t'::text))::uuid) OR (c = current_setting('app.u'::text)))";
        assert_eq!(
            believe_seal(plain, "app.t", TenantType::Uuid).unwrap(),
            "((a = ( SELECT rowhouse.tenant())) OR (b = ( SELECT rowhouse.tenant())) OR (c = current_setting('app.u'::text)))"
        );
        // A list of tenants, and a text where the seal gives a uuid: somebody must look.
        for odd in [
            "(tenant_id = ANY ((string_to_array(current_setting('app.t'::text), ','::text))::uuid[]))",
            "((tenant_id)::text = current_setting('app.t'::text))",
        ] {
            assert_eq!(believe_seal(odd, "app.t", TenantType::Uuid), None, "{odd}");
        }
    }
}

//! What can be wrong: one file per rule.

use crate::context::Context;
use crate::{Finding, Rule};

mod body_names;

/// The rules in the order of the list. To add one: a file with a `RULE`, and its name here.
macro_rules! rules {
    ($($name:ident),+ $(,)?) => {
        $(mod $name;)+
        static RULES: &[&Rule] = &[$(&$name::RULE),+];
    };
}

rules! {
    app_role_superuser,
    app_role_bypasses,
    app_role_becomes,
    app_role_predefined,
    app_role_creates_roles,
    app_role_replicates,
    app_role_owns,
    app_role_sets_parameters,
    setting_default,
    table_open,
    table_dormant,
    table_unforced,
    shared_writable,
    parent_reads_children,
    grants_past_row_security,
    unique_without_tenant,
    exclusion_without_tenant,
    reference_without_tenant,
    policy_read,
    policy_write,
    policy_undecided,
    helper_fails_open,
    view_opens,
    view_barrier,
    view_check_option,
    materialized_view,
    foreign_table,
    large_objects,
    server_functions,
    definer_opens,
    definer_search_path,
    definer_dynamic,
    sessions_shown,
    sets_tenant,
    set_unasked,
    trigger_copies,
    rewrite_rule,
    server_version,
    statistics_views,
    catalog_readable,
    leakproof_function,
    helper_immutable,
    helper_replaceable,
    helper_search_path,
    trusts_writable_table,
    claim_of_the_user,
    part_of_key,
    schema_create,
    default_privileges,
    tenant_index,
    policy_volatile,
    policy_per_row,
    policy_casts,
    many_policies,
    sequence_readable,
    key_can_be_chosen,
    seal_incomplete,
    seal_changed,
    seal_keys_readable,
}

pub(crate) use body_names::unqualified_relations;
pub(crate) use claim_of_the_user::plain_beside_secret;
pub(crate) use materialized_view::tables_under;
pub(crate) use policy_read::is_users_own;
pub(crate) use shared_writable::is_for_all as shared_by_all;
pub(crate) use shared_writable::writes as shared_writes;
pub(crate) use table_open::FILTERED;
pub(crate) use unique_without_tenant::{columns_of as unique_columns, is_bound as unique_is_bound};

/// The schema that every example begins with.
pub const SCHEMA: &str = include_str!("schema.sql");

/// All rules there are.
pub fn rules() -> &'static [&'static Rule] {
    RULES
}

/// The rule of this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

pub(crate) fn run(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(context, &mut findings);
    }
    findings
}

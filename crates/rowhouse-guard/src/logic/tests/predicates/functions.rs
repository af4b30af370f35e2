//! Functions of users that say the tenant, or compare it.

use super::{UUID, case};
use crate::logic::tests::fixture::Case;
use crate::logic::tests::fixture::Expected::{Proven, Refuted, Undecided};

pub(super) const CASES: &[Case] = &[
    // Helpers.
    case(UUID, Proven, "tenant_id = app.tenant()"),
    case(UUID, Proven, "tenant_id = (SELECT app.tenant())"),
    case(UUID, Proven, "tenant_id = app.tenant_atomic()"),
    case(UUID, Proven, "tenant_id = app.tenant_return()"),
    case(UUID, Proven, "tenant_id = app.tenant_definer()"),
    case(UUID, Proven, "tenant_id = app.tenant_plpgsql()"),
    case(UUID, Proven, "tenant_id = app.tenant_careful()"),
    case(UUID, Proven, "app.allowed(tenant_id)"),
    case(UUID, Proven, "app.allowed_plpgsql(tenant_id)"),
    case(UUID, Refuted, "tenant_id = app.tenant_open()"),
    case(UUID, Refuted, "app.allowed_open(tenant_id)"),
    case(UUID, Refuted, "app.allowed_catch(tenant_id)"),
    case(UUID, Refuted, "app.allowed(other_id)"),
    case(UUID, Undecided, "app.dynamic(tenant_id)"),
    // Arguments left out, and JSON put together.
    case(UUID, Proven, "tenant_id = app.tenant_or()"),
    case(
        UUID,
        Refuted,
        "tenant_id = app.tenant_or('bbbbbbbb-0000-4000-8000-00000000000b')",
    ),
    case(
        UUID,
        Proven,
        "tenant_id = (app.context() ->> 'tenant')::uuid",
    ),
    case(UUID, Proven, "tenant_id = ANY (app.my_tenant_array())"),
];

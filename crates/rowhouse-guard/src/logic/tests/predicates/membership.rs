//! The tenants a user or a parent row belongs to, by sub-selects.

use super::{UUID, case};
use crate::logic::tests::fixture::Case;
use crate::logic::tests::fixture::Expected::{Proven, Refuted};

pub(super) const CASES: &[Case] = &[
    // Sub-selects.
    case(
        UUID,
        Refuted,
        "EXISTS (SELECT 1 FROM open_parents p WHERE p.id = parent_id)",
    ),
    case(
        UUID,
        Refuted,
        "EXISTS (SELECT 1 FROM parents p WHERE p.id = parent_id)",
    ),
    case(
        UUID,
        Refuted,
        "EXISTS (SELECT 1 FROM tenants t WHERE t.id = current_setting('app.tenant')::uuid)",
    ),
    case(
        UUID,
        Refuted,
        "EXISTS (SELECT 1 FROM parents p WHERE p.tenant_id = tenant_id)",
    ),
    case(
        UUID,
        Proven,
        "tenant_id IN (SELECT p.tenant_id FROM parents p)",
    ),
    case(
        UUID,
        Refuted,
        "tenant_id IN (SELECT p.tenant_id FROM open_parents p)",
    ),
    case(
        UUID,
        Proven,
        "tenant_id IN (SELECT p.tenant_id FROM open_parents p WHERE p.tenant_id = current_setting('app.tenant')::uuid)",
    ),
    case(
        UUID,
        Proven,
        "tenant_id = (SELECT t.id FROM tenants t WHERE t.id = current_setting('app.tenant')::uuid)",
    ),
    // Membership.
    case(
        UUID,
        Proven,
        "tenant_id IN (SELECT m.tenant_id FROM members m WHERE m.user_id = current_setting('app.user', true)::uuid)",
    ),
    case(
        UUID,
        Proven,
        "tenant_id = ANY (SELECT m.tenant_id FROM members m WHERE m.user_id = current_setting('app.user', true)::uuid)",
    ),
    case(
        UUID,
        Proven,
        "tenant_id = ANY (ARRAY(SELECT m.tenant_id FROM members m WHERE m.user_id = auth.uid()))",
    ),
    case(
        UUID,
        Proven,
        "EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = {table}.tenant_id AND m.user_id = auth.uid())",
    ),
    case(UUID, Proven, "tenant_id IN (SELECT app.my_tenants())"),
    case(UUID, Proven, "app.is_member(tenant_id)"),
    case(
        UUID,
        Refuted,
        "tenant_id IN (SELECT m.tenant_id FROM open_members m WHERE m.user_id = current_setting('app.user', true)::uuid)",
    ),
    case(
        UUID,
        Refuted,
        "tenant_id IN (SELECT m.tenant_id FROM members m)",
    ),
    case(
        UUID,
        Refuted,
        "EXISTS (SELECT 1 FROM members m WHERE m.user_id = current_setting('app.user', true)::uuid)",
    ),
    case(
        UUID,
        Refuted,
        "tenant_id = current_setting('app.tenant')::uuid OR app.is_admin()",
    ),
    case(UUID, Refuted, "NOT EXISTS (SELECT 1 FROM admins)"),
];

//! Something else than the tenant's column and the tenant's setting is compared.

use super::{TEXT, UUID, case};
use crate::logic::tests::fixture::Case;
use crate::logic::tests::fixture::Expected::Refuted;

pub(super) const CASES: &[Case] = &[
    case(UUID, Refuted, "id = current_setting('app.tenant')::uuid"),
    case(
        UUID,
        Refuted,
        "other_id = current_setting('app.tenant')::uuid",
    ),
    case(
        UUID,
        Refuted,
        "tenant_id = current_setting('app.other')::uuid",
    ),
    case(UUID, Refuted, "tenant_id = other_id"),
    case(TEXT, Refuted, "tenant_id = current_user"),
    case(TEXT, Refuted, "tenant_id = session_user"),
    case(TEXT, Refuted, "name = current_setting('app.tenant')"),
];

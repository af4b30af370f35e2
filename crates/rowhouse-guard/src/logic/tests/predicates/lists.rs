//! Lists of tenants in the session.

use super::{INT, TEXT, UUID, case};
use crate::logic::tests::fixture::Case;
use crate::logic::tests::fixture::Expected::{Proven, Refuted};

pub(super) const CASES: &[Case] = &[
    case(
        INT,
        Proven,
        "tenant_id = ANY (string_to_array(current_setting('app.tenant', true), ',')::bigint[])",
    ),
    case(
        UUID,
        Proven,
        "tenant_id = ANY (current_setting('app.tenant', true)::uuid[])",
    ),
    case(
        TEXT,
        Proven,
        "coalesce(auth.jwt() -> 'app_metadata' -> 'tenants' ? tenant_id, false)",
    ),
    case(TEXT, Refuted, "auth.jwt() ? tenant_id OR is_public"),
];

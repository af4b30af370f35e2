//! Comparisons of a part, or without regard to case.

use super::{INT, TEXT, UUID, case};
use crate::logic::tests::fixture::Case;
use crate::logic::tests::fixture::Expected::{Refuted, Undecided};

pub(super) const CASES: &[Case] = &[
    // Loose comparison.
    case(
        TEXT,
        Refuted,
        "lower(tenant_id) = lower(current_setting('app.tenant'))",
    ),
    case(
        TEXT,
        Refuted,
        "upper(tenant_id) = upper(current_setting('app.tenant'))",
    ),
    case(
        TEXT,
        Refuted,
        "tenant_id ILIKE current_setting('app.tenant')",
    ),
    case(
        TEXT,
        Refuted,
        "tenant_id LIKE current_setting('app.tenant') || '%'",
    ),
    case(
        TEXT,
        Refuted,
        "tenant_id LIKE current_setting('app.tenant')",
    ),
    case(
        TEXT,
        Refuted,
        "starts_with(tenant_id, current_setting('app.tenant'))",
    ),
    case(TEXT, Refuted, "tenant_id ^@ current_setting('app.tenant')"),
    case(
        TEXT,
        Refuted,
        "left(tenant_id, 4) = left(current_setting('app.tenant'), 4)",
    ),
    case(
        TEXT,
        Refuted,
        "substr(tenant_id, 1, 4) = substr(current_setting('app.tenant'), 1, 4)",
    ),
    case(
        TEXT,
        Refuted,
        "substring(tenant_id from 1 for 4) = substring(current_setting('app.tenant') from 1 for 4)",
    ),
    case(
        TEXT,
        Refuted,
        "trim(tenant_id) = trim(current_setting('app.tenant'))",
    ),
    case(
        TEXT,
        Refuted,
        "split_part(tenant_id, '-', 1) = current_setting('app.tenant')",
    ),
    case(
        TEXT,
        Refuted,
        "position(current_setting('app.tenant') in tenant_id) > 0",
    ),
    case(
        TEXT,
        Refuted,
        "tenant_id::varchar(4) = current_setting('app.tenant')::varchar(4)",
    ),
    case(
        TEXT,
        Refuted,
        "tenant_id::char(20) = current_setting('app.tenant')::char(20)",
    ),
    case(
        TEXT,
        Refuted,
        "tenant_id::citext = current_setting('app.tenant')::citext",
    ),
    case(
        TEXT,
        Refuted,
        "length(tenant_id) = length(current_setting('app.tenant'))",
    ),
    case(
        UUID,
        Refuted,
        "left(tenant_id::text, 8) = left(current_setting('app.tenant'), 8)",
    ),
    case(
        UUID,
        Refuted,
        "right(tenant_id::text, 4) = right(current_setting('app.tenant'), 4)",
    ),
    case(
        UUID,
        Refuted,
        "tenant_id::text LIKE current_setting('app.tenant', true) || '%'",
    ),
    case(
        INT,
        Refuted,
        "tenant_id % 10 = current_setting('app.tenant')::bigint % 10",
    ),
    case(
        INT,
        Refuted,
        "tenant_id >= current_setting('app.tenant')::bigint",
    ),
    case(
        INT,
        Refuted,
        "abs(tenant_id) = abs(current_setting('app.tenant')::bigint) OR tenant_id = 12",
    ),
    case(
        INT,
        Undecided,
        "hashtext(tenant_id::text) = hashtext(current_setting('app.tenant'))",
    ),
    // Parts of the session's tenant may be another tenant.
    case(
        TEXT,
        Refuted,
        "tenant_id = left(current_setting('app.tenant'), 4)",
    ),
    case(
        TEXT,
        Refuted,
        "tenant_id = trim(current_setting('app.tenant'))",
    ),
    case(
        TEXT,
        Refuted,
        "tenant_id = split_part(current_setting('app.tenant'), '-', 1)",
    ),
    case(
        INT,
        Refuted,
        "tenant_id = current_setting('app.tenant')::bigint / 2",
    ),
    case(
        INT,
        Refuted,
        "tenant_id = right(current_setting('app.tenant'), 1)::bigint",
    ),
];

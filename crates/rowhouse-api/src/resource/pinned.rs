//! Whose rows a relation shows.

use rowhouse_catalog::{Relation, RelationKind};

use super::functions::Source;
use super::references::MAX_DEPTH;

/// Whether a column of a relation comes from a table of whose rows the app role sees those of the scope's tenant alone,
/// there and through the relation.
///
/// The table has to be one whose policies were found to keep tenants apart by a column of its own, and that is not
/// declared to be everybody's. Each view on the way to it has to read as who asks, so that the policies bind it too, or to
/// have been found to keep tenants apart itself.
pub(super) fn is_pinned(source: &Source<'_, '_>, relation: &Relation, number: i16) -> bool {
    let (mut relation, mut number) = (relation, number);
    for _ in 0..MAX_DEPTH {
        let is_protected = || source.exposure.is_one_tenants(relation);
        if relation.is_table() {
            return is_protected()
                && source.exposure.tenant_column(relation).is_some()
                && !source.config.declares_shared(relation);
        }
        let is_view = relation.kind == RelationKind::View;
        if !is_view || !(relation.security_invoker() || is_protected()) {
            return false;
        }
        let mut origins = relation.origins.iter();
        let Some(origin) = origins.find(|origin| origin.column == number) else {
            return false;
        };
        let Some(next) = source.catalog.relation_by_oid(origin.relation) else {
            return false;
        };
        (relation, number) = (next, origin.number);
    }
    false
}

//! A fixed order for everything, so that two snapshots can be compared line by line.

use crate::relations::Relation;
use crate::snapshot::Snapshot;
use crate::types::Shape;

/// Sorts every list, by name where things have one: numbers differ between databases with the same
/// schema.
pub(crate) fn put_in_order(snapshot: &mut Snapshot) {
    // Taken apart in full: who adds an area is asked here for its order.
    let Snapshot {
        schema_version: _,
        server: _,
        database: _,
        unseen,
        roles,
        memberships,
        role_settings,
        parameters,
        parameter_privileges,
        schemas,
        relations,
        types,
        functions,
        dependencies,
        default_privileges,
        extensions,
        languages,
        operators,
        casts,
        collations,
        statistics,
        event_triggers,
        large_objects,
        large_object_count: _,
        publications,
        slots,
        subscriptions,
        foreign_servers,
        user_mappings,
        system_views,
    } = snapshot;

    unseen.sort_by_key(|unseen| unseen.part);
    unseen.dedup_by_key(|unseen| unseen.part);
    by(roles, |role| &role.name);
    memberships.sort();
    role_settings.sort();
    by(parameters, |parameter| &parameter.name);
    by(parameter_privileges, |parameter| &parameter.name);
    by(schemas, |schema| &schema.name);
    by_two(relations, |relation| (&relation.schema, &relation.name));
    by_two(types, |data_type| (&data_type.schema, &data_type.name));
    by(functions, |function| &function.input_types);
    by_two(functions, |function| (&function.schema, &function.name));
    dependencies.sort();
    default_privileges.sort_by_key(|default| (default.role, default.schema, default.objects));
    by(extensions, |extension| &extension.name);
    by(languages, |language| &language.name);
    operators.sort_by_key(|operator| operator.oid);
    by_two(operators, |operator| (&operator.schema, &operator.name));
    casts.sort_by_key(|cast| (cast.source, cast.target));
    collations.sort_by_key(|collation| collation.oid);
    by_two(collations, |collation| (&collation.schema, &collation.name));
    by_two(statistics, |statistics| {
        (&statistics.schema, &statistics.name)
    });
    by(event_triggers, |trigger| &trigger.name);
    large_objects.sort_by_key(|object| object.oid);
    by(publications, |publication| &publication.name);
    for publication in publications {
        publication.tables.sort_by_key(|table| table.relation);
    }
    by(slots, |slot| &slot.name);
    by(subscriptions, |subscription| &subscription.name);
    by(foreign_servers, |server| &server.name);
    user_mappings.sort();
    by(system_views, |view| &view.name);
    relations.iter_mut().for_each(within);
    for data_type in types {
        if let Shape::Domain(domain) = &mut data_type.shape {
            by(&mut domain.checks, |check| &check.name);
        }
    }
}

/// What hangs on a relation; its columns come in their own order.
fn within(relation: &mut Relation) {
    by(&mut relation.unique, |key| &key.name);
    by(&mut relation.foreign_keys, |key| &key.name);
    by(&mut relation.checks, |check| &check.name);
    by(&mut relation.exclusions, |exclusion| &exclusion.name);
    by(&mut relation.indexes, |index| &index.name);
    by(&mut relation.policies, |policy| &policy.name);
    by(&mut relation.triggers, |trigger| &trigger.name);
    by(&mut relation.rules, |rule| &rule.name);
}

fn by<T, K: Ord + ?Sized>(items: &mut [T], key: impl Fn(&T) -> &K) {
    items.sort_by(|a, b| key(a).cmp(key(b)));
}

fn by_two<T>(items: &mut [T], key: impl Fn(&T) -> (&String, &String)) {
    items.sort_by(|a, b| key(a).cmp(&key(b)));
}

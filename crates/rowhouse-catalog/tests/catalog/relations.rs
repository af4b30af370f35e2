use rowhouse_catalog::{
    Action, Catalog, Generated, Grantee, Identity, Indexed, Match, Object, Persistence,
    PolicyCommand, RelationKind, RuleEvent, Timing,
};

use crate::fixture::{function, names, read, relation};

#[tokio::test]
async fn columns_are_read_with_types_defaults_and_generation() {
    let (_db, _, catalog) = read().await;
    let lines = relation(&catalog, "Crm", "Order Lines");
    assert_eq!(lines.qualified_name(), "\"Crm\".\"Order Lines\"");
    assert_eq!(lines.comment.as_deref(), Some("lines of orders"));
    assert_eq!(lines.kind, RelationKind::Table);
    assert!(
        lines.column("gone").is_none(),
        "dropped columns are left out"
    );

    let price = lines.column("price").unwrap();
    assert_eq!(price.formatted_type, "numeric(10,2)");
    assert_eq!(price.default.as_deref(), Some("0"));
    assert_eq!(catalog.type_of(price.type_oid).unwrap().name, "numeric");

    let doubled = lines.column("doubled").unwrap();
    assert_eq!(doubled.generated, Some(Generated::Stored));
    assert!(!doubled.updatable);
    let order = lines.column("order_id").unwrap();
    assert_eq!(order.identity, Some(Identity::ByDefault));
    assert!(order.not_null);
    let number = lines.column("Line No").unwrap();
    assert_eq!(number.comment.as_deref(), Some("from one"));

    let label = lines.column("label").unwrap();
    let collation = catalog
        .collations
        .iter()
        .find(|collation| Some(collation.oid) == label.collation)
        .unwrap();
    assert_eq!(
        (collation.name.as_str(), collation.deterministic),
        ("nocase", false)
    );
}

#[tokio::test]
async fn keys_are_read_on_both_sides() {
    let (_db, _, catalog) = read().await;
    let lines = relation(&catalog, "Crm", "Order Lines");
    let notes = relation(&catalog, "Crm", "notes");
    let key = catalog.primary_key(lines.oid).unwrap();
    assert_eq!(
        names(lines, &key.columns),
        ["tenant_id", "order_id", "Line No"]
    );
    assert_eq!(
        names(lines, &lines.unique[0].columns),
        ["tenant_id", "label"]
    );
    assert_eq!(lines.checks[0].expression, "(price >= (0)::numeric)");
    assert_eq!(names(lines, &lines.exclusions[0].columns), ["period"]);

    let [to_lines] = catalog.foreign_keys_from(notes.oid) else {
        panic!("one foreign key")
    };
    assert_eq!(
        names(notes, &to_lines.columns),
        ["tenant_id", "order_id", "line"]
    );
    assert_eq!(
        names(lines, &to_lines.referenced_columns),
        ["tenant_id", "order_id", "Line No"]
    );
    assert_eq!(to_lines.on_delete, Action::SetNull);
    assert_eq!(
        names(notes, &to_lines.on_delete_columns),
        ["order_id", "line"]
    );
    assert_eq!(to_lines.on_update, Action::Cascade);
    assert_eq!(to_lines.match_kind, Match::Full);
    assert!(to_lines.enforcement.deferred && to_lines.enforcement.validated);

    let back: Vec<_> = catalog.foreign_keys_to(lines.oid).collect();
    assert_eq!(back, [to_lines]);
    let tenants = relation(&catalog, "public", "tenants");
    let to_tenants = catalog.foreign_keys_to(tenants.oid).next().unwrap();
    assert_eq!(
        (to_tenants.relation, to_tenants.on_delete),
        (lines.oid, Action::Cascade)
    );
}

#[tokio::test]
async fn indexes_are_read_with_expressions_and_predicates() {
    let (_db, _, catalog) = read().await;
    let lines = relation(&catalog, "Crm", "Order Lines");
    let index = lines
        .indexes
        .iter()
        .find(|index| index.name == "lower_label")
        .unwrap();
    assert!(index.unique && index.valid && !index.primary);
    assert!(index.leads_with(lines.column("tenant_id").unwrap().number));
    assert_eq!(index.keys[1].on, Indexed::Expression("lower(label)".into()));
    assert!(index.keys[1].descending && !index.keys[1].nulls_first);
    assert_eq!(names(lines, &index.included), ["price"]);
    assert_eq!(index.predicate.as_deref(), Some("(price > (0)::numeric)"));
    let distinct = |index: &&rowhouse_catalog::Index| index.nulls_not_distinct;
    assert_eq!(lines.indexes.iter().filter(distinct).count(), 1);
}

#[tokio::test]
async fn policies_are_read_with_roles_and_what_they_refer_to() {
    let (_db, _, catalog) = read().await;
    let lines = relation(&catalog, "Crm", "Order Lines");
    assert!(lines.row_security && lines.force_row_security);
    let [floor, by_tenant] = &lines.policies[..] else {
        panic!("two policies")
    };
    assert_eq!(
        (floor.command, floor.permissive),
        (PolicyCommand::Delete, false)
    );
    let role = |name| Grantee::Role(catalog.role(name).unwrap().oid);
    let mut roles = [role("cat_app"), role("cat_group")];
    roles.sort();
    assert_eq!(floor.roles, roles);
    assert_eq!(by_tenant.roles, [Grantee::Public]);
    assert_eq!(by_tenant.command, PolicyCommand::All);
    assert!(
        by_tenant
            .using
            .as_ref()
            .unwrap()
            .contains("current_setting('app.tenant_id'::text)")
    );
    assert_eq!(by_tenant.with_check, None);

    let notes = relation(&catalog, "Crm", "notes");
    assert!(notes.row_security && !notes.force_row_security);
    let policy = |name: &str| {
        notes
            .policies
            .iter()
            .find(|policy| policy.name == name)
            .unwrap()
    };
    let through_parent = catalog.references_of(Object::Policy(policy("via_parent").oid));
    let order = lines.column("order_id").unwrap().number;
    assert!(through_parent.contains(&Object::Column(lines.oid, order)));
    let update = catalog.references_of(Object::Policy(policy("upd").oid));
    for called in ["api.tenant()", "public.boom()"] {
        assert!(update.contains(&Object::Function(function(&catalog, called).oid)));
    }
}

#[tokio::test]
async fn views_are_read_with_options_and_what_they_reach() {
    let (_db, _, catalog) = read().await;
    let lines = relation(&catalog, "api", "lines");
    assert!(lines.security_invoker() && lines.security_barrier());
    assert_eq!(lines.check_option(), Some("cascaded"));
    assert!(lines.updatable.unwrap().automatic);
    assert!(lines.column("line").unwrap().updatable);
    assert!(!lines.column("twice").unwrap().updatable, "it is computed");
    assert!(
        lines
            .definition
            .as_ref()
            .unwrap()
            .contains("FROM \"Crm\".\"Order Lines\"")
    );

    let joined = relation(&catalog, "api", "joined");
    assert!(!joined.security_invoker());
    let reaches = catalog.references_of(Object::Relation(joined.oid));
    let boom = Object::Function(function(&catalog, "public.boom()").oid);
    let line = lines.column("line").unwrap().number;
    assert!(reaches.contains(&boom) && reaches.contains(&Object::Column(lines.oid, line)));
    assert!(
        catalog
            .referrers_of(boom)
            .contains(&Object::Relation(joined.oid))
    );
    let [rule] = &joined.rules[..] else {
        panic!("the view's own rule is left out")
    };
    assert_eq!((rule.event, rule.instead), (RuleEvent::Insert, true));
    let events = relation(&catalog, "Crm", "events");
    let what = events.column("what").unwrap().number;
    let written = catalog.references_of(Object::Rule(rule.oid));
    assert!(written.contains(&Object::Column(events.oid, what)));

    let busy = relation(&catalog, "pg_catalog", "pg_stat_activity");
    assert!(
        busy.is_system() && !busy.columns.is_empty(),
        "read because a view refers to it"
    );
    assert!(catalog.relation("pg_catalog", "pg_class").is_none());
}

#[tokio::test]
async fn partitions_inheritance_triggers_and_sequences_are_read() {
    let (_db, _, catalog) = read().await;
    let events = relation(&catalog, "Crm", "events");
    assert_eq!(events.kind, RelationKind::PartitionedTable);
    assert_eq!(events.partition_key.as_deref(), Some("RANGE (at)"));
    let part = relation(&catalog, "Crm", "events_2024");
    assert!(part.is_partition && part.parents == [events.oid]);
    assert!(
        part.partition_bound
            .as_ref()
            .unwrap()
            .starts_with("FOR VALUES FROM")
    );
    assert_eq!(catalog.children(events.oid).len(), 2);
    let child = relation(&catalog, "Crm", "child");
    assert!(!child.is_partition && child.column("a").unwrap().inherited);
    let scratch = relation(&catalog, "Crm", "scratch");
    assert_eq!(scratch.persistence, Persistence::Unlogged);

    let notes = relation(&catalog, "Crm", "notes");
    let [quiet, watch] = &notes.triggers[..] else {
        panic!("two triggers")
    };
    assert_eq!((quiet.timing, quiet.enabled.code()), (Timing::After, 'D'));
    assert!(quiet.delete && quiet.truncate && !quiet.insert && !quiet.for_each_row);
    assert!(watch.insert && watch.update && watch.for_each_row);
    assert_eq!(names(notes, &watch.update_columns), ["body", "line"]);
    assert_eq!(watch.function, function(&catalog, "public.on_note()").oid);

    let counter = relation(&catalog, "Crm", "notes_id_seq")
        .sequence
        .as_ref()
        .unwrap();
    assert_eq!(counter.owned_by, Some((notes.oid, 1)));
    assert!(!counter.identity);
    let identity = relation(&catalog, "Crm", "Order Lines_order_id_seq");
    assert!(identity.sequence.as_ref().unwrap().identity);
}

#[tokio::test]
async fn constraints_that_do_not_hold_yet_are_told_apart() {
    let (_db, mut client, catalog) = read().await;
    let old = "CREATE TABLE late (a int, b int);
               ALTER TABLE late ADD CONSTRAINT c CHECK (a > 0) NOT VALID";
    client.batch_execute(old).await.unwrap();
    if catalog.server.version.major() >= 18 {
        let new = "ALTER TABLE late ADD CONSTRAINT n NOT NULL a NOT VALID,
                       ALTER b SET NOT NULL, ADD v int GENERATED ALWAYS AS (a + 1) VIRTUAL,
                       ADD CONSTRAINT d CHECK (b > 0) NOT ENFORCED";
        client.batch_execute(new).await.unwrap();
    }
    let catalog = Catalog::read(&mut client).await.unwrap();
    let late = relation(&catalog, "public", "late");
    let c = late.checks[0].enforcement;
    assert!(c.enforced && !c.validated);
    if catalog.server.version.major() >= 18 {
        assert!(!late.column("a").unwrap().not_null, "old rows may be null");
        assert!(late.column("b").unwrap().not_null);
        let generated = late.column("v").unwrap().generated;
        assert_eq!(generated, Some(Generated::Virtual));
        assert!(!late.checks[1].enforcement.enforced);
    }
}

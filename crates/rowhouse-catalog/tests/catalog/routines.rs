use rowhouse_catalog::{
    ArgumentMode, CastContext, FunctionKind, Grantee, Object, Parallel, Privilege, Volatility,
};

use crate::fixture::{function, read, relation};

#[tokio::test]
async fn functions_are_read_with_everything_that_decides_what_they_may_do() {
    let (_db, _, catalog) = read().await;
    let boom = function(&catalog, "public.boom(integer,text[])");
    assert!(boom.security_definer && boom.strict && boom.set_returning && !boom.leakproof);
    assert_eq!(boom.settings["search_path"], "\"Crm\", pg_temp");
    assert_eq!(boom.settings["work_mem"], "8MB");
    assert_eq!(
        (boom.parallel, boom.volatility),
        (Parallel::Safe, Volatility::Volatile)
    );
    assert_eq!(
        (boom.defaults, boom.arguments[1].mode),
        (1, ArgumentMode::Variadic)
    );
    assert_eq!(boom.arguments[0].name.as_deref(), Some("a"));
    assert_eq!(boom.language, "plpgsql");
    assert!(boom.body.contains("RAISE EXCEPTION"));
    assert_eq!(boom.owner, catalog.role("cat_owner").unwrap().oid);
    assert!(
        boom.acl.public().has(Privilege::Execute),
        "the server's default, written out"
    );
    assert!(!boom.acl.explicit);

    let tenant = function(&catalog, "api.tenant()");
    assert!(tenant.sql_body.as_ref().unwrap().starts_with("RETURN"));
    let count = function(&catalog, "api.note_count()");
    let notes = relation(&catalog, "Crm", "notes");
    assert_eq!(count.arguments[0].mode, ArgumentMode::Out);
    let reads = catalog.references_of(Object::Function(count.oid));
    assert!(reads.contains(&Object::Column(notes.oid, 1)));

    let rows = function(&catalog, "api.rows_of(uuid)");
    assert_eq!(rows.arguments[1].mode, ArgumentMode::Table);
    assert_eq!(rows.result.as_deref(), Some("TABLE(id integer, body text)"));
    assert!(rows.acl.explicit && rows.acl.public().is_empty());
    let inner = Grantee::Role(catalog.role("cat_inner").unwrap().oid);
    assert!(rows.acl.given_to(inner).has(Privilege::Execute));

    let kind = |name| function(&catalog, name).kind;
    assert_eq!(kind("api.sweep(integer)"), FunctionKind::Procedure);
    assert_eq!(kind("api.total(integer)"), FunctionKind::Aggregate);
    assert!(function(&catalog, "public.leaky(integer,integer)").leakproof);
    // One of the server's own, read because somebody granted it.
    let file = function(&catalog, "pg_catalog.pg_read_file(text)");
    assert_eq!(
        catalog
            .functions_named("pg_catalog", "pg_read_file")
            .count(),
        1
    );
    let app = Grantee::Role(catalog.role("cat_app").unwrap().oid);
    assert!(file.acl.given_to(app).has(Privilege::Execute));
}

#[tokio::test]
async fn operators_casts_and_event_triggers_lead_to_their_functions() {
    let (_db, _, catalog) = read().await;
    let [operator] = &catalog.operators[..] else {
        panic!("one operator")
    };
    assert_eq!(operator.name, "===");
    assert_eq!(
        operator.function,
        function(&catalog, "public.leaky(integer,integer)").oid
    );
    // A range type brings a cast to its multirange.
    let cast = catalog
        .casts
        .iter()
        .find(|cast| cast.function.is_some_and(|f| !f.is_builtin()));
    let cast = cast.unwrap();
    assert_eq!(cast.context, CastContext::Assignment);
    let rank = function(&catalog, "public.mood_rank(\"Crm\".mood)");
    assert_eq!(cast.function, Some(rank.oid));
    let [on_ddl] = &catalog.event_triggers[..] else {
        panic!("one event trigger")
    };
    assert_eq!(on_ddl.tags, ["CREATE TABLE"]);
    assert_eq!(on_ddl.function, function(&catalog, "public.on_ddl()").oid);
    let [statistics] = &catalog.statistics[..] else {
        panic!("one statistics object")
    };
    assert!(statistics.definition.contains("lower(body)"));
    assert!(
        catalog
            .system_views
            .iter()
            .any(|view| view.name == "pg_stats_ext")
    );
}

//! Functions that could work as another tenant, and what they are used for.

use super::{demo_and, refused, start, status};
use crate::http::{PAWNEE, get};

#[tokio::test]
async fn functions_are_withheld_where_they_could_cross_over() {
    let database = demo_and(
        "CREATE FUNCTION titles() RETURNS SETOF text STABLE LANGUAGE sql AS 'SELECT title FROM items';
         CREATE FUNCTION any_sql(sql text) RETURNS SETOF text STABLE LANGUAGE plpgsql
             AS $$ BEGIN RETURN QUERY EXECUTE sql; END $$;
         CREATE FUNCTION written_out() RETURNS SETOF text STABLE LANGUAGE plpgsql
             AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT title FROM items'; END $$;
         CREATE FUNCTION enter(t uuid) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
             PERFORM set_config('app.current_tenant_id', t::text, true); END $$;
         CREATE FUNCTION as_tenant(t uuid) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN
             PERFORM set_config('app.current_tenant_id', t::text, true);
             RETURN QUERY SELECT title FROM items; END $$;
         CREATE FUNCTION owned() RETURNS bigint STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
             LANGUAGE sql AS 'SELECT count(*) FROM public.items';
         CREATE FUNCTION computed(items) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
             PERFORM set_config('app.current_tenant_id', $1.title, false); RETURN ''; END $$",
    )
    .await;
    let (_folder, service) = start(&database, "");
    let sql = "/rpc/any_sql?sql=SELECT%201::text";
    for (path, expected) in [
        ("/rpc/titles", 200),
        (sql, 404),
        ("/rpc/written_out", 200),
        ("/rpc/enter?t=162be16f-f76d-431a-a213-171838ded9ae", 404),
        ("/rpc/as_tenant?t=162be16f-f76d-431a-a213-171838ded9ae", 404),
        ("/rpc/owned", 404),
        ("/items?select=computed", 400),
    ] {
        assert_eq!(status(&service, path), expected, "{path}");
    }
    service.stop();
    let config =
        "[api.functions]\ndefiner = ['owned']\ntrusted = ['public.any_sql', 'as_tenant']\n";
    let (_folder, service) = start(&database, config);
    assert_eq!(status(&service, "/rpc/owned"), 200);
    assert_eq!(status(&service, sql), 200);
    let as_tenant = "/rpc/as_tenant?t=162be16f-f76d-431a-a213-171838ded9ae";
    assert_eq!(status(&service, as_tenant), 404);
    service.stop();

    // A table without protection is not reached through a function either, nor is a view of a superuser's.
    let owner = database.as_role("rowhouse_owner").await;
    let open = "CREATE TABLE notes (id int, tenant_id uuid REFERENCES tenants, note text);
         GRANT SELECT ON notes TO rowhouse_app;
         CREATE FUNCTION notes_of(t uuid) RETURNS SETOF text STABLE LANGUAGE sql
             AS 'SELECT note FROM notes WHERE tenant_id = t';
         CREATE FUNCTION notes_in_turn(t uuid) RETURNS SETOF text STABLE LANGUAGE sql AS 'SELECT notes_of(t)'";
    owner.batch_execute(open).await.unwrap();
    let admin = database.admin().await;
    let past = "CREATE VIEW past AS SELECT title FROM items; GRANT SELECT ON past TO rowhouse_app;
         CREATE FUNCTION past_titles() RETURNS SETOF text STABLE LANGUAGE sql AS 'SELECT title FROM past'";
    admin.batch_execute(past).await.unwrap();
    let (_folder, service) = start(&database, "");
    let of = "/rpc/notes_of?t=162be16f-f76d-431a-a213-171838ded9ae";
    let in_turn = "/rpc/notes_in_turn?t=162be16f-f76d-431a-a213-171838ded9ae";
    for (path, expected) in [
        ("/rpc/titles", 200),
        (of, 404),
        (in_turn, 404),
        ("/rpc/written_out", 404),
        ("/rpc/past_titles", 404),
    ] {
        assert_eq!(status(&service, path), expected, "{path}");
    }
    service.stop();
}

/// What an aggregate does is what its functions do: the audit reads those.
#[tokio::test]
async fn aggregates_make_content_where_their_functions_keep_tenants_apart() {
    let database = demo_and(
        r#"CREATE DOMAIN "application/json" AS json;
         CREATE FUNCTION counted(state int, next items) RETURNS int LANGUAGE sql AS $$ SELECT state + 1 $$;
         CREATE FUNCTION counted(state int) RETURNS "application/json" LANGUAGE sql
             AS $$ SELECT json_build_object('items', state) $$;
         CREATE AGGREGATE count_items (items) (initcond = 0, stype = int, sfunc = counted, finalfunc = counted);
         CREATE FUNCTION moved(state text, next tenants) RETURNS text LANGUAGE sql
             AS $$ SELECT set_config('app.current_tenant_id', next.id::text, true) $$;
         CREATE FUNCTION moved(state text) RETURNS "application/json" LANGUAGE sql AS $$ SELECT to_json(state) $$;
         CREATE AGGREGATE moved_agg (tenants) (stype = text, sfunc = moved, finalfunc = moved);"#,
    )
    .await;
    let (_folder, service) = start(&database, "");
    let items = get(service.address, "/items", Some(PAWNEE));
    assert!(items.json["items"].as_i64() > Some(0), "{items:?}");
    let tenants = get(service.address, "/tenants", Some(PAWNEE));
    assert!(tenants.json.is_array(), "{tenants:?}");
    service.stop();
}

#[tokio::test]
async fn what_comes_before_each_request_is_audited() {
    let database = demo_and(
        "CREATE FUNCTION looks() RETURNS void STABLE LANGUAGE plpgsql AS $$ BEGIN
             IF current_setting('request.path') LIKE '/tenants%' THEN RAISE 'closed'; END IF; END $$;
         CREATE FUNCTION moves() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
             PERFORM set_config('app.current_tenant_id', '162be16f-f76d-431a-a213-171838ded9ae', true); END $$;",
    )
    .await;
    let (_folder, service) = start(&database, "[api]\npre_request = 'public.looks'\n");
    assert_eq!(status(&service, "/items"), 200);
    assert_eq!(status(&service, "/tenants"), 400);
    service.stop();
    for (name, reason) in [
        ("public.moves", "it sets app.current_tenant_id"),
        ("public.loks", "there is no such function"),
    ] {
        let said = refused(&database, &format!("[api]\npre_request = '{name}'\n"), &[]);
        assert_eq!(said.code, 2, "{said:?}");
        let named = said.err.contains(&format!("api.pre_request = \"{name}\""));
        assert!(named && said.err.contains(reason), "{said:?}");
    }
}

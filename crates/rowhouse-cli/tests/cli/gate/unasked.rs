//! What sets the tenant although nobody asks for it.

use super::{demo_and, start, status};

/// What a statement sets off without naming it says whose rows the rest of it meets.
#[tokio::test]
async fn what_sets_the_tenant_unasked_is_withheld() {
    let database = demo_and(
        "CREATE SCHEMA tools; GRANT USAGE ON SCHEMA tools TO rowhouse_app;
         CREATE FUNCTION tools.other() RETURNS boolean LANGUAGE sql IMMUTABLE
             AS $$ SELECT set_config('app.current_tenant_id', '162be16f-f76d-431a-a213-171838ded9ae', true) IS NOT NULL $$;
         CREATE FUNCTION tools.word(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 <> '' $$;
         CREATE FUNCTION tools.same(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT tools.other() $$;
         CREATE OPERATOR %%% (LEFTARG = text, RIGHTARG = text, FUNCTION = tools.same);
         CREATE VIEW direct WITH (security_invoker) AS SELECT set_config('app.current_tenant_id', 'x', true) AS s, id FROM items;
         CREATE VIEW called WITH (security_invoker) AS SELECT tools.other() AS s, id FROM items;
         CREATE VIEW nobodys WITH (security_invoker) AS SELECT 1 AS id, tools.other() AS s;
         CREATE VIEW fine WITH (security_invoker) AS SELECT tools.word(title) AS s, id FROM items;
         CREATE DOMAIN moved AS text CHECK (tools.other()); CREATE DOMAIN word AS text CHECK (tools.word(VALUE));
         CREATE FUNCTION by_view() RETURNS SETOF nobodys LANGUAGE sql STABLE AS $$ SELECT * FROM nobodys $$;
         CREATE FUNCTION by_type(x moved) RETURNS SETOF items LANGUAGE sql STABLE AS $$ SELECT * FROM items $$;
         CREATE FUNCTION by_variable() RETURNS SETOF items LANGUAGE plpgsql STABLE
             AS $$ DECLARE x moved := 'x'; BEGIN RETURN QUERY SELECT * FROM items; END $$;
         CREATE FUNCTION by_operator() RETURNS SETOF items LANGUAGE plpgsql STABLE
             AS $$ BEGIN IF 'a' %%% 'b' THEN RETURN QUERY SELECT * FROM items; END IF; END $$;
         CREATE FUNCTION as_they_are() RETURNS SETOF items LANGUAGE sql STABLE AS $$ SELECT * FROM items $$;
         CREATE TYPE mood AS ENUM ('ok'); ALTER TABLE items ADD m mood DEFAULT 'ok';
         CREATE FUNCTION tools.number(mood) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$ SELECT 4711 $$;
         CREATE FUNCTION tools.day(mood) RETURNS date LANGUAGE sql AS $$ SELECT '2024-05-05'::date $$;
         CREATE CAST (mood AS int) WITH FUNCTION tools.number(mood); CREATE CAST (mood AS date) WITH FUNCTION tools.day(mood);
         GRANT SELECT ON direct, called, nobodys, fine TO rowhouse_app",
    )
    .await;
    let (_folder, service) = start(&database, "[api]\nshared = ['nobodys']");
    for (path, expected) in [
        ("/items", 200),
        ("/fine", 200),
        ("/direct", 404),
        ("/called", 404),
        ("/nobodys", 404),
        ("/items?select=title::word", 200),
        ("/items?select=title::moved", 400),
        // A cast calls its function: one that runs as its owner is called by its name or not at all.
        ("/items?select=m::int", 400),
        ("/items?select=m::date", 200),
        ("/rpc/as_they_are", 200),
        ("/rpc/by_view", 404),
        ("/rpc/by_type?x=a", 404),
        ("/rpc/by_variable", 404),
        ("/rpc/by_operator", 404),
    ] {
        assert_eq!(status(&service, path), expected, "{path}");
    }
    service.stop();
    // The table that everything reads is withheld where its own trigger or default does it.
    let owner = database.as_role("rowhouse_owner").await;
    owner
        .batch_execute("ALTER TABLE items ADD seen boolean DEFAULT tools.other()")
        .await
        .unwrap();
    let (_folder, service) = start(&database, "");
    assert_eq!(status(&service, "/items"), 404);
    service.stop();
}

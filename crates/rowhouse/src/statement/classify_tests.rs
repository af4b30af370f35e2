use super::{Kind, classify};
use proptest::prelude::*;

fn kind(sql: &str) -> Result<Kind, String> {
    classify(sql, &["app.current_tenant_id".to_owned()]).map_err(|refusal| refusal.what)
}

#[test]
fn reads_and_writes() {
    for sql in [
        "SELECT 1",
        "  -- a comment; INSERT\n /* a /* nested */ INTO */ select 'INTO x', \"into\", $$ into $$, $a$ x $$ into $a$, E'\\' INTO '",
        "(SELECT 1) UNION (SELECT 2)",
        "VALUES (1)",
        "TABLE items",
        "WITH a AS (SELECT 1) SELECT * FROM a;",
        "SELECT id FROM items WHERE title = $1 AND n = 1",
    ] {
        assert_eq!(kind(sql), Ok(Kind::Read), "{sql}");
    }
    for sql in [
        "INSERT INTO items VALUES (1)",
        "with a as (insert into items values (1) returning id) select * from a",
        "SELECT 1 FROM items FOR UPDATE",
        "SELECT 1 FROM items FOR KEY SHARE",
        "select 1 from items for no key update",
        "MERGE INTO items USING x ON true WHEN MATCHED THEN DELETE",
        "update items set title = ''",
        "WITH a AS (SELECT 1) INSERT INTO items SELECT * FROM a",
        "WITH a AS (SELECT (1)), b (n) AS (TABLE a) MERGE INTO items USING b ON true WHEN MATCHED THEN DELETE",
        "WITH a AS (INSERT INTO items VALUES (1) RETURNING id) INSERT INTO items SELECT * FROM a",
        "WITH RECURSIVE a AS (SELECT 1 n UNION SELECT n FROM a) CYCLE n SET c USING p INSERT INTO items SELECT n FROM a",
        "INSERT INTO items (a) SELECT 1 AS insert",
    ] {
        assert_eq!(kind(sql), Ok(Kind::Write), "{sql}");
    }
}

#[test]
fn what_outlives_itself_is_refused_on_a_lane() {
    for sql in [
        "SELECT * INTO TEMP stolen FROM items",
        "WITH a AS (SELECT 1) SELECT * INTO stolen FROM a",
        "SELECT 1\u{000b}INTO x",
        "SELECT 'a'INTO x",
        "SELECT E'a'\n'\\'' INTO TEMP x --'",
        "SELECT E'a' -- c'\n '\\'' INTO TEMP x --'",
        "SELECT 1/**/INTO x",
        "BEGIN",
        "begin; INSERT INTO items VALUES (1)",
        "START TRANSACTION",
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "SAVEPOINT a",
        "RELEASE a",
        "PREPARE TRANSACTION 'x'",
        "PREPARE x AS SELECT 1",
        "EXECUTE x",
        "DEALLOCATE ALL",
        "LISTEN x",
        "RESET ALL",
        "DISCARD ALL",
        "SET search_path = x",
        "SET SESSION AUTHORIZATION x",
        "SET ROLE x",
        "SET LOCAL ROLE x",
        "SET LOCAL SESSION AUTHORIZATION x",
        "SET LOCAL app.current_tenant_id = 'b'",
        "SET LOCAL \"app\".\"current_tenant_id\" TO 'b'",
        "set local APP.Current_Tenant_Id to 'b'",
        "SET LOCAL row_security = off",
        "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
        "COPY items FROM PROGRAM 'x'",
        "COPY items TO '/tmp/x'",
        "VACUUM",
        "",
        " ; ",
        "SELECT 1; SELECT 2",
        "'SELECT'",
        "SELECT 1 \0",
        "NONSENSE",
        // Words of the data-changing statements are column labels and names too.
        "SELECT 1 AS insert INTO TEMP x",
        "SELECT 1 insert INTO TEMP x",
        "SELECT a.merge INTO TEMP x FROM a",
        "SELECT a insert INTO TEMP x FROM a",
        "SELECT (1) insert INTO TEMP x",
        "SELECT 'a' merge INTO TEMP x",
        "SELECT a[1] insert INTO TEMP x FROM a",
        "WITH a AS (SELECT 1) SELECT (1) insert INTO TEMP x",
        "WITH a AS (SELECT 1) TABLE a UNION SELECT (1) insert INTO TEMP x",
        "WITH a AS (SELECT 1) (SELECT (1) insert INTO TEMP x)",
        "WITH a AS (SELECT 1) VALUES (1) UNION SELECT (1) insert INTO TEMP x",
        "(SELECT (1) insert INTO TEMP x)",
        "SELECT 1 AS \"insert\" INTO TEMP x",
        "SELECT $1INTO TEMP x",
        "SELECT 1 a$$ INTO TEMP x --$$",
        "SET LOCAL U&\"rol\\0065\" = 'x'",
        "SET LOCAL U&\"\\0061pp\".current_tenant_id = 'b'",
        "/* SELECT */ LISTEN x",
        "(LISTEN x)",
    ] {
        assert!(kind(sql).is_err(), "{sql:?} gave {:?}", kind(sql));
    }
}

#[test]
fn transactions_and_copies() {
    for sql in [
        "CREATE TEMP TABLE x (a int)",
        "CALL p()",
        "DO $$ begin end $$",
        "DECLARE c CURSOR FOR SELECT 1",
        "SET LOCAL work_mem = '1MB'",
        "SET LOCAL tools TO 1",
        "SET CONSTRAINTS ALL DEFERRED",
        "LOCK TABLE items",
    ] {
        assert_eq!(kind(sql), Ok(Kind::Transaction), "{sql}");
    }
    assert_eq!(kind("COPY items (a) FROM STDIN"), Ok(Kind::CopyIn));
    assert_eq!(
        kind("COPY (SELECT a FROM b) TO STDOUT (FORMAT csv)"),
        Ok(Kind::CopyOut)
    );
}

proptest! {
    #[test]
    fn no_input_panics(sql in ".{0,200}") {
        let _ = kind(&sql);
    }

    #[test]
    fn quotes_and_comments_never_hide_an_into(gap in prop_oneof![
        Just(" "), Just("\n"), Just("/* x */"), Just("--x\n"), Just("'a'"), Just("\"a\""), Just("$$a$$"), Just("/*/**/*/"), Just("E'\\''"),
    ]) {
        let sql = format!("SELECT 1{gap}INTO TEMP t");
        prop_assert!(kind(&sql).is_err());
    }
}

//! Refusals, as clients of `PostgREST` and of RFC 9457 read them.

use serde_json::json;

use super::studio::Studio;

#[tokio::test]
async fn misspelt_names_are_mended() {
    let studio = Studio::open().await;
    let (status, _, document) = studio.refusal("/project").await;
    assert_eq!(status, 404);
    assert_eq!(
        document["message"],
        "Could not find the table 'public.project' in the schema cache"
    );
    assert_eq!(document["code"], "PGRST205");
    assert_eq!(
        document["hint"],
        "Perhaps you meant the table 'public.projects'"
    );
    assert_eq!(document["details"], json!(null));
    assert_eq!(document["status"], 404);
    let (status, _, document) = studio.refusal("/projects?select=nam").await;
    assert_eq!(status, 400);
    assert_eq!(document["code"], "42703");
    assert_eq!(document["message"], "column projects.nam does not exist");
    assert_eq!(
        document["hint"],
        "Perhaps you meant to reference the column \"projects.name\"."
    );
    let (_, _, document) = studio.refusal("/projects?select=client(*)").await;
    assert_eq!(
        document["message"],
        "Could not find a relationship between 'projects' and 'client' in the schema cache"
    );
    assert_eq!(
        document["hint"],
        "Perhaps you meant 'clients' instead of 'client'."
    );
    assert_eq!(
        document["details"],
        "Searched for a foreign key relationship between 'projects' and 'client' in the schema \
         'public', but no matches were found."
    );
    assert_eq!(studio.refusal("/a/b").await.1, "PGRST125");
}

#[tokio::test]
async fn what_functions_raise_is_passed_on() {
    let studio = Studio::open().await;
    let (status, _, document) = studio.refusal("/people?select=fails&id=eq.1").await;
    assert_eq!(status, 418);
    assert_eq!(document["code"], "PT418");
    assert_eq!(document["message"], "no Angela here");
    assert_eq!(document["details"], "short");
    assert_eq!(document["hint"], "stout");
}

#[tokio::test]
async fn words_of_the_server_are_not() {
    let studio = Studio::open().await;
    let (_, code, document) = studio.refusal("/samples?id=eq.secret-word").await;
    assert_eq!(code, "22P02");
    assert_eq!(document["message"], "a value does not fit its type");
    assert!(!document.to_string().contains("secret-word"));
}

/// Clients of `PostgREST` show these, and tests of theirs compare them.
#[tokio::test]
async fn where_reading_stopped_and_what_could_have_stood_there() {
    let studio = Studio::open().await;
    for (query, text, details) in [
        (
            "id=0",
            "filter (0)\" (line 1, column 1)",
            r#"unexpected "0" expecting "not" or operator (eq, gt, ...)"#,
        ),
        (
            "name=is.nil",
            "filter (is.nil)\" (line 1, column 4)",
            r#"unexpected "n" expecting isVal: (null, not_null, true, false, unknown)"#,
        ),
        (
            "or=()",
            "logic tree (())\" (line 1, column 4)",
            r#"unexpected ")" expecting field name (* or [a..z0..9_$]), negation operator (not) or logic operator (and, or)"#,
        ),
        (
            "or=)(",
            "logic tree ()()\" (line 1, column 3)",
            r#"unexpected ")" expecting "(""#,
        ),
        (
            "and=(ord(id.eq.1,id.eq.1),id.eq.2)",
            "logic tree ((ord(id.eq.1,id.eq.1),id.eq.2))\" (line 1, column 7)",
            r#"unexpected "d" expecting "(""#,
        ),
        (
            "or=(id.eq.1,not.xor(id.eq.2,id.eq.3))",
            "logic tree ((id.eq.1,not.xor(id.eq.2,id.eq.3)))\" (line 1, column 16)",
            r#"unexpected "x" expecting logic operator (and, or)"#,
        ),
        (
            "or=(id.in.1,2,id.eq.3)",
            "logic tree ((id.in.1,2,id.eq.3))\" (line 1, column 10)",
            r#"unexpected "1" expecting "(""#,
        ),
        (
            "or=(name(1))",
            "logic tree ((name(1)))\" (line 1, column 8)",
            r#"unexpected "(" expecting letter, digit, "-", "->>", "->" or delimiter (.)"#,
        ),
        (
            "order=id.asc.nullslasttt",
            "order (id.asc.nullslasttt)\" (line 1, column 17)",
            r#"unexpected 't' expecting "," or end of input"#,
        ),
        (
            "order=id.ac",
            "order (id.ac)\" (line 1, column 4)",
            r#"unexpected "c" expecting "asc", "desc", "nullsfirst" or "nullslast""#,
        ),
        (
            "order=id.descc",
            "order (id.descc)\" (line 1, column 8)",
            r#"unexpected 'c' expecting delimiter (.), "," or end of input"#,
        ),
    ] {
        let (status, code, document) = studio.refusal(&format!("/projects?{query}")).await;
        assert_eq!((status, code.as_str()), (400, "PGRST100"), "{query}");
        assert_eq!(
            document["message"],
            format!("\"failed to parse {text}"),
            "{query}"
        );
        assert_eq!(document["details"], details, "{query}");
    }
}

#[tokio::test]
async fn a_header_tells_what_the_body_of_head_cannot() {
    let studio = Studio::open().await;
    for (path, status, value) in [
        ("/project", 404, "Rowhouse; error=PGRST205"),
        ("/samples?id=eq.x", 400, "Rowhouse; error=22P02"),
    ] {
        let answer = studio.request("HEAD", path, &[]).await;
        assert_eq!(
            (answer.status, answer.header("proxy-status")),
            (status, Some(value))
        );
        assert!(answer.body.is_empty());
    }
    assert_eq!(
        studio.ask("/projects", &[]).await.header("proxy-status"),
        None
    );
}

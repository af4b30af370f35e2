//! Filters of columns: every operator, and how its value is written.

use super::studio::Studio;

#[tokio::test]
async fn every_operator() {
    let studio = Studio::open().await;
    let table: &[(&str, &[i64])] = &[
        ("id=eq.1", &[1]),
        ("id=neq.1", &[2, 3]),
        ("id=gt.2", &[3]),
        ("id=gte.2", &[2, 3]),
        ("id=lt.2", &[1]),
        ("id=lte.2", &[1, 2]),
        ("title=like.*kind*", &[1]),
        ("title=like.%25kind%25", &[1]),
        ("title=ilike.IT*", &[1]),
        ("title=match.^It", &[1]),
        ("title=imatch.SEA", &[2]),
        ("id=in.(1,3)", &[1, 3]),
        ("title=in.(\"sea, \\\"salt\\\"\",nothing)", &[2]),
        ("id=in.()", &[]),
        ("title=is.null", &[3]),
        ("title=is.not_null", &[1, 2]),
        ("title=not.is.null", &[1, 2]),
        ("ok=is.true", &[1]),
        ("ok=is.FALSE", &[2]),
        ("ok=is.unknown", &[3]),
        ("title=isdistinct.nothing", &[1, 2, 3]),
        ("ok=isdistinct.true", &[2, 3]),
        ("ok=not.isdistinct.true", &[1]),
        ("words=fts.impossible", &[1]),
        ("words=fts(english).impossible|sea", &[1, 2]),
        ("words=plfts.the sea", &[2]),
        ("words=plfts(english).the sea", &[2]),
        ("words=phfts(english).sailing the sea", &[2]),
        ("words=wfts(english).sea -fun", &[2]),
        ("words=not.fts.impossible", &[2]),
        ("title=fts(english).fun", &[1]),
        ("tags=cs.{b,c}", &[2]),
        ("tags=cd.{a,b,x}", &[1, 3]),
        ("tags=ov.{a,c}", &[1, 2]),
        ("span=cs.[2,3)", &[1]),
        ("span=sl.[15,20)", &[1]),
        ("span=sr.[1,5)", &[2]),
        ("span=nxr.[1,10)", &[1]),
        ("span=nxl.[10,20)", &[2]),
        ("span=adj.[20,30)", &[2]),
        ("data=cs.{\"n\":1}", &[1]),
        ("id=eq(any).{1,3}", &[1, 3]),
        ("id=gt(all).{1,2}", &[3]),
        ("title=like(any).{It*,sea*}", &[1, 2]),
        ("title=ilike(all).{*IT*,*FUN*}", &[1]),
        ("title=match(any).{^It,^sea}", &[1, 2]),
        ("id=not.eq(any).{1,3}", &[2]),
        ("mood=eq.high", &[2]),
        ("mood=gt.low", &[2]),
        ("done=gte.50", &[2]),
        ("at=gte.2024-03-01", &[2]),
        ("score=eq.NaN", &[2]),
        ("title=eq.sea, \"salt\"", &[2]),
        ("id=gte.1&id=lte.2", &[1, 2]),
    ];
    for (filter, ids) in table {
        let found = studio.ids(&format!("/samples?{filter}")).await;
        assert_eq!(found, *ids, "{filter}");
    }
}

#[tokio::test]
async fn inside_of_json() {
    let studio = Studio::open().await;
    for (query, ids) in [
        ("data->a->>b=eq.x", [1].as_slice()),
        ("data->>n=eq.2", &[2]),
        ("data->n=eq.2", &[2]),
        ("data->list->>-1=eq.2", &[1]),
        ("data->a->>b=in.(x,y)", &[1, 2]),
        ("data->a=is.null", &[3]),
        ("home->>city=eq.Bonn", &[2]),
        ("tags->>0=eq.a", &[1]),
        ("order=data->n.desc.nullslast", &[2, 1, 3]),
        ("order=data->a->>b.asc.nullsfirst", &[3, 1, 2]),
    ] {
        let found = studio.ids(&format!("/samples?{query}")).await;
        assert_eq!(found, ids, "{query}");
    }
    let rows = studio
        .rows("/samples?select=b:data->a->>b,n:data->n,first:data->list->0::text&id=eq.1")
        .await;
    assert_eq!(rows.to_string(), r#"[{"b":"x","n":1,"first":"1"}]"#);
    // A key may hold nearly anything; none of these is there.
    for key in [
        "a!b", "@type", "%23n", "x/y", "a%3Db", "a;b", "it's", "a*", "a|b", "a%3F", "[x]", "{x}",
        "$ref", "Grüße",
    ] {
        for query in [
            format!("select=data->>{key}"),
            format!("data->>{key}=is.null&select=id"),
            format!("order=data->{key}.desc&select=id"),
            format!("or=(data->>{key}.eq.1,id.eq.1)&select=id"),
        ] {
            let rows = studio.rows(&format!("/samples?{query}")).await;
            assert!(!rows.as_array().unwrap().is_empty(), "{query}");
        }
    }
}

#[tokio::test]
async fn names_in_quotes_and_computed_columns() {
    let studio = Studio::open().await;
    assert_eq!(
        studio
            .rows("/Odd%20Things?select=camelCase&The Id=eq.1")
            .await
            .to_string(),
        r#"[{"camelCase":"hump"}]"#
    );
    assert_eq!(
        studio
            .rows("/Odd%20Things?select=%22camelCase%22&\"The Id\"=in.(1,2)")
            .await
            .to_string(),
        r#"[{"camelCase":"hump"}]"#
    );
    assert_eq!(studio.ids("/projects?shout=eq.IOS").await, [3]);
    assert_eq!(studio.ids("/projects?order=shout.desc&limit=1").await, [1]);
    assert_eq!(
        studio
            .rows("/projects?select=id,shout&id=eq.3")
            .await
            .to_string(),
        r#"[{"id":3,"shout":"IOS"}]"#
    );
    // One that runs as its owner is not offered.
    assert_eq!(studio.refusal("/projects?select=stolen").await.1, "42703");
}

#[tokio::test]
async fn values_that_do_not_fit() {
    let studio = Studio::open().await;
    for (query, status, code) in [
        ("id=eq.one", 400, "22P02"),
        ("id=in.(1,x)", 400, "22P02"),
        ("id=eq(any).1", 400, "22P02"),
        ("mood=eq.angry", 400, "22P02"),
        ("at=gt.yesterdayish", 400, "22007"),
        ("id=like.1*", 404, "42883"),
        ("title=is.true", 400, "42804"),
        ("title=match.(", 400, "2201B"),
        ("words=fts(klingon).x", 400, "42704"),
        ("words=fts.a b", 400, "42601"),
        ("nothing=eq.1", 400, "42703"),
        ("id=eq", 400, "PGRST100"),
        ("id=equals.1", 400, "PGRST100"),
        ("id=is.maybe", 400, "PGRST100"),
        ("id=in.1,2", 400, "PGRST100"),
        ("id=neq(any).{1}", 400, "PGRST100"),
        ("id=eq.%00", 400, "22021"),
    ] {
        let (found, known_as, document) = studio.refusal(&format!("/samples?{query}")).await;
        assert_eq!(
            (found, known_as.as_str()),
            (status, code),
            "{query}: {document}"
        );
        assert!(document["message"].is_string() && document["request_id"].is_string());
    }
}

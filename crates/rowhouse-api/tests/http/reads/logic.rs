//! `and` and `or`, nested, negated, and on embedded relations.

use serde_json::json;

use super::studio::Studio;

#[tokio::test]
async fn trees_of_conditions() {
    let studio = Studio::open().await;
    for (query, ids) in [
        ("or=(id.eq.1,id.eq.3)", [1, 3].as_slice()),
        ("and=(id.gte.2,id.lte.2)", &[2]),
        ("not.or=(id.eq.1,id.eq.3)", &[2]),
        ("not.and=(id.gt.1,id.lt.3)", &[1, 3]),
        ("or=(id.eq.1,not.and(title.not.is.null,id.gt.0))", &[1, 3]),
        ("or=(and(id.gt.1,title.is.null),ok.is.true)", &[1, 3]),
        ("or=(title.eq.\"sea, \\\"salt\\\"\",id.in.(3,4))", &[2, 3]),
        ("or=( id.eq.1 , id.eq.2 )", &[1, 2]),
        ("or=(tags.cs.{b,c},data->a->>b.eq.x)", &[1, 2]),
        (
            "or=(title.like(any).{It*,zzz},words.fts(english).sea)",
            &[1, 2],
        ),
        ("or=(span.cs.\"[2,3)\",id.eq.3)", &[1, 3]),
        (
            "and=( or ( id.in.( 1, 2 ) , id.eq.3 ) , not.and ( id.eq.2 , id.gt.0 ) )",
            &[1, 3],
        ),
        ("and=(id.eq.1,id.neq.2))", &[1]),
        ("or=(id.eq.1,id.eq.2)&or=(id.eq.2,id.eq.3)", &[2]),
    ] {
        let found = studio.ids(&format!("/samples?{query}")).await;
        assert_eq!(found, ids, "{query}");
    }
}

#[tokio::test]
async fn on_embedded_relations() {
    let studio = Studio::open().await;
    let rows = studio
        .rows("/projects?select=id,tasks(id)&tasks.or=(id.eq.1,name.like.*w10)&tasks.not.and=(id.eq.3,id.eq.3)&id=lte.2")
        .await;
    assert_eq!(
        rows,
        json!([{"id": 1, "tasks": [{"id": 1}]}, {"id": 2, "tasks": [{"id": 4}]}])
    );
    assert_eq!(
        studio
            .rows("/projects?select=id,clients()&or=(clients.is.null,id.eq.1)")
            .await,
        json!([{"id": 1}, {"id": 5}])
    );
}

#[tokio::test]
async fn what_cannot_be_read() {
    let studio = Studio::open().await;
    for query in [
        "or=()",
        "or=(id.eq.1",
        "or=id.eq.1",
        "or=(id.eq.1)x",
        "or=(id)",
        "not.id=eq.1&or=(,)",
    ] {
        let (status, code, _) = studio.refusal(&format!("/samples?{query}")).await;
        assert_eq!((status, code.as_str()), (400, "PGRST100"), "{query}");
    }
    let deep = "and(".repeat(40);
    let (status, _, document) = studio.refusal(&format!("/samples?or=({deep}")).await;
    assert_eq!(status, 400);
    assert_eq!(
        document["detail"],
        "and and or are nested more than 16 deep"
    );
    let many = "&id=gt.0".repeat(200);
    let (status, _, document) = studio.refusal(&format!("/samples?{many}")).await;
    assert_eq!(status, 400);
    assert_eq!(document["detail"], "there are more than 128 filters");
}

//! The forms an answer takes.

use serde_json::json;

use super::studio::Studio;

#[tokio::test]
async fn a_single_object() {
    let studio = Studio::open().await;
    for accept in [
        "application/vnd.pgrst.object+json",
        "application/vnd.pgrst.object",
    ] {
        let accept = [("Accept", accept)];
        let one = studio.ask("/tasks?select=id,name&id=eq.5", &accept).await;
        assert_eq!(one.status, 200);
        assert_eq!(one.json(), json!({"id": 5, "name": "Design IOS"}));
        assert_eq!(
            one.header("content-type"),
            Some("application/vnd.pgrst.object+json; charset=utf-8")
        );
        for (path, details) in [
            ("/tasks", "The result contains 7 rows"),
            ("/tasks?id=eq.99", "The result contains 0 rows"),
        ] {
            let answer = studio.ask(path, &accept).await;
            assert_eq!(answer.status, 406);
            let document = answer.json();
            assert_eq!(document["code"], "PGRST116");
            assert_eq!(
                document["message"],
                "Cannot coerce the result to a single JSON object"
            );
            assert_eq!(document["details"], details);
        }
    }
}

#[tokio::test]
async fn without_nulls() {
    let studio = Studio::open().await;
    let array = [("Accept", "application/vnd.pgrst.array+json;nulls=stripped")];
    let answer = studio
        .ask(
            "/projects?select=id,budget,clients(name,parent_id),plans(note)&id=in.(4,5)",
            &array,
        )
        .await;
    assert_eq!(
        answer.json(),
        json!([{"id": 4, "clients": {"name": "Apple", "parent_id": 1}}, {"id": 5, "budget": 1}])
    );
    assert_eq!(
        answer.header("content-type"),
        Some("application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8")
    );
    let object = [("Accept", "application/vnd.pgrst.object+json;nulls=stripped")];
    let answer = studio
        .ask("/samples?select=id,title,tags&id=eq.3", &object)
        .await;
    assert_eq!(answer.json(), json!({"id": 3, "tags": []}));
}

#[tokio::test]
async fn comma_separated() {
    let studio = Studio::open().await;
    let csv = [("Accept", "text/csv")];
    let answer = studio
        .ask("/samples?select=id,title,ok,tags,n:data->n,Home:home", &csv)
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/csv; charset=utf-8")
    );
    assert_eq!(answer.header("content-range"), Some("0-2/*"));
    assert_eq!(
        String::from_utf8(answer.body).unwrap(),
        "id,title,ok,tags,n,Home\n\
         1,\"It's kind of fun\",t,\"{a,b}\",1,\"(Ulm,89073)\"\n\
         2,\"sea, \"\"salt\"\"\",f,\"{b,c}\",2,\"(Bonn,53111)\"\n\
         3,,,{},,"
    );
    let counted = [("Accept", "text/csv"), ("Prefer", "count=exact")];
    let answer = studio
        .ask("/clients?select=id,projects(id)&limit=1", &counted)
        .await;
    assert_eq!(answer.status, 206);
    assert_eq!(
        String::from_utf8(answer.body)
            .unwrap()
            .replace("\n ", "")
            .replace(' ', ""),
        "id,projects\n1,\"[{\"\"id\"\":1},{\"\"id\"\":2}]\""
    );
    let none = studio.ask("/clients?select=id&id=eq.0", &csv).await;
    assert_eq!(none.body, b"id");
}

#[tokio::test]
async fn what_cannot_be_had() {
    let studio = Studio::open().await;
    for accept in [
        "text/unknowntype",
        "image/png",
        "application/vnd.pgrst.plan+json",
    ] {
        let answer = studio.ask("/tasks", &[("Accept", accept)]).await;
        assert_eq!(answer.status, 406, "{accept}");
        let document = answer.json();
        assert_eq!(document["code"], "PGRST107");
        assert_eq!(
            document["message"],
            format!("None of these media types are available: {accept}")
        );
    }
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let answer = studio.ask("/tasks", &[("Accept", browser)]).await;
    assert_eq!(
        answer.header("content-type"),
        Some("application/json; charset=utf-8")
    );
}

#[tokio::test]
async fn times_in_another_zone() {
    let studio = Studio::open().await;
    let path = "/samples?select=at,data,n:id&id=eq.1";
    let ask = async |prefer| studio.ask(path, &[("Prefer", prefer)]).await;
    let tokyo = ask("timezone=Asia/Tokyo, count=exact").await;
    assert_eq!(tokyo.json()[0]["at"], "2024-01-02T12:04:05+09:00");
    assert_eq!(
        tokyo.header("preference-applied"),
        Some("count=exact, timezone=Asia/Tokyo")
    );
    // It is gone with the statement.
    let plain = studio.rows(path).await;
    assert_eq!(plain[0]["at"], "2024-01-02T03:04:05+00:00");
    // Times are read in it too.
    let filtered = studio
        .ask(
            "/samples?select=id&at=eq.2024-01-02 12:04:05",
            &[("Prefer", "timezone=Asia/Tokyo")],
        )
        .await;
    assert_eq!(filtered.json(), json!([{"id": 1}]));
    let nowhere = ask("timezone=Nowhere/At_All").await;
    assert_eq!(nowhere.json()[0]["at"], "2024-01-02T03:04:05+00:00");
    assert_eq!(nowhere.header("preference-applied"), None);
    let strict = ask("timezone=Nowhere/At_All, handling=strict").await;
    assert_eq!(strict.status, 400);
    assert_eq!(strict.json()["code"], "PGRST122");
    assert_eq!(ask("timezone=$1").await.status, 200);
}

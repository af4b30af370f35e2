//! Casts that are not used: the values go as they would without them, and it is said.

use serde_json::json;

use super::Paints;

#[tokio::test]
async fn only_what_may_be_called_is() {
    let paints = Paints::open().await;
    // Every function but the allowed one would say NEVER, which no answer does.
    assert_eq!(
        paints.get("/oddities?select=a,b,c,d,e,f").await,
        json!([{"a":"a","b":"b","c":"c","d":"d","e":"e","f":"allowed f"}])
    );
    assert_eq!(
        paints.get("/oddities?select=id&b=eq.b&c=in.(c)").await,
        json!([{"id":1}])
    );
    let body = r#"{"id":2,"a":"1","b":"2","c":"3","d":"4","e":"5","f":"6"}"#;
    let (status, rows) = paints
        .write("POST", "/oddities?select=a,b,c,d,e,f", body)
        .await;
    let written = json!([{"a":"1","b":"2","c":"3","d":"4","e":"5","f":"allowed 6"}]);
    assert_eq!((status, rows), (201, written));
}

#[tokio::test]
async fn what_is_not_used_is_said() {
    let paints = Paints::open().await;
    let resources = paints.service.current.get();
    let said: Vec<String> = resources
        .withheld()
        .iter()
        .filter(|withheld| withheld.relation.starts_with("the cast"))
        .map(|withheld| format!("{}: {}", withheld.relation, withheld.reason))
        .collect();
    assert_eq!(said.len(), 4, "{said:#?}");
    for (cast, reason) in [
        (
            "the cast of public.unexecuted to json: made.unexecuted(public.unexecuted)",
            "may not be executed by the service's role",
        ),
        (
            "the cast of text to public.enclosed: closed.enclosed(text)",
            "may not be executed by the service's role",
        ),
        (
            "the cast of json to public.owned: made.owned(json)",
            "name it in `definer`",
        ),
        (
            "the cast of public.hidden to json: made.hidden(public.hidden)",
            "is hidden by [api.functions]",
        ),
    ] {
        let found = said.iter().find(|said| said.starts_with(cast));
        assert!(
            found.is_some_and(|said| said.contains(reason)),
            "{cast}: {said:#?}"
        );
    }
}

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

//! Aggregates that make no content.

use super::gallery::{Gallery, answer};

#[tokio::test]
async fn what_is_not_served_says_why() {
    let gallery = Gallery::open().await;
    for media in ["application/vnd.owned", "application/vnd.denied"] {
        assert_eq!(gallery.got("/projects", media).await.0, 406, "{media}");
    }
    assert_eq!(gallery.got("/people", "application/vnd.names").await.0, 406);
    assert_eq!(gallery.got("/part", "application/vnd.names").await.0, 406);
    // Named in the configuration, so it runs as its owner.
    let named = "application/vnd.named";
    assert_eq!(
        gallery.got("/projects?id=lt.3", named).await,
        answer(200, named, "rowhouse_owner:12")
    );
    let current = gallery.service.current.get();
    let reason = |name: &str| {
        let mut withheld = current.withheld().iter();
        let found = withheld.find(|withheld| withheld.relation.contains(name));
        found.map(|withheld| withheld.reason.clone())
    };
    let owned = reason("owned_agg").unwrap();
    assert!(
        owned.contains("public.owned_next(text,public.projects)") && owned.contains("`definer`"),
        "{owned}"
    );
    assert!(reason("part_agg").unwrap().contains("every column"));
    for fine in ["names_agg", "rows_agg", "named_agg", "any_agg"] {
        assert_eq!(reason(fine), None, "{fine}");
    }
}

//! The README's story: an example that leaks is audited, attacked, brought under isolation, and attacked again.

use rowhouse_local::testing::Database;

use crate::folder::{Folder, Said};

const LEAKY: &str = include_str!("../../../../demo/leaky.sql");

struct Story {
    database: Database,
    folder: Folder,
}

impl Story {
    /// A command as the owner; other tests' roles are on the same server.
    fn told(&self, arguments: &[&str]) -> Said {
        let url = self.database.owner_url();
        let mut all = arguments.to_vec();
        all.extend(["--admin-url", &url, "--app-role", "rowhouse_app"]);
        if arguments[0] != "protect" {
            all.extend(["--database-url", &url]);
        }
        self.folder.run(&all)
    }
}

#[tokio::test]
async fn what_leaks_is_named_shown_and_closed() {
    let story = Story {
        database: Database::create(LEAKY).await,
        folder: Folder::new(),
    };
    let audit = story.told(&["audit"]);
    assert_eq!(audit.code, 1, "{audit:?}");
    assert!(
        audit.out.contains("8 errors, 0 warnings, 4 notes"),
        "{audit:?}"
    );
    let probe = story.told(&["probe"]);
    assert_eq!(probe.code, 1, "{probe:?}");
    for leak in [
        "SELECT public.comments, tenant",
        "DELETE public.comments, tenant",
        "INSERT public.customers, tenant",
        "INSERT public.invoices, tenant",
        "SELECT public.open_tickets, tenant",
        "CALL public.search_tickets(text), tenant",
        "SELECT public.tickets, tenant",
    ] {
        assert!(
            probe.out.contains(&format!("LEAKED  {leak}")),
            "{leak}: {probe:?}"
        );
    }
    assert!(!probe.out.contains("public.tenants, "), "{probe:?}");

    let protect = story.told(&["protect", "--apply"]);
    assert_eq!(protect.code, 0, "{protect:?}");
    let audit = story.told(&["audit"]);
    assert_eq!(audit.code, 0, "{audit:?}");
    assert!(
        audit.out.contains("No way from one tenant to another"),
        "{audit:?}"
    );
    let probe = story.told(&["probe", "--fail-on", "unexercised"]);
    assert_eq!(probe.code, 0, "{probe:?}");

    // Nothing was lost, and each comment has the tenant of its ticket.
    let admin = story.database.admin().await;
    let row = admin
        .query_one(
            "SELECT (SELECT count(*) FROM tickets), (SELECT count(*) FROM comments), (SELECT count(*) FROM invoices),
                    (SELECT count(*) FROM comments JOIN tickets ON tickets.id = ticket_id AND tickets.tenant_id = comments.tenant_id)",
            &[],
        )
        .await
        .unwrap();
    let counts: Vec<i64> = (0..4).map(|at| row.get(at)).collect();
    assert_eq!(counts, [3, 2, 2, 2]);
}

//! How policies of several commands, roles and kinds work together, and rows that belong to a parent's tenant.

use rowhouse_catalog::Catalog;
use rowhouse_local::testing::Database;

use super::fixture::Expected::{self, Proven, Refuted};
use super::fixture::{app, is, model};
use crate::logic::{Action, Decider, Verdict, Why};

const MINE: &str = "tenant_id = (SELECT current_setting('app.tenant')::uuid)";

async fn verdicts(setup: &str, table: &str) -> Vec<(Action, Expected)> {
    let sql = format!(
        "{}
         CREATE TABLE items (id uuid PRIMARY KEY, tenant_id uuid NOT NULL, is_public boolean, parent_id uuid REFERENCES parents);
         ALTER TABLE items ENABLE ROW LEVEL SECURITY;
         CREATE TABLE kids (id uuid PRIMARY KEY, parent_id uuid NOT NULL REFERENCES parents);
         ALTER TABLE kids ENABLE ROW LEVEL SECURITY;
         CREATE TABLE grandkids (id uuid PRIMARY KEY, kid_id uuid NOT NULL REFERENCES kids);
         ALTER TABLE grandkids ENABLE ROW LEVEL SECURITY;
         GRANT ALL ON items, kids, grandkids TO rowhouse_app;
         {setup}",
        include_str!("shared.sql")
    );
    let db = Database::create_with_superuser(&sql.replace("MINE", MINE), "").await;
    let catalog = Catalog::read(&mut db.admin().await).await.unwrap();
    let model = model(&catalog, &["app.tenant"]);
    let decider = Decider::new(&model);
    let oid = catalog.relation("public", table).unwrap().oid;
    [
        Action::Read,
        Action::Insert,
        Action::UpdateOld,
        Action::UpdateNew,
        Action::Delete,
    ]
    .into_iter()
    .map(|action| {
        (
            action,
            is(&decider.decide(app(&catalog), oid, action).unwrap()),
        )
    })
    .collect()
}

async fn refuted(setup: &str, table: &str) -> Vec<Action> {
    let all = verdicts(setup, table).await;
    let open = all.into_iter().filter(|(_, verdict)| *verdict != Proven);
    open.map(|(action, _)| action).collect()
}

const EVERY: [Action; 5] = [
    Action::Read,
    Action::Insert,
    Action::UpdateOld,
    Action::UpdateNew,
    Action::Delete,
];

#[tokio::test(flavor = "multi_thread")]
async fn commands_roles_and_kinds() {
    let none: [Action; 0] = [];
    assert_eq!(refuted("", "items").await, none, "no policy, no row");
    assert_eq!(
        refuted("CREATE POLICY p ON items USING (MINE)", "items").await,
        none
    );
    assert_eq!(
        refuted(
            "CREATE POLICY p ON items USING (MINE) WITH CHECK (true)",
            "items"
        )
        .await,
        [Action::Insert, Action::UpdateNew]
    );
    assert_eq!(
        refuted(
            "CREATE POLICY s ON items FOR SELECT USING (MINE); CREATE POLICY i ON items FOR INSERT WITH CHECK (MINE);
             CREATE POLICY u ON items FOR UPDATE USING (MINE); CREATE POLICY d ON items FOR DELETE USING (true)",
            "items"
        )
        .await,
        [Action::Delete]
    );
    assert_eq!(
        refuted("CREATE POLICY p ON items USING (MINE); CREATE POLICY q ON items FOR SELECT USING (is_public)", "items").await,
        [Action::Read]
    );
    assert_eq!(
        refuted("CREATE POLICY p ON items USING (true); CREATE POLICY f ON items AS RESTRICTIVE USING (MINE)", "items").await,
        none
    );
    assert_eq!(
        refuted("CREATE POLICY p ON items USING (true); CREATE POLICY f ON items AS RESTRICTIVE FOR SELECT USING (MINE)", "items").await,
        EVERY[1..]
    );
    assert_eq!(
        refuted("CREATE POLICY p ON items USING (true); CREATE POLICY f ON items AS RESTRICTIVE TO rowhouse_owner USING (MINE)", "items").await,
        EVERY
    );
    assert_eq!(
        refuted("CREATE POLICY p ON items USING (MINE); CREATE POLICY q ON items TO rowhouse_owner USING (true)", "items").await,
        none
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_parent() {
    let none: [Action; 0] = [];
    let through = "CREATE POLICY p ON kids USING (EXISTS (SELECT 1 FROM parents p WHERE p.id = kids.parent_id));";
    assert_eq!(refuted(through, "kids").await, none);
    let listed = "CREATE POLICY p ON kids USING (parent_id IN (SELECT id FROM parents));";
    assert_eq!(refuted(listed, "kids").await, none);
    let scalar = "CREATE POLICY p ON kids USING
        ((SELECT p.tenant_id FROM parents p WHERE p.id = kids.parent_id) = current_setting('app.tenant')::uuid);";
    assert_eq!(refuted(scalar, "kids").await, none);
    let captured =
        "CREATE POLICY p ON kids USING (EXISTS (SELECT 1 FROM parents p WHERE p.id = id));";
    assert_eq!(refuted(captured, "kids").await, EVERY);
    let two_steps = format!(
        "{through} GRANT SELECT ON kids TO rowhouse_app;
         CREATE POLICY p ON grandkids USING (EXISTS (SELECT 1 FROM kids k WHERE k.id = kid_id));"
    );
    assert_eq!(refuted(&two_steps, "grandkids").await, none);
    let joined =
        "CREATE POLICY p ON kids USING (true); CREATE POLICY p ON grandkids USING (EXISTS (
        SELECT 1 FROM kids k JOIN parents p ON p.id = k.parent_id
         WHERE k.id = grandkids.kid_id AND p.tenant_id = current_setting('app.tenant')::uuid));";
    assert_eq!(refuted(joined, "grandkids").await, none);
    let unprotected = "ALTER TABLE parents DISABLE ROW LEVEL SECURITY;";
    assert_eq!(
        refuted(&format!("{through}{unprotected}"), "kids").await,
        EVERY
    );
    // The row names a tenant itself; only a foreign key with the tenant in it makes the parent's the same.
    let parent_only = "CREATE POLICY p ON items USING (EXISTS (SELECT 1 FROM parents p WHERE p.id = items.parent_id));";
    assert_eq!(refuted(parent_only, "items").await, EVERY);
    let composite = "ALTER TABLE parents ADD UNIQUE (tenant_id, id);
        ALTER TABLE items ALTER parent_id SET NOT NULL,
            ADD FOREIGN KEY (tenant_id, parent_id) REFERENCES parents (tenant_id, id);";
    assert_eq!(
        refuted(&format!("{parent_only}{composite}"), "items").await,
        none
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refutation_says_why() {
    let sql = format!("{}
        CREATE TABLE bare (tenant_id uuid); GRANT SELECT ON bare TO rowhouse_app;
        CREATE TABLE believing (tenant_id uuid NOT NULL); ALTER TABLE believing ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON believing TO rowhouse_app;
        CREATE POLICY p ON believing USING (tenant_id IN (SELECT tenant_id FROM open_members WHERE user_id = current_setting('app.user')::uuid));
        CREATE TABLE own_role (tenant_id text NOT NULL); ALTER TABLE own_role ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON own_role TO rowhouse_app;
        CREATE POLICY p ON own_role USING (tenant_id = current_user);", include_str!("shared.sql"));
    let db = Database::create_with_superuser(&sql, "").await;
    let catalog = Catalog::read(&mut db.admin().await).await.unwrap();
    let model = model(&catalog, &["app.tenant"]);
    let decider = Decider::new(&model);
    let why = |table: &str| match super::fixture::read(&decider, &catalog, table) {
        Verdict::Refuted(found) => found.why,
        other => panic!("{table}: {other:?}"),
    };
    assert_eq!(why("bare"), Why::NotFiltered);
    let members = catalog.relation("public", "open_members").unwrap().oid;
    assert_eq!(why("believing"), Why::TrustsTable(members));
    assert_eq!(why("own_role"), Why::RoleName);
    assert_eq!(
        is(&super::fixture::read(&decider, &catalog, "bare")),
        Refuted
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_users_own_membership_is_the_users() {
    let setup =
        "CREATE TABLE belongs (user_id uuid, tenant_id uuid, PRIMARY KEY (user_id, tenant_id));
        ALTER TABLE belongs ENABLE ROW LEVEL SECURITY;
        GRANT ALL ON belongs TO rowhouse_app;
        CREATE POLICY p ON belongs USING (user_id = current_setting('app.user')::uuid);";
    // Whoever may write there makes themselves a member of any tenant.
    assert_eq!(
        refuted(setup, "belongs").await,
        [Action::Insert, Action::UpdateNew]
    );
    let no_key = "ALTER TABLE items ADD user_id uuid;
        CREATE POLICY p ON items FOR SELECT USING (user_id = current_setting('app.user')::uuid);";
    assert_eq!(refuted(no_key, "items").await, [Action::Read]);
    let not_a_user =
        "CREATE POLICY p ON items FOR SELECT USING (id = current_setting('app.tenant')::uuid);";
    assert_eq!(refuted(not_a_user, "items").await, [Action::Read]);
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_and_unique_indexes_are_believed() {
    let none: [Action; 0] = [];
    let open = "ALTER TABLE items ALTER tenant_id DROP NOT NULL;
        CREATE POLICY p ON items USING (MINE OR tenant_id IS NULL);";
    assert_eq!(refuted(open, "items").await, EVERY);
    let checked = format!("{open} ALTER TABLE items ADD CHECK (tenant_id IS NOT NULL);");
    assert_eq!(refuted(&checked, "items").await, none);
    let by_index = "CREATE TABLE profiles (user_id uuid, tenant_id uuid);
        CREATE UNIQUE INDEX ON profiles (user_id);
        ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
        GRANT ALL ON profiles TO rowhouse_app;
        CREATE POLICY p ON profiles FOR SELECT USING (user_id = current_setting('app.user')::uuid);";
    assert_eq!(refuted(by_index, "profiles").await, none);
}

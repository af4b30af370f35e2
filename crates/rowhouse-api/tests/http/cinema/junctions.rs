//! Many-to-many where the junction's primary key does not hold the tenant, which its foreign keys hold.

use serde_json::json;

use super::Cinema;

#[tokio::test]
async fn a_junction_need_not_have_the_tenant_in_its_key() {
    let cinema = Cinema::open().await;
    for (path, rows) in [
        (
            "/films?select=title,actors(first_name)",
            json!([{"title": "M", "actors": [{"first_name": "Peter"}]},
                   {"title": "Metropolis", "actors": [{"first_name": "Brigitte"}]},
                   {"title": "Vagabond", "actors": [{"first_name": "Sandrine"}]},
                   {"title": "Unmade", "actors": []}]),
        ),
        (
            "/actors?select=first_name,films!roles(title)&id=eq.1",
            json!([{"first_name": "Peter", "films": [{"title": "M"}]}]),
        ),
        (
            "/films?select=title,actors()&actors=is.null",
            json!([{"title": "Unmade"}]),
        ),
        (
            "/films?select=title,actors!inner()&actors.first_name=eq.Peter",
            json!([{"title": "M"}]),
        ),
        (
            "/directors?select=last_name,films(title,actors!roles(first_name))&id=eq.2",
            json!([{"last_name": "Varda",
                    "films": [{"title": "Vagabond", "actors": [{"first_name": "Sandrine"}]}]}]),
        ),
        // From a view, to a view, and through one.
        (
            "/films_v?select=title,actors!roles(first_name)&id=eq.3",
            json!([{"title": "Vagabond", "actors": [{"first_name": "Sandrine"}]}]),
        ),
        (
            "/actors?select=first_name,films_v!roles(title)&id=eq.2",
            json!([{"first_name": "Brigitte", "films_v": [{"title": "Metropolis"}]}]),
        ),
        (
            "/films?select=title,genres!film_genres_v(name)&id=eq.1",
            json!([{"title": "M", "genres": [{"name": "Noir"}]}]),
        ),
        // To what all tenants share, whose key holds no tenant.
        (
            "/films?select=title,genres!film_genres(name)&id=lte.2",
            json!([{"title": "M", "genres": [{"name": "Noir"}]},
                   {"title": "Metropolis", "genres": [{"name": "Science fiction"}]}]),
        ),
        (
            "/genres?select=code,films!film_genres(title)",
            json!([{"code": "noir", "films": [{"title": "M"}]},
                   {"code": "scifi", "films": [{"title": "Metropolis"}]}]),
        ),
        // A key that is the tenant.
        (
            "/tenants?select=name,genres(code)",
            json!([{"name": "mine", "genres": [{"code": "noir"}]}]),
        ),
    ] {
        assert_eq!(cinema.rows(path).await, rows, "{path}");
    }
}

#[tokio::test]
async fn a_second_way_is_seen() {
    let cinema = Cinema::open().await;
    let (status, code, document) = cinema
        .refusal("/sites?select=name,big_projects(name)")
        .await;
    assert_eq!((status, code.as_str()), (300, "PGRST201"));
    assert_eq!(
        document["details"],
        json!([
            {"cardinality": "many-to-one", "embedding": "sites with big_projects",
             "relationship": "main_project using sites(tenant_id, main_project_id) and \
                big_projects(tenant_id, id)"},
            {"cardinality": "many-to-many", "embedding": "sites with big_projects",
             "relationship": "jobs using jobs_tenant_id_site_id_fkey(tenant_id, site_id) and \
                jobs_tenant_id_big_project_id_fkey(tenant_id, big_project_id)"},
        ])
    );
    for (path, rows) in [
        (
            "/sites?select=name,big_projects!main_project(name)",
            json!([{"name": "north", "big_projects": {"name": "tower"}},
                   {"name": "south", "big_projects": null}]),
        ),
        (
            "/sites?select=name,big_projects!jobs(name)",
            json!([{"name": "north", "big_projects": [{"name": "bridge"}]},
                   {"name": "south", "big_projects": [{"name": "tower"}]}]),
        ),
    ] {
        assert_eq!(cinema.rows(path).await, rows, "{path}");
    }
}

/// Every table has the tenant: alone, beside another key, it makes no junction.
#[tokio::test]
async fn the_tenant_alone_joins_nothing() {
    let cinema = Cinema::open().await;
    for path in [
        "/tenants?select=actors(first_name)",
        "/actors?select=tenants(name)",
        "/technical_specs?select=actors(first_name)",
    ] {
        let (status, code, document) = cinema.refusal(path).await;
        assert_eq!((status, code.as_str()), (400, "PGRST200"), "{document}");
    }
}

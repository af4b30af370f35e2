//! A service on a database of the test's own.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::thread::JoinHandle;

use rowhouse::{Builder, Rowhouse};
use rowhouse_api::config::ApiConfig;
use rowhouse_api::json::ServerFormat;
use rowhouse_api::resource::{Current, Exposure, Resources, RowSecurity, Verdict};
use rowhouse_api::server::{ServeError, Server, ServerOptions, Tls};
use rowhouse_api::{Api, ApiOptions};
use rowhouse_catalog::{Catalog, Function, Relation, RelationKind};
use rowhouse_identity::{HeaderIdentity, Identity};
use rowhouse_local::testing::{APP, Database, OWNER};
use tokio::sync::oneshot;

use crate::client::Client;

pub(crate) const DEMO: [&str; 2] = [
    include_str!("../../../../demo/schema.sql"),
    include_str!("../../../../demo/seed.sql"),
];
pub(crate) const PAWNEE: &str = "7a245486-3fc8-47ec-b303-04fefe7a58ff";
pub(crate) const DUNDER: &str = "162be16f-f76d-431a-a213-171838ded9ae";
pub(crate) const ALIKI: &str = "ebdba44d-ad48-4e73-9bd5-339e3c3fc590";

/// What a test wants otherwise.
pub(crate) struct Setup {
    pub(crate) sql: String,
    pub(crate) config: &'static str,
    pub(crate) house: Builder,
    pub(crate) api: ApiOptions,
    pub(crate) server: ServerOptions,
    pub(crate) tls: Option<Tls>,
    pub(crate) trusted: bool,
    /// Who the callers are, where a header does not say it.
    pub(crate) identity: Option<Identity>,
    /// Views are taken for protected.
    pub(crate) views: bool,
    /// Settings of the database, as `name = value`.
    pub(crate) settings: &'static [&'static str],
}

impl Default for Setup {
    fn default() -> Self {
        let mut server = ServerOptions::default();
        server.drain = std::time::Duration::from_secs(5);
        Self {
            sql: DEMO.concat(),
            config: include_str!("../../../../demo/rowhouse.toml"),
            house: Rowhouse::builder().lanes(2),
            api: ApiOptions::default(),
            server,
            tls: None,
            trusted: false,
            identity: None,
            views: false,
            settings: &[],
        }
    }
}

/// Row security as the verdict on tables, and the test's word for views.
struct Exposed {
    views: bool,
}

impl Exposure for Exposed {
    fn verdict(&self, relation: &Relation) -> Verdict {
        if self.views && relation.kind == RelationKind::View {
            return Verdict::Protected;
        }
        RowSecurity.verdict(relation)
    }

    fn function(&self, function: &Function) -> Verdict {
        RowSecurity.function(function)
    }

    fn tenant_column(&self, table: &Relation) -> Option<i16> {
        // Of a domain's column the policy compares what is beneath, and the simple look does not know it.
        let of_domain = || {
            let mut columns = table.columns.iter();
            columns.find(|column| column.name == "tenant_id" && !column.type_oid.is_builtin())
        };
        let found = RowSecurity.tenant_column(table);
        found.or_else(|| of_domain().map(|column| column.number))
    }
}

/// A running service; it stops with the value.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) database: Database,
    pub(crate) current: Current,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), ServeError>>>,
}

impl Service {
    pub(crate) async fn demo() -> Self {
        Self::start(Setup::default()).await
    }

    pub(crate) async fn start(setup: Setup) -> Self {
        let database = Database::create(&setup.sql).await;
        let mut owner = database.as_role(OWNER).await;
        for setting in setup.settings {
            let sql = format!("ALTER DATABASE {} SET {setting}", database.name());
            owner.batch_execute(&sql).await.unwrap();
        }
        let catalog = Box::pin(Catalog::read(&mut owner)).await.unwrap();
        let file: toml::Table = toml::from_str(setup.config).unwrap();
        let config: ApiConfig = file
            .get("api")
            .cloned()
            .map_or_else(ApiConfig::default, |api| api.try_into().unwrap());
        let server = Server::bind(
            "127.0.0.1:0".parse().unwrap(),
            NonZeroUsize::new(2).unwrap(),
        )
        .unwrap()
        .options(setup.server);
        let server = match setup.tls {
            Some(tls) => server.tls(tls),
            None => server,
        };
        let address = server.local_addr();
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = oneshot::channel();
        let url = database.app_url();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let house = setup.house.connect(&url).await.unwrap();
                let format = ServerFormat::ask(&house).await.unwrap();
                let origins = config.cors_origins.clone();
                let access = catalog.as_role(catalog.role(APP).unwrap().oid);
                let exposure = Exposed { views: setup.views };
                let resources =
                    Resources::build(&catalog, &config, &exposure, &access, &format).unwrap();
                let current = Current::new(resources);
                let identity = HeaderIdentity::new("X-tenant-id", house.tenant_type()).unwrap();
                let header = identity.trusted(setup.trusted).origins_allowed(origins);
                let identity = setup.identity.unwrap_or(header.into());
                let api = Api::new(house, current.clone(), identity, setup.api);
                tell.send(current).unwrap();
                let shutdown = async {
                    let _ = stopped.await;
                };
                server.run(api, shutdown).await
            })
        });
        Self {
            address,
            database,
            current: told.await.unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.address).await
    }

    /// Tells it to stop, without waiting.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> Result<(), ServeError> {
        let thread = self.thread.take().unwrap();
        tokio::task::spawn_blocking(|| thread.join().unwrap())
            .await
            .unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && let Err(panic) = thread.join()
            && !std::thread::panicking()
        {
            std::panic::resume_unwind(panic);
        }
    }
}

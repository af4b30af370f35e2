//! What the seal costs: the same service on the same data, plain and sealed, in turns.

use std::os::unix::fs::PermissionsExt;

use anyhow::Result;
use rowhouse_guard::seal::{TenantType, install};

use crate::data;
use crate::load::Measured;
use crate::median::{median, middle};
use crate::report::Target;
use crate::service::Service;
use crate::suite::{Suite, TENANTS};

const CLIENTS: usize = 32;

const POLICIES: &str = "
ALTER POLICY tenant ON tenants USING (id = (SELECT rowhouse.tenant()));
ALTER POLICY tenant ON items USING (tenant_id = (SELECT rowhouse.tenant()));
ANALYZE rowhouse.seal_keys;
";

impl Suite {
    pub(crate) async fn sealed(&mut self) -> Result<()> {
        data::create(&self.cluster, "sealed", TENANTS, 5).await?;
        let admin = data::connect(&self.cluster.admin_url("sealed")).await?;
        let sql = install(
            "app.current_tenant_id",
            TenantType::Uuid,
            &[data::APP.to_owned()],
        );
        admin.batch_execute(&sql).await?;
        admin.batch_execute(POLICIES).await?;
        let row = admin
            .query_one(
                "SELECT rowhouse.new_seal_key('app.current_tenant_id', 'uuid', '{}')",
                &[],
            )
            .await?;
        let keys = tempfile::NamedTempFile::new()?;
        std::fs::set_permissions(keys.path(), PermissionsExt::from_mode(0o600))?;
        std::fs::write(keys.path(), row.get::<_, String>(0))?;

        let plain = Service::rowhouse(&self.url("small"))?;
        let sealed = Service::sealed(&self.url("sealed"), keys.path())?;
        for service in [&plain, &sealed] {
            self.http(service, "/items/", CLIENTS, TENANTS).await?;
        }
        let (mut without, mut with) = (Runs::default(), Runs::default());
        for _ in 0..self.rounds {
            without.add(self, &plain).await?;
            with.add(self, &sealed).await?;
        }
        let base = middle(&without.measured);
        let ours = middle(&with.measured);
        self.report.ratio(
            format!("sealed: /items/ {CLIENTS} clients"),
            ours.per_second,
            "/s",
            ("plain", base.per_second),
            Some(Target::AtLeast(0.75)),
        );
        self.report.ratio(
            "sealed: processor time of the server per one-shot",
            median(&with.cpu),
            "µs",
            ("plain", median(&without.cpu)),
            Some(Target::AtMost(2.0)),
        );
        Ok(())
    }
}

#[derive(Default)]
struct Runs {
    measured: Vec<Measured>,
    cpu: Vec<f64>,
}

impl Runs {
    async fn add(&mut self, suite: &Suite, service: &Service) -> Result<()> {
        let before = suite.server_cpu()?;
        let measured = suite.http(service, "/items/", CLIENTS, TENANTS).await?;
        let spent = suite.server_cpu()? - before;
        let requests = measured.per_second * suite.time.as_secs_f64();
        anyhow::ensure!(requests > 0.0, "nothing was answered");
        self.cpu.push(spent * 1e6 / requests);
        self.measured.push(measured);
        Ok(())
    }
}

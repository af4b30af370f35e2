//! From a database to the service on it, and to the same service again when the schema has changed.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::Duration;

use anyhow::Context;
use rowhouse::{Pooling, Rowhouse, SealKeys};
use rowhouse_api::Api;
use rowhouse_api::json::ServerFormat;
use rowhouse_api::resource::{Current, Resources};
use rowhouse_identity::Identity;
use tokio::signal::unix::{SignalKind, signal};

use super::audited::Audited;
use super::verdicts::Verdicts;
use super::watch::Watch;
use crate::config::File;
use crate::credentials::Logins;
use crate::failure::Obstacle;
use crate::terminal;

/// How soon after one look at the catalogs the next may follow.
const REST: Duration = Duration::from_secs(1);

/// How the service is to be, beside what the file says.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) identity: Identity,
    pub(crate) workers: NonZeroUsize,
    /// Whether to refuse to start where something is open.
    pub(crate) strict: bool,
    pub(crate) seal: Option<SealKeys>,
    /// Where TLS is spoken, if it is.
    pub(crate) tls: Option<SocketAddr>,
}

/// The service, ready to run.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) api: Api,
    pub(crate) current: Current,
    pub(crate) watch: Watch,
}

impl Service {
    /// Connects and reads the catalogs, both at a time.
    pub(crate) async fn open(file: &File, logins: &Logins, asked: Asked) -> anyhow::Result<Self> {
        let Asked {
            identity,
            workers,
            strict,
            seal,
            tls,
        } = asked;
        let house = async {
            let mut builder = file.house(workers);
            if let Some(keys) = seal {
                builder = builder.seal(keys);
            }
            let house = builder.connect_with(logins.service.clone()).await?;
            let format = ServerFormat::ask(&house).await?;
            Ok((house, format))
        };
        let (house, looked, ()) = tokio::join!(house, look(file, logins), identity.prepare());
        // The house first: it also tells what is wrong with the role.
        let (house, format) = house.map_err(|error: rowhouse::Error| error)?;
        let (audited, verdicts) = looked?;
        verdicts.refuse()?;
        let resources = resources(file, &audited, &verdicts, &format)?;
        if strict {
            refuse_open(&resources)?;
        }
        verdicts.warn_of_idle_exceptions();
        let current = Current::new(resources);
        let limits = file.serve.api(file.api.limits.clone(), tls);
        let watch = Watch {
            known: audited.fingerprint,
            every: file.serve.watch.period(),
            direct: house.pooling() == Pooling::Direct,
        };
        Ok(Self {
            api: Api::new(house, current.clone(), identity, limits),
            current,
            watch,
        })
    }
}

/// Reads the catalogs and has them audited, on a thread of its own: the service's threads answer meanwhile, and nobody
/// waits for it who wants to stop.
async fn look(file: &File, logins: &Logins) -> anyhow::Result<(Audited, Verdicts)> {
    let (file, logins) = (file.clone(), logins.clone());
    let (tell, told) = tokio::sync::oneshot::channel();
    let looking = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let audited = runtime.block_on(Audited::read(&logins))?;
        let verdicts = audited.verdicts_apart(&file)?;
        anyhow::Ok((audited, verdicts))
    };
    std::thread::Builder::new()
        .name("rowhouse-audit".into())
        .spawn(move || {
            // Nobody listens any more when the service has stopped meanwhile.
            let _ = tell.send(looking());
        })?;
    told.await.context("reading the catalogs ended early")?
}

fn resources(
    file: &File,
    audited: &Audited,
    verdicts: &Verdicts,
    format: &ServerFormat,
) -> anyhow::Result<Resources> {
    let access = audited.catalog.as_role(audited.role);
    Ok(Resources::build(
        &audited.catalog,
        &file.api,
        verdicts,
        &access,
        format,
    )?)
}

/// With `--strict` nothing is withheld in silence: there is no service until it is closed.
fn refuse_open(resources: &Resources) -> Result<(), Obstacle> {
    let open = resources.withheld().iter().filter(|withheld| withheld.open);
    let open: Vec<String> = open
        .map(|withheld| format!("{}: {}", withheld.relation, withheld.reason))
        .collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(Obstacle::new(
        format!("not everything keeps tenants apart: {}", open.join("; ")),
        "close it, hide it with `hidden = true` in [api.resource], or leave out --strict",
    ))
}

/// Reads the catalogs again when a request or the watch found that the schema has changed, or on SIGHUP. Never ends.
pub(crate) async fn follow(
    file: &File,
    logins: &Logins,
    house: Rowhouse,
    current: Current,
) -> anyhow::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    loop {
        tokio::select! {
            () = current.stale() => {}
            _ = hangup.recv() => {}
        }
        match again(file, logins, &house).await {
            Ok(resources) => {
                warn_of_withheld(&resources);
                current.replace(resources);
            }
            Err(error) => {
                tracing::warn!(
                    "the schema could not be read again, which is tried until it can: {error:#}"
                );
                current.mark_stale();
            }
        }
        tokio::time::sleep(REST).await;
    }
}

async fn again(file: &File, logins: &Logins, house: &Rowhouse) -> anyhow::Result<Resources> {
    let format = ServerFormat::ask(house).await?;
    let (audited, verdicts) = look(file, logins).await?;
    verdicts.warn_of_refusals();
    resources(file, &audited, &verdicts, &format)
}

/// Says what is not served, and why.
pub(crate) fn warn_of_withheld(resources: &Resources) {
    for withheld in resources.withheld() {
        terminal::warning(format!(
            "{} is not served: {}",
            withheld.relation, withheld.reason
        ));
    }
}

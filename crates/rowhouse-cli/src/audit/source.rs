//! Where the catalogs come from: a snapshot, or a connection.

use std::path::Path;

use anyhow::Context;
use rowhouse::ConnectOptions;
use rowhouse_catalog::Catalog;

use crate::administration::Administration;
use crate::config::Config;
use crate::failure::Misuse;
use crate::local;
use crate::target::Target;

/// Reads a snapshot if one was named, else the database.
pub(crate) async fn catalog(
    target: &Target,
    config: &Config,
    snapshot: Option<&Path>,
) -> anyhow::Result<Catalog> {
    if let Some(path) = snapshot {
        return read(path);
    }
    Administration::connect(&options(target, config)?)
        .await?
        .catalog()
        .await
}

/// The database as whoever sees most of it: the URL named by flag or environment, else the owner's of the file.
pub(crate) fn options(target: &Target, config: &Config) -> anyhow::Result<ConnectOptions> {
    let named = match target.named()? {
        None => target.owner(config)?.or_else(|| config.file.service()),
        named => named,
    };
    if let Some(credentials) = named {
        return Ok(credentials.options()?);
    }
    let server = local::running(&target.data(config))?;
    Ok(local::options(
        &server.socket_dir,
        server.port,
        local::OWNER,
        local::DATABASE,
    ))
}

/// Reads a snapshot from a file.
pub(crate) fn read(path: &Path) -> anyhow::Result<Catalog> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Misuse::new(format!("cannot read {name}: {error}")))?;
    Catalog::from_json(&text).with_context(|| format!("cannot use {name}"))
}

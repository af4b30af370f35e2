//! Where the catalogs come from: a snapshot, or a connection.

use std::path::Path;

use anyhow::Context;
use rowhouse_catalog::Catalog;

use crate::administration::Administration;
use crate::config::Config;
use crate::failure::Misuse;
use crate::local;
use crate::target::Target;

/// Reads a snapshot if one was named, else the database as whoever sees most of it: the URL named by flag or
/// environment, else the owner's of the file.
pub(crate) async fn catalog(
    target: &Target,
    config: &Config,
    snapshot: Option<&Path>,
) -> anyhow::Result<Catalog> {
    if let Some(path) = snapshot {
        return read(path);
    }
    let url = match target
        .named_url()
        .or_else(|| config.file.admin_url.clone())
        .or_else(|| target.database_url(config))
    {
        Some(url) => url,
        None => local::running(&target.data(config))?.url(local::OWNER, local::DATABASE),
    };
    Administration::connect(&url).await?.catalog().await
}

/// Reads a snapshot from a file.
pub(crate) fn read(path: &Path) -> anyhow::Result<Catalog> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Misuse::new(format!("cannot read {name}: {error}")))?;
    Catalog::from_json(&text).with_context(|| format!("cannot use {name}"))
}

//! `rowhouse seal rotate`.

use std::time::Duration;

use rowhouse_guard::seal::installed;

use super::Site;
use super::file::{self, Draft};
use super::init::new_key;
use crate::administration::Administration;
use crate::config::time;
use crate::failure::{Misuse, Obstacle};
use crate::terminal;

/// Make a new key; the old ones stay good for a while, so that every service has time to read the new file
#[derive(Debug, clap::Args)]
pub(super) struct Rotate {
    /// How long old keys stay good: at least until every service has the new file; 0s ends them at once
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = keep)]
    keep: Duration,
    /// A claim that the seal covers from now on; may be given several times [default: those of the last key]
    #[arg(long = "claim", value_name = "SETTING")]
    claims: Vec<String>,
}

fn keep(text: &str) -> Result<Duration, String> {
    if text == "0s" {
        return Ok(Duration::ZERO);
    }
    time::parse(text).ok_or_else(|| format!("{text:?} is not a time such as 1h or 30min"))
}

const LAST_CLAIMS: &str = "SELECT claims FROM rowhouse.seal_keys ORDER BY created DESC LIMIT 1";

impl Rotate {
    pub(super) async fn run(self, site: &Site) -> anyhow::Result<()> {
        let mut owner = site.connect_alone().await?;
        // What makes the key is looked at before it is called.
        let Some((setting, tenant_type)) = installed(&owner.catalog().await?) else {
            return Err(Obstacle::new(
                "the seal is not installed here, or not as it was made",
                "run `rowhouse seal init` first",
            )
            .into());
        };
        site.agrees(&setting, tenant_type)?;
        let old = file::lines(&site.key_file)?;
        owner.run("BEGIN").await?;
        known(site, &owner, &old).await?;
        let mut claims = self.claims.clone();
        if claims.is_empty()
            && let Some(last) = owner.rows(LAST_CLAIMS).await?.first()
        {
            claims = last.try_get(0)?;
        }
        let line = new_key(site, &owner, &claims).await?;
        let seconds = self.keep.as_secs();
        owner
            .run(&format!(
                "UPDATE rowhouse.seal_keys SET not_after = least(not_after, now() + interval '{seconds} s')
                  WHERE id <> '1t{}';
                 DELETE FROM rowhouse.seal_keys WHERE not_after < now() - interval '1 day'",
                file::id(&line)
            ))
            .await?;
        let accepted = owner
            .rows("SELECT substr(id, 3) FROM rowhouse.seal_keys WHERE not_after > now()")
            .await?;
        let accepted: Vec<String> = accepted.iter().map(|row| row.get(0)).collect();
        let id = file::id(&line).to_owned();
        let mut lines = vec![line];
        lines.extend(
            old.into_iter()
                .filter(|line| accepted.iter().any(|id| id == file::id(line))),
        );
        let mut draft = Draft::write(&site.key_file, &lines)?;
        owner.run("COMMIT").await?;
        draft.spare();
        draft.keep()?;
        owner.run("ANALYZE rowhouse.seal_keys").await?;
        terminal::line(format!(
            "{} has the new key {id}; older ones are good for {seconds} s more",
            site.key_file.display()
        ));
        terminal::progress("a service reads the file again when it changes, or on SIGHUP");
        Ok(())
    }
}

/// A file that is another database's, or no file of keys at all, is left alone.
async fn known(site: &Site, owner: &Administration, lines: &[String]) -> anyhow::Result<()> {
    let Some(first) = lines.first() else {
        return Ok(());
    };
    let path = site.key_file.display();
    if let Some(odd) = lines.iter().position(|line| !file::is_key(line)) {
        return Err(Misuse::new(format!(
            "{path} is not a file of keys: line {} of it is none",
            odd + 1
        ))
        .hint("name another file with --key-file; nothing was changed")
        .into());
    }
    if owner
        .finds(
            "SELECT FROM rowhouse.seal_keys WHERE id = '1t' || $1",
            file::id(first),
        )
        .await?
    {
        return Ok(());
    }
    Err(Misuse::new(format!(
        "this database has never made the key that {path} begins with"
    ))
    .hint("the file may be another database's; name another with --key-file. Nothing was changed")
    .into())
}

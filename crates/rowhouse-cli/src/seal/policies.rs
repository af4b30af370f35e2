//! `rowhouse seal policies`.

use rowhouse_guard::seal::{Rewrite, plain_again, rewrites};

use super::Site;
use crate::failure::{Misuse, Obstacle, Told};
use crate::terminal;

/// Print the change of the policies from plain to sealed as SQL, or make it
#[derive(Debug, clap::Args)]
pub(super) struct Policies {
    /// The way back, from sealed to plain
    #[arg(long)]
    down: bool,
    /// Make the change, in one transaction
    #[arg(long)]
    apply: bool,
}

impl Policies {
    pub(super) async fn run(self, site: &Site) -> anyhow::Result<()> {
        let mut owner = site.connect().await?;
        let catalog = owner.catalog().await?;
        let found = if self.down {
            plain_again(&catalog)
        } else {
            rewrites(&catalog)
        };
        let found = found.ok_or_else(|| {
            Obstacle::new(
                "the seal is not installed here, or not as it was made",
                "run `rowhouse seal init` first",
            )
        })?;
        let mut by_hand = 0;
        let mut sql = Vec::new();
        for rewrite in found {
            match rewrite {
                Rewrite::Sql { up, .. } => sql.push(up),
                Rewrite::ByHand { policy, .. } => {
                    by_hand += 1;
                    terminal::warning(format!(
                        "{policy} reads the tenant in a way of its own: write it by hand, with (SELECT rowhouse.tenant())"
                    ));
                }
                _ => {}
            }
        }
        if self.apply && by_hand > 0 {
            return Err(Misuse::new("not every policy can be changed by this; nothing was").into());
        }
        if sql.is_empty() && by_hand == 0 {
            terminal::progress("no policy is left to change");
            return Ok(());
        }
        let script = format!(
            "BEGIN;\nSET LOCAL lock_timeout = '3s';\n{}\nCOMMIT;",
            sql.join("\n")
        );
        if self.apply {
            owner.run(&script).await?;
            terminal::line(format!("{} policies were changed", sql.len()));
        } else {
            terminal::line(&script);
        }
        if by_hand > 0 {
            Err(Told.into())
        } else {
            Ok(())
        }
    }
}

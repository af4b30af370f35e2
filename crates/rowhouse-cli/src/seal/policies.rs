//! `rowhouse seal policies`.

use rowhouse_guard::seal::{Kept, Rewrite, plain_again, rewrites};

use super::Site;
use crate::administration::Administration;
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
            plain_again(&catalog, &kept(&owner).await?)
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
                    terminal::warning(if self.down {
                        format!(
                            "nothing was kept of {policy} from before it was sealed: write it by hand"
                        )
                    } else {
                        format!(
                            "{policy} reads the tenant in a way of its own: write it by hand, with (SELECT rowhouse.tenant())"
                        )
                    });
                }
                _ => {}
            }
        }
        let strangers = if self.down {
            Vec::new()
        } else {
            strangers(&owner).await?
        };
        for (role, table) in &strangers {
            terminal::warning(format!(
                "{role} may use {table} and may not call rowhouse.tenant(): a sealed policy is an error to it; \
                 `rowhouse seal init --app-role {role}` lets it ask"
            ));
        }
        if self.apply && !strangers.is_empty() {
            return Err(Misuse::new("somebody would be locked out; nothing was changed").into());
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

/// What earlier changes kept.
async fn kept(owner: &Administration) -> anyhow::Result<Vec<Kept>> {
    let sql =
        "SELECT relation, policy, using_expression, check_expression FROM rowhouse.plain_policies";
    let rows = owner.rows(sql).await?;
    let mut kept = Vec::new();
    for row in rows {
        kept.push(Kept {
            relation: row.try_get(0)?,
            policy: row.try_get(1)?,
            using: row.try_get(2)?,
            check: row.try_get(3)?,
        });
    }
    Ok(kept)
}

/// Roles that policies bind on some table, and that may not call the function: who asks there is told of an error. Those
/// that read everything whatever is granted are no users of the table, and the audit names them.
const STRANGERS: &str = "
    SELECT DISTINCT r.rolname::text, c.oid::regclass::text
      FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid, pg_roles AS r
     WHERE c.relrowsecurity AND NOT r.rolsuper AND NOT r.rolbypassrls AND r.rolname !~ '^pg_'
       AND NOT pg_has_role(r.oid, c.relowner, 'USAGE')
       AND NOT pg_has_role(r.oid, 'pg_read_all_data', 'USAGE') AND NOT pg_has_role(r.oid, 'pg_write_all_data', 'USAGE')
       AND (has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
            OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))
       AND has_schema_privilege(r.oid, c.relnamespace, 'USAGE')
       AND (0 = ANY (p.polroles) OR EXISTS (SELECT FROM unnest(p.polroles) AS x (oid) WHERE pg_has_role(r.oid, x.oid, 'USAGE')))
       AND concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) ~ '(current_setting|rowhouse\\.tenant)'
       AND NOT (has_schema_privilege(r.oid, 'rowhouse', 'USAGE')
                AND has_function_privilege(r.oid, 'rowhouse.tenant()', 'EXECUTE'))
     ORDER BY 1, 2";

/// Who would be locked out, and of what.
pub(super) async fn strangers(owner: &Administration) -> anyhow::Result<Vec<(String, String)>> {
    let rows = owner.rows(STRANGERS).await?;
    let pairs = rows
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    pairs.collect()
}

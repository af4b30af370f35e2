//! `rowhouse seal status`.

use rowhouse_guard::Options;
use rowhouse_guard::seal::{Rewrite, State, rewrites, state};

use super::Site;
use super::file;
use super::policies::strangers;
use crate::administration::Administration;
use crate::failure::Told;
use crate::terminal::{self, BAD, GOOD, WARN};

/// Say which keys are accepted, which file has them, and what is sealed; exit code 1 if something is not as it should be
#[derive(Debug, clap::Args)]
pub(super) struct Status {}

const KEYS: &str = "
    SELECT substr(id, 3), to_char(created AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI \"UTC\"'),
           CASE WHEN not_after = 'infinity' THEN 'until it is rotated'
                WHEN not_after > now() THEN 'for ' || extract(epoch FROM not_after - now())::int || ' s more'
           END,
           array_to_string(claims, ', ')
      FROM rowhouse.seal_keys ORDER BY created";

impl Status {
    pub(super) async fn run(site: &Site) -> anyhow::Result<()> {
        let mut owner = site.connect().await?;
        let catalog = owner.catalog().await?;
        let mut well = true;
        let mut bad = |text: String| {
            well = false;
            terminal::line(format!("{BAD}no{BAD:#}   {text}"));
        };
        let good = |text: String| terminal::line(format!("{GOOD}yes{GOOD:#}  {text}"));
        match state(&catalog) {
            State::Absent => {
                bad("the seal is not installed: `rowhouse seal init`".to_owned());
                return Err(Told.into());
            }
            State::Changed => bad(
                "rowhouse.tenant() is not as it was made: `rowhouse seal init` mends it".to_owned(),
            ),
            State::Genuine => good("rowhouse.tenant() is as it was made".to_owned()),
        }
        let in_file = file::lines(&site.key_file)?;
        let first = in_file.first().map(|line| file::id(line).to_owned());
        let mut first_accepted = false;
        for row in owner.rows(KEYS).await? {
            let (id, created, good_for, claims): (String, String, Option<String>, String) = (
                row.try_get(0)?,
                row.try_get(1)?,
                row.try_get(2)?,
                row.try_get(3)?,
            );
            let role = match &first {
                Some(first) if *first == id => "seals",
                _ if in_file.iter().any(|line| file::id(line) == id) => "in the file",
                _ => "not in the file",
            };
            first_accepted |= good_for.is_some() && first.as_ref() == Some(&id);
            let good_for = good_for.unwrap_or_else(|| "no more".to_owned());
            let claims = if claims.is_empty() {
                String::new()
            } else {
                format!(", covers {claims}")
            };
            terminal::line(format!(
                "     key {id} of {created}: good {good_for}; {role}{claims}"
            ));
        }
        if first_accepted {
            good(format!(
                "the first key in {} is accepted",
                site.key_file.display()
            ));
        } else {
            bad(format!(
                "the database accepts no key that {} begins with",
                site.key_file.display()
            ));
        }
        if let Err(error) = rowhouse::SealKeys::read(&site.key_file) {
            bad(format!(
                "a service would refuse {}: {error}",
                site.key_file.display()
            ));
        }
        for (role, table) in strangers(&owner).await? {
            bad(format!(
                "{role} may use {table} and may not call rowhouse.tenant(): `rowhouse seal init --app-role {role}`"
            ));
        }
        let audited = rowhouse_guard::audit(
            &catalog,
            &Options {
                app_roles: callers(&owner).await?,
                setting: Some(site.config.file.setting.clone()),
                ..Options::default()
            },
        );
        match &audited {
            Ok(report) => {
                let ours = report
                    .findings
                    .iter()
                    .filter(|finding| finding.rule.starts_with("seal-"));
                for finding in ours {
                    bad(format!("{}: {}", finding.object, finding.message));
                }
            }
            Err(error) => bad(format!("the audit cannot tell what is sealed: {error}")),
        }
        let left = rewrites(&catalog).unwrap_or_default();
        for rewrite in &left {
            let (Rewrite::Sql { policy, .. } | Rewrite::ByHand { policy, .. }) = rewrite else {
                continue;
            };
            terminal::line(format!(
                "{WARN}     {policy} believes the bare setting{WARN:#}"
            ));
        }
        if left.is_empty() {
            good("no policy believes the bare setting".to_owned());
        } else {
            bad(format!(
                "{} policies believe the bare setting: `rowhouse seal policies` writes the change",
                left.len()
            ));
        }
        if well { Ok(()) } else { Err(Told.into()) }
    }
}

/// The roles that were let call the function: the service's.
async fn callers(owner: &Administration) -> anyhow::Result<Vec<String>> {
    let sql = "SELECT pg_get_userbyid(a.grantee)::text FROM pg_proc AS p, aclexplode(p.proacl) AS a
                WHERE p.oid = 'rowhouse.tenant()'::regprocedure AND a.grantee NOT IN (0, p.proowner)";
    let rows = owner.rows(sql).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

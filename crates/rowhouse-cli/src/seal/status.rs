//! `rowhouse seal status`.

use rowhouse_catalog::Catalog;
use rowhouse_guard::seal::{Rewrite, State, rewrites, state};
use rowhouse_guard::{Level, Options};

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
        let mut look = Look { well: true };
        match state(&catalog) {
            State::Absent => {
                look.bad("the seal is not installed: `rowhouse seal init`");
                return Err(Told.into());
            }
            State::Changed => {
                look.bad("rowhouse.tenant() or what belongs to it is not as it was made, or not its owner's: `rowhouse seal init` mends it");
            }
            State::Genuine => good("rowhouse.tenant() is as it was made"),
        }
        look.at_keys(site, &owner).await?;
        look.at_roles(&owner).await?;
        look.at_findings(site, &owner, &catalog).await?;
        look.at_policies(&catalog);
        if look.well { Ok(()) } else { Err(Told.into()) }
    }
}

/// Something is as it should be.
fn good(text: impl std::fmt::Display) {
    terminal::line(format!("{GOOD}yes{GOOD:#}  {text}"));
}

/// What was seen so far.
struct Look {
    well: bool,
}

impl Look {
    fn bad(&mut self, text: impl std::fmt::Display) {
        self.well = false;
        terminal::line(format!("{BAD}no{BAD:#}   {text}"));
    }

    /// The keys of the database beside those of the file.
    async fn at_keys(&mut self, site: &Site, owner: &Administration) -> anyhow::Result<()> {
        let in_file = file::lines(&site.key_file)?;
        let first = in_file.first().map(|line| file::id(line).to_owned());
        let mut accepted = false;
        for row in owner.rows(KEYS).await? {
            let (id, created): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let (good_for, claims): (Option<String>, String) = (row.try_get(2)?, row.try_get(3)?);
            let role = match &first {
                Some(first) if *first == id => "seals",
                _ if in_file.iter().any(|line| file::id(line) == id) => "in the file",
                _ => "not in the file",
            };
            accepted |= good_for.is_some() && first.as_ref() == Some(&id);
            let good_for = good_for.unwrap_or_else(|| "no more".to_owned());
            let claims = match claims.as_str() {
                "" => String::new(),
                claims => format!(", covers {claims}"),
            };
            terminal::line(format!(
                "     key {id} of {created}: good {good_for}; {role}{claims}"
            ));
        }
        let path = site.key_file.display();
        if accepted {
            good(format!("the first key in {path} is accepted"));
        } else {
            self.bad(format!(
                "the database accepts no key that {path} begins with"
            ));
        }
        if let Err(error) = rowhouse::SealKeys::read(&site.key_file) {
            self.bad(format!("a service would refuse {path}: {error}"));
        }
        Ok(())
    }

    /// Who would be locked out.
    async fn at_roles(&mut self, owner: &Administration) -> anyhow::Result<()> {
        for (role, table) in strangers(owner).await? {
            self.bad(format!(
                "{role} may use {table} and may not call rowhouse.tenant(): `rowhouse seal init --app-role {role}`"
            ));
        }
        Ok(())
    }

    /// What the audit says of the seal.
    async fn at_findings(
        &mut self,
        site: &Site,
        owner: &Administration,
        catalog: &Catalog,
    ) -> anyhow::Result<()> {
        let options = Options {
            app_roles: callers(owner).await?,
            setting: Some(site.config.file.setting.clone()),
            ..Options::default()
        };
        match rowhouse_guard::audit(catalog, &options) {
            Ok(report) => {
                let findings = report.findings.iter();
                for finding in findings.filter(|finding| finding.rule.starts_with("seal-")) {
                    let text = format!("{}: {}", finding.object, finding.message);
                    if finding.level == Level::Error || finding.rule == "seal-incomplete" {
                        self.bad(text);
                    } else {
                        terminal::line(format!("{WARN}     {text}{WARN:#}"));
                    }
                }
            }
            Err(error) => self.bad(format!("the audit cannot tell what is sealed: {error}")),
        }
        Ok(())
    }

    /// What is left to be sealed.
    fn at_policies(&mut self, catalog: &Catalog) {
        let left = rewrites(catalog).unwrap_or_default();
        for rewrite in &left {
            if let Rewrite::Sql { policy, .. } | Rewrite::ByHand { policy, .. } = rewrite {
                terminal::line(format!(
                    "{WARN}     {policy} believes the bare setting{WARN:#}"
                ));
            }
        }
        if left.is_empty() {
            good("no policy believes the bare setting");
        } else {
            self.bad(format!(
                "{} policies believe the bare setting: `rowhouse seal policies` writes the change",
                left.len()
            ));
        }
    }
}

/// The roles that were let call the function: the service's.
async fn callers(owner: &Administration) -> anyhow::Result<Vec<String>> {
    let sql = "SELECT pg_get_userbyid(a.grantee)::text FROM pg_proc AS p, aclexplode(p.proacl) AS a
                WHERE p.oid = 'rowhouse.tenant()'::regprocedure AND a.grantee NOT IN (0, p.proowner)";
    let rows = owner.rows(sql).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

//! `rowhouse seal init`.

use anyhow::Context;
use rowhouse_catalog::Catalog;
use rowhouse_guard::{Model, Options, seal};

use super::Site;
use super::file::{self, Draft};
use crate::administration::Administration;
use crate::failure::{Misuse, Obstacle};
use crate::terminal;

/// Make the functions that check seals, the first key, and the file that has it; no policy is changed
#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// A role that the service logs in as; may be given several times [default: detected]
    #[arg(long = "app-role", value_name = "ROLE")]
    app_roles: Vec<String>,
    /// A claim that the seal covers, too; may be given several times [default: those of the configuration]
    #[arg(long = "claim", value_name = "SETTING")]
    claims: Vec<String>,
    /// Print the SQL and do nothing; the key is still to be made, by running this without --print
    #[arg(long)]
    print: bool,
}

/// Keys that are accepted now.
const ACCEPTED: &str = "SELECT substr(id, 3) FROM rowhouse.seal_keys WHERE not_after > now()";

impl Init {
    pub(super) async fn run(self, site: &Site) -> anyhow::Result<()> {
        let mut owner = site.connect_alone().await?;
        let catalog = owner.catalog().await?;
        if let Some((setting, tenant_type)) = seal::installed(&catalog) {
            site.agrees(&setting, tenant_type)?;
        }
        let app_roles = self.app_roles(site, &catalog)?;
        let setting = &site.config.file.setting;
        let sql = seal::install(setting, site.tenant_type(), &app_roles);
        if self.print {
            terminal::line(sql);
            return Ok(());
        }
        let in_file = file::lines(&site.key_file)?;
        owner.run("BEGIN").await?;
        owner.run(&sql).await.context(
            "the functions cannot be made; they belong to the role that owns the tables",
        )?;
        let accepted: Vec<String> = owner
            .rows(ACCEPTED)
            .await?
            .iter()
            .map(|row| row.get(0))
            .collect();
        let has_one = in_file
            .iter()
            .any(|line| accepted.iter().any(|id| id == file::id(line)));
        if !in_file.is_empty() && !has_one {
            return Err(Misuse::new(format!(
                "{} has keys that this database does not accept",
                site.key_file.display()
            ))
            .hint("name another file with --key-file; nothing was changed")
            .into());
        }
        if has_one {
            owner.run("COMMIT").await?;
            terminal::progress(format!(
                "the functions are as they should be; the key in {} stays",
                site.key_file.display()
            ));
        } else if accepted.is_empty() {
            self.first_key(site, &owner).await?;
        } else {
            owner.run("COMMIT").await?;
            return Err(Obstacle::new(
                format!("this database accepts keys already, and {} is not there", site.key_file.display()),
                "name the file that has them with --key-file, or make a new key with `rowhouse seal rotate`",
            )
            .into());
        }
        // The planner must know that the table is small: with a plan for a big one each check takes three times as long.
        owner.run("ANALYZE rowhouse.seal_keys").await?;
        terminal::line(format!(
            "the seal is installed for {}",
            app_roles.join(", ")
        ));
        terminal::line(format!(
            "next: key_file = \"{}\" under [seal] of the service's configuration, then `rowhouse seal policies`",
            site.key_file.display()
        ));
        Ok(())
    }

    async fn first_key(&self, site: &Site, owner: &Administration) -> anyhow::Result<()> {
        let mut claims = self.claims.clone();
        if claims.is_empty() {
            claims.extend(site.config.file.identity.claims.keys().cloned());
        }
        let line = new_key(site, owner, &claims).await?;
        let mut draft = Draft::write(&site.key_file, &[line])?;
        owner.run("COMMIT").await?;
        draft.spare();
        draft.keep()
    }

    /// Who may call the functions: whom the audit takes for the service, unless named.
    fn app_roles(&self, site: &Site, catalog: &Catalog) -> anyhow::Result<Vec<String>> {
        if !self.app_roles.is_empty() {
            return Ok(self.app_roles.clone());
        }
        let options = Options {
            setting: Some(site.config.file.setting.clone()),
            tenant_column: site.config.file.tenant_column.clone(),
            tenant_root: site.config.file.tenant_root.clone(),
            ..Options::default()
        };
        let unclear = "the service's role cannot be told from the catalogs";
        let model = Model::detect(catalog, &options).map_err(|error| {
            Misuse::new(format!("{unclear}: {error}")).hint("name it with --app-role")
        })?;
        let roles = model
            .app_roles
            .iter()
            .filter_map(|&oid| catalog.role_by_oid(oid));
        Ok(roles.map(|role| role.name.clone()).collect())
    }
}

/// Makes a key within the transaction that is open, and gives its line.
pub(super) async fn new_key(
    site: &Site,
    owner: &Administration,
    claims: &[String],
) -> anyhow::Result<String> {
    for claim in claims {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$');
        if claim == &site.config.file.setting || !claim.contains('.') || !claim.chars().all(plain) {
            return Err(Misuse::new(format!("{claim:?} is not a claim's setting"))
                .hint("write it as app.user_id: identifiers joined by a dot")
                .into());
        }
    }
    let claims: Vec<String> = claims.iter().map(|claim| format!("'{claim}'")).collect();
    let sql = format!(
        "SELECT rowhouse.new_seal_key('{}', '{}', ARRAY[{}]::text[])",
        site.config.file.setting.replace('\'', "''"),
        site.tenant_type().word(),
        claims.join(", ")
    );
    let rows = owner.rows(&sql).await?;
    let row = rows.first().context("the server made no key")?;
    Ok(row.try_get(0)?)
}

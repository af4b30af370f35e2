//! One half of a case as a database.

use rowhouse_local::testing::Database;
use tokio_postgres::{Client, SimpleQueryMessage};

use crate::case::{Case, Half};

/// A database with the base, the case's setup, and one half of it.
pub(crate) struct House {
    pub(crate) db: Database,
    pub(crate) admin: Client,
    a: String,
    b: String,
    /// What the role the service logs in as is called.
    login: String,
}

impl House {
    /// Builds it, or says which part the server refused.
    pub(crate) async fn build(case: &Case, half: Half) -> Result<Self, String> {
        let db = Database::create("").await;
        let admin = db.admin().await;
        let value = |key| case.value(key).unwrap_or_default().to_owned();
        let house = Self {
            a: value("a"),
            b: value("b"),
            login: case.value("login").unwrap_or("app").to_owned(),
            db,
            admin,
        };
        let half = match half {
            Half::Leak => "leak",
            Half::Twin => "twin",
        };
        house.found().await?;
        for (script, section) in [
            (&case.base, "setup"),
            (&case.script, "setup"),
            (&case.script, half),
        ] {
            if let Some(sql) = script.section(section) {
                house
                    .as_owner(sql)
                    .await
                    .map_err(|error| format!("{section} of {}: {error}", script.path.display()))?;
            }
        }
        Ok(house)
    }

    /// The roles every case has, and the database as `CREATE DATABASE` leaves it.
    async fn found(&self) -> Result<(), String> {
        let sql = self.fill(
            &"CREATE ROLE {owner} LOGIN;
             CREATE ROLE {login} LOGIN;
             ALTER DATABASE {db} OWNER TO {owner};
             GRANT TEMPORARY ON DATABASE {db} TO PUBLIC;
             REVOKE ALL ON SCHEMA public FROM rowhouse_owner;"
                .replace("{login}", &format!("{{{}}}", self.login)),
        );
        self.admin
            .batch_execute(&sql)
            .await
            .map_err(|error| said(&error))
    }

    /// Runs SQL of the file as the owner; `RESET ROLE` in it makes it the superuser.
    pub(crate) async fn as_owner(&self, sql: &str) -> Result<(), String> {
        let sql = format!("{}\n{sql}", "SET ROLE {owner};");
        let done = self.admin.batch_execute(&self.fill(&sql)).await;
        self.admin
            .batch_execute("ROLLBACK; RESET ROLE; RESET ALL")
            .await
            .map_err(|error| said(&error))?;
        done.map_err(|error| said(&error))
    }

    /// A connection of the service.
    pub(crate) async fn app(&self) -> Client {
        let app = self.db.as_role(&self.db.unique(&self.login)).await;
        app.batch_execute("SET statement_timeout = '20s'")
            .await
            .unwrap();
        app
    }

    /// Puts in the names of roles, of the database, and the ids of the tenants.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            filled.push_str(&rest[..start]);
            rest = &rest[start..];
            let name = rest[1..].split('}').next().unwrap_or_default();
            let is_word = |name: &str| {
                !name.is_empty()
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            };
            let put = match name {
                "A" => self.a.clone(),
                "B" => self.b.clone(),
                "db" => self.db.name().to_owned(),
                "socket" => self.db.socket_dir().display().to_string(),
                "port" => self.db.port().to_string(),
                word if is_word(word) && rest[1..].len() > word.len() => self.db.unique(word),
                _ => {
                    filled.push('{');
                    rest = &rest[1..];
                    continue;
                }
            };
            filled.push_str(&put);
            rest = &rest[name.len() + 2..];
        }
        filled.push_str(rest);
        filled
    }

    /// As a service asks for a tenant: `{tenant}` in the base's or the case's words.
    pub(crate) fn tenant_sql(&self, case: &Case, tenant: &str) -> String {
        let sql = case.section("tenant").unwrap_or_default();
        let tenant = self.fill(tenant);
        self.fill(&sql.replace("{tenant}", &tenant))
    }
}

/// The server's words and code.
pub(crate) fn said(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => {
            let place = db
                .where_()
                .map(|place| format!(" [{place}]"))
                .unwrap_or_default();
            format!("{} ({}){place}", db.message(), db.code().code())
        }
        None => error.to_string(),
    }
}

/// How many rows the last statement of a batch returned.
pub(crate) fn rows_of_last(messages: &[SimpleQueryMessage]) -> usize {
    let mut rows = 0;
    let mut last = 0;
    for message in messages {
        match message {
            SimpleQueryMessage::Row(_) => rows += 1,
            SimpleQueryMessage::CommandComplete(_) => last = std::mem::take(&mut rows),
            _ => {}
        }
    }
    last
}

//! A connection description in the words of PostgreSQL's own programs.

use super::environment;
use super::options::{ConnectOptions, Password, RootCert};

impl ConnectOptions {
    /// What `pg_dump` and its like need to reach the same database, by libpq's names.
    ///
    /// The password is among it, where it is known as text or stands in a file: give it on in an environment, never in
    /// arguments. A password that a callback gives is left out.
    ///
    /// # Errors
    /// The file with the password cannot be read.
    pub fn parameters(&self) -> Result<Vec<(&'static str, String)>, super::OptionsError> {
        let mut found = Vec::new();
        if !self.hosts.is_empty() {
            let of = |part: fn(&super::hosts::Host) -> String| -> String {
                let parts: Vec<String> = self.hosts.iter().map(part).collect();
                parts.join(",")
            };
            found.push(("host", of(|host| host.name.clone().unwrap_or_default())));
            if self.hosts.iter().any(|host| host.address.is_some()) {
                let address = |host: &super::hosts::Host| {
                    host.address
                        .map_or_else(String::new, |address| address.to_string())
                };
                found.push(("hostaddr", of(address)));
            }
            found.push(("port", of(|host| host.port.to_string())));
        }
        let path = |path: &std::path::PathBuf| path.to_string_lossy().into_owned();
        let password = match &self.password {
            Password::Text(text) => Some(text.clone()),
            Password::File(file) => match environment::read(file)?.password {
                Password::Text(text) => Some(text),
                _ => None,
            },
            Password::Unset | Password::Callback(_) => None,
        };
        let root = self.ssl_root_cert.as_ref().map(|root| match root {
            RootCert::System => "system".to_owned(),
            RootCert::File(file) => path(file),
        });
        let optional = [
            ("user", self.user.clone()),
            ("password", password),
            ("passfile", self.passfile.as_ref().map(path)),
            ("dbname", self.dbname.clone()),
            ("options", self.options.clone()),
            (
                "sslmode",
                self.ssl_mode.map(|mode| mode.as_str().to_owned()),
            ),
            ("sslrootcert", root),
            ("sslcert", self.ssl_cert.as_ref().map(path)),
            ("sslkey", self.ssl_key.as_ref().map(path)),
        ];
        found.extend(
            optional
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?))),
        );
        found.push(("channel_binding", self.channel_binding.as_str().to_owned()));
        found.push((
            "target_session_attrs",
            self.target_session_attrs.as_str().to_owned(),
        ));
        Ok(found)
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "nothing is handed to anybody")]
mod tests {
    use crate::ConnectOptions;

    #[test]
    fn everything_that_leads_there_is_said() {
        let options: ConnectOptions = "postgres://o%20w:s3cret@db,[::1]:5433/app?sslmode=verify-full&sslrootcert=/ca.pem&options=-c%20a%3Db"
            .parse()
            .unwrap();
        let found = options.parameters().unwrap();
        let of = |name: &str| {
            let value = found.iter().find(|(known, _)| *known == name);
            value.map(|(_, value)| value.as_str())
        };
        assert_eq!(of("host"), Some("db,::1"));
        assert_eq!(of("port"), Some("5432,5433"));
        assert_eq!(of("user"), Some("o w"));
        assert_eq!(of("password"), Some("s3cret"));
        assert_eq!(of("dbname"), Some("app"));
        assert_eq!(of("sslmode"), Some("verify-full"));
        assert_eq!(of("sslrootcert"), Some("/ca.pem"));
        assert_eq!(of("options"), Some("-c a=b"));
    }

    #[test]
    fn a_password_in_a_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("url");
        std::fs::write(&file, "postgres://a:from-file@db/app").unwrap();
        let found = ConnectOptions::read(&file).unwrap().parameters().unwrap();
        assert!(found.contains(&("password", "from-file".to_owned())));
    }
}

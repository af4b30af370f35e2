//! Keys and values as written, and their way into typed options.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::hosts;
use super::keys;
use super::options::{ConnectOptions, Password, RootCert};
use super::options_error::OptionsError;
use super::require_auth::RequireAuth;
use super::words::{ChannelBinding, SslMode};

/// Known keys with their values. An empty value means the default, and hides the environment's.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Settings(BTreeMap<&'static str, String>);

impl Settings {
    /// Sets `key`; a later value replaces an earlier one.
    pub(super) fn set(&mut self, key: &str, value: String) -> Result<(), OptionsError> {
        let key = keys::known(key)?;
        if value.contains('\0') {
            return Err(OptionsError::conflict(format!(
                "{key} contains a NUL character"
            )));
        }
        self.0.insert(key, value);
        Ok(())
    }

    /// Sets what was not set before.
    pub(super) fn set_beneath(&mut self, key: &str, value: String) -> Result<(), OptionsError> {
        if self.0.contains_key(key) {
            return Ok(());
        }
        self.set(key, value)
    }

    /// The value, unless it is absent or empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0
            .get(key)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    fn parse<T: FromStr<Err = OptionsError>>(&self, key: &str) -> Result<Option<T>, OptionsError> {
        self.get(key).map(str::parse).transpose()
    }

    fn number(&self, key: &'static str) -> Result<Option<i64>, OptionsError> {
        self.get(key)
            .map(|value| {
                value
                    .trim()
                    .parse::<i32>()
                    .map(i64::from)
                    .map_err(|_| OptionsError::value(key, value, "a whole number"))
            })
            .transpose()
    }

    /// Stores seconds, if given; zero and less mean no limit, or whatever the system does.
    fn seconds(&self, key: &'static str, into: &mut Option<Duration>) -> Result<(), OptionsError> {
        if let Some(seconds) = self.number(key)? {
            *into = u64::try_from(seconds)
                .ok()
                .filter(|seconds| *seconds > 0)
                .map(Duration::from_secs);
        }
        Ok(())
    }

    /// Checks every value and turns them into typed options.
    pub(super) fn into_options(self) -> Result<ConnectOptions, OptionsError> {
        let mut options = ConnectOptions::new();
        options.hosts =
            hosts::from_lists(self.get("host"), self.get("hostaddr"), self.get("port"))?;
        options.user = self.get("user").map(str::to_owned);
        options.dbname = self.get("dbname").map(str::to_owned);
        options.options = self.get("options").map(str::to_owned);
        if let Some(password) = self.get("password") {
            options.password = Password::Text(password.to_owned());
        }
        options.passfile = self.get("passfile").map(PathBuf::from);
        if let Some(name) = self
            .get("application_name")
            .or(self.get("fallback_application_name"))
        {
            name.clone_into(&mut options.application_name);
        }
        self.seconds("connect_timeout", &mut options.connect_timeout)?;
        options.ssl_mode = self.parse("sslmode")?;
        options.ssl_root_cert = self.get("sslrootcert").map(RootCert::from_word);
        options.ssl_cert = self.get("sslcert").map(PathBuf::from);
        options.ssl_key = self.get("sslkey").map(PathBuf::from);
        if let Some(negotiation) = self.parse("sslnegotiation")? {
            options.ssl_negotiation = negotiation;
        }
        options.channel_binding = self
            .parse("channel_binding")?
            .unwrap_or(ChannelBinding::Prefer);
        if let Some(attrs) = self.parse("target_session_attrs")? {
            options.target_session_attrs = attrs;
        }
        if let Some(order) = self.parse("load_balance_hosts")? {
            options.load_balance_hosts = order;
        }
        options.require_auth = self.parse::<RequireAuth>("require_auth")?;
        self.keepalives(&mut options)?;
        self.unsupported_values()?;
        options.check()?;
        Ok(options)
    }

    fn keepalives(&self, options: &mut ConnectOptions) -> Result<(), OptionsError> {
        let keepalives = &mut options.keepalives;
        if let Some(on) = self.number("keepalives")? {
            keepalives.enabled = on != 0;
        }
        self.seconds("keepalives_idle", &mut keepalives.idle)?;
        self.seconds("keepalives_interval", &mut keepalives.interval)?;
        if let Some(count) = self.number("keepalives_count")? {
            keepalives.count = u32::try_from(count).ok().filter(|count| *count > 0);
        }
        // Milliseconds here, as in libpq.
        options.tcp_user_timeout = self
            .number("tcp_user_timeout")?
            .and_then(|millis| u64::try_from(millis).ok())
            .filter(|millis| *millis > 0)
            .map(Duration::from_millis);
        Ok(())
    }

    /// Keys that are accepted for the one value that says what we do anyway.
    fn unsupported_values(&self) -> Result<(), OptionsError> {
        if let Some(encoding) = self.get("client_encoding") {
            let plain = encoding.to_ascii_lowercase().replace(['-', '_'], "");
            if !["utf8", "unicode", "auto"].contains(&plain.as_str()) {
                return Err(OptionsError::value("client_encoding", encoding, "UTF8"));
            }
        }
        if let Some(mode) = self.get("gssencmode")
            && !["disable", "prefer"].contains(&mode)
        {
            return Err(OptionsError::value("gssencmode", mode, "disable"));
        }
        Ok(())
    }
}

impl ConnectOptions {
    /// Combinations that cannot mean what they say; setters can make them as well as text.
    pub(super) fn check(&self) -> Result<(), OptionsError> {
        if self.ssl_root_cert == Some(RootCert::System)
            && self
                .ssl_mode
                .is_some_and(|mode| mode != SslMode::VerifyFull)
        {
            return Err(OptionsError::conflict(
                "sslrootcert=system trusts every public authority, so it needs sslmode=verify-full",
            ));
        }
        if self.ssl_negotiation == super::words::SslNegotiation::Direct
            && !matches!(
                self.ssl_mode(),
                SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull
            )
        {
            return Err(OptionsError::conflict(
                "sslnegotiation=direct needs sslmode=require, verify-ca or verify-full",
            ));
        }
        Ok(())
    }
}

//! Who we are: the server's question, and whether we may answer it in the way it asks.

use bytes::BytesMut;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;

use super::environment;
use super::error::{AuthenticationError, Cause};
use super::hosts::Host;
use super::options::{ConnectOptions, Password};
use super::passfile;
use super::require_auth::Method;
use super::scram;
use super::wire::{Wire, unexpected};
use super::words::{ChannelBinding, SslMode};

/// As whom we enter which database.
#[derive(Debug, Clone, Copy)]
pub(super) struct Login<'a> {
    pub(super) options: &'a ConnectOptions,
    pub(super) host: &'a Host,
    pub(super) user: &'a str,
    pub(super) dbname: &'a str,
}

impl Login<'_> {
    /// Answers the server until it says that we are in.
    pub(super) async fn authenticate(&self, wire: &mut Wire) -> Result<(), Cause> {
        let question = wire.next().await.map_err(|cause| match cause {
            Cause::Server(mut refusal) => {
                refusal.unchallenged = true;
                Cause::Server(refusal)
            }
            cause => cause,
        })?;
        match question {
            Message::AuthenticationOk => self.allow(Method::None, wire),
            Message::AuthenticationCleartextPassword => {
                self.allow(Method::Password, wire)?;
                let password = self.password().await?;
                send_password(wire, password.as_bytes()).await
            }
            Message::AuthenticationMd5Password(body) => {
                self.allow(Method::Md5, wire)?;
                let password = self.password().await?;
                let hash = md5_hash(self.user.as_bytes(), password.as_bytes(), body.salt());
                send_password(wire, hash.as_bytes()).await
            }
            Message::AuthenticationSasl(body) => {
                self.allow(Method::Scram, wire)?;
                let password = self.password().await?;
                scram::run(wire, &body, &password, self.options.channel_binding).await
            }
            Message::AuthenticationGss => Err(AuthenticationError::Unsupported("GSSAPI").into()),
            Message::AuthenticationSspi => Err(AuthenticationError::Unsupported("SSPI").into()),
            Message::AuthenticationKerberosV5 => {
                Err(AuthenticationError::Unsupported("Kerberos").into())
            }
            _ => Err(unexpected("a request for authentication")),
        }
    }

    /// Whether the options let the server ask in this way.
    fn allow(&self, method: Method, wire: &Wire) -> Result<(), Cause> {
        let required = self.options.require_auth.as_ref();
        let forbidden = |rule| {
            Err(Cause::from(AuthenticationError::Forbidden {
                method: method.as_str(),
                rule,
            }))
        };
        if required.is_some_and(|required| !required.allows(method)) {
            return forbidden("require_auth does not allow it");
        }
        if method != Method::Scram && self.options.channel_binding == ChannelBinding::Require {
            return forbidden("channel_binding=require needs SCRAM");
        }
        // libpq sends it. A server that was tampered with, or is not ours, would then have the
        // password; so somebody has to have said that this network is trusted.
        let trusted = self.options.ssl_mode == Some(SslMode::Disable)
            || required.is_some_and(|required| required.names(method));
        if method == Method::Password && !wire.stream.is_private() && !trusted {
            return forbidden(
                "over unencrypted TCP that takes sslmode=disable or require_auth=password",
            );
        }
        Ok(())
    }

    /// Looked for only now: where no server asks, nobody needs one.
    async fn password(&self) -> Result<String, AuthenticationError> {
        let of_file;
        let source = match &self.options.password {
            Password::File(path) => {
                let read = environment::read(path);
                of_file = read.map_err(|error| AuthenticationError::Source(error.into()))?;
                &of_file.password
            }
            source => source,
        };
        let password = match source {
            Password::Text(password) => password.clone(),
            Password::Callback(callback) => {
                callback().await.map_err(AuthenticationError::Source)?
            }
            Password::Unset | Password::File(_) => String::new(),
        };
        if !password.is_empty() {
            return Ok(password);
        }
        let path = self
            .options
            .passfile
            .clone()
            .or_else(passfile::default_path);
        let Some(path) = path else {
            return Err(AuthenticationError::NoPassword(
                "there is no home directory".to_owned(),
            ));
        };
        let wanted = passfile::Entry {
            host: &self.host.passfile_name(),
            port: self.host.port,
            dbname: self.dbname,
            user: self.user,
        };
        passfile::look_up(&path, wanted).map_err(AuthenticationError::NoPassword)
    }
}

async fn send_password(wire: &mut Wire, password: &[u8]) -> Result<(), Cause> {
    let mut message = BytesMut::new();
    frontend::password_message(password, &mut message)?;
    wire.send(&message).await?;
    match wire.next().await? {
        Message::AuthenticationOk => Ok(()),
        _ => Err(unexpected("the end of authentication")),
    }
}

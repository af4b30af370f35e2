//! The options whose value is one word of a fixed list, as enums.

use super::options_error::OptionsError;

/// One enum per option: the words it takes, their meaning, and the parser that names the others.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident = $key:literal { $($(#[$word_meta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$word_meta])* $variant,)+
        }

        impl $name {
            /// The word libpq uses for it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = OptionsError;

            fn from_str(word: &str) -> Result<Self, OptionsError> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(OptionsError::value($key, word, concat!("one of" $(, " ", $word)+))),
                }
            }
        }
    };
}

words! {
    /// How much TLS protects a TCP connection (`sslmode`); unix sockets never use it.
    SslMode = "sslmode" {
        /// Never TLS.
        Disable = "disable",
        /// TLS only if the server refuses without.
        Allow = "allow",
        /// TLS if the server offers it, else without: no protection against an active attacker.
        Prefer = "prefer",
        /// TLS or nothing. The certificate is checked only if a root certificate is there.
        Require = "require",
        /// TLS, and the certificate was issued by a trusted root.
        VerifyCa = "verify-ca",
        /// TLS, a trusted root, and the certificate names the host we asked for.
        VerifyFull = "verify-full",
    }
}

words! {
    /// How TLS begins (`sslnegotiation`).
    SslNegotiation = "sslnegotiation" {
        /// Ask in PostgreSQL's protocol first; every server understands it.
        Postgres = "postgres",
        /// Start with the TLS handshake: a round trip less; PostgreSQL 17 and later.
        Direct = "direct",
    }
}

words! {
    /// Whether SCRAM is bound to the TLS channel it runs in (`channel_binding`).
    ChannelBinding = "channel_binding" {
        /// Never.
        Disable = "disable",
        /// When both sides can.
        Prefer = "prefer",
        /// Or fail: proves that nobody sits between us and the server.
        Require = "require",
    }
}

words! {
    /// Which kind of server is acceptable among several hosts (`target_session_attrs`).
    TargetSessionAttrs = "target_session_attrs" {
        /// Every server.
        Any = "any",
        /// One whose transactions may write.
        ReadWrite = "read-write",
        /// One whose transactions may not write.
        ReadOnly = "read-only",
        /// One that is not in hot standby.
        Primary = "primary",
        /// One in hot standby.
        Standby = "standby",
        /// A standby if there is one among the hosts, else any server.
        PreferStandby = "prefer-standby",
    }
}

words! {
    /// In which order hosts and their addresses are tried (`load_balance_hosts`).
    LoadBalanceHosts = "load_balance_hosts" {
        /// As written, and as the resolver answered.
        Disable = "disable",
        /// Shuffled on every connect.
        Random = "random",
    }
}

//! Who is the tenant of a request.
//!
//! An [`Identity`] reads a request's head and names the [`Caller`], or says in a typed
//! [`IdentityError`] why it cannot. It has [sources](Source) in an order:
//!
//! - [`TokenIdentity`]: a JWT in `Authorization: Bearer`, checked with [keys](TokenKeys) of one's own
//!   or that an issuer [publishes](Jwks), and held to [rules](TokenRules);
//! - [`ApiKeyIdentity`]: an API key, looked up in a [`Directory`];
//! - [`HeaderIdentity`]: a header that somebody in front sets.
//!
//! What a request brings must all be good and name one tenant; nothing that is bad is passed over for
//! something else. [`Membership`] asks the database whether the caller may act for the tenant now.
//!
//! A header is only as good as whoever sets it. Unless [proxies](HeaderIdentity::from_proxies) are
//! listed, or everybody is [trusted](HeaderIdentity::trusted), the service listens on loopback alone
//! ([`Identity::check_listen`]) and turns away what a web page elsewhere makes a browser send
//! ([`Identity::check_origin`]).

mod api_key;
mod bearer;
mod claim;
mod error;
mod header;
mod identity;
mod jwks;
mod listen;
mod membership;
mod origin;
mod origins;
mod peer;
mod settings;
mod token;

pub use api_key::{
    Answer, ApiKey, ApiKeyIdentity, ApiKeyOptions, Directory, DirectoryDown, InvalidApiKey,
    KeyHash, KnownKey,
};
pub use bearer::BearerError;
pub use claim::{ClaimPath, InvalidClaimPath};
pub use error::{Class, IdentityError};
pub use header::{HeaderIdentity, InvalidHeaderName};
pub use identity::{Caller, Identity, IdentityBuilder, InvalidSources, Source};
pub use jsonwebtoken::Algorithm;
pub use jwks::{FetchError, InvalidUrl, Jwks, JwksOptions, JwksUrl};
pub use listen::UnsafeListen;
pub use membership::{InvalidMembership, Membership};
pub use origin::Foreign;
pub use origins::{InvalidOrigin, Origins};
pub use peer::{InvalidProxy, Peer, Proxies};
pub use settings::ClaimSettings;
pub use token::{
    JwksError, KeyError, SignError, SigningKey, TokenError, TokenIdentity, TokenKeys, TokenRules,
    VerifyingKey, random_secret,
};

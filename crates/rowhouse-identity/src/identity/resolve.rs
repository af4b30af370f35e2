//! From a request's head to its caller.

use std::sync::Arc;

use http::header::HeaderMap;
use rowhouse::TenantId;

use super::{Caller, Identity, Source};
use crate::api_key::{ApiKey, ApiKeyIdentity, Owner};
use crate::bearer::credentials;
use crate::token::{AtOnce, Tenants, Verified};
use crate::{HeaderIdentity, IdentityError, Peer};

/// What a source says.
enum Said {
    Token(Arc<Verified>),
    Key(Owner),
    Header(TenantId),
}

impl Said {
    /// The source, for people.
    fn name(&self) -> &'static str {
        match self {
            Self::Token(_) => "its token",
            Self::Key(_) => "its API key",
            Self::Header(_) => "its header",
        }
    }
}

/// Somebody must be asked first.
pub(super) struct Later;

impl Identity {
    /// The caller, if nobody must be asked.
    pub(super) fn at_once(
        &self,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Result<Caller, Later>, IdentityError> {
        let mut said = [const { None }; 3];
        for (source, said) in self.0.sources.iter().zip(&mut said) {
            *said = match source {
                Source::Header(header) => self.header(header, headers, peer)?,
                Source::ApiKey(keys) => match self.key(headers)?.map(|key| keys.at_once(key)) {
                    None => None,
                    Some(known) => match known? {
                        Ok(owner) => Some(Said::Key(owner)),
                        Err(_) => return Ok(Err(Later)),
                    },
                },
                Source::Token(token) => {
                    match self.token(headers)?.map(|text| token.at_once(text)) {
                        None => None,
                        Some(known) => match known? {
                            AtOnce::Verified(verified) => Some(Said::Token(verified)),
                            AtOnce::Perhaps(_) => return Ok(Err(Later)),
                        },
                    }
                }
            };
        }
        self.agreed(said, headers, peer).map(Ok)
    }

    /// The caller, asking whoever must be asked.
    pub(super) async fn ask(
        &self,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Caller, IdentityError> {
        let mut said = [const { None }; 3];
        for (source, said) in self.0.sources.iter().zip(&mut said) {
            *said = match source {
                Source::Header(header) => self.header(header, headers, peer)?,
                Source::ApiKey(keys) => match self.key(headers)?.map(|key| keys.at_once(key)) {
                    None => None,
                    Some(known) => Some(Said::Key(match known? {
                        Ok(owner) => owner,
                        Err(hash) => keys.ask(hash).await?,
                    })),
                },
                Source::Token(token) => {
                    match self.token(headers)?.map(|text| token.at_once(text)) {
                        None => None,
                        Some(known) => Some(Said::Token(match known? {
                            AtOnce::Verified(verified) => verified,
                            AtOnce::Perhaps(unknown) => token.ask(unknown).await?,
                        })),
                    }
                }
            };
        }
        self.agreed(said, headers, peer)
    }

    /// What the header says, if it is there and is one that may say something.
    fn header(
        &self,
        header: &HeaderIdentity,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Option<Said>, IdentityError> {
        if !headers.contains_key(header.name()) {
            return Ok(None);
        }
        if header.is_believed_from(peer) {
            return header.tenant(headers).map(|id| Some(Said::Header(id)));
        }
        // Whoever has a token may choose with it.
        let chooses = self
            .chooser()
            .is_some_and(|own| own.name() == header.name());
        if chooses && self.token(headers)?.is_some() {
            return Ok(None);
        }
        Err(IdentityError::Untrusted {
            header: header.spelling().into(),
        })
    }

    /// The API key, wherever it is.
    fn key<'h>(&self, headers: &'h HeaderMap) -> Result<Option<&'h str>, IdentityError> {
        let own = ApiKeyIdentity::in_header(headers)?;
        let bearer = credentials(headers)?;
        let bearer = match bearer {
            Some(text) if ApiKey::is_meant(text) => Some(text),
            // Where there are no tokens, what else can it be?
            Some(_) if !self.has_tokens() => return Err(IdentityError::ApiKeyForm),
            _ => None,
        };
        match (own, bearer) {
            (Some(own), Some(bearer)) if own != bearer => {
                Err(IdentityError::Disagreement("X-API-Key", "Authorization"))
            }
            (own, bearer) => Ok(own.or(bearer)),
        }
    }

    /// The token, unless it is an API key.
    fn token<'h>(&self, headers: &'h HeaderMap) -> Result<Option<&'h str>, IdentityError> {
        let keys = |source: &Source| matches!(source, Source::ApiKey(_));
        let keys = self.0.sources.iter().any(keys);
        let bearer = credentials(headers)?;
        Ok(bearer.filter(|text| !(keys && ApiKey::is_meant(text))))
    }

    fn has_tokens(&self) -> bool {
        let token = |source: &Source| matches!(source, Source::Token(_));
        self.0.sources.iter().any(token)
    }

    /// The one caller of whom all sources speak.
    fn agreed(
        &self,
        said: [Option<Said>; 3],
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Caller, IdentityError> {
        let mut found: Option<(Caller, &'static str)> = None;
        for said in said.into_iter().flatten() {
            let name = said.name();
            let caller = match said {
                Said::Header(tenant) => Caller::of(tenant),
                Said::Key(owner) => Caller {
                    tenant: owner.tenant,
                    subject: Some(owner.subject),
                    settings: None,
                },
                Said::Token(token) => Caller {
                    tenant: self.chosen(&token.tenants, headers)?,
                    subject: token.subject.clone(),
                    settings: Some(Arc::clone(&token.settings)),
                },
            };
            match &mut found {
                None => found = Some((caller, name)),
                Some((first, one)) if first.tenant != caller.tenant => {
                    return Err(IdentityError::Disagreement(one, name));
                }
                // A header says whose rows are meant and nobody's name: who that is comes from what proves it.
                Some((first, _)) if first.subject.is_none() && first.settings.is_none() => {
                    *first = caller;
                }
                Some(_) => {}
            }
        }
        found
            .map(|(caller, _)| caller)
            .ok_or_else(|| self.nobody(peer))
    }

    /// The tenant of a token that the request means.
    fn chosen(&self, tenants: &Tenants, headers: &HeaderMap) -> Result<TenantId, IdentityError> {
        let chooser = self.chooser();
        let chosen = chooser.filter(|header| headers.contains_key(header.name()));
        let chosen = match chosen {
            Some(header) => Some((header.tenant(headers)?, header)),
            None => None,
        };
        match (tenants, chosen) {
            (Tenants::One(tenant), None) => Ok(tenant.clone()),
            (Tenants::One(tenant), Some((chosen, _))) if *tenant == chosen => Ok(chosen),
            (Tenants::Several(list), Some((chosen, _))) if list.contains(&chosen) => Ok(chosen),
            (_, Some((_, header))) => Err(IdentityError::NotOfToken {
                header: header.spelling().into(),
            }),
            (Tenants::Several(list), None) => match &**list {
                [only] => Ok(only.clone()),
                _ => Err(IdentityError::Unchosen {
                    header: chooser.map_or("", HeaderIdentity::spelling).into(),
                }),
            },
        }
    }

    /// What is missing, where nothing says anything.
    fn nobody(&self, peer: Peer) -> IdentityError {
        let header = self.0.sources.iter().find_map(|source| match source {
            Source::Header(header) if header.is_believed_from(peer) => Some(header),
            _ => None,
        });
        match header {
            Some(header) => IdentityError::Missing {
                header: header.spelling().into(),
            },
            None => IdentityError::Nobody {
                taken: self.0.taken,
            },
        }
    }
}

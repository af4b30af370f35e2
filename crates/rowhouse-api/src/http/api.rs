//! A request's way through the house.

use std::convert::Infallible;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::HeaderValue;
use http::request::Parts;
use http::{Method, Request, Response};
use rowhouse::{Rowhouse, Tenant};
use rowhouse_identity::{Caller, Identity, Peer};

use super::body::Body;
use super::call::{self, Calling};
use super::described::Descriptions;
use super::idempotency::{First, Keys};
use super::method::{Methods, has_content};
use super::options::ApiOptions;
use super::page::Page;
use super::plans::{Plans, Reading};
use super::read::Asked;
use super::request_id::{RequestId, RequestIds, X_REQUEST_ID};
use super::told::Heard;
use super::write::{self, Writing};
use super::{
    around, caller, compress, content, cors, docs, encoding, failure, headers, health, method,
    plans, read, size,
};
use crate::plan::Verb;
use crate::problem::{Kind, Problem};
use crate::request::Wishes;
use crate::resource::Current;

/// The data API on one runtime. Cheap to clone; a [`tower::Service`].
#[derive(Debug, Clone)]
pub struct Api(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    house: Rowhouse,
    plans: Plans,
    identity: Identity,
    options: ApiOptions,
    ids: RequestIds,
    keys: Keys,
    vary: HeaderValue,
    https_only: Option<HeaderValue>,
    /// Shared by all workers.
    draining: Arc<AtomicBool>,
    descriptions: Descriptions,
}

impl Api {
    /// Serves what is in `current` to whom `identity` names.
    pub fn new(
        house: Rowhouse,
        current: Current,
        identity: impl Into<Identity>,
        options: ApiOptions,
    ) -> Self {
        Self::with_shared(
            house,
            current,
            identity.into(),
            options,
            Keys::new(),
            Arc::default(),
        )
    }

    fn with_shared(
        house: Rowhouse,
        current: Current,
        identity: Identity,
        options: ApiOptions,
        keys: Keys,
        draining: Arc<AtomicBool>,
    ) -> Self {
        Self(Arc::new(Inner {
            keys,
            draining,
            https_only: options.https_only.and_then(headers::https_only),
            plans: Plans::new(current, &options.limits),
            vary: headers::vary(identity.headers()),
            ids: RequestIds::new(),
            descriptions: Descriptions::new(),
            house,
            identity,
            options,
        }))
    }

    /// The same service with connections and plans of its own, for the current runtime.
    ///
    /// # Errors
    /// As for [`Rowhouse::on_this_runtime`].
    pub async fn on_this_runtime(&self) -> rowhouse::Result<Self> {
        let house = self.0.house.on_this_runtime().await?;
        let current = self.0.plans.current().clone();
        let identity = self.0.identity.for_worker();
        // Which keys were used is known to all workers: a repetition may reach another one.
        let (options, keys) = (self.0.options.clone(), self.0.keys.clone());
        let draining = Arc::clone(&self.0.draining);
        Ok(Self::with_shared(
            house, current, identity, options, keys, draining,
        ))
    }

    /// The house behind it.
    pub fn house(&self) -> &Rowhouse {
        &self.0.house
    }

    /// From now on `/readyz` says that the service is about to stop, on all its runtimes.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Who its callers are.
    pub fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// As a router, to be nested in or merged with another.
    pub fn router(&self) -> axum::Router {
        axum::Router::new().fallback_service(self.clone())
    }

    /// Answers a request; whatever goes wrong is an answer too. Who is at the other end of the socket
    /// is told by a [`Peer`] among the request's extensions, where it is known.
    pub async fn answer<B>(&self, request: Request<B>) -> Response<Body>
    where
        B: http_body::Body<Error: fmt::Display>,
    {
        let peer = request.extensions().get().copied();
        self.answer_to(request, peer.unwrap_or(Peer::Unknown)).await
    }

    /// As [`Api::answer`], for who is at the other end of the socket.
    pub async fn answer_to<B>(&self, request: Request<B>, peer: Peer) -> Response<Body>
    where
        B: http_body::Body<Error: fmt::Display>,
    {
        let (head, content) = request.into_parts();
        let id = self.0.ids.of(&head.headers);
        let walk = self.walk(&head, content, &id, peer);
        let walked = AssertUnwindSafe(walk).catch_unwind().await;
        let mut response = match walked {
            Ok(Ok(response)) => response,
            Ok(Err(problem)) => self.refuse(&problem, &id),
            Err(panic) => {
                let panic = failure::words(&*panic);
                tracing::error!(target: "rowhouse::http", request_id = id.as_str(), panic, "a request panicked");
                self.refuse(&Problem::internal(), &id)
            }
        };
        if self.0.options.compression && compress::is_asked(&head.headers) {
            response = compress::compressed(&head.headers, response).await;
        }
        tracing::debug!(target: "rowhouse::http", request_id = id.as_str(), method = %head.method, uri = %head.uri, status = response.status().as_u16());
        cors::mark(&self.0.identity, &head.headers, response.headers_mut());
        headers::secure(response.headers_mut(), self.0.https_only.as_ref());
        response.headers_mut().insert(X_REQUEST_ID, id.0);
        if head.method == Method::HEAD {
            *response.body_mut() = Body::withheld();
        }
        response
    }

    async fn walk<B>(
        &self,
        head: &Parts,
        content: B,
        id: &RequestId,
        peer: Peer,
    ) -> Result<Response<Body>, Problem>
    where
        B: http_body::Body<Error: fmt::Display>,
    {
        let Inner {
            house,
            plans,
            identity,
            options,
            keys,
            vary,
            ..
        } = &*self.0;
        size::check(&head.headers, options)?;
        encoding::check(&head.headers)?;
        let methods = Methods::at(head.uri.path());
        methods.check(&head.method)?;
        match head.uri.path() {
            "/healthz" => return Ok(health::alive()),
            "/readyz" => return health::ready(house, self.is_draining()),
            _ => {}
        }
        identity.check_origin(&head.uri, &head.headers)?;
        if let Some(answer) = cors::preflight(identity, &head.method, &head.headers) {
            return Ok(answer);
        }
        if head.method == Method::OPTIONS {
            return self.options(head, methods);
        }
        if let Some(answer) = self.about(head) {
            return answer;
        }
        let caller = identity.caller(&head.headers, peer).await?;
        let tenant = caller::scope(identity, house, &caller, id).await?;
        if methods == Methods::Call {
            return Box::pin(self.call(head, content, &caller, &tenant, id)).await;
        }
        if let Some(verb) = write::verb(&head.method) {
            let content = if has_content(&head.method) {
                Box::pin(content::read(content, options, id)).await?
            } else {
                Bytes::new()
            };
            let writing = Writing {
                head,
                house,
                plans,
                limits: &options.limits,
                tenant: &tenant,
                id,
                vary,
                withheld: identity.headers(),
            };
            let answer = Box::pin(write::answer(&writing, verb, &content));
            if verb != Verb::Insert {
                return answer.await;
            }
            return match keys.begin(&caller, head, &content)? {
                None => answer.await,
                Some(First::Again(before)) => Ok(before),
                Some(First::Begun(begun)) => {
                    let answer = answer.await;
                    begun.settle(&answer);
                    answer
                }
            };
        }
        let reading = Reading::of(head)?;
        let ready = plans.get(&reading, house, &options.limits)?;
        let asked = Asked {
            uri: &head.uri,
            headers: &head.headers,
            wishes: &reading.wishes,
            vary,
            id,
            kept: true,
            streams: ready.content.is_none(),
        };
        if let Some(told) = Heard::of(head, identity.headers(), ready.minds) {
            return Box::pin(around::read(&tenant, &ready, &asked, &told, options.stall)).await;
        }
        read::answer(&tenant, &ready, &asked, options.stall).await
    }

    /// What is said of the service itself, to whoever asks.
    fn about(&self, head: &Parts) -> Option<Result<Response<Body>, Problem>> {
        let describe = || {
            let Inner {
                house,
                plans,
                identity,
                options,
                descriptions,
                ..
            } = &*self.0;
            let bytes = options.content_bytes;
            let tenant = house.tenant_type();
            descriptions.answer(plans.current(), identity, tenant, bytes, head)
        };
        let path = head.uri.path();
        let is_one = matches!(path, "/" | "/openapi.json") || path.starts_with("/docs");
        if !is_one || !self.0.plans.current().get().is_described() {
            return None;
        }
        if path.starts_with("/docs") {
            return docs::answer(path).map(Ok);
        }
        Some(describe())
    }

    /// Calls a function; one that is posted may be sent again under its key.
    async fn call<B>(
        &self,
        head: &Parts,
        content: B,
        caller: &Caller,
        tenant: &Tenant,
        id: &RequestId,
    ) -> Result<Response<Body>, Problem>
    where
        B: http_body::Body<Error: fmt::Display>,
    {
        let Inner {
            house,
            plans,
            options,
            vary,
            keys,
            identity,
            ..
        } = &*self.0;
        let content = if has_content(&head.method) {
            content::read(content, options, id).await?
        } else {
            Bytes::new()
        };
        let calling = Calling {
            head,
            house,
            plans,
            options,
            tenant,
            id,
            vary,
            withheld: identity.headers(),
        };
        let answer = call::answer(&calling, &content);
        if head.method != Method::POST {
            return answer.await;
        }
        match keys.begin(caller, head, &content)? {
            None => answer.await,
            Some(First::Again(before)) => Ok(before),
            Some(First::Begun(begun)) => {
                let answer = answer.await;
                begun.settle(&answer);
                answer
            }
        }
    }

    /// What may be done at a path; of a relation, what it and the app role allow.
    fn options(&self, head: &Parts, methods: Methods) -> Result<Response<Body>, Problem> {
        if methods == Methods::Reads {
            return Ok(method::options(methods.allow()));
        }
        let resources = self.0.plans.current().get();
        let wishes = Wishes::parse(&head.headers)?;
        if methods == Methods::Call {
            let methods = call::methods(&resources, &head.uri, &wishes)?;
            return Ok(method::options(methods));
        }
        let (_, resource) = plans::find(&resources, &head.uri, &wishes)?;
        Ok(method::options(&resource.writing.allow()))
    }

    fn refuse(&self, problem: &Problem, id: &RequestId) -> Response<Body> {
        if problem.kind() == Kind::Retry {
            self.0.plans.current().mark_stale();
        }
        let json = problem.to_json(id.as_str());
        let mut response = Response::new(Body::default());
        *response.status_mut() = problem.status();
        let head = response.headers_mut();
        headers::problem(head, problem);
        headers::length(head, json.len());
        headers::take(head, problem.headers().to_vec());
        if let Some(rows) = problem.rows() {
            Page::none_of(rows).write(head);
        }
        head.insert(http::header::VARY, self.0.vary.clone());
        *response.body_mut() = Body::whole(json);
        response
    }
}

impl<B> tower::Service<Request<B>> for Api
where
    B: http_body::Body<Data: Send, Error: fmt::Display + Send> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let api = self.clone();
        Box::pin(async move { Ok(api.answer(request).await) })
    }
}

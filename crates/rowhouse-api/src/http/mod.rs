//! The service itself: a request comes in, a tenant's rows go out.
//!
//! [`Api::answer`] walks straight through: what the request is for (`target`, `method`), who asks
//! (`rowhouse-identity`), what came along (`content`), the plan (`plans`), the rows in the tenant's scope and their JSON
//! (`read`, or `stream` where they are many; `call` for what a function gives; `writer` puts them into the answer's form), the answer's
//! head (`headers`, `page`, `etag`). What goes wrong
//! on the way becomes a problem document (`failure`).

mod api;
mod around;
mod body;
mod call;
mod caller;
mod changed;
mod compress;
mod content;
mod cors;
mod described;
mod docs;
mod encoding;
mod etag;
mod failure;
mod headers;
mod health;
mod idempotency;
mod method;
mod negotiate;
mod options;
mod page;
mod plans;
mod read;
mod request_id;
mod run;
mod size;
mod stream;
mod target;
mod told;
mod write;
mod writer;

pub use api::Api;
pub use body::Body;
pub use options::ApiOptions;

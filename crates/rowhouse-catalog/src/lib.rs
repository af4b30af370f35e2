//! One snapshot of a PostgreSQL database's catalogs as plain structs.
//!
//! ```no_run
//! # async fn demo(client: &mut tokio_postgres::Client) -> Result<(), rowhouse_catalog::Error> {
//! use rowhouse_catalog::{Catalog, Privilege};
//!
//! let catalog = Catalog::read(client).await?;
//! if let (Some(items), Some(app)) = (catalog.relation("public", "items"), catalog.role("app")) {
//!     let may = catalog.privileges(app.oid, items);
//!     let protected = items.row_security && items.force_row_security;
//!     assert!(protected || !may.has(Privilege::Select));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! **Reading** is [`Catalog::read`]: one read-only repeatable-read transaction of four round trips,
//! one query per area and none per object. Only catalogs and the server's own functions over them
//! are touched; no function of a user is called, whoever reads and whatever the search path was. An
//! ordinary role sees the same as a superuser, save what the server or its administrator hides:
//! [`Snapshot::unseen`] lists such areas.
//!
//! **Finding.** A [`Catalog`] reads like its [`Snapshot`] (`catalog.relations`, `catalog.roles`, …) and
//! finds by name, by number and by reference: [`Catalog::relation`], [`Catalog::foreign_keys_to`],
//! [`Catalog::references_of`]. What belongs to a table hangs on it: a [`Relation`] holds its columns,
//! keys, indexes, policies, triggers and rules.
//!
//! **Powers.** [`Catalog::effective_roles`] closes over memberships as the server's version does;
//! [`Catalog::as_role`] answers what a role may do with an object. Access lists carry the server's
//! default where nobody ever granted, so an empty one really gives nothing.
//!
//! **Keeping.** [`Catalog::to_json`] and [`Catalog::from_json`]; lists are ordered by name, so a change
//! of the schema is a small change of the text. It holds names, expressions, function bodies and
//! settings, but no rows and no estimate of how many there are.
//!
//! **Limits.** The server keeps no books on references to its built-in functions and base catalogs, nor
//! on those made by function bodies that are text. Temporary objects are left out. Operator classes,
//! text search objects and transforms are not read.

mod access;
mod acl;
mod assemble;
mod catalog;
mod coded;
mod collations;
mod columns;
mod constraints;
mod database;
mod default_privileges;
mod dependencies;
mod error;
mod event_triggers;
mod extensions;
mod foreign;
mod functions;
mod ident;
mod indexes;
mod large_objects;
mod oid;
mod operators;
mod order;
mod origins;
mod policies;
mod privilege;
mod publications;
mod reach;
mod read;
mod relations;
mod replication;
mod roles;
mod section;
mod sequences;
mod server;
mod settings;
mod snapshot;
mod statistics;
mod triggers;
mod types;

pub use access::Access;
pub use acl::{Acl, AclEntry};
pub use catalog::Catalog;
pub use collations::Collation;
pub use columns::{Column, Generated, Identity};
pub use constraints::{Action, Check, Enforcement, Exclusion, ForeignKey, Key, Match};
pub use database::{Database, Schema};
pub use default_privileges::{DefaultFor, DefaultPrivilege};
pub use dependencies::{Dependency, Object};
pub use error::{Error, Part, Unseen};
pub use event_triggers::EventTrigger;
pub use extensions::{Extension, Language};
pub use foreign::{ForeignServer, ForeignTable, UserMapping};
pub use functions::{Argument, ArgumentMode, Function, FunctionKind, Parallel, Volatility};
pub use ident::{qualified, quote_ident, quote_literal};
pub use indexes::{Index, IndexKey, Indexed};
pub use large_objects::{LARGE_OBJECTS_LISTED, LargeObject, LargeObjectCount};
pub use oid::{Grantee, Oid};
pub use operators::{Cast, CastContext, Operator};
pub use origins::Origin;
pub use policies::{Policy, PolicyCommand};
pub use privilege::{Privilege, Privileges};
pub use publications::{Publication, PublishedTable};
pub use reach::EffectiveRoles;
pub use relations::{Persistence, Relation, RelationKind, ReplicaIdentity, Updatable};
pub use replication::{Slot, Subscription};
pub use roles::{Membership, Role};
pub use sequences::Sequence;
pub use server::{Server, SystemView, Version};
pub use settings::{Parameter, ParameterPrivilege, RoleSetting};
pub use snapshot::{SCHEMA_VERSION, Snapshot};
pub use statistics::Statistics;
pub use triggers::{Enabled, Rule, RuleEvent, Timing, Trigger};
pub use types::{DataType, Domain, DomainCheck, Shape};

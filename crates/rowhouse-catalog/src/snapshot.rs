use serde::{Deserialize, Serialize};

use crate::collations::Collation;
use crate::database::{Database, Schema};
use crate::default_privileges::DefaultPrivilege;
use crate::dependencies::Dependency;
use crate::error::Unseen;
use crate::event_triggers::EventTrigger;
use crate::extensions::{Extension, Language};
use crate::foreign::{ForeignServer, UserMapping};
use crate::functions::Function;
use crate::large_objects::{LargeObject, LargeObjectCount};
use crate::operators::{Cast, Operator};
use crate::publications::Publication;
use crate::relations::Relation;
use crate::replication::{Slot, Subscription};
use crate::roles::{Membership, Role};
use crate::server::{Server, SystemView};
use crate::settings::{Parameter, ParameterPrivilege, RoleSetting};
use crate::statistics::Statistics;
use crate::types::DataType;

/// The layout of the JSON this build writes and reads.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that was read, as plain data in a fixed order.
///
/// It holds names, expressions, bodies of functions and settings, but no row of a user's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The layout of this document, [`SCHEMA_VERSION`] when written by this build.
    pub schema_version: u32,
    /// The server and who read it.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// Areas the reader was not allowed to see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<Unseen>,
    /// All roles of the cluster.
    pub roles: Vec<Role>,
    /// Who is a member of what.
    pub memberships: Vec<Membership>,
    /// Defaults of parameters for roles and databases.
    pub role_settings: Vec<RoleSetting>,
    /// Run-time parameters of interest.
    pub parameters: Vec<Parameter>,
    /// Privileges on parameters.
    pub parameter_privileges: Vec<ParameterPrivilege>,
    /// Schemas.
    pub schemas: Vec<Schema>,
    /// Tables, views and sequences, by schema and name.
    pub relations: Vec<Relation>,
    /// Data types, by schema and name.
    pub types: Vec<DataType>,
    /// Functions, by schema, name and argument types.
    pub functions: Vec<Function>,
    /// Who refers to what.
    pub dependencies: Vec<Dependency>,
    /// Privileges of objects made later.
    pub default_privileges: Vec<DefaultPrivilege>,
    /// Installed extensions.
    pub extensions: Vec<Extension>,
    /// Languages of functions.
    pub languages: Vec<Language>,
    /// Operators that did not come with the server.
    pub operators: Vec<Operator>,
    /// Casts that did not come with the server.
    pub casts: Vec<Cast>,
    /// Collations of users, and nondeterministic ones.
    pub collations: Vec<Collation>,
    /// Extended statistics.
    pub statistics: Vec<Statistics>,
    /// Triggers on changes of the schema.
    pub event_triggers: Vec<EventTrigger>,
    /// Large objects, the first [`LARGE_OBJECTS_LISTED`](crate::LARGE_OBJECTS_LISTED).
    pub large_objects: Vec<LargeObject>,
    /// How many large objects there are; none where that may not be seen.
    pub large_object_count: Option<LargeObjectCount>,
    /// Publications.
    pub publications: Vec<Publication>,
    /// Replication slots.
    pub slots: Vec<Slot>,
    /// Subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// Foreign servers.
    pub foreign_servers: Vec<ForeignServer>,
    /// Logins on foreign servers.
    pub user_mappings: Vec<UserMapping>,
    /// Views of the server over statistics, with their text.
    pub system_views: Vec<SystemView>,
}

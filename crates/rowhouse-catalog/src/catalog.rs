#![allow(
    clippy::disallowed_types,
    reason = "catalogs are read without a tenant; this file and read.rs are where that is done"
)]

use std::collections::HashMap;
use std::ops::Deref;

use serde::{Deserialize, Serialize, Serializer};
use tokio_postgres::{Client, Transaction};

use crate::constraints::{ForeignKey, Key};
use crate::dependencies::Object;
use crate::error::Error;
use crate::functions::Function;
use crate::oid::Oid;
use crate::read;
use crate::relations::Relation;
use crate::roles::Role;
use crate::snapshot::{SCHEMA_VERSION, Snapshot};
use crate::types::DataType;

/// A [`Snapshot`] with indexes to find things in it. Reads like the snapshot: `catalog.relations`.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Snapshot")]
pub struct Catalog {
    snapshot: Snapshot,
    lookup: Lookup,
}

/// Where things are in the snapshot's lists.
#[derive(Clone, Debug, Default)]
struct Lookup {
    relations: HashMap<Oid, usize>,
    relation_names: HashMap<(String, String), usize>,
    functions: HashMap<Oid, usize>,
    types: HashMap<Oid, usize>,
    roles: HashMap<Oid, usize>,
    role_names: HashMap<String, usize>,
    /// By referenced relation: the referencing one and the key's place in it.
    referencing: HashMap<Oid, Vec<(usize, usize)>>,
    references: HashMap<Object, Vec<Object>>,
    referrers: HashMap<Object, Vec<Object>>,
    children: HashMap<Oid, Vec<Oid>>,
}

impl Catalog {
    /// Reads the database the client is connected to.
    ///
    /// One read-only transaction that calls no function of a user and is rolled back; it works for
    /// an ordinary role, and what that role may not see is listed in
    /// [`Snapshot::unseen`](crate::Snapshot). A lock on a view held by a migration is waited for,
    /// within the session's `lock_timeout`.
    ///
    /// # Errors
    /// Where the connection fails, the server is older than 15, or it answers in a way this build
    /// does not know.
    pub async fn read(client: &mut Client) -> Result<Self, Error> {
        read::read(client).await.map(Self::new)
    }

    /// Reads the database as a transaction that is under way has changed it.
    ///
    /// # Errors
    /// As [`Catalog::read`].
    pub async fn read_inside(transaction: &mut Transaction<'_>) -> Result<Self, Error> {
        read::read_inside(transaction).await.map(Self::new)
    }

    /// Indexes a snapshot.
    pub fn new(snapshot: Snapshot) -> Self {
        let lookup = Lookup::new(&snapshot);
        Self { snapshot, lookup }
    }

    /// The plain data, to change it or to keep it.
    pub fn into_snapshot(self) -> Snapshot {
        self.snapshot
    }

    /// The relation of this schema and name, spelled as in the catalogs.
    pub fn relation(&self, schema: &str, name: &str) -> Option<&Relation> {
        let key = (schema.to_owned(), name.to_owned());
        Some(&self.relations[*self.lookup.relation_names.get(&key)?])
    }

    /// The relation of this number.
    pub fn relation_by_oid(&self, oid: Oid) -> Option<&Relation> {
        Some(&self.relations[*self.lookup.relations.get(&oid)?])
    }

    /// The function of this number.
    pub fn function_by_oid(&self, oid: Oid) -> Option<&Function> {
        Some(&self.functions[*self.lookup.functions.get(&oid)?])
    }

    /// The functions of this schema and name.
    pub fn functions_named<'a>(
        &'a self,
        schema: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Function> {
        let named = move |function: &&Function| function.schema == schema && function.name == name;
        self.functions.iter().filter(named)
    }

    /// The data type of this number.
    pub fn type_of(&self, oid: Oid) -> Option<&DataType> {
        Some(&self.types[*self.lookup.types.get(&oid)?])
    }

    /// The role of this number.
    pub fn role_by_oid(&self, oid: Oid) -> Option<&Role> {
        Some(&self.roles[*self.lookup.roles.get(&oid)?])
    }

    /// The role of this name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        Some(&self.roles[*self.lookup.role_names.get(name)?])
    }

    /// A relation's primary key.
    pub fn primary_key(&self, relation: Oid) -> Option<&Key> {
        self.relation_by_oid(relation)?.primary_key.as_ref()
    }

    /// The foreign keys that hang on a relation.
    pub fn foreign_keys_from(&self, relation: Oid) -> &[ForeignKey] {
        self.relation_by_oid(relation)
            .map_or(&[], |relation| &relation.foreign_keys)
    }

    /// The foreign keys that point at a relation, from whatever table.
    pub fn foreign_keys_to(&self, relation: Oid) -> impl Iterator<Item = &ForeignKey> {
        let places = self.lookup.referencing.get(&relation).into_iter().flatten();
        places.map(|&(relation, key)| &self.relations[relation].foreign_keys[key])
    }

    /// The partitions or inheriting tables of a relation, one step down.
    pub fn children(&self, relation: Oid) -> &[Oid] {
        self.lookup
            .children
            .get(&relation)
            .map_or(&[], Vec::as_slice)
    }

    /// What an object refers to.
    pub fn references_of(&self, object: Object) -> &[Object] {
        self.lookup
            .references
            .get(&object)
            .map_or(&[], Vec::as_slice)
    }

    /// Who refers to an object. To a relation as a whole or to one of its columns are different
    /// objects here.
    pub fn referrers_of(&self, object: Object) -> &[Object] {
        self.lookup
            .referrers
            .get(&object)
            .map_or(&[], Vec::as_slice)
    }

    /// The snapshot as JSON, the same text for the same catalogs.
    ///
    /// # Errors
    /// Never in practice: the structs have no value JSON cannot hold.
    pub fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string_pretty(&self.snapshot).map_err(Error::Json)
    }

    /// The same without blanks, for programs.
    ///
    /// # Errors
    /// Where `out` fails.
    pub fn write_json(&self, out: impl std::io::Write) -> Result<(), Error> {
        serde_json::to_writer(out, &self.snapshot).map_err(Error::Json)
    }

    /// A snapshot written by [`Catalog::to_json`] or [`Catalog::write_json`].
    ///
    /// # Errors
    /// Where the text is no snapshot or one of another layout.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Head {
            schema_version: u32,
        }
        let head: Head = serde_json::from_str(json).map_err(Error::Json)?;
        if head.schema_version != SCHEMA_VERSION {
            return Err(Error::SchemaVersion {
                found: head.schema_version,
                known: SCHEMA_VERSION,
            });
        }
        serde_json::from_str(json)
            .map(Self::new)
            .map_err(Error::Json)
    }
}

impl Lookup {
    fn new(snapshot: &Snapshot) -> Self {
        let mut lookup = Self::default();
        for (at, relation) in snapshot.relations.iter().enumerate() {
            lookup.relations.insert(relation.oid, at);
            let name = (relation.schema.clone(), relation.name.clone());
            lookup.relation_names.insert(name, at);
            for (key_at, key) in relation.foreign_keys.iter().enumerate() {
                lookup
                    .referencing
                    .entry(key.referenced)
                    .or_default()
                    .push((at, key_at));
            }
            for &parent in &relation.parents {
                lookup
                    .children
                    .entry(parent)
                    .or_default()
                    .push(relation.oid);
            }
        }
        for (at, role) in snapshot.roles.iter().enumerate() {
            lookup.roles.insert(role.oid, at);
            lookup.role_names.insert(role.name.clone(), at);
        }
        for dependency in &snapshot.dependencies {
            let (from, to) = (dependency.from, dependency.to);
            lookup.references.entry(from).or_default().push(to);
            lookup.referrers.entry(to).or_default().push(from);
        }
        lookup.functions = numbered(snapshot.functions.iter().map(|function| function.oid));
        lookup.types = numbered(snapshot.types.iter().map(|data_type| data_type.oid));
        lookup
    }
}

fn numbered(oids: impl Iterator<Item = Oid>) -> HashMap<Oid, usize> {
    oids.enumerate().map(|(at, oid)| (oid, at)).collect()
}

impl Deref for Catalog {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.snapshot == other.snapshot
    }
}

impl Eq for Catalog {}

impl From<Snapshot> for Catalog {
    fn from(snapshot: Snapshot) -> Self {
        Self::new(snapshot)
    }
}

impl Serialize for Catalog {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.snapshot.serialize(serializer)
    }
}

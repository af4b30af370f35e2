//! The migration that brings tables under isolation.
//!
//! [`plan`] takes a snapshot and gives numbered steps. It begins with the audit: each step is done to a copy of the
//! snapshot, and the audit of that copy says what is still to be done, until it finds nothing that a step could mend. So
//! a table that is well gets no step, and what will be left is known before anything is changed.

mod around;
mod checked;
mod columns;
mod decisions;
mod done;
mod draft;
mod fill;
mod functions;
mod indexes;
mod observe;
mod plan;
mod privileges;
mod references;
mod schemas;
mod script;
mod tenant;
mod uniques;
mod views;
mod walls;

pub use decisions::Decision;
pub use fill::Fill;
pub(crate) use observe::{is_observed, is_observing, is_recorder};
pub use plan::{How, Lock, Plan, Step, Work};
pub use script::{File, Script};

use rowhouse_catalog::{Catalog, Relation};

use crate::{Error, Options};
use draft::Draft;
use tenant::Tenant;

/// What is asked of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// What the tables are to be.
    pub aim: Aim,
    /// The relations to look after, as `name` or `schema.name`; empty: all.
    pub tables: Vec<String>,
    /// Statements that Citus takes: policies without sub-selects, one change for each ALTER TABLE.
    pub citus: bool,
    /// Tables whose policies show the planner which tenant it is, at the cost of asking for each row of a scan.
    pub bare: Vec<String>,
}

/// What tables are to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Aim {
    /// Isolated.
    #[default]
    Isolated,
    /// Open as they are, and what a wall would stop recorded.
    Observed,
    /// Not observed any more.
    Unobserved,
}

impl Wishes {
    fn is_bare(&self, table: &Relation) -> bool {
        let full = format!("{}.{}", table.schema, table.name);
        self.citus
            || self
                .bare
                .iter()
                .any(|name| *name == table.name || *name == full || *name == table.qualified_name())
    }
}

/// How often the audit is asked again. Each round mends what the one before brought to light.
const ROUNDS: usize = 4;

/// Plans the way from a database as it is to one in which the audit finds nothing that could be mended.
///
/// # Errors
/// Where the audit cannot tell, or a relation that was named is not there.
pub fn plan(catalog: &Catalog, options: &Options, wishes: &Wishes) -> Result<Plan, Error> {
    for name in wishes.tables.iter().chain(&wishes.bare) {
        let mut relations = catalog.relations.iter();
        let known = relations.any(|relation| {
            !relation.is_system()
                && (*name == relation.name
                    || *name == relation.qualified_name()
                    || *name == format!("{}.{}", relation.schema, relation.name))
        });
        if !known {
            return Err(Error::NoSuchTable { name: name.clone() });
        }
    }
    match wishes.aim {
        Aim::Isolated => {}
        Aim::Observed => return observe::begin(catalog, options, wishes),
        Aim::Unobserved => return observe::end(catalog, options, wishes),
    }
    let report = crate::audit(catalog, options)?;
    let detected = report.detected;
    let before = report.findings;
    let mut draft = Draft::new(catalog, options, wishes);
    let tenant = draft.look(|context| Tenant::of(context, options.setting.as_ref()))?;
    for _ in 0..ROUNDS {
        let planned = draft.steps.len();
        columns::add(&mut draft, &tenant)?;
        walls::raise(&mut draft, &tenant)?;
        mend(&mut draft)?;
        if draft.steps.len() == planned {
            break;
        }
    }
    let mut after = draft.findings()?;
    if !wishes.tables.is_empty() {
        after.retain(|finding| {
            draft
                .named(&finding.object)
                .is_some_and(|relation| draft.is_wanted(&relation))
        });
    }
    let around = around::around(&draft)?;
    let taken = around::taken(&detected, options, &tenant);
    let mut steps = draft.steps;
    steps.sort_by_key(|step| step.phase);
    Ok(Plan {
        aim: wishes.aim,
        steps,
        taken,
        around,
        before,
        after,
        left: draft.left,
    })
}

/// What the audit finds beside policies, each by the one that knows how.
fn mend(draft: &mut Draft<'_>) -> Result<(), Error> {
    for finding in draft.findings()? {
        match finding.rule {
            "grants-past-row-security"
            | "shared-table-writable"
            | "materialized-view-open"
            | "trigger-copies-rows"
            | "sequence-readable"
            | "parent-opens-children" => privileges::trim(draft, &finding)?,
            "default-privileges-public" => privileges::trim_defaults(draft, &finding),
            "view-opens-table" | "view-without-barrier" | "view-without-check-option" => {
                views::mend(draft, &finding)?;
            }
            "schema-create" => schemas::trim(draft, &finding)?,
            "definer-search-path" | "helper-immutable" => functions::mend(draft, &finding)?,
            "tenant-not-indexed" => indexes::add(draft, &finding)?,
            "reference-without-tenant" => references::widen(draft, &finding)?,
            "unique-without-tenant" => uniques::widen(draft, &finding)?,
            _ => {}
        }
    }
    Ok(())
}

//! Which columns a write names: looked up by the client's names, and allowed or not.

use rowhouse_catalog::Privilege;

use crate::request::Name;
use crate::resource::{Resource, Target, nearest};

use super::super::PlanError;

/// The columns of these names, as places in the resource's, in their order, each once; without
/// the one that holds the tenant, which is never the client's to give.
pub(super) fn places<'n>(
    resource: &Resource,
    names: impl Iterator<Item = &'n str>,
    uses: &[Privilege],
) -> Result<Vec<usize>, PlanError> {
    let mut places = Vec::new();
    for name in names {
        let place = find(resource, name)?;
        if resource.writing.tenant != Some(place) {
            check(resource, place, uses)?;
            places.push(place);
        }
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// The columns of these names, in the order they are given.
pub(super) fn named(resource: &Resource, names: &[Name]) -> Result<Vec<usize>, PlanError> {
    let names = names.iter();
    names.map(|name| find(resource, name.as_str())).collect()
}

fn find(resource: &Resource, name: &str) -> Result<usize, PlanError> {
    let uses = [Privilege::Select, Privilege::Insert, Privilege::Update];
    let is_known = |target: &Target| target.may.has_any(&uses);
    let columns = &resource.writing.columns;
    let found = columns.iter().position(|target| target.name == name);
    found
        .filter(|&place| is_known(&columns[place]))
        .ok_or_else(|| {
            let known = columns.iter().filter(|target| is_known(target));
            let names = known.map(|target| target.name.as_str());
            PlanError::UnknownTarget {
                resource: resource.name.clone(),
                column: name.to_owned(),
                nearest: nearest(name, names).map(str::to_owned),
            }
        })
}

/// Whether the column may be written so.
pub(super) fn check(
    resource: &Resource,
    place: usize,
    uses: &[Privilege],
) -> Result<(), PlanError> {
    let target = &resource.writing.columns[place];
    let (resource, column) = (resource.name.clone(), target.name.clone());
    if target.generated {
        return Err(PlanError::Generated { resource, column });
    }
    for &privilege in uses {
        if !target.may.has(privilege) {
            return Err(PlanError::Denied {
                resource,
                column,
                verb: privilege.keyword(),
            });
        }
    }
    Ok(())
}

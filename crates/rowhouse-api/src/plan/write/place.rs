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

/// The columns of these names, in the order they are given, by which rows are to be told apart. Where no unique index
/// is of them alone, but one is of them and the tenant, the tenant is meant too: a client knows the rows of one tenant,
/// among which that is the same. The tenant of a new row is always the scope's, so that it meets none but theirs.
pub(super) fn unique(resource: &Resource, names: &[Name]) -> Result<Vec<usize>, PlanError> {
    let found = names.iter().map(|name| find(resource, name.as_str()));
    let mut places = found.collect::<Result<Vec<_>, _>>()?;
    let writing = &resource.writing;
    let is_unique = |columns: &[usize]| {
        let mut columns = columns.to_vec();
        columns.sort_unstable();
        columns.dedup();
        writing.unique.contains(&columns)
    };
    if let Some(tenant) = writing.tenant
        && !is_unique(&places)
        && is_unique(&[&places[..], &[tenant]].concat())
    {
        places.push(tenant);
    }
    Ok(places)
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

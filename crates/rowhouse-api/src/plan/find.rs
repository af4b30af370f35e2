//! Which link a client means.

use crate::request::Embed;
use crate::resource::{Link, LinkKind, Resource, Resources, nearest};

use super::PlanError;
use super::error::Candidate;

/// The link a client means: by the target's name, or by a constraint or column that leads there,
/// and by a hint where there are several.
pub(super) fn find<'r>(
    resources: &'r Resources,
    parent: &'r Resource,
    embed: &Embed,
) -> Result<&'r Link, PlanError> {
    let name = embed.relation.as_str();
    let hint = embed.hint.as_ref().map(crate::request::Name::as_str);
    let means = |link: &&Link| {
        let target = resources.target(link);
        let by_target = target.name == name && !(link.reflexive && link.is_forward());
        match (&link.kind, hint) {
            (LinkKind::Computed { name: own, .. }, _) => own == name,
            (_, Some(hint)) => (by_target || link.is_named(name)) && link.is_hinted(hint),
            (_, None) => by_target || link.is_named(name),
        }
    };
    let mut found: Vec<&Link> = parent.links.iter().filter(means).collect();
    // A function of that name is there to be used instead of what the keys say.
    if found.iter().any(|link| link.is_computed()) {
        found.retain(|link| link.is_computed());
    }
    let is_near = |link: &&Link| resources.target(link).schema == parent.schema;
    if found.iter().any(is_near) {
        found.retain(is_near);
    }
    match found[..] {
        [link] => Ok(link),
        [] => Err(unknown(resources, parent, embed)),
        _ => {
            // Those along one key first.
            found.sort_by_key(|link| link.junction.is_some());
            let candidate = |link: &&Link| Candidate::new(parent, resources.target(link), link);
            Err(PlanError::Ambiguous {
                resource: parent.name.clone(),
                relation: name.to_owned(),
                candidates: found.iter().map(candidate).collect(),
            })
        }
    }
}

fn unknown(resources: &Resources, parent: &Resource, embed: &Embed) -> PlanError {
    let name = embed.relation.as_str();
    let targets = parent.links.iter().map(|link| match &link.kind {
        LinkKind::Computed { name, .. } => name.as_str(),
        _ => resources.target(link).name.as_str(),
    });
    PlanError::UnknownRelation {
        schema: parent.schema.clone(),
        resource: parent.name.clone(),
        relation: name.to_owned(),
        hint: embed.hint.as_ref().map(|hint| hint.as_str().to_owned()),
        nearest: nearest(name, targets)
            .filter(|near| *near != name)
            .map(str::to_owned),
    }
}

//! Views that read as whoever asks, with what they need for that.

mod needs;

use rowhouse_catalog::Privilege::{Delete, Insert, Select, Update};
use rowhouse_catalog::{Acl, AclEntry, Privilege, Privileges, Relation, RelationKind};

use super::draft::Draft;
use super::plan::{Lock, Phase, Work};
use super::privileges;
use crate::context::Context;
use crate::{Error, Finding};

const ANY: [Privilege; 4] = [Select, Insert, Update, Delete];

pub(super) fn mend(draft: &mut Draft<'_>, finding: &Finding) -> Result<(), Error> {
    let Some(view) = draft
        .named(&finding.object)
        .filter(|view| view.kind == RelationKind::View)
    else {
        return Ok(());
    };
    let (option, value, what) = match finding.rule {
        "view-without-barrier" => (
            "security_barrier",
            "true",
            "its filter comes before functions of the query",
        ),
        "view-without-check-option" => (
            "check_option",
            "cascaded",
            "what is written through it has to pass its filter",
        ),
        _ if matches!(&finding.fix, crate::Fix::Sql(sql) if sql.starts_with("REVOKE")) => {
            return privileges::trim(draft, finding);
        }
        _ => (
            "security_invoker",
            "true",
            "it reads as whoever asks, so policies hold",
        ),
    };
    if view.options.get(option).is_some_and(|known| known == value) || !draft.is_ours(&view) {
        return Ok(());
    }
    if option == "security_invoker" && !give(draft, &view)? {
        return Ok(());
    }
    let name = view.qualified_name();
    let back = view.options.get(option).map_or_else(
        || format!("ALTER VIEW {name} RESET ({option})"),
        |value| format!("ALTER VIEW {name} SET ({option} = {value})"),
    );
    draft.step(
        Phase::Views,
        &name,
        format!("{name}: {what}"),
        Work::together(
            vec![format!("ALTER VIEW {name} SET ({option} = {value})")],
            Lock::AccessExclusive,
            &name,
        ),
        Some(Work::together(vec![back], Lock::AccessExclusive, &name)),
    );
    draft.change_relation(view.oid, |view| {
        view.options.insert(option.to_owned(), value.to_owned());
    });
    Ok(())
}

/// Grants what the view takes from the relations under it, column by column; false where that is not ours to give.
fn give(draft: &mut Draft<'_>, view: &Relation) -> Result<bool, Error> {
    let (needs, roles) = draft.look(|context| {
        (
            needs::needs(context, view),
            context.grantees(&view.acl, view.owner, &ANY),
        )
    })?;
    let needs = match needs {
        Ok(needs) => needs,
        Err(why) => {
            draft.leave(&view.qualified_name(), why);
            return Ok(false);
        }
    };
    let runner = draft.now.as_role(draft.now.server.current_user);
    for (oid, _) in needs.keys() {
        let Some(relation) = draft.relation(*oid) else {
            return Ok(false);
        };
        if !relation.is_table() && relation.kind != RelationKind::View {
            draft.leave(
                &view.qualified_name(),
                format!(
                    "it shows {}, which no policy filters: take the view away, or that out of it",
                    relation.qualified_name()
                ),
            );
            return Ok(false);
        }
        if relation.is_table() && !relation.row_security {
            draft.leave(
                &view.qualified_name(),
                format!(
                    "the service would need to read {}, which has no row security: it would see all of it",
                    relation.qualified_name()
                ),
            );
            return Ok(false);
        }
        if !runner.owns(relation.owner) {
            draft.leave(
                &view.qualified_name(),
                format!(
                    "the service would need to read {}, which belongs to another role",
                    relation.qualified_name()
                ),
            );
            return Ok(false);
        }
    }
    for ((oid, command), columns) in needs {
        let Some(before) = draft.relation(oid) else {
            continue;
        };
        let privilege = ANY[usize::from(command)];
        let name = before.qualified_name();
        let listed: Vec<String> = crate::keys::column_names(&before, &columns);
        let what = if columns.is_empty() {
            privilege.keyword().to_owned()
        } else {
            format!("{} ({})", privilege.keyword(), listed.join(", "))
        };
        let after = draft.look(|context| granted(context, &before, view, privilege, &columns))?;
        let down = privileges::restored(draft.now, &name, &before, &after);
        draft.step(
            Phase::Views,
            &name,
            format!(
                "{name}: what {} shows of it may be asked for directly, too",
                view.qualified_name()
            ),
            Work::together(
                vec![format!("GRANT {what} ON {name} TO {}", roles.join(", "))],
                Lock::None,
                &name,
            ),
            Some(Work::together(down, Lock::None, &name)),
        );
        draft.change_relation(oid, |relation| *relation = after);
    }
    Ok(true)
}

/// A relation with what the view's users are given.
fn granted(
    context: &Context<'_>,
    relation: &Relation,
    view: &Relation,
    privilege: Privilege,
    columns: &[i16],
) -> Relation {
    let mut after = relation.clone();
    let reached = view.acl.entries.iter().filter(|entry| {
        entry.privileges.has_any(&ANY)
            && context
                .personas
                .iter()
                .any(|persona| persona.access.is_any_of(&[entry.grantee]))
    });
    for grantee in reached.map(|entry| entry.grantee) {
        let add = |acl: &mut Acl| {
            let known = acl
                .entries
                .iter_mut()
                .find(|entry| entry.grantee == grantee && entry.grantor == relation.owner);
            match known {
                Some(entry) => entry.privileges.insert(privilege),
                None => acl.entries.push(AclEntry {
                    grantee,
                    grantor: relation.owner,
                    privileges: Privileges::of(&[privilege]),
                    grantable: Privileges::default(),
                }),
            }
        };
        if columns.is_empty() {
            add(&mut after.acl);
        }
        for column in after
            .columns
            .iter_mut()
            .filter(|column| columns.contains(&column.number))
        {
            add(&mut column.acl);
        }
    }
    after
}

//! What a view takes from the relations under it, which its users need for themselves when it reads as they do.

use std::collections::BTreeMap;

use rowhouse_catalog::Privilege::{Delete, Insert, Update};
use rowhouse_catalog::{Object, Oid, Privilege, Relation};

use super::ANY;
use crate::context::{Context, Persona};

/// What is needed of a relation, by command: columns, or none for the whole of it.
pub(super) type Needs = BTreeMap<(Oid, u8), Vec<i16>>;

/// What the view's users lack; or why that cannot be given.
pub(super) fn needs(context: &Context<'_>, view: &Relation) -> Result<Needs, String> {
    let mut gathered = Gathered {
        context,
        who: context.who_may(view, &ANY).collect(),
        needs: Needs::new(),
    };
    gathered.reads(view)?;
    gathered.writes(view);
    Ok(gathered.needs)
}

struct Gathered<'c, 'p> {
    context: &'p Context<'c>,
    who: Vec<&'p Persona<'c>>,
    needs: Needs,
}

impl Gathered<'_, '_> {
    fn reads(&mut self, view: &Relation) -> Result<(), String> {
        let text = without_strings(view.definition.as_deref().unwrap_or_default());
        let references = self
            .context
            .catalog
            .references_of(Object::Relation(view.oid));
        let mut under: BTreeMap<Oid, Vec<i16>> = BTreeMap::new();
        for reference in references {
            match *reference {
                Object::Relation(oid) if oid != view.oid => {
                    under.entry(oid).or_default();
                }
                Object::Column(oid, number) if oid != view.oid => {
                    under.entry(oid).or_default().push(number);
                }
                _ => {}
            }
        }
        let mut whole = whole_rows(&text);
        for (oid, columns) in under {
            let relation = self.context.catalog.relation_by_oid(oid);
            let Some(relation) = relation.filter(|relation| !relation.is_system()) else {
                continue;
            };
            let named = whole.len();
            whole.retain(|alias| !stands_for(&text, alias, relation));
            let is_whole = whole.len() < named;
            if is_whole {
                let each: Vec<i16> = relation
                    .columns
                    .iter()
                    .map(|column| column.number)
                    .collect();
                if each.iter().any(|&number| self.lacks(relation, number, 0)) {
                    self.needs.insert((oid, 0), Vec::new());
                }
            } else if columns.is_empty() {
                self.any(relation);
            } else {
                for number in columns {
                    self.need(relation, number, 0);
                }
            }
        }
        if whole.is_empty() && !locks(&text) {
            return Ok(());
        }
        Err(if whole.is_empty() {
            "it locks the rows it shows, which its users would need UPDATE for: take the view away, or that out of it"
        } else {
            "it takes whole rows of something that could not be told: name their columns in the view"
        }
        .to_owned())
    }

    /// Counting rows asks for the right to read any column: the one that gives the least away.
    fn any(&mut self, relation: &Relation) {
        let reads =
            |persona: &&Persona<'_>| persona.access.any_column(relation).has(Privilege::Select);
        let tenant = self.context.model.tenant_column(relation.oid);
        let first = relation.columns.first().map(|column| column.number);
        if let (false, Some(number)) = (self.who.iter().all(reads), tenant.or(first)) {
            self.need(relation, number, 0);
        }
    }

    fn writes(&mut self, view: &Relation) {
        let context = self.context;
        let may = context.privileges(view);
        let updatable = view.updatable.unwrap_or_default();
        if !updatable.automatic {
            return;
        }
        for origin in &view.origins {
            let Some(relation) = context.catalog.relation_by_oid(origin.relation) else {
                continue;
            };
            if updatable.insert && may.has(Insert) {
                self.need(relation, origin.number, 1);
            }
            if updatable.update && may.has(Update) {
                self.need(relation, origin.number, 2);
            }
        }
        let under = view
            .origins
            .first()
            .and_then(|origin| context.catalog.relation_by_oid(origin.relation));
        if let Some(under) = under.filter(|_| updatable.delete && may.has(Delete))
            && self
                .who
                .iter()
                .any(|persona| !persona.access.relation(under).has(Delete))
        {
            self.needs.entry((under.oid, 3)).or_default();
        }
    }

    fn need(&mut self, relation: &Relation, number: i16, command: u8) {
        if relation.is_system() || !self.lacks(relation, number, command) {
            return;
        }
        let columns = self.needs.entry((relation.oid, command)).or_default();
        if !columns.contains(&number) {
            columns.push(number);
        }
    }

    fn lacks(&self, relation: &Relation, number: i16, command: u8) -> bool {
        let privilege = ANY[usize::from(command)];
        let column = relation.column_at(number);
        self.who.iter().any(|persona| {
            column.is_some_and(|column| !persona.access.column(relation, column).has(privilege))
        })
    }
}

/// A view's text as the server writes it, without what is between quotes.
fn without_strings(definition: &str) -> String {
    definition
        .split('\'')
        .step_by(2)
        .collect::<Vec<_>>()
        .join("''")
}

/// What is taken as a whole row: the server writes all other columns out.
fn whole_rows(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(".*") {
        let before = &rest[..at];
        let quoted = before.strip_suffix('"').and_then(|inner| {
            let start = inner.rfind('"')?;
            Some(before[start..].to_owned())
        });
        let plain = || {
            let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
            let start = before.rfind(|letter| !is_part(letter)).map_or(0, |at| {
                at + before[at..].chars().next().map_or(1, char::len_utf8)
            });
            before[start..].to_owned()
        };
        found.push(quoted.unwrap_or_else(plain));
        rest = &rest[at + 2..];
    }
    found.sort();
    found.dedup();
    found
}

/// Whether a name in the text is a relation's, or what the text calls it.
fn stands_for(text: &str, alias: &str, relation: &Relation) -> bool {
    let name = rowhouse_catalog::quote_ident(&relation.name);
    if alias == name {
        return true;
    }
    let full = relation.qualified_name();
    let follows = |name: &str| {
        let called = format!("{name} {alias}");
        text.match_indices(&called).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + called.len()..].chars().next();
            let is_part = |letter: Option<char>| {
                letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
            };
            !is_part(before) && !is_part(after)
        })
    };
    follows(&name) || follows(&full)
}

/// Whether the rows that are shown are locked for it.
fn locks(text: &str) -> bool {
    [
        " FOR UPDATE",
        " FOR NO KEY UPDATE",
        " FOR SHARE",
        " FOR KEY SHARE",
    ]
    .iter()
    .any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use super::{whole_rows, without_strings};

    #[test]
    fn whole_rows_are_told_from_stars_in_texts() {
        let text = without_strings(
            " SELECT t.*::items AS t, count(\"My Row\".*) AS n, count(*) AS m, 'a.*' AS s FROM items t",
        );
        assert_eq!(whole_rows(&text), ["\"My Row\"", "t"]);
    }
}

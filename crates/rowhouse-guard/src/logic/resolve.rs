//! From names in SQL to the catalog's functions and relations.

use rowhouse_catalog::{Function, Relation};

use super::Decider;

impl<'a> Decider<'a> {
    /// The function a call names; none where it is one of the server's. Text of the catalogs (no path) qualifies all
    /// other names.
    pub(super) fn function_named(
        &self,
        name: &[String],
        count: usize,
        path: Option<&[String]>,
    ) -> Option<&'a Function> {
        let takes = |function: &&Function| {
            let most = function.input_types.len();
            let least = most.saturating_sub(function.defaults as usize);
            (least..=most).contains(&count) && function.schema != "pg_catalog"
        };
        let catalog = self.model.catalog;
        match name {
            [schema, name] => catalog.functions.iter().find(|function| {
                function.schema == *schema && function.name == *name && takes(function)
            }),
            [name] => {
                let path = path?;
                let named = catalog
                    .functions
                    .iter()
                    .filter(|function| function.name == *name);
                let found: Vec<&Function> = named.filter(takes).collect();
                path.iter()
                    .find_map(|schema| found.iter().find(|function| function.schema == *schema))
                    .copied()
            }
            _ => None,
        }
    }

    /// The relation a name stands for.
    pub(super) fn relation_named(
        &self,
        name: &[String],
        path: Option<&[String]>,
    ) -> Option<&'a Relation> {
        let catalog = self.model.catalog;
        match name {
            [.., schema, name] => catalog.relation(schema, name),
            [name] => path?
                .iter()
                .find_map(|schema| catalog.relation(schema, name)),
            [] => None,
        }
    }
}

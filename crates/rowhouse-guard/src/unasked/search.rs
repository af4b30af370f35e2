//! Which functions set the tenant, and from where they are called without being named.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_catalog::Privilege::{self, Delete, Insert, Select, Truncate, Update};
use rowhouse_catalog::{Enabled, Function, Object, Oid, Relation, RelationKind, Shape, Trigger};

use super::beside::beside;
use super::settings::{How, names_one, sets};
use super::{Site, of_relation, of_type};
use crate::context::Context;
use crate::logic::tokens;
use crate::model::{helper_functions, text_of};

/// How many views deep a view is followed.
const DEEPEST: usize = 16;

/// The functions that lead to one that sets the tenant, with that one.
pub(super) struct Search<'c, 'a> {
    context: &'c Context<'a>,
    pub(super) leading: BTreeMap<Oid, (How, &'a Function)>,
    /// The names of the tenant's settings, in small letters.
    tenants: Vec<String>,
    /// Functions that set whatever setting they are told.
    nameless: BTreeSet<Oid>,
    /// What the app role's statements reach.
    reached: BTreeMap<Oid, Option<Oid>>,
}

impl<'c, 'a> Search<'c, 'a> {
    /// None where nobody is an app role.
    pub(super) fn new(context: &'c Context<'a>) -> Option<Self> {
        let caller = context.personas.first()?.role.oid;
        let tenants = context.model.settings.iter();
        let mut search = Self {
            context,
            leading: BTreeMap::new(),
            tenants: tenants.map(|setting| setting.name.to_lowercase()).collect(),
            nameless: BTreeSet::new(),
            reached: beside(context),
        };
        let users: Vec<&Function> = context
            .catalog
            .functions
            .iter()
            .filter(|function| !function.oid.is_builtin() && function.extension.is_none())
            .collect();
        let mut setters: BTreeMap<Oid, (&'a Function, How)> = BTreeMap::new();
        let named = format!("'{}'", search.tenants.join("' '"));
        for &function in &users {
            let text = text_of(function);
            let fixed = function.settings.iter().any(|(name, value)| {
                !value.is_empty() && search.tenants.contains(&name.to_lowercase())
            });
            if fixed {
                setters.insert(function.oid, (function, How::Fixed));
            } else if let Some(how) = [text, function.signature.as_str()]
                .iter()
                .filter_map(|text| sets(text, text, &search.tenants))
                .max()
            {
                setters.insert(function.oid, (function, how));
            } else if sets(text, &named, &search.tenants).is_some() {
                search.nameless.insert(function.oid);
            }
        }
        if setters.is_empty() && search.nameless.is_empty() {
            return Some(search);
        }
        let mut known_as: BTreeMap<&str, Vec<&Function>> = BTreeMap::new();
        for &function in &users {
            known_as.entry(&function.name).or_default().push(function);
        }
        let mut callers: BTreeMap<Oid, Vec<&'a Function>> = BTreeMap::new();
        for &function in &users {
            let booked = context
                .catalog
                .references_of(Object::Function(function.oid));
            let read = context.decider.body(caller, function).calls;
            let written = called_in(text_of(function), &known_as);
            let calls = read.into_iter().chain(written);
            for called in calls.chain(search.functions_of(booked)) {
                callers.entry(called).or_default().push(function);
                // It says which setting.
                if search.nameless.contains(&called)
                    && names_one(text_of(function), &search.tenants)
                {
                    setters
                        .entry(function.oid)
                        .or_insert((function, How::Found));
                }
            }
        }
        let helpers = search.helpers(setters.values());
        let mut open: Vec<(&Function, How, &Function)> = setters
            .into_values()
            .filter(|(setter, how)| *how == How::Fixed || !helpers.contains(&setter.oid))
            .map(|(setter, how)| (setter, how, setter))
            .collect();
        while let Some((function, how, setter)) = open.pop() {
            let known = search.leading.get(&function.oid);
            if known.is_some_and(|(known, _)| *known >= how) {
                continue;
            }
            search.leading.insert(function.oid, (how, setter));
            let next = callers.get(&function.oid).into_iter().flatten().copied();
            let operators = context.catalog.operators.iter();
            let operators = operators.filter(|operator| operator.function == function.oid);
            let named = operators.flat_map(|operator| {
                let speaks = |user: &&&Function| text_of(user).contains(&operator.name);
                users.iter().filter(speaks).copied()
            });
            let named: Vec<&Function> = next.chain(named).collect();
            open.extend(named.into_iter().map(|caller| (caller, how, setter)));
        }
        Some(search)
    }

    /// What policies call, where some of these could be for them.
    fn helpers<'f>(
        &self,
        mut setters: impl Iterator<Item = &'f (&'a Function, How)>,
    ) -> BTreeSet<Oid>
    where
        'a: 'f,
    {
        if setters.all(|(_, how)| *how == How::Fixed) {
            return BTreeSet::new();
        }
        let catalog = self.context.catalog;
        let tables = catalog.relations.iter();
        let policies = tables.flat_map(|table| &table.policies);
        let called =
            policies.flat_map(|policy| helper_functions(catalog, Object::Policy(policy.oid)));
        // One that is told which tenant looks nothing up.
        called
            .filter(|function| function.arguments.is_empty())
            .map(|function| function.oid)
            .collect()
    }

    /// Users' functions among these, operators' included.
    fn functions_of(&self, objects: &[Object]) -> Vec<Oid> {
        let operators = &self.context.catalog.operators;
        let function = |object: &Object| match *object {
            Object::Function(oid) => Some(oid),
            Object::Operator(oid) => operators
                .iter()
                .find(|operator| operator.oid == oid)
                .map(|operator| operator.function),
            _ => None,
        };
        objects.iter().filter_map(function).collect()
    }

    /// Whether statements of the app role do any of these with a relation, or reach it beside what they are about.
    fn may(&self, relation: &Relation, privileges: &[Privilege]) -> bool {
        self.context.may(relation, privileges) || self.reached.contains_key(&relation.oid)
    }

    /// What a trigger's function sets that is told which setting by its arguments.
    fn told(&self, trigger: &Trigger) -> Option<String> {
        let told = self.nameless.contains(&trigger.function)
            && names_one(&trigger.definition, &self.tenants);
        let function = self.context.catalog.function_by_oid(trigger.function);
        function.filter(|_| told).map(Function::qualified_name)
    }

    /// Adds a place, and what leads there where that is another relation.
    fn add(&self, site: Site, relation: &Relation, found: &mut Vec<Site>) {
        let origin = self.reached.get(&relation.oid).copied().flatten();
        let writes = [Insert, Update, Delete, Truncate];
        let origin = origin.filter(|_| !self.context.may(relation, &writes));
        if let Some(origin) = origin.and_then(|oid| self.context.catalog.relation_by_oid(oid)) {
            let part = format!("what it leads to, {} of {},", site.part, site.object);
            let statement = format!("-- a statement on {}", origin.qualified_name());
            found.push(of_relation(origin, part, site.by.clone(), statement));
        }
        found.push(site);
    }

    /// What sets the tenant when a view is read, through the views that it reads.
    fn by_view(&self, view: &Relation, deepest: usize) -> Option<(How, String)> {
        let own = self.by(Object::Relation(view.oid), view.definition.as_deref());
        let catalog = self.context.catalog;
        let read = || {
            let references = catalog.references_of(Object::Relation(view.oid)).iter();
            let read = references.filter_map(|object| match *object {
                Object::Relation(oid) | Object::Column(oid, _) => catalog.relation_by_oid(oid),
                _ => None,
            });
            let mut views = read.filter(|relation| relation.kind == RelationKind::View);
            views.find_map(|view| self.by_view(view, deepest.checked_sub(1)?))
        };
        own.or_else(read)
    }

    /// What sets the tenant when an object's expression is computed.
    fn by(&self, object: Object, text: Option<&str>) -> Option<(How, String)> {
        let direct = text.and_then(|text| sets(text, text, &self.tenants));
        let called = self.functions_of(self.context.catalog.references_of(object));
        let called = called.iter().filter_map(|oid| self.leading.get(oid));
        let called = called.max_by_key(|(how, _)| *how);
        direct
            .map(|how| (how, "set_config".to_owned()))
            .or_else(|| called.map(|(how, setter)| (*how, setter.qualified_name())))
    }

    pub(super) fn view(&self, view: &'a Relation, found: &mut Vec<Site>) {
        let any = [Select, Insert, Update, Delete];
        let by = || self.by_view(view, DEEPEST);
        if self.context.may(view, &any)
            && let Some((_, by)) = by()
        {
            let statement = format!("SELECT * FROM {};", view.qualified_name());
            found.push(of_relation(view, "its query".to_owned(), by, statement));
        }
        self.rules_and_triggers(view, found);
    }

    pub(super) fn table(
        &self,
        table: &'a Relation,
        tainted: &BTreeSet<Oid>,
        found: &mut Vec<Site>,
    ) {
        let name = table.qualified_name();
        let writes = self.may(table, &[Insert, Update]);
        let insert = || format!("INSERT INTO {name} …;");
        let mut add = |part: String, by: Option<(How, String)>| {
            if let Some((_, by)) = by {
                self.add(of_relation(table, part, by, insert()), table, found);
            }
        };
        for column in table.columns.iter().filter(|_| writes) {
            let by = self.by(
                Object::Column(table.oid, column.number),
                column.default.as_deref(),
            );
            add(format!("the default of {}", column.name), by);
            if tainted.contains(&column.type_oid) {
                let ty = column.formatted_type.clone();
                add(
                    format!("the type of {}", column.name),
                    Some((How::Fixed, ty)),
                );
            }
        }
        for check in table.checks.iter().filter(|_| writes) {
            let by = self.by(Object::Constraint(check.oid), Some(&check.expression));
            add(format!("the check {}", check.name), by);
        }
        for index in table.indexes.iter().filter(|_| writes) {
            add(
                format!("the index {}", index.name),
                self.by(Object::Index(index.oid), None),
            );
        }
        if let Some(key) = table.partition_key.as_deref().filter(|_| writes) {
            let words = tokens(key);
            let named = self.leading.iter().find(|(oid, _)| {
                let function = self.context.catalog.function_by_oid(**oid);
                let name = function.map_or("", |function| &function.name);
                let mut words = words.iter();
                words.any(|word| word.of(key).trim_matches('"') == name)
            });
            let by = named.map(|(_, (how, setter))| (*how, setter.qualified_name()));
            add("the partition key".to_owned(), by);
        }
        for policy in &table.policies {
            let texts = [&policy.using, &policy.with_check];
            let text: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
            let by = self.by(Object::Policy(policy.oid), Some(&text.join(" ")));
            let any = self.may(table, &[Select, Insert, Update, Delete]);
            // What looks the tenant up for policies may keep it; the policy's own verdict tells of that.
            let by = by.filter(|(how, _)| any && *how == How::Fixed);
            add(format!("the policy {}", policy.name), by);
        }
        self.rules_and_triggers(table, found);
    }

    fn rules_and_triggers(&self, relation: &'a Relation, found: &mut Vec<Site>) {
        let name = relation.qualified_name();
        for rule in relation
            .rules
            .iter()
            .filter(|rule| fires_here(rule.enabled))
        {
            let by = self.by(Object::Rule(rule.oid), Some(&rule.definition));
            if let Some((_, by)) = by.filter(|_| self.may(relation, &[Insert, Update, Delete])) {
                let statement = format!("INSERT INTO {name} …;");
                let site = of_relation(relation, format!("the rule {}", rule.name), by, statement);
                self.add(site, relation, found);
            }
        }
        let fires = |trigger: &&Trigger| fires_here(trigger.enabled) && trigger.parent.is_none();
        for trigger in relation.triggers.iter().filter(fires) {
            let events = [
                (trigger.insert, Insert),
                (trigger.update, Update),
                (trigger.delete, Delete),
                (trigger.truncate, Truncate),
            ];
            let event = events
                .into_iter()
                .find(|(on, privilege)| *on && self.may(relation, &[*privilege]));
            let called = self.leading.get(&trigger.function);
            let in_when = || self.by(Object::Trigger(trigger.oid), Some(&trigger.definition));
            let told = || self.told(trigger);
            let by = called
                .map(|(_, setter)| setter.qualified_name())
                .or_else(told)
                .or_else(|| Some(in_when()?.1));
            if let (Some((_, privilege)), Some(by)) = (event, by) {
                let statement = format!("{} … {name};", privilege.keyword());
                let part = format!("the trigger {}", trigger.name);
                self.add(of_relation(relation, part, by, statement), relation, found);
            }
        }
    }

    /// Domains whose checks set the tenant, and all types that are made of one.
    pub(super) fn types(&self, found: &mut Vec<Site>) -> BTreeSet<Oid> {
        let mut tainted = BTreeSet::new();
        let types = &self.context.catalog.types;
        for ty in types {
            let Shape::Domain(domain) = &ty.shape else {
                continue;
            };
            let check = domain.checks.iter().find_map(|check| {
                let by = self.by(Object::Constraint(check.oid), Some(&check.expression))?;
                Some((check, by.1))
            });
            let default = || self.by(Object::Type(ty.oid), domain.default.as_deref());
            if let Some((check, by)) = check {
                tainted.insert(ty.oid);
                found.push(of_type(ty, format!("the check {}", check.name), by));
            } else if let Some((_, by)) = default() {
                tainted.insert(ty.oid);
                found.push(of_type(ty, "the default".to_owned(), by));
            }
        }
        // At most as often as types are made of each other.
        while !tainted.is_empty() {
            let more: Vec<Oid> = types
                .iter()
                .filter(|ty| !tainted.contains(&ty.oid))
                .filter(|ty| ty.made_of().iter().any(|oid| tainted.contains(oid)))
                .map(|ty| ty.oid)
                .collect();
            if more.is_empty() {
                break;
            }
            tainted.extend(more);
        }
        tainted
    }
}

/// Functions whose names stand in front of a parenthesis, in parts of a body that nothing else reads as well.
fn called_in(text: &str, names: &BTreeMap<&str, Vec<&Function>>) -> Vec<Oid> {
    let all = tokens(text);
    let called = all.windows(2).filter(|pair| pair[1].is(text, "("));
    let called = called.filter_map(|pair| {
        let word = pair[0].of(text);
        let quoted = word
            .strip_prefix('"')
            .and_then(|word| word.strip_suffix('"'));
        names.get(
            quoted
                .map_or_else(|| word.to_lowercase(), str::to_owned)
                .as_str(),
        )
    });
    called.flatten().map(|function| function.oid).collect()
}

/// Whether it fires in a session of the service, which replays nothing.
fn fires_here(enabled: Enabled) -> bool {
    matches!(enabled, Enabled::Origin | Enabled::Always)
}

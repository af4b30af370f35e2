//! What the session says: its settings and its roles.

use std::collections::BTreeSet;
use std::rc::Rc;

use rowhouse_catalog::Oid;
use sqlparser::ast::Expr;

use crate::logic::eval::mysterious;
use crate::logic::frame::{Frame, Origin, Val};
use crate::logic::machine::{Eval, Machine};
use crate::logic::value::{Leaf, Value};

/// What the server itself calls a session or its transaction: no caller chooses it.
pub(super) const IDENTIFIES: [&str; 5] = [
    "pg_backend_pid",
    "pg_current_xact_id",
    "pg_current_xact_id_if_assigned",
    "txid_current",
    "txid_current_if_assigned",
];

/// One of them, as a part of the session that rows may be looked up by.
pub(super) fn identity(name: &str) -> Val {
    let leaf = Leaf {
        setting: format!("{name}()"),
        path: Vec::new(),
    };
    Val {
        value: Value::Leaf {
            leaf,
            missing_ok: true,
        },
        origin: Origin::SESSION,
    }
}

impl Machine<'_, '_> {
    pub(super) fn current_setting(
        &mut self,
        name: &Expr,
        missing_ok: Option<&Expr>,
        expr: &Expr,
        frame: &Rc<Frame>,
    ) -> Eval<Val> {
        let texts = self.cases.texts.clone();
        let name = self.eval(name, frame)?;
        // The name of a setting is no value worth trying.
        self.cases.texts = texts;
        let Value::Text(setting) = name.value else {
            return Ok(mysterious(expr));
        };
        let missing_ok = match missing_ok {
            Some(flag) => self.truth_of(flag, frame)? == Some(true),
            None => false,
        };
        if let Some(said) = self.said_by_server(&setting) {
            return Ok(Val::constant(Value::Text(said)));
        }
        let leaf = Leaf {
            setting: setting.to_lowercase(),
            path: Vec::new(),
        };
        Ok(Val {
            value: Value::Leaf { leaf, missing_ok },
            origin: Origin::SESSION,
        })
    }

    /// What a setting says that nobody makes as he likes: who one is, and who one has become.
    fn said_by_server(&mut self, setting: &str) -> Option<String> {
        let login = self.catalog().role_by_oid(self.login)?;
        let said = match setting.to_ascii_lowercase().as_str() {
            "is_superuser" if login.superuser => "on",
            "is_superuser" => "off",
            // Whoever can be become is asked about by itself.
            "role" if self.choices.choose(2) == 0 => "none",
            "role" => &login.name,
            _ => return None,
        };
        Some(said.to_owned())
    }

    /// `pg_has_role(…)` about roles that are named; none where that cannot be told.
    pub(super) fn has_role(&mut self, given: &[&Expr], frame: &Rc<Frame>) -> Eval<Option<Val>> {
        if self.decider.model.login_per_tenant {
            return Ok(None);
        }
        // The names of roles are no values worth trying.
        let texts = self.cases.texts.clone();
        let mut said = Vec::new();
        for argument in given {
            let val = self.eval(argument, frame)?;
            said.push(self.force(val)?.value.text());
        }
        self.cases.texts = texts;
        let catalog = self.catalog();
        let named = |name: &Option<String>| Some(catalog.role(name.as_deref()?)?.oid);
        let (user, role, privilege) = match &said[..] {
            [role, privilege] => (Some(frame.user), named(role), privilege),
            [user, role, privilege] => (named(user), named(role), privilege),
            _ => return Ok(None),
        };
        let (Some(user), Some(role)) = (user, role) else {
            return Ok(None);
        };
        let is_member = self.members_of(user).contains(&role);
        let asks = privilege.as_deref().map(str::to_ascii_lowercase);
        let value = match asks.as_deref() {
            _ if catalog.role_by_oid(user).is_some_and(|user| user.superuser) => true,
            Some("member" | "usage" | "set") if !is_member => false,
            Some("member") => true,
            Some("usage") if catalog.inherited_roles(user).contains(&role) => true,
            _ => return Ok(None),
        };
        Ok(Some(Val::constant(Value::Bool(value))))
    }

    /// The role itself and all that it is a member of, by whatever options.
    fn members_of(&self, role: Oid) -> BTreeSet<Oid> {
        let mut found = BTreeSet::from([role]);
        let mut open = vec![role];
        while let Some(member) = open.pop() {
            let memberships = self.catalog().memberships.iter();
            for membership in memberships.filter(|known| known.member == member) {
                if found.insert(membership.role) {
                    open.push(membership.role);
                }
            }
        }
        found
    }

    /// What a role is called. Where each tenant has a login, that is a part of the session as a setting is elsewhere.
    pub(super) fn role_name(&mut self, role: Oid) -> Val {
        self.run.role_name = true;
        let name = self
            .catalog()
            .role_by_oid(role)
            .map_or_else(String::new, |role| role.name.clone());
        // Inside a function it may be the owner's, which is the same for all.
        let model = self.decider.model;
        let is_apps = role == self.login || model.app_roles.contains(&role);
        if !is_apps || !model.login_per_tenant {
            return Val::constant(Value::Text(name));
        }
        // Names that only begin alike are worth trying.
        self.cases
            .texts
            .extend([name.clone(), format!("{name}2"), name.to_uppercase()]);
        let leaf = Leaf {
            setting: "current_user".into(),
            path: Vec::new(),
        };
        let value = Value::Text(name);
        self.run.session.insert(leaf, value.clone());
        Val {
            value,
            origin: Origin::SESSION,
        }
    }
}

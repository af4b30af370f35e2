//! What row security asks of a row.

use std::rc::Rc;

use rowhouse_catalog::{Object, Policy, PolicyCommand, Relation, quote_ident};
use sqlparser::ast::{BinaryOperator, Expr};

use super::frame::{Frame, Source};
use super::machine::{Eval, Machine, Stop};
use super::names::bare;
use super::verdict::Action;
use crate::model::helper_functions;
use crate::protect::is_observing;

impl Action {
    fn is_of(self, policy: &Policy) -> bool {
        let own = match self {
            Self::Read => PolicyCommand::Select,
            Self::UpdateOld | Self::UpdateNew => PolicyCommand::Update,
            Self::Delete => PolicyCommand::Delete,
            Self::Insert => PolicyCommand::Insert,
        };
        policy.command == PolicyCommand::All || policy.command == own
    }

    /// The condition of a policy on this side of the command. None: it asks nothing.
    pub(super) fn condition(self, policy: &Policy) -> Option<&str> {
        if is_observing(policy) {
            return None;
        }
        match self {
            Self::Read | Self::UpdateOld | Self::Delete => policy.using.as_deref(),
            Self::UpdateNew | Self::Insert => {
                policy.with_check.as_deref().or(policy.using.as_deref())
            }
        }
    }
}

impl Machine<'_, '_> {
    /// Whether row security lets a row through.
    pub(super) fn passes(&mut self, row: usize, action: Action, frame: &Frame) -> Eval<bool> {
        let (role, within) = (frame.role, frame.policies_of.as_slice());
        let relation = self.run.rows[row].relation;
        let catalog = self.catalog();
        let Some(table) = catalog.relation_by_oid(relation) else {
            return Ok(false);
        };
        if within.contains(&relation) {
            // "infinite recursion detected in policy"
            return Err(Stop::Raised);
        }
        let access = self.access(role);
        let applies = |policy: &&Policy| action.is_of(policy) && access.is_any_of(&policy.roles);
        let (permissive, restrictive): (Vec<&Policy>, Vec<&Policy>) = table
            .policies
            .iter()
            .filter(applies)
            .partition(|policy| policy.permissive);
        if permissive.is_empty() {
            return Ok(false);
        }
        let policy = permissive[self.choices.choose(permissive.len())];
        if within.is_empty() && row == 0 {
            self.run.policy = Some(policy.oid);
        }
        let frame = Rc::new(policy_frame(table, row, frame));
        for policy in std::iter::once(policy).chain(restrictive) {
            let Some(sql) = action.condition(policy) else {
                continue;
            };
            let Some(condition) = self.decider.texts.expression(sql) else {
                self.run.mysteries.insert(sql.to_owned());
                continue;
            };
            for part in conjuncts(&condition) {
                let left_out = self.plain_only && self.calls_users(part, policy);
                if !left_out && !self.require(part, &frame)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn calls_users(&self, part: &Expr, policy: &Policy) -> bool {
        let text = part.to_string();
        let called = helper_functions(self.catalog(), Object::Policy(policy.oid));
        called
            .iter()
            .any(|function| text.contains(&format!("{}(", quote_ident(&function.name))))
    }
}

/// What a chain of ANDs asks for, one by one.
fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match bare(expr) {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => [conjuncts(left), conjuncts(right)].concat(),
        _ => vec![expr],
    }
}

fn policy_frame(table: &Relation, row: usize, around: &Frame) -> Frame {
    let mut policies_of = around.policies_of.clone();
    policies_of.push(table.oid);
    Frame {
        sources: vec![(table.name.clone(), Source::Row(row))],
        depth: around.policies_of.len() * 4,
        policies_of,
        user: around.user,
        ..Frame::new(around.role)
    }
}

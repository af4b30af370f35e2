//! The audit's findings as verdicts on what may be served.

use std::collections::{BTreeMap, BTreeSet};

use rowhouse_api::resource::Verdict;
use rowhouse_catalog::{Catalog, Function, Oid, Relation};
use rowhouse_guard::{Conduct, Finding, Isolation, Level, Options, Reach, Standing};

use super::verdicts::{Question, Refusal, Verdicts};
use crate::audit::today::today;
use crate::failure::Misuse;

/// An audit that was made for the service.
#[derive(Debug)]
struct Gate<'a> {
    catalog: &'a Catalog,
    question: &'a Question,
    isolation: Isolation,
    /// Objects of which a finding was accepted in the configuration.
    accepted: BTreeSet<String>,
    refusal: Option<String>,
}

/// Audits the catalogs.
///
/// # Errors
/// Where the audit cannot tell; what is wrong with the question.
pub(crate) fn examine(catalog: &Catalog, question: &Question) -> Result<Verdicts, Misuse> {
    let role = catalog.role_by_oid(question.role);
    let options = Options {
        app_roles: role.map(|role| role.name.clone()).into_iter().collect(),
        setting: Some(question.setting.clone()),
        tenant_column: question.tenant_column.clone(),
        tenant_root: question.tenant_root.clone(),
        schemas: Vec::new(),
    };
    let mut isolation = Isolation::examine(catalog, &options)
        .map_err(|error| Misuse::new(error.to_string()).hint(error.hint()))?;
    let found = objects(&isolation);
    let idle = isolation
        .report
        .without_accepted(&question.exceptions, &today());
    let left = objects(&isolation);
    let accepted = found
        .into_iter()
        .filter(|(object, count)| left.get(object).is_none_or(|left| left < count));
    let errors = isolation
        .report
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error);
    let refusals = errors
        .filter(|finding| is_about_everything(&finding.object))
        .map(|finding| Refusal {
            rule: finding.rule.to_string(),
            sentence: sentence(finding),
        });
    let refusals: Vec<Refusal> = refusals.collect();
    let idle = idle
        .into_iter()
        .map(|exception| (exception.rule.clone(), exception.object.clone()));
    let idle = idle.collect();
    let gate = Gate {
        catalog,
        question,
        accepted: accepted.map(|(object, _)| object).collect(),
        refusal: refusals.first().map(|refusal| refusal.sentence.clone()),
        isolation,
    };
    let relations = catalog
        .relations
        .iter()
        .filter(|relation| !relation.is_system());
    let columns = relations.clone().filter_map(|relation| {
        let column = gate.isolation.tenant_column(relation.oid)?;
        Some((relation.oid, column))
    });
    let own = relations.clone().filter(|relation| gate.is_own(relation));
    let own = own.map(|relation| relation.oid).collect();
    let functions = catalog.functions.iter();
    let functions = functions.map(|function| (function.oid, gate.function(function)));
    Ok(Verdicts {
        functions: functions.collect(),
        own,
        tenant_columns: columns.collect(),
        relations: relations
            .map(|relation| (relation.oid, gate.verdict(relation)))
            .collect(),
        refusals,
        idle,
    })
}

impl Gate<'_> {
    /// The relation, where the configuration does not say that everybody may read it.
    fn undeclared(&self, relation: Oid) -> Option<&Relation> {
        let relation = self.catalog.relation_by_oid(relation)?;
        (!self.question.shared.contains(&relation.oid)).then_some(relation)
    }

    /// Why a function that works with the service's rights may show rows of other tenants. What it
    /// reaches as the service does is as safe as that is by itself.
    fn doubt(&self, conduct: &Conduct) -> Option<String> {
        let is_open = |oid: &Oid| {
            let relation = self.catalog.relation_by_oid(*oid);
            relation.is_none_or(|relation| {
                let declared = self.question.shared.contains(&relation.oid);
                match self.verdict(relation) {
                    Verdict::Protected => false,
                    Verdict::Unprotected(_) => !declared,
                    Verdict::Open(_) => true,
                }
            })
        };
        let name = |oid: &Oid| {
            let relation = self.catalog.relation_by_oid(*oid);
            relation.map_or_else(|| "a relation".into(), Relation::qualified_name)
        };
        for Reach {
            relation,
            as_caller,
            doubt,
        } in &conduct.reaches
        {
            match doubt {
                Some(why) if !as_caller => {
                    return Some(format!("it uses {}, and {why}", name(relation)));
                }
                _ if is_open(relation) => {
                    return Some(format!("it uses {}, which is not served", name(relation)));
                }
                _ => {}
            }
        }
        if let Some(why) = &conduct.unbound {
            return Some(format!(
                "{why}, so it could work as another tenant; name it in `trusted` of [api.functions] if it does not"
            ));
        }
        conduct.runs.as_ref()?;
        let open = self.isolation.open().iter().find(|oid| is_open(oid))?;
        Some(format!(
            "it runs a text, and {}, which that could use, does not keep tenants apart",
            name(open)
        ))
    }

    /// The relation that writes to a view go on to, where it is open: what a write is told there,
    /// such as that a value is taken, it is told through the view.
    fn written_through(&self, view: &Relation) -> Option<&Relation> {
        let updatable = view.updatable.unwrap_or_default();
        if !updatable.automatic || !(updatable.insert || updatable.update) {
            return None;
        }
        let mut bases = view
            .origins
            .iter()
            .filter_map(|origin| self.catalog.relation_by_oid(origin.relation));
        bases.find(|base| {
            matches!(self.verdict(base), Verdict::Open(_)) || self.written_through(base).is_some()
        })
    }

    /// Whether its rows were found to be one tenant's, without an exception's help.
    fn is_own(&self, relation: &Relation) -> bool {
        let standing = self.isolation.standing(relation.oid);
        let alone = matches!(standing, Some(Standing::Protected { beside }) if beside.is_empty());
        alone
            && !self.accepted.contains(&relation.qualified_name())
            && self.verdict(relation) == Verdict::Protected
    }

    fn unproven(&self, object: &str, why: &str) -> Verdict {
        let mut findings = self.isolation.report.findings.iter();
        match findings.find(|finding| finding.object == object) {
            Some(finding) => Verdict::Open(sentence_of(finding)),
            None if self.accepted.contains(object) => Verdict::Protected,
            None => Verdict::Unprotected(why.to_owned()),
        }
    }

    fn verdict(&self, relation: &Relation) -> Verdict {
        if let Some(refusal) = &self.refusal {
            return Verdict::Open(refusal.clone());
        }
        let object = relation.qualified_name();
        let mut findings = self.isolation.report.findings.iter();
        let error =
            findings.find(|finding| finding.object == object && finding.level == Level::Error);
        if let Some(error) = error {
            return Verdict::Open(sentence_of(error));
        }
        match self.isolation.standing(relation.oid) {
            Some(Standing::Protected { beside }) => {
                if let Some(base) = self.written_through(relation) {
                    return Verdict::Unprotected(format!(
                        "writes go on to {}, which is not served",
                        base.qualified_name()
                    ));
                }
                let undeclared = beside.iter().find_map(|&oid| self.undeclared(oid));
                undeclared.map_or(Verdict::Protected, |shown| {
                    Verdict::Unprotected(format!(
                        "it shows {}, which belongs to no tenant; declare that in `shared` of [api]",
                        shown.qualified_name()
                    ))
                })
            }
            Some(Standing::Shared) => Verdict::Unprotected(
                "no tenant's rows were found in it; declare it in `shared` of [api] if all may read it".into(),
            ),
            Some(Standing::Unproven(why)) => self.unproven(&object, why),
            None => Verdict::Unprotected("the audit has not seen it".into()),
        }
    }

    fn function(&self, function: &Function) -> Verdict {
        if let Some(refusal) = &self.refusal {
            return Verdict::Open(refusal.clone());
        }
        let object = function.qualified_name();
        let mut findings = self.isolation.report.findings.iter();
        let error =
            findings.find(|finding| finding.object == object && finding.level == Level::Error);
        if let Some(error) = error {
            return Verdict::Open(sentence_of(error));
        }
        let doubt = self
            .isolation
            .conduct(function.oid)
            .and_then(|conduct| self.doubt(conduct));
        match doubt {
            None => Verdict::Protected,
            Some(_) if self.accepted.contains(&object) => Verdict::Protected,
            Some(_) if self.question.trusted.contains(&function.oid) => Verdict::Protected,
            Some(why) => Verdict::Unprotected(why),
        }
    }
}

/// How many findings each object has.
fn objects(isolation: &Isolation) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in &isolation.report.findings {
        *counts.entry(finding.object.clone()).or_default() += 1;
    }
    counts
}

fn is_about_everything(object: &str) -> bool {
    ["role:", "database:", "schema:"]
        .iter()
        .any(|kind| object.starts_with(kind))
}

fn sentence(finding: &Finding) -> String {
    format!("{}: {} [{}]", finding.object, finding.message, finding.rule)
}

/// The same where the object has been named.
fn sentence_of(finding: &Finding) -> String {
    format!(
        "{}; `rowhouse explain {}` says how to close it",
        finding.message, finding.rule
    )
}

//! Findings that somebody has looked at: a baseline, and exceptions with a reason.

use std::collections::BTreeSet;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};

use super::Report;
use crate::Finding;

/// A finding that is accepted, by whom it may concern, until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The rule's id.
    pub rule: String,
    /// The object, as findings name it.
    pub object: String,
    /// Why it is accepted.
    pub reason: String,
    /// The last day it holds, as `YYYY-MM-DD`.
    #[serde(deserialize_with = "day")]
    pub expires: String,
}

/// A day as `YYYY-MM-DD`. Days are compared as text: in any other form an exception might never end.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let fits = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
        && ("01"..="12").contains(&&text[5..7])
        && ("01"..="31").contains(&&text[8..]);
    if fits {
        Ok(text)
    } else {
        Err(D::Error::invalid_value(
            Unexpected::Str(&text),
            &"a day as YYYY-MM-DD",
        ))
    }
}

/// The fingerprints of an earlier report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline(BTreeSet<String>);

impl Baseline {
    /// Reads the JSON of an earlier report.
    ///
    /// # Errors
    /// Where the text is not such a report.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Earlier {
            findings: Vec<Known>,
        }
        #[derive(Deserialize)]
        struct Known {
            fingerprint: String,
        }
        let earlier: Earlier = serde_json::from_str(json)?;
        let known = earlier.findings.into_iter().map(|known| known.fingerprint);
        Ok(Self(known.collect()))
    }
}

impl Report {
    /// Leaves out what an earlier report had already.
    pub fn without_known(&mut self, baseline: &Baseline) {
        self.findings
            .retain(|finding| !baseline.0.contains(&finding.fingerprint()));
    }

    /// Leaves out what is accepted on this day, `YYYY-MM-DD`; gives the exceptions that are over or meet nothing.
    pub fn without_accepted<'e>(
        &mut self,
        exceptions: &'e [Exception],
        today: &str,
    ) -> Vec<&'e Exception> {
        let (current, mut idle): (Vec<_>, Vec<_>) = exceptions
            .iter()
            .partition(|exception| exception.expires.as_str() >= today);
        let meets = |exception: &Exception, finding: &Finding| {
            exception.rule == finding.rule && exception.object == finding.object
        };
        idle.extend(current.iter().filter(|exception| {
            !self
                .findings
                .iter()
                .any(|finding| meets(exception, finding))
        }));
        self.findings
            .retain(|finding| !current.iter().any(|exception| meets(exception, finding)));
        idle
    }

    /// What this report has and the other has not.
    pub fn beyond(&self, other: &Self) -> Vec<&Finding> {
        let known: BTreeSet<String> = other.findings.iter().map(Finding::fingerprint).collect();
        let findings = self.findings.iter();
        findings
            .filter(|finding| !known.contains(&finding.fingerprint()))
            .collect()
    }
}

//! The findings, and what they were found against.

use crate::Finding;

/// The outcome of an audit.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(findings: Vec<Finding>) -> Self {
        Self { findings }
    }
}

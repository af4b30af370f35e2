//! The audit as a check: for a service's start-up, and for tests.

use std::fmt;

use rowhouse_catalog::Catalog;

use crate::{Error, Finding, Fix, Level, Options, Report};

/// Why a database does not pass.
///
/// Its `Debug` is its `Display`, so that a test that ends with it says what there is to mend.
#[derive(Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// One tenant can reach another's rows, or isolation hangs on something fragile.
    #[error("{}", Leaks(.0))]
    Findings(Vec<Finding>),
    /// It could not be told.
    #[error(transparent)]
    CannotTell(#[from] Error),
}

impl fmt::Debug for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Passes where an audit finds neither errors nor warnings.
///
/// An integration test of a service on its migrated database:
///
/// ```no_run
/// use rowhouse_guard::{Options, check};
///
/// # #[allow(clippy::disallowed_types, reason = "the reader brings a client of their own")]
/// # async fn example(mut owner: tokio_postgres::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let catalog = rowhouse_catalog::Catalog::read(&mut owner).await?;
/// check(&catalog, &Options { app_roles: vec!["app".into()], ..Options::default() })?;
/// # Ok(())
/// # }
/// ```
///
/// For exceptions and baselines see [`Report::passes`].
///
/// # Errors
/// [`CheckError::Findings`] with what was found, [`CheckError::CannotTell`] where nothing could be said.
pub fn check(catalog: &Catalog, options: &Options) -> Result<(), CheckError> {
    crate::audit(catalog, options)?.passes(Level::Warning)
}

impl Report {
    /// Passes where no finding is as bad as `least`.
    ///
    /// # Errors
    /// [`CheckError::Findings`] with those that are.
    pub fn passes(self, least: Level) -> Result<(), CheckError> {
        let mut findings = self.findings;
        findings.retain(|finding| finding.level >= least);
        if findings.is_empty() {
            Ok(())
        } else {
            Err(CheckError::Findings(findings))
        }
    }
}

struct Leaks<'a>(&'a [Finding]);

impl fmt::Display for Leaks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let noun = if count == 1 { "finding" } else { "findings" };
        write!(f, "tenants are not kept apart: {count} {noun}")?;
        for finding in self.0 {
            let (Fix::Sql(fix) | Fix::Words(fix)) = &finding.fix;
            let (level, rule) = (finding.level.word(), finding.rule);
            write!(
                f,
                "\n\n{level} {}: {} [{rule}]",
                finding.object, finding.message
            )?;
            for line in fix.lines() {
                write!(f, "\n    {line}")?;
            }
        }
        Ok(())
    }
}

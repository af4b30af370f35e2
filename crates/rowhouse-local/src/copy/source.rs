use std::fmt;

/// The parameters of libpq that have a variable.
const VARIABLES: [(&str, &str); 15] = [
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("port", "PGPORT"),
    ("user", "PGUSER"),
    ("dbname", "PGDATABASE"),
    ("password", "PGPASSWORD"),
    ("passfile", "PGPASSFILE"),
    ("options", "PGOPTIONS"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
];

/// How PostgreSQL's own programs reach a database: parameters as libpq names them, such as `host` and `user`.
///
/// They go to the programs in their environment, where other accounts of the machine do not see them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Source {
    parameters: Vec<(&'static str, String)>,
}

impl Source {
    /// Nothing is given yet; what stays so is libpq's default. Nothing is taken from the environment.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter. One without a variable of its own is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        let variable = VARIABLES.iter().find(|(known, _)| *known == name);
        if let Some((_, variable)) = variable {
            self.parameters.retain(|(known, _)| known != variable);
            self.parameters.push((variable, value.into()));
        }
        self
    }

    /// The variables for a program's environment.
    pub(super) fn variables(&self) -> &[(&'static str, String)] {
        &self.parameters
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.parameters.iter().map(|(name, value)| match *name {
            "PGPASSWORD" => (*name, "hidden"),
            _ => (*name, value.as_str()),
        });
        f.debug_map().entries(shown).finish()
    }
}

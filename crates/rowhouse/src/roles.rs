//! Whether the session's role could get around row security, checked on every new connection.
//!
//! Memberships count by what they allow, not by the role's INHERIT attribute: PostgreSQL 16 stores INHERIT, SET and
//! ADMIN on each membership; before that, every membership allows SET ROLE.

use std::collections::BTreeSet;
use std::fmt;

/// A way around row security that the role has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Danger {
    /// The role is, or can become, one with this attribute: `SUPERUSER`, `BYPASSRLS`, `REPLICATION`, `CREATEROLE`.
    Attribute {
        /// The role that has it.
        role: String,
        /// The attribute.
        attribute: &'static str,
    },
    /// The role is a member of a predefined role that reaches the server's files or programs.
    Predefined {
        /// Which.
        role: String,
    },
    /// The role owns a table, or is a member of its owner: owners switch row security off.
    Owner {
        /// The owner.
        role: String,
        /// One of its tables.
        table: String,
        /// How many it owns.
        tables: u64,
    },
}

impl Danger {
    /// How to close it.
    pub fn way_out(&self) -> String {
        match self {
            Self::Attribute { role, attribute } => {
                format!(
                    "connect as a role without it: ALTER ROLE {role} NO{attribute}, or REVOKE the membership that leads to {role}"
                )
            }
            Self::Predefined { role } => format!("REVOKE {role} from the role the service uses"),
            Self::Owner { role, .. } => format!(
                "let another role own the tables (REASSIGN OWNED BY {role} TO …) and GRANT this one SELECT, INSERT, UPDATE, DELETE"
            ),
        }
    }
}

impl fmt::Display for Danger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute { role, attribute } => {
                write!(f, "it is or can become {role}, which has {attribute}")
            }
            Self::Predefined { role } => write!(f, "it is a member of {role}"),
            Self::Owner {
                role,
                table,
                tables: 1,
            } => write!(f, "{role} owns {table}"),
            Self::Owner {
                role,
                table,
                tables,
            } => write!(f, "{role} owns {table} and {} more tables", tables - 1),
        }
    }
}

/// The query of the check: one row a fact, tagged by its first column. Simple protocol, so `server_version_num` picks.
pub(crate) fn query(server_version: u32) -> String {
    let options = if server_version >= 160_000 {
        "m.inherit_option, m.set_option, m.admin_option"
    } else {
        "true, true, m.admin_option"
    };
    format!(
        "WITH RECURSIVE reach(oid) AS (
           SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname IN (session_user, current_user)
           UNION SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN reach ON m.member = reach.oid)
         SELECT 'self', r.oid::text, r.rolname::text, NULL, NULL, NULL
           FROM pg_catalog.pg_roles r WHERE r.rolname IN (session_user, current_user)
         UNION ALL SELECT 'role', r.oid::text, r.rolname::text, r.rolsuper::text, r.rolbypassrls::text,
                concat_ws(',', CASE WHEN r.rolreplication THEN 'REPLICATION' END, CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END)
           FROM pg_catalog.pg_roles r JOIN reach USING (oid)
         UNION ALL SELECT 'edge', e.member::text, e.roleid::text, e.i::text, e.s::text, e.a::text
           FROM (SELECT m.member, m.roleid, {options} FROM pg_catalog.pg_auth_members m JOIN reach ON m.member = reach.oid)
             AS e(member, roleid, i, s, a)
         UNION ALL SELECT 'owns', c.relowner::text,
                min(pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)), count(*)::text, NULL, NULL
           FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN reach ON c.relowner = reach.oid
          WHERE c.relkind IN ('r', 'p', 'm', 'f') AND c.relpersistence <> 't'
            AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') GROUP BY c.relowner
         UNION ALL SELECT 'temp', pg_catalog.current_database()::text,
                pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMP')::text, NULL, NULL, NULL"
    )
}

/// What the check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) role: String,
    pub(crate) dangers: Vec<Danger>,
    /// The role may make temporary tables, which outlive the scope on a shared connection.
    pub(crate) temporary: bool,
}

type Fact = Vec<Option<String>>;

/// Judges the rows of [`query`].
pub(crate) fn judge(facts: &[Fact], server_version: u32) -> Report {
    let field = |fact: &Fact, at: usize| fact.get(at).cloned().flatten().unwrap_or_default();
    let yes = |fact: &Fact, at: usize| matches!(field(fact, at).as_str(), "t" | "true");
    let tagged = |tag: &'static str| {
        facts
            .iter()
            .filter(move |fact| fact.first().and_then(Option::as_deref) == Some(tag))
    };

    let start: BTreeSet<String> = tagged("self").map(|fact| field(fact, 1)).collect();
    let edges = |open: fn(bool, bool, bool) -> bool| -> Vec<(String, String, bool)> {
        let options = |fact| open(yes(fact, 3), yes(fact, 4), yes(fact, 5));
        tagged("edge")
            .map(|fact| (field(fact, 1), field(fact, 2), options(fact)))
            .collect()
    };
    // Anything that gives privileges: inherited, switched to, or granted to oneself.
    let reached = close(
        &start,
        &edges(|inherit, set, admin| inherit || set || admin),
    );
    // Attributes are not inherited: they need SET ROLE, or the admin option to allow it to oneself.
    let by_set = edges(|_, set, _| set);
    let mut switched = close(&start, &by_set);
    for (member, role, admin) in edges(|_, _, admin| admin) {
        if admin && reached.contains(&member) {
            switched.insert(role);
        }
    }
    let switched = close(&switched, &by_set);

    let mut report = Report {
        role: tagged("self")
            .map(|fact| field(fact, 2))
            .collect::<Vec<_>>()
            .join(" as "),
        ..Report::default()
    };
    let mut attribute = |role: &str, attribute: &'static str| {
        report.dangers.push(Danger::Attribute {
            role: role.to_owned(),
            attribute,
        });
    };
    for fact in tagged("role").filter(|fact| switched.contains(&field(fact, 1))) {
        let role = field(fact, 2);
        if yes(fact, 3) {
            attribute(&role, "SUPERUSER");
            continue;
        }
        if yes(fact, 4) {
            attribute(&role, "BYPASSRLS");
        }
        let others = field(fact, 5);
        if others.contains("REPLICATION") {
            attribute(&role, "REPLICATION");
        }
        // From 16 on, CREATEROLE hands out only roles held with the admin option, and those edges were followed.
        if others.contains("CREATEROLE") && server_version < 160_000 {
            attribute(&role, "CREATEROLE");
        }
    }
    for fact in tagged("role").filter(|fact| reached.contains(&field(fact, 1))) {
        let role = field(fact, 2);
        if matches!(
            role.as_str(),
            "pg_execute_server_program" | "pg_read_server_files" | "pg_write_server_files"
        ) {
            report.dangers.push(Danger::Predefined { role });
        }
    }
    let names: Vec<(String, String)> = tagged("role")
        .map(|fact| (field(fact, 1), field(fact, 2)))
        .collect();
    for fact in tagged("owns").filter(|fact| reached.contains(&field(fact, 1))) {
        let owner = names
            .iter()
            .find(|(oid, _)| *oid == field(fact, 1))
            .map_or_else(String::new, |(_, name)| name.clone());
        let tables = field(fact, 3).parse().unwrap_or(1);
        report.dangers.push(Danger::Owner {
            role: owner,
            table: field(fact, 2),
            tables,
        });
    }
    report.temporary = tagged("temp").any(|fact| yes(fact, 2));
    if report.role.is_empty() {
        // Fail closed: a role that cannot be looked up cannot be trusted.
        report.dangers.push(Danger::Attribute {
            role: "an unknown role".to_owned(),
            attribute: "SUPERUSER",
        });
    }
    report
}

/// Follows the edges that are open, from `start`, to the end.
fn close(start: &BTreeSet<String>, edges: &[(String, String, bool)]) -> BTreeSet<String> {
    let mut reached = start.clone();
    loop {
        let before = reached.len();
        for (member, role, open) in edges {
            if *open && reached.contains(member) {
                reached.insert(role.clone());
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

//! Known holes of the server itself.

use crate::context::Context;
use crate::rule::{Example, Rule};
use crate::{Certainty, Finding, Level};

/// A hole in row security, and for each major version the first minor that has the repair.
struct Hole {
    id: &'static str,
    what: &'static str,
    fixed: &'static [(i32, i32)],
}

const HOLES: [Hole; 7] = [
    Hole {
        id: "CVE-2025-8713",
        what: "statistics leak the values of rows that policies hide",
        fixed: &[(17, 6), (16, 10), (15, 14)],
    },
    Hole {
        id: "CVE-2024-10976",
        what: "a cached plan keeps the policies of another role",
        fixed: &[(17, 1), (16, 5), (15, 9)],
    },
    Hole {
        id: "CVE-2024-10978",
        what: "SET ROLE and SET SESSION AUTHORIZATION reset to the wrong role",
        fixed: &[(17, 1), (16, 5), (15, 9)],
    },
    Hole {
        id: "CVE-2024-4317",
        what: "pg_stats_ext shows the values of other roles' tables",
        fixed: &[(16, 3), (15, 7)],
    },
    Hole {
        id: "CVE-2023-39418",
        what: "MERGE does not check new rows against policies",
        fixed: &[(15, 4)],
    },
    Hole {
        id: "CVE-2023-2455",
        what: "inlined functions keep the policies of another role",
        fixed: &[(15, 3)],
    },
    Hole {
        id: "CVE-2023-2454",
        what: "CREATE SCHEMA undoes a protective search_path",
        fixed: &[(15, 3)],
    },
];

pub(super) static RULE: Rule = Rule {
    id: "server-version",
    title: "The server has a known hole in row security",
    level: Level::Warning,
    what: "The server's minor version is older than the repair of a hole in row security.",
    why: "Policies are right and still do not hold.",
    close: "Update to the newest minor version; it needs a restart and no dump.",
    example: Example {
        object: "",
        bad: "",
        good: "",
    },
    check,
};

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let server = &context.catalog.server;
    let (major, minor) = (server.version.major(), server.version.minor());
    for hole in &HOLES {
        let Some((_, repaired)) = hole.fixed.iter().find(|(version, fixed)| *version == major && minor < *fixed) else {
            continue;
        };
        let mut finding = RULE
            .found(
                format!("database:{}", context.catalog.database.name),
                format!("PostgreSQL {major}.{minor} has {}: {}", hole.id, hole.what),
            )
            .part(hole.id)
            .exploit("SELECT version();")
            .fix_words(format!("update the server to {major}.{repaired} or newer"));
        finding.certainty = Certainty::Posture;
        findings.push(finding);
    }
}

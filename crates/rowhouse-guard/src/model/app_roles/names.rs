//! What logins are called after.

use rowhouse_catalog::Role;

/// Beginnings of words in names that speak of people and jobs beside the service.
const BESIDE: [&str; 47] = [
    "migrat",
    "backup",
    "dump",
    "restore",
    "replic",
    "monitor",
    "dba",
    "admin",
    "maint",
    "owner",
    "deploy",
    "provision",
    "schema",
    "ddl",
    "flyway",
    "liquibase",
    "etl",
    "ingest",
    "warehouse",
    "audit",
    "compliance",
    "report",
    "analy",
    "support",
    "staff",
    "backoffice",
    "internal",
    "operator",
    "ops",
    "devops",
    "sre",
    "infra",
    "oncall",
    "breakglass",
    "emergency",
    "worker",
    "batch",
    "cron",
    "job",
    "export",
    "import",
    "archiv",
    "postgres",
    "super",
    "metric",
    "datadog",
    "bi",
];

/// Words in names that speak of the service itself.
const SERVICE: [&str; 18] = [
    "app",
    "application",
    "web",
    "website",
    "api",
    "backend",
    "frontend",
    "server",
    "service",
    "svc",
    "rest",
    "graphql",
    "http",
    "portal",
    "saas",
    "client",
    "rails",
    "django",
];

/// Named after somebody or something beside the service.
pub(super) fn is_beside(role: &Role) -> bool {
    role.name == "service_role" || has_word(role, &BESIDE)
}

/// Named after the service itself.
pub(super) fn is_service(role: &Role) -> bool {
    !is_beside(role) && has_word(role, &SERVICE)
}

fn has_word(role: &Role, words: &[&str]) -> bool {
    let name = role.name.to_ascii_lowercase();
    let mut own = name.split(|c: char| !c.is_ascii_alphanumeric());
    own.any(|word| {
        // Short ones are whole words: `ops` does not begin `opsis`.
        let mut known = words.iter();
        known.any(|known| word == *known || known.len() > 3 && word.starts_with(known))
    })
}

//! Every rule's example on a real server: what is bad raises exactly that rule on that object, what is good raises
//! nothing, and the fix that is printed closes what was found and opens nothing.

#![allow(
    clippy::disallowed_types,
    reason = "a test looks at the database from outside"
)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod documents;
mod sealed;
mod server;

use rowhouse_guard::{Finding, Fix, Level, Report, Rule, rules};

use server::Server;

/// One cause that shows on two objects: a helper that is wrong, and the table whose policy relies on it.
const COMPANIONS: [(&str, &str); 1] = [("helper-fails-open", "policy-shows-others")];

#[tokio::test]
async fn examples_show_their_rule_and_their_fixes_close_it() {
    let server = Server::start().await;
    let mut wrong = Vec::new();
    for rule in rules().iter().filter(|rule| !rule.example.bad.is_empty()) {
        wrong.extend(
            examine(&server, rule)
                .await
                .err()
                .map(|why| format!("{}: {why}", rule.id)),
        );
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[tokio::test]
async fn the_schema_that_examples_begin_with_is_clean() {
    let server = Server::start().await;
    let report = server.audit("", "").await.unwrap();
    assert_eq!(list(&report, Level::Note), Vec::<String>::new());
}

async fn examine(server: &Server, rule: &Rule) -> Result<(), String> {
    let bad = server.audit(rule.example.bad, "").await?;
    let ours = |finding: &&Finding| finding.rule == rule.id;
    let Some(found) = bad
        .findings
        .iter()
        .filter(ours)
        .find(|finding| finding.object == rule.example.object)
    else {
        return Err(format!(
            "not found on {}: {:?}",
            rule.example.object,
            list(&bad, Level::Note)
        ));
    };
    let others: Vec<&Finding> = bad
        .findings
        .iter()
        .filter(|finding| finding.level > Level::Note && !belongs(rule, finding))
        .collect();
    if !others.is_empty() {
        return Err(format!(
            "raises others too: {:?}",
            list(&bad, Level::Warning)
        ));
    }
    if !rule.example.good.is_empty() {
        let good = server
            .audit(rule.example.good, "")
            .await
            .map_err(|error| format!("good: {error}"))?;
        let alarms = list(&good, rule.level.min(Level::Warning));
        if good.findings.iter().any(|finding| finding.rule == rule.id)
            || !list(&good, Level::Warning).is_empty()
        {
            return Err(format!("good raises {alarms:?}"));
        }
    }
    let Fix::Sql(fix) = &found.fix else {
        return Ok(());
    };
    let fixed = server
        .audit(rule.example.bad, fix)
        .await
        .map_err(|error| format!("the fix fails: {error}\n{fix}"))?;
    let stays = fixed
        .findings
        .iter()
        .any(|finding| finding.fingerprint() == found.fingerprint());
    let fresh: Vec<&Finding> = fixed
        .findings
        .iter()
        .filter(|finding| finding.level > Level::Note)
        .filter(|finding| {
            !bad.findings
                .iter()
                .any(|other| other.fingerprint() == finding.fingerprint())
        })
        .collect();
    if stays || !fresh.is_empty() {
        return Err(format!(
            "after its fix: {:?}\n{fix}",
            list(&fixed, Level::Note)
        ));
    }
    Ok(())
}

fn belongs(rule: &Rule, finding: &Finding) -> bool {
    finding.rule == rule.id || COMPANIONS.contains(&(rule.id, finding.rule))
}

fn list(report: &Report, least: Level) -> Vec<String> {
    let findings = report
        .findings
        .iter()
        .filter(|finding| finding.level >= least);
    findings
        .map(|finding| {
            format!(
                "{} on {}: {}",
                finding.rule, finding.object, finding.message
            )
        })
        .collect()
}

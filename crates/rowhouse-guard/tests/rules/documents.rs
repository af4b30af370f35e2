//! The pages under `docs/rules/` are what the rules say of themselves. `ROWHOUSE_WRITE_DOCS=1` writes them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rowhouse_guard::{SCHEMA, rules};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules")
}

/// All pages by file name.
fn pages() -> BTreeMap<String, String> {
    let mut list = "# What the audit looks for\n\n| rule | level | |\n|---|---|---|\n".to_owned();
    let mut pages = BTreeMap::from([("schema.sql".to_owned(), SCHEMA.to_owned())]);
    for rule in rules() {
        let _ = writeln!(
            list,
            "| [`{0}`]({0}.md) | {1} | {2} |",
            rule.id,
            rule.level.word(),
            rule.title
        );
        pages.insert(format!("{}.md", rule.id), rule.to_markdown());
    }
    pages.insert("README.md".to_owned(), list);
    pages
}

#[test]
fn pages_are_up_to_date() {
    let folder = folder();
    let pages = pages();
    if std::env::var_os("ROWHOUSE_WRITE_DOCS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    for (name, text) in &pages {
        let there = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            there == *text,
            "docs/rules/{name} is old: run with ROWHOUSE_WRITE_DOCS=1"
        );
    }
    let files = fs::read_dir(&folder).unwrap().count();
    assert_eq!(files, pages.len(), "a page in docs/rules/ has no rule");
}

#[test]
fn ids_are_unique_and_kebab_case() {
    let mut ids: Vec<&str> = rules().iter().map(|rule| rule.id).collect();
    assert!(ids.iter().all(|id| {
        id.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    }));
    ids.sort_unstable();
    let before = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), before);
}

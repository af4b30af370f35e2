//! The crates' arrows go the way that `ARCHITECTURE.md` says.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What each crate may use of ours. A crate that is not here has no place in the house yet.
const ARROWS: [(&str, &[&str]); 7] = [
    ("rowhouse", &[]),
    ("rowhouse-identity", &["rowhouse"]),
    ("rowhouse-catalog", &[]),
    ("rowhouse-guard", &["rowhouse-catalog"]),
    (
        "rowhouse-api",
        &["rowhouse", "rowhouse-identity", "rowhouse-catalog"],
    ),
    ("rowhouse-local", &[]),
    (
        "rowhouse-cli",
        &[
            "rowhouse",
            "rowhouse-identity",
            "rowhouse-catalog",
            "rowhouse-guard",
            "rowhouse-api",
            "rowhouse-local",
        ],
    ),
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Every crate in `crates/` with what it uses of ours, tests aside.
fn used() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: BTreeSet<String> = packages
        .iter()
        .filter(|package| text(&package["manifest_path"]).contains("/crates/"))
        .map(|package| text(&package["name"]))
        .collect();
    packages
        .iter()
        .filter(|package| ours.contains(&text(&package["name"])))
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let used = dependencies
                .filter(|dependency| dependency["kind"] != "dev")
                .map(|dependency| text(&dependency["name"]))
                .filter(|name| ours.contains(name));
            (text(&package["name"]), used.collect())
        })
        .collect()
}

#[test]
fn arrows_go_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into();
    for (name, used) in used() {
        let Some(allowed) = allowed.get(name.as_str()) else {
            panic!("{name} is new: give it a place in ARCHITECTURE.md and in this test");
        };
        for other in used {
            assert!(
                allowed.contains(&other.as_str()),
                "{name} must not use {other}"
            );
        }
    }
}

#[test]
fn the_command_wires_everything_there_is() {
    let used = used();
    let wired = &used["rowhouse-cli"];
    let missing: Vec<&String> = used
        .keys()
        .filter(|name| *name != "rowhouse-cli" && !wired.contains(*name))
        .collect();
    assert!(missing.is_empty(), "rowhouse-cli does not use {missing:?}");
}

#[test]
fn the_page_names_every_crate() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for name in used().keys() {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

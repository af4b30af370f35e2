//! One case: a base, what leaks in it, what closes it, and the attack that tells the two apart.

use std::fs;
use std::path::{Path, PathBuf};

use crate::script::{Script, Section};

const SETUP: [&str; 5] = ["setup", "leak", "twin", "tenant", "own"];
const STEPS: [&str; 4] = ["exploit", "victim", "operator", "proof"];

/// A database to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Leak,
    Twin,
}

#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// Its path below the folder of cases, without the ending.
    pub(crate) name: String,
    pub(crate) script: Script,
    pub(crate) base: Script,
}

impl Case {
    /// All cases, or those whose name contains `filter`, or one of several with commas between them.
    pub(crate) fn all(filter: &str) -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
        let mut paths = Vec::new();
        for area in folders(&root) {
            if !area.ends_with("bases") {
                paths.extend(files(&area));
            }
        }
        paths.sort();
        paths
            .iter()
            .map(|path| Self::read(&root, path))
            .filter(|case| filter.split(',').any(|part| case.name.contains(part)))
            .collect()
    }

    fn read(root: &Path, path: &Path) -> Self {
        let script = Script::read(path);
        let name = path
            .strip_prefix(root)
            .unwrap_or(path)
            .with_extension("")
            .display()
            .to_string();
        let base = script
            .value("base")
            .unwrap_or_else(|| panic!("{name} names no base"));
        let base = Script::read(&root.join("bases").join(base).with_extension("sql"));
        let case = Self { name, script, base };
        case.check();
        case
    }

    /// What a file must say to be a case, so that nothing in it is silently left out.
    fn check(&self) {
        let name = &self.name;
        assert!(
            !self.script.prose.is_empty(),
            "{name} says nothing about itself"
        );
        for section in &self.script.sections {
            assert!(
                SETUP.contains(&section.name.as_str()) || STEPS.contains(&section.name.as_str()),
                "{name}: no section is called {}",
                section.name
            );
        }
        if self.leaks() {
            assert!(!self.objects().is_empty(), "{name} names no object");
            assert!(
                self.is_note() || !self.steps().is_empty(),
                "{name} has a leak and no exploit"
            );
        }
    }

    /// Whether one half leaks; the other cases are legitimate designs.
    pub(crate) fn leaks(&self) -> bool {
        self.script.section("leak").is_some()
    }

    /// Whether it only costs: the audit may say so at the lowest level, and nothing can be exploited.
    pub(crate) fn is_note(&self) -> bool {
        self.script.value("level") == Some("note")
    }

    /// The objects of which the audit must name one.
    pub(crate) fn objects(&self) -> Vec<&str> {
        self.script.values("object")
    }

    pub(crate) fn halves(&self) -> &'static [Half] {
        if self.leaks() {
            &[Half::Leak, Half::Twin]
        } else {
            &[Half::Twin]
        }
    }

    /// The attack, in order.
    pub(crate) fn steps(&self) -> Vec<&Section> {
        self.script
            .sections
            .iter()
            .filter(|section| STEPS.contains(&section.name.as_str()))
            .collect()
    }

    /// From the case, or else from its base.
    pub(crate) fn section(&self, name: &str) -> Option<&str> {
        self.script
            .section(name)
            .or_else(|| self.base.section(name))
    }

    /// From the case, or else from its base.
    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.script.value(key).or_else(|| self.base.value(key))
    }

    /// Why a server of this major version cannot run it.
    pub(crate) fn not_on(&self, major: u32) -> Option<String> {
        let wanted = self.script.value("server")?;
        let number = |text: &str| -> u32 {
            text.parse()
                .unwrap_or_else(|_| panic!("{}: {wanted}", self.name))
        };
        let fits = match (wanted.strip_suffix('+'), wanted.strip_prefix('<')) {
            (Some(from), _) => major >= number(from),
            (_, Some(before)) => major < number(before),
            _ => panic!("{}: a server is \"16+\" or \"<16\"", self.name),
        };
        (!fits).then(|| format!("needs server {wanted}"))
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect()
}

/// The files of a folder and of those below it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut files): (Vec<_>, Vec<_>) =
        entries(folder).into_iter().partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| self::files(folder)));
    files
}

fn folders(root: &Path) -> Vec<PathBuf> {
    entries(root)
        .into_iter()
        .filter(|path| path.is_dir())
        .collect()
}

//! A file of SQL in named sections under a header of comments.

use std::path::{Path, PathBuf};

/// What a header may say, as `-- key: value`; every other line of it is prose.
const KEYS: [&str; 10] = [
    "object",
    "base",
    "server",
    "extension",
    "level",
    "refused",
    "tenant",
    "login",
    "a",
    "b",
];

/// A file of SQL, taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) path: PathBuf,
    pub(crate) prose: String,
    header: Vec<(String, String)>,
    pub(crate) sections: Vec<Section>,
}

/// The SQL between `--- name` and the next such line.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) sql: String,
}

impl Script {
    pub(crate) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut script = Self {
            path: path.to_owned(),
            prose: String::new(),
            header: Vec::new(),
            sections: Vec::new(),
        };
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("--- ") {
                script.sections.push(Section {
                    name: name.trim().to_owned(),
                    sql: String::new(),
                });
            } else if let Some(section) = script.sections.last_mut() {
                section.sql.push_str(line);
                section.sql.push('\n');
            } else {
                script.read_header(line);
            }
        }
        script
    }

    fn read_header(&mut self, line: &str) {
        let Some(line) = line.strip_prefix("-- ") else {
            assert!(
                line.is_empty(),
                "{}: only comments may stand above the first section: {line}",
                self.path.display()
            );
            return;
        };
        match line.split_once(": ") {
            Some((key, value)) if KEYS.contains(&key) => {
                self.header.push((key.to_owned(), value.trim().to_owned()));
            }
            _ => {
                self.prose.push_str(line);
                self.prose.push(' ');
            }
        }
    }

    /// Every value the header gives for `key`.
    pub(crate) fn values(&self, key: &str) -> Vec<&str> {
        self.header
            .iter()
            .filter(|(found, _)| found == key)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    pub(crate) fn value(&self, key: &str) -> Option<&str> {
        self.values(key).first().copied()
    }

    pub(crate) fn section(&self, name: &str) -> Option<&str> {
        self.sections
            .iter()
            .find(|section| section.name == name)
            .map(|section| section.sql.as_str())
    }
}

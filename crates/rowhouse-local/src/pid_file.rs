//! `postmaster.pid`: what a server says about itself, line by line as it comes up.

use std::fs;
use std::path::{Path, PathBuf};

/// The lines of `postmaster.pid` that matter. While the server starts, later ones may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PidFile {
    /// Line 1; a single-user backend writes its pid with a minus sign.
    pub(crate) pid: u32,
    /// Line 4.
    pub(crate) port: Option<u16>,
    /// Line 5.
    pub(crate) socket_dir: Option<PathBuf>,
    /// Line 6: the first TCP address, empty when there is none.
    pub(crate) listens_on: String,
    /// Line 8: starting, stopping, ready or standby.
    pub(crate) status: String,
}

impl PidFile {
    pub(crate) fn path(data: &Path) -> PathBuf {
        data.join("postmaster.pid")
    }

    /// Nothing when there is no file, or not even a pid in it yet.
    pub(crate) fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(Self::path(data)).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let line = |n: usize| lines.get(n - 1).copied().unwrap_or_default();
        Some(Self {
            pid: line(1).trim_start_matches('-').parse().ok()?,
            port: line(4).parse().ok(),
            socket_dir: Some(line(5)).filter(|l| !l.is_empty()).map(PathBuf::from),
            listens_on: line(6).to_owned(),
            status: line(8).to_owned(),
        })
    }

    /// Whether clients are let in.
    pub(crate) fn is_ready(&self) -> bool {
        matches!(self.status.as_str(), "ready" | "standby")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one() {
        assert_eq!(PidFile::parse(""), None);
        let early = PidFile::parse("4711\n/data\n1700000000\n").unwrap();
        assert_eq!((early.pid, early.port), (4711, None));
        assert!(!early.is_ready());

        let text = "4711\n/data\n1700000000\n5432\n/run\n\n  5432001    32768\nready   \n";
        let whole = PidFile::parse(text).unwrap();
        assert_eq!(whole.socket_dir.as_deref(), Some(Path::new("/run")));
        assert_eq!(whole.listens_on, "");
        assert!(whole.is_ready());
    }
}

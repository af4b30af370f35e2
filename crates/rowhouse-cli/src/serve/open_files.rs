//! How many files the process may have open: every connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the bound to what the system allows. The usual one, of a thousand or so, is for programs that cannot count
/// further, which this is not. Where it fails, it stays.
pub(super) fn allow_all() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::debug!("the number of open files stays bounded: {error}");
    }
}

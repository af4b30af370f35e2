//! Names in URLs: those the service keeps for itself, and those that were nearly right.

/// The first parts of paths that are the service's own.
pub const RESERVED: [&str; 5] = ["rpc", "docs", "openapi.json", "healthz", "readyz"];

/// Whether the service keeps this name for itself.
pub fn reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// The candidate nearest to what was written, when it is near enough to have been meant: one
/// letter in three wrong, missing, doubled or swapped.
pub fn nearest<'a>(written: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Longer than a name can be; not worth the comparison.
    if written.len() > 128 {
        return None;
    }
    let lower = written.to_lowercase();
    candidates
        .map(|candidate| {
            (
                strsim::osa_distance(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().div_ceil(3))
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        let near = |written| nearest(written, ["items", "tenants", "item_tags"].into_iter());
        assert_eq!(near("itmes"), Some("items"));
        assert_eq!(near("Tenants"), Some("tenants"));
        assert_eq!(near("item"), Some("items"));
        assert_eq!(near("orders"), None);
        assert_eq!(near(&"x".repeat(1000)), None);
    }
}

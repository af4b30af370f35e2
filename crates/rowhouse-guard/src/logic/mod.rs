//! Does what a policy lets through belong to the tenant in the setting?

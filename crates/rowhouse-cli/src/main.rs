//! The command `rowhouse`.

fn main() {}

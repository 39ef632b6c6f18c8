//! bandoso.
fn main() {}

//! How a verb fails.

/// Any error that ends a verb; its text is what the person reads.
pub(super) type Failure = Box<dyn std::error::Error + Send + Sync>;

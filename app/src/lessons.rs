//! Lessons.

mod model;

/// The lessons, by the names of their files, in their order.
pub(crate) const LESSONS: &[&str] = &["program"];

//! What a line, a reply or an outcome means.

mod bar;
mod meaning;
mod store;

pub use self::bar::ExplanationBar;
pub use self::meaning::{Explanation, Meanings, entry, expects_tls, not_started, outcome, paused};
pub use self::store::{ExplainStore, use_explain};

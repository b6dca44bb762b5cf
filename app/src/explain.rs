//! What a line, a reply or an outcome means.

mod bar;
mod meaning;
mod store;

pub use self::bar::{Explained, ExplanationBar};
pub use self::meaning::{
    Explanation, Meanings, SourceNote, entry, expects_tls, not_started, outcome, paused, source,
};
pub use self::store::{ExplainStore, use_explain};

//! What a line, a reply or an outcome means.

pub mod bar;
pub mod meaning;

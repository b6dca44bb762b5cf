//! Templates: texts that are used again, with fields that are filled in.

mod dialog;
mod model;
mod store;

pub(super) use self::dialog::{TemplateNotice, TemplatesButton};
pub(super) use self::store::Templates;
